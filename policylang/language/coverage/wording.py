"""Names and conditions as an author would write them inside a category: without the category in front."""

from __future__ import annotations

import re

from ..meaning.expr import Expr
from ..meaning.policy import Policy
from ..printer.spelling import condition


def short_name(policy: Policy, variable: str, category: str) -> str:
    """A variable as an author of that category would write it: without the category, where nothing else is meant."""
    short = variable.removeprefix(f"{category}.")
    taken = {facet.id for facet in policy.facets} | {clause.id for clause in policy.clauses}
    return variable if short in taken else short


def spelled(policy: Policy, category: str, expr: Expr) -> str:
    """A condition in the words of the category."""
    try:
        text = condition(expr, policy)
    except ValueError:  # an `and` or `or` of nothing, which only programs write
        return "the condition"
    return re.sub(rf"(?<![\w.]){re.escape(category)}\.", "", text)
