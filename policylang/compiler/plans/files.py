"""Rows as files: JSON lines for people and programs, Parquet for tables."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable

from ..bundle import Bundle
from .rows import PlanRow


def plan_rows(bundle: Bundle, plan: str) -> list[PlanRow]:
    """The rows of a plan of the bundle, in order. Raises KeyError when there is no such plan."""
    return [PlanRow.model_validate_json(line) for line in bundle.files[f"plans/{plan}/rows.jsonl"].splitlines()]


def rows_jsonl(rows: Iterable[PlanRow]) -> bytes:
    """A row a line, in order, as JSON with the fields of `PlanRow` in their declared order; UTF-8, no BOM."""
    lines = (json.dumps(row.model_dump(mode="json"), ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def rows_parquet(rows: Iterable[PlanRow]) -> bytes:
    """The rows as one Parquet table, the same bytes for the same rows.

    Columns are the fields of `PlanRow`. `case` and `factors` are maps from string to string, `verdict` is a struct,
    `purposes` a list of strings, so that DuckDB, pandas or `datasets` can filter by them without parsing JSON.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.string()
    mapping = pa.map_(text, text)
    fields = {
        "id": text,
        "index": pa.int64(),
        "plan": text,
        "category": text,
        "clause": text,
        "surface": text,
        "label": text,
        "case": mapping,
        "verdict": pa.struct([("level", text), ("deciding", pa.list_(text)), ("response", text)]),
        "factors": mapping,
        "seed": pa.int64(),
        "purposes": pa.list_(text),
        "pair": text,
    }
    dumped = [row.model_dump(mode="json") for row in rows]
    for row in dumped:
        row["case"], row["factors"] = list(row["case"].items()), list(row["factors"].items())
    table = pa.Table.from_pylist(dumped, schema=pa.schema(list(fields.items())))
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", version="2.6")
    return out.getvalue()
