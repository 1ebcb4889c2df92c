"""Quality rubrics."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from policylang.language.meaning.policy import Anchor, Criterion, Facet, Rubric, ScoreRule, ScoreTest

from .logic import conditions
from .words import names, optional, prose, texts


@st.composite
def rubrics(draw: st.DrawFn, name: str, facets: Sequence[Facet]) -> Rubric:
    """A rubric with one to three criteria, some of which apply only under a condition over the facets."""
    low, high = draw(st.sampled_from(((1, 5), (0, 1), (1, 10))))
    domains = {facet.id: facet.names for facet in facets}
    criteria = []
    for criterion in draw(st.lists(names(), min_size=1, max_size=3, unique=True)):
        scores = draw(st.sets(st.integers(low, high), max_size=3))
        criteria.append(
            Criterion(
                id=criterion,
                text=draw(optional(prose())),
                weight=draw(st.sampled_from((1.0, 2.0, 0.5, 4.25))),
                when=draw(st.none() | conditions(domains, max_depth=1)) if domains else None,
                anchors=tuple(Anchor(score=score, text=draw(texts())) for score in sorted(scores)),
            )
        )
    subjects = ("mean", "min", *(criterion.id for criterion in criteria))
    return Rubric(
        id=name,
        title=draw(optional(texts())),
        text=draw(optional(prose())),
        low=low,
        high=high,
        criteria=tuple(criteria),
        accept=draw(st.none() | _rules(subjects)),
    )


def _rules(subjects: Sequence[str]) -> st.SearchStrategy[ScoreTest | ScoreRule]:
    tests = st.builds(
        ScoreTest,
        subject=st.sampled_from(subjects),
        compare=st.sampled_from(("<", "<=", "=", "!=", ">=", ">")),
        number=st.sampled_from((1.0, 3.5, 4.0)),
    )
    return st.recursive(
        tests,
        lambda parts: st.builds(
            ScoreRule, op=st.sampled_from(("and", "or")), items=st.lists(parts, min_size=2, max_size=3).map(tuple)
        ),
        max_leaves=3,
    )
