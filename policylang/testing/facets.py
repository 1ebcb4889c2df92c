"""Facets and factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hypothesis import strategies as st

from policylang.language.meaning.expr import NO, YES
from policylang.language.meaning.policy import Facet, FacetValue

from .words import names, optional, prose, texts


@st.composite
def facets(draw: st.DrawFn, name: str, surfaces: Sequence[str]) -> Facet:
    """A facet or factor of that name, of any kind, with two to four values."""
    kind: Literal["unordered", "ordered", "boolean"] = draw(st.sampled_from(("unordered", "ordered", "boolean")))
    controlled = kind != "boolean" and draw(st.booleans())
    if kind == "boolean":
        values = [FacetValue(name=NO), FacetValue(name=YES)]
    else:
        found = draw(st.lists(_value_names(), min_size=2, max_size=4, unique=True))
        values = [FacetValue(name=value, text=draw(optional(texts()))) for value in found]
    on = draw(st.sets(st.sampled_from(tuple(surfaces)), max_size=2)) if not controlled else set()
    return Facet(
        id=name,
        title=draw(optional(texts())),
        question="" if controlled else draw(texts()),
        text=draw(optional(prose())),
        kind=kind,
        controlled=controlled,
        default=draw(st.none() | st.sampled_from([value.name for value in values])),
        surfaces=tuple(surface for surface in surfaces if surface in on),
        values=tuple(values),
    )


def _value_names() -> st.SearchStrategy[str]:
    """Names of values: they may also be words that the grammar knows from other places."""
    return names() | st.sampled_from(("text", "image", "user", "none", "clause", "forbid", "plan"))
