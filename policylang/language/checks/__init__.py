"""What is checked once names mean something: one file a subject, each a function that reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..diagnostics import Report
from ..meaning.policy import Policy
from ..source import Span
from .exemplars import check_exemplars
from .facets import check_facets
from .images import with_images
from .overrides import check_overrides


def check(policy: Policy, spans: Mapping[str, Span], root: Path | None, report: Report) -> Policy:
    """Report what is wrong with a policy; give it back with the hashes of its images, which lie below `root`."""
    check_overrides(policy, spans, report)
    if root is not None:
        policy = with_images(policy, spans, root, report)
    if not report.errors:
        check_facets(policy, spans, report)
        check_exemplars(policy, spans, report)
    return policy
