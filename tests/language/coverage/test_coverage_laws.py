"""The laws of coverage over random policies, against a reading case by case."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given

from policylang.language.checks.exemplars import check_exemplars
from policylang.language.coverage import Brief, Item, Kind, measure_coverage
from policylang.language.coverage.places import atomic_tests
from policylang.language.diagnostics import Report
from policylang.language.logic.space import case_space, presumed
from policylang.language.logic.verdict import Verdict, verdict
from policylang.language.meaning.expr import NO, YES, Test, evaluate, variables
from policylang.language.meaning.policy import Category, Clause, Effect, Exemplar, Label, Policy
from policylang.language.source import Span
from policylang.testing import policies

small = policies(max_categories=2, max_clauses=3, images=False, plans=False, templates=False).map(
    lambda policy: Policy.model_validate(policy.model_dump())
)


def with_exemplars(policy: Policy, briefs: tuple[Brief, ...]) -> Policy:
    """The policy with the exemplars that briefs ask for."""
    data = policy.model_dump()
    for category in data["categories"]:
        for clause in category["clauses"]:
            new = [b.exemplar(f"new{n}").model_dump() for n, b in enumerate(briefs) if b.clause == clause["id"]]
            clause["exemplars"] = (*clause["exemplars"], *new)
    return Policy.model_validate(data)


def completions(policy: Policy, category: Category, exemplar: Exemplar) -> Iterator[dict[str, str]]:
    """The complete cases that an exemplar may mean."""
    for case in case_space(policy, category.id).cases():
        atoms = {c.id: presumed(policy, c.id) for c in policy.clauses if c.id in case}
        if all(case[name] == value for name, value in (atoms | exemplar.facets).items() if name in case):
            yield case


def is_labelled(policy: Policy, clause: Clause, exemplar: Exemplar, case: dict[str, str]) -> bool:
    found = verdict(policy, clause.category, case, clause.surfaces[0])
    if exemplar.label is Label.VIOLATES:
        return in_force(policy, clause, case, clause.surfaces[0])
    return exemplar.label is Label.BORDERLINE or found.label is Label.COMPLIES


def meant(policy: Policy, category: Category, name: str) -> list[dict[str, str]]:
    """The cases of the exemplar of that name, of those in which its label is right."""
    for clause in category.clauses:
        for exemplar in clause.exemplars:
            if exemplar.id == name:
                cases = completions(policy, category, exemplar)
                return [case for case in cases if is_labelled(policy, clause, exemplar, case)]
    raise KeyError(name)


def in_force(policy: Policy, clause: Clause, case: dict[str, str], surface: str) -> bool:
    """Does the clause forbid (a permit: permit) there, and does nothing override it?"""
    overridden = any(surface in o.surfaces and evaluate(o.scope, case) for o in policy.overriders(clause.id))
    return surface in clause.surfaces and evaluate(clause.breach, case) and not overridden


def decides(policy: Policy, clause: Clause, case: dict[str, str], surface: str) -> bool:
    found = verdict(policy, clause.category, case, surface)
    forbids = clause.effect is not Effect.PERMIT
    return clause.id in found.deciding and (found.label is Label.VIOLATES) == forbids


def outcome(found: Verdict) -> tuple[str, str]:
    return found.label, found.level


def can_be_written(policy: Policy, clause: Clause, case: dict[str, str], surface: str) -> bool:
    """Is there a label for the case, under some clause that is judged on that surface?"""
    if verdict(policy, clause.category, case, surface).label is Label.COMPLIES:
        return True
    return any(
        other.surfaces[0] == surface and other.effect is not Effect.PERMIT and in_force(policy, other, case, surface)
        for other in policy.category(clause.category).clauses
    )


def is_pair(
    policy: Policy, clause: Clause, variable: str, test: Test | None, inner: dict[str, str], outer: dict[str, str]
) -> bool:
    """Do the two cases show the boundary of the clause along the variable, or the effect of the test?"""
    surface = clause.surfaces[0]
    before, after = (verdict(policy, clause.category, case, surface) for case in (inner, outer))
    if {name for name in inner if inner[name] != outer[name]} != {variable}:
        return False
    if not decides(policy, clause, inner, surface) or in_force(policy, clause, outer, surface):
        return False
    if outcome(before) == outcome(after):
        return False
    return test is None or evaluate(test, inner) != evaluate(test, outer)


def atoms_by_item(clause: Clause) -> dict[str, Test]:
    found = {}
    if clause.has_atom:
        wrong = NO if clause.effect is Effect.REQUIRE else YES
        found[f"{clause.id}:question"] = Test(variable=clause.id, values=(wrong,))
    for field, expr in (("when", clause.when), ("unless", clause.unless)):
        for path, test in atomic_tests(expr) if expr is not None else ():
            found[".".join([f"{clause.id}:{field}", *map(str, path)])] = test
    return found


def pair_items(policy: Policy, items: tuple[Item, ...]) -> Iterator[tuple[Item, Category, Clause, str, Test | None]]:
    for item in items:
        if item.kind in (Kind.CONDITION, Kind.BOUNDARY) and item.clause is not None:
            clause = next(clause for clause in policy.clauses if clause.id == item.clause)
            test = atoms_by_item(clause).get(item.id)
            variable = test.variable if test is not None else item.id.split(":edge:")[1]
            yield item, policy.category(clause.category), clause, variable, test


@given(small)
def test_the_exemplars_of_a_brief_cover_what_was_missing(policy: Policy) -> None:
    before = measure_coverage(policy)
    for missing in before.missing:
        after = measure_coverage(with_exemplars(policy, missing.briefs))
        now = {item.id: item.status for item in after.items}
        assert now[missing.id] == "covered", missing
        assert after.figure().covered > before.figure().covered
        assert after.figure().feasible == before.figure().feasible


@given(small)
def test_a_new_exemplar_never_uncovers_anything(policy: Policy) -> None:
    before = measure_coverage(policy)
    briefs = tuple(brief for missing in before.missing[:3] for brief in missing.briefs)
    after = {item.id: item.status for item in measure_coverage(with_exemplars(policy, briefs)).items}
    assert all(after[item.id] == "covered" for item in before.items if item.status == "covered")


@given(small)
def test_the_exemplars_of_all_briefs_cover_everything_and_contradict_nothing(policy: Policy) -> None:
    briefs = tuple(brief for missing in measure_coverage(policy).missing for brief in missing.briefs)
    whole = with_exemplars(policy, briefs)
    report = measure_coverage(whole)
    assert report.figure().percent == 100.0
    found = Report()
    check_exemplars(whole, {f"exemplar:{one.id}": Span(one.id, 0, 0) for _, one in whole.exemplars}, found)
    asked = {brief.clause for brief in briefs}
    assert not [d for d in found if "new" in d.span.file and d.span.file.rsplit(".new", 1)[0] in asked]


@given(small)
def test_pairs_differ_in_one_variable_and_in_outcome(policy: Policy) -> None:
    for item, category, clause, variable, test in pair_items(policy, measure_coverage(policy).items):
        if item.status != "covered":
            continue
        inner, outer = (meant(policy, category, name) for name in item.shown_by)
        assert inner
        for case in inner:  # every reading of what both leave open shows it
            [there] = [o for o in outer if all(o[name] == value for name, value in case.items() if name != variable)]
            assert is_pair(policy, clause, variable, test, case, there), item


@given(small)
def test_what_is_infeasible_has_no_pair_and_what_is_feasible_has_one(policy: Policy) -> None:
    for item, category, clause, variable, test in pair_items(policy, measure_coverage(policy).items):
        space = case_space(policy, category.id)
        values = next(v.values for v in space.variables if v.id == variable)
        surface = clause.surfaces[0]
        exists = any(
            is_pair(policy, clause, variable, test, case, {**case, variable: value})
            and can_be_written(policy, clause, case, surface)
            and can_be_written(policy, clause, {**case, variable: value}, surface)
            for case in space.cases()
            for value in values
        )
        assert exists == (item.status != "infeasible"), item


@given(small)
def test_exceptions_and_values_are_shown_by_exemplars_that_have_them(policy: Policy) -> None:
    for item in measure_coverage(policy, kinds=[Kind.EXCEPTION, Kind.FACTOR]).items:
        if item.status != "covered":
            continue
        [name] = item.shown_by
        category = policy.category(item.category)
        if ":overrides:" in item.id:
            other = next(c for c in policy.clauses if c.id == item.id.split(":overrides:")[1])
            category = policy.category(other.category)
        elif ":surface:" in item.id:
            continue
        for case in meant(policy, category, name):
            assert holds(policy, item, category, name, case), item


def holds(policy: Policy, item: Item, category: Category, name: str, case: dict[str, str]) -> bool:
    clauses = {clause.id: clause for clause in policy.clauses}
    if ":level:" in item.id:
        home = next(c for c in category.clauses if any(e.id == name for e in c.exemplars))
        return verdict(policy, category.id, case, home.surfaces[0]).level == item.id.split(":level:")[1]
    if item.kind is Kind.FACTOR:
        variable, value = item.id.split(":", 1)[1].split("=")
        return case[variable] == value
    clause = clauses[str(item.clause)]
    if ":overrides:" in item.id:
        other = clauses[item.id.split(":overrides:")[1]]
        return evaluate(clause.scope, case) and evaluate(
            other.scope if other.effect is Effect.PERMIT else other.breach, case
        )
    assert clause.unless is not None
    own = clause.when or (Test(variable=clause.id, values=(YES,)) if clause.effect is not Effect.REQUIRE else None)
    inside = own is None or evaluate(own, case)
    return inside and evaluate(clause.unless, case) == item.id.endswith(":applies")


@given(small)
def test_the_same_policy_gives_the_same_report(policy: Policy) -> None:
    again = Policy.model_validate_json(policy.model_dump_json())
    assert measure_coverage(policy).model_dump_json() == measure_coverage(again).model_dump_json()


@given(small)
def test_every_atomic_test_and_variable_of_every_clause_is_counted(policy: Policy) -> None:
    ids = {item.id for item in measure_coverage(policy).items}
    for clause in policy.clauses:
        assert set(atoms_by_item(clause)) <= ids
        assert {f"{clause.id}:edge:{name}" for name in variables(clause.breach)} <= ids
