"""Law: an exemplar whose facets contradict its label is an error at compile time, and no other is."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import assume, given
from hypothesis import strategies as st
from section_three import Domains, completions, read

from policylang.language.load import Loaded, load_text
from policylang.language.logic.space import case_space
from policylang.language.meaning.policy import Category, Clause, Exemplar, Label, Policy
from policylang.language.printer import to_source
from policylang.testing import policies

LARGEST = 150  # cases of one category that are listed
with_exemplars = policies(plans=False, templates=False, images=False, max_categories=2)


def space_of(policy: Policy, category: str) -> Domains:
    return {variable.id: variable.values for variable in case_space(policy, category).variables}


def is_right(policy: Policy, clause: Clause, label: Label, case: dict[str, str]) -> bool:
    """`violates`: its clause is among those that are broken. `complies`: none is."""
    surface = clause.surfaces[0]
    reading = read(policy, clause.category, case, surface)
    if label is Label.COMPLIES:
        return not reading.violates
    if not reading.violates:
        return False
    alone = policy.model_copy(update={"levels": policy.levels, "categories": _without_louder(policy, clause)})
    return clause.id in read(alone, clause.category, case, surface).deciding and clause.effect != "permit"


def _without_louder(policy: Policy, clause: Clause) -> tuple[Category, ...]:
    """The categories with every level but that of the clause lowered to it, so that what is broken at all decides."""
    return tuple(
        category.model_copy(
            update={
                "clauses": tuple(c.model_copy(update={"level": c.level and clause.level}) for c in category.clauses)
            }
        )
        for category in policy.categories
    )


def at_an_edge(policy: Policy, clause: Clause, cases: list[dict[str, str]], domains: Domains) -> bool:
    def violates(case: dict[str, str]) -> bool:
        return read(policy, clause.category, case, clause.surfaces[0]).violates

    return any(
        violates(case) != violates({**case, name: value})
        for case in cases
        for name, values in domains.items()
        for value in values
    )


def expected(policy: Policy) -> Iterator[tuple[str, str]]:
    """The codes that must be reported, each with the id of its exemplar, by listing every completion."""
    for clause, exemplar in policy.exemplars:
        domains = space_of(policy, clause.category)
        stated = {name: value for name, value in exemplar.facets.items() if name in domains}
        atoms = {c.id: "yes" if c.effect == "require" else "no" for c in policy.clauses if c.id in domains}
        cases = list(completions(atoms | stated, domains))
        if exemplar.label is Label.BORDERLINE:
            if not at_an_edge(policy, clause, cases, domains):
                yield "POL0402", exemplar.id
            continue
        right = [is_right(policy, clause, exemplar.label, case) for case in cases]
        if not any(right):
            yield "POL0304", exemplar.id
        elif not all(right):
            yield "POL0401", exemplar.id


def reported(loaded: Loaded) -> set[tuple[str, str]]:
    places = {span: key for key, span in loaded.spans.items() if key.startswith("exemplar:")}
    codes = ("POL0304", "POL0401", "POL0402")
    return {(d.code, places[d.span].removeprefix("exemplar:")) for d in loaded.report if d.code in codes}


def relabelled(policy: Policy, which: Exemplar, label: Label) -> Policy:
    def clause(one: Clause) -> Clause:
        exemplars = tuple(e.model_copy(update={"label": label}) if e.id == which.id else e for e in one.exemplars)
        return one.model_copy(update={"exemplars": exemplars})

    def category(one: Category) -> Category:
        return one.model_copy(update={"clauses": tuple(map(clause, one.clauses))})

    return policy.model_copy(update={"categories": tuple(map(category, policy.categories))})


@given(st.data())
def test_what_is_said_of_exemplars_is_what_listing_their_cases_shows(data: st.DataObject) -> None:
    policy = data.draw(with_exemplars)
    exemplars = [exemplar for _, exemplar in policy.exemplars]
    assume(exemplars)
    assume(all(case_space(policy, category.id).size <= LARGEST for category in policy.categories))
    policy = relabelled(policy, data.draw(st.sampled_from(exemplars)), data.draw(st.sampled_from(Label)))
    assert reported(load_text(to_source(policy))) == set(expected(policy))


@given(st.data())
def test_a_flipped_label_is_an_error(data: st.DataObject) -> None:
    """Where the facets decide: `violates` turned into `complies`, and the other way round."""
    policy = data.draw(with_exemplars)
    decided = [
        exemplar
        for clause, exemplar in policy.exemplars
        if exemplar.label is not Label.BORDERLINE and set(space_of(policy, clause.category)) <= set(exemplar.facets)
    ]
    assume(decided)
    which = data.draw(st.sampled_from(decided))
    other = Label.COMPLIES if which.label is Label.VIOLATES else Label.VIOLATES
    assert load_text(to_source(policy)).policy == policy
    loaded = load_text(to_source(relabelled(policy, which, other)))
    assert loaded.policy is None
    assert {(code, name) for code, name in reported(loaded) if code == "POL0304"} == {("POL0304", which.id)}
    assert loaded.report.errors == 1
