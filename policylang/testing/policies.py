"""Random policies, each as valid as one that a person has written."""

from __future__ import annotations

from hypothesis import strategies as st

from policylang.language.meaning.policy import Policy, Surface, Template, Term
from policylang.language.resolve.scope import BUILT_IN_SURFACES

from .categories import ambiguity, categories
from .exemplars import with_exemplars
from .facets import facets
from .plans import plans as plans_of
from .rubrics import rubrics
from .words import Names, names, optional, prose, texts


@st.composite
def policies(
    draw: st.DrawFn,
    *,
    max_categories: int = 3,
    max_clauses: int = 3,
    exemplars: bool = True,
    images: bool = True,
    plans: bool = True,
    templates: bool = True,
) -> Policy:
    """Policies with levels, surfaces, facets and factors of every kind, nested categories, clauses of every effect with
    conditions and overrides, groups, exemplars, terms, ambiguity rules, rubrics, plans and templates.

    `max_clauses` counts those of one category. Case spaces are small, so that they can be listed. Images are named but
    do not exist. Plans are well formed, which does not mean that they are feasible.
    """
    taken = Names()
    levels = tuple(draw(st.lists(names(), min_size=2, max_size=4, unique=True)))
    own_surfaces = [draw(_surfaces(taken.new(draw))) for _ in range(draw(st.integers(0, 1)))]
    surfaces = (*BUILT_IN_SURFACES, *own_surfaces)
    ids = [surface.id for surface in surfaces]
    known = [draw(facets(taken.new(draw), ids)) for _ in range(draw(st.integers(0, 3)))]
    policy = Policy(
        name=".".join(draw(st.lists(names(), min_size=1, max_size=2))),
        version=draw(st.sampled_from(("1.0.0", "0.3.12", "2.0.0-beta.1"))),
        title=draw(texts()),
        text=draw(optional(prose())),
        levels=levels,
        surfaces=surfaces,
        terms=tuple(draw(st.lists(_terms(), max_size=2, unique_by=lambda term: term.phrase))),
        facets=tuple(known),
        categories=tuple(draw(categories(taken, levels, ids, known, max_categories, max_clauses))),
        ambiguity=draw(ambiguity(levels, {facet.id: facet.names for facet in known})),
        rubrics=tuple(draw(rubrics(taken.new(draw), known)) for _ in range(draw(st.integers(0, 1)))) if plans else (),
        templates=tuple(draw(st.lists(_templates(), max_size=1))) if templates else (),
    )
    if plans and draw(st.booleans()):
        policy = policy.model_copy(update={"plans": (draw(plans_of(taken.new(draw), policy)),)})
    return draw(with_exemplars(policy, images=images)) if exemplars else policy


@st.composite
def _surfaces(draw: st.DrawFn, name: str) -> Surface:
    return Surface(id=name, title=draw(optional(texts())), text=draw(optional(prose())))


@st.composite
def _terms(draw: st.DrawFn) -> Term:
    return Term(phrase=draw(texts()), also=tuple(draw(st.lists(texts(), max_size=2))), text=draw(texts()))


@st.composite
def _templates(draw: st.DrawFn) -> Template:
    return Template(id=draw(names()), stage="write_request", body="Write one request, in the person's own words.")
