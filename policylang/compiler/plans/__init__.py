"""Sampling plans: from what a plan claims to rows that meet the claim, and a proof that they do."""

from .compile import compile_plan
from .files import rows_jsonl, rows_parquet
from .problems import PlanError, PlanProblem
from .report import CoverageReport
from .rows import CompiledPlan, PlanRow, RowVerdict
from .verify import verify_plan

__all__ = [
    "CompiledPlan",
    "CoverageReport",
    "PlanError",
    "PlanProblem",
    "PlanRow",
    "RowVerdict",
    "compile_plan",
    "rows_jsonl",
    "rows_parquet",
    "verify_plan",
]
