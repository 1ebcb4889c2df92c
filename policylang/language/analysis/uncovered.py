"""Cases of which no clause says anything, described as few regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..logic.space import presumed
from ..meaning.expr import TRUE, And, Expr, Not, Test
from .case_study import Study
from .conflicts import rests_on_texts
from .finding import Finding, Kind, Witness
from .reading import all_of, any_of
from .sentences import enough, spelled, with_case

MAX_REGIONS = 8
MAX_TESTS = 8
"""A region that takes more tests to describe tells nobody anything: the witness does that better."""

Region = dict[str, tuple[str, ...]]
"""A box of cases: for some variables the values that they may have; all others are free."""


def uncovered_cases(study: Study) -> Iterator[Finding]:
    """Regions that no clause covers, in categories that also say what is allowed.

    A category that only forbids leaves all the rest uncovered, and means to. One with a permit that rests on a text
    leaves it to that text what is covered, of which logic knows nothing. Where the text of a prohibition applies, it
    covers; so the regions are those in which no such text does.
    """
    for reading, surfaces in study.readings:
        if not reading.permits or any(rests_on_texts(study.policy, permit) for permit in reading.permits):
            continue
        atoms = [variable.id for variable in study.space.variables if variable.kind == "atom"]
        quiet = all_of(*(Test(variable=atom, values=(presumed(study.policy, atom),)) for atom in atoms), TRUE)
        uncovered = all_of(Not(item=reading.covered), quiet)
        case = study.engine.first(uncovered)
        if case is None:
            continue
        free = Not(item=assign(reading.covered, {atom: presumed(study.policy, atom) for atom in atoms}))
        regions, more = _regions(study, free, [v.id for v in study.space.variables if v.kind != "atom"])
        told = tuple(spelled(_expr(region), study.policy, study.category).strip("`") for region in regions if region)
        texts = ", when no text of a clause applies" if atoms else ""
        stated = enough({v: value for v, value in case.items() if v not in atoms}, free)
        told_case = with_case(study.policy, stated, study.category)
        if atoms:
            told_case = f"{told_case}, and no text applying" if stated else "with no text applying"
        yield study.finding(
            Kind.UNCOVERED,
            [],
            f"no clause covers {_list(told, more)}{texts}",
            surfaces=surfaces,
            witness=Witness(
                surface=surfaces[0],
                case=case,
                stated=(*stated, *atoms),
                sentence=f"{told_case}: no clause is in force, so the level is `{study.policy.levels[0]}`",
            ),
            regions=told,
            advice="Add a clause that says what holds there, if only a permit.",
        )


def _list(regions: tuple[str, ...], more: bool) -> str:
    if not regions:
        return "some cases" if more else "any case"
    told = "; or ".join(f"`{region}`" for region in regions)
    return f"the cases with {told}{', and others' if more else ''}"


def assign(expr: Expr, fixed: Mapping[str, str]) -> Expr:
    """The condition when some variables have a value already."""
    match expr:
        case Test(variable=variable, values=values) if variable in fixed:
            return TRUE if fixed[variable] in values else any_of()
        case Test():
            return expr
        case Not(item=item):
            return Not(item=assign(item, fixed))
        case _:
            return expr.model_copy(update={"items": tuple(assign(item, fixed) for item in expr.items)})


def _regions(study: Study, wanted: Expr, variables: list[str]) -> tuple[list[Region], bool]:
    """Maximal boxes that together are the cases of `wanted`, none of them needless; and whether there are more.

    Each grows from the first case that is not described yet, one value at a time. There are no more than MAX_REGIONS,
    and none after one that takes more than MAX_TESTS to describe.
    """
    found: list[Region] = []
    rest: Expr = wanted
    outside = Not(item=wanted)
    while len(found) < MAX_REGIONS:
        case = study.engine.first(rest)
        if case is None:
            break
        region = _grown(study, {v: (case[v],) for v in variables}, outside)
        if len(region) > MAX_TESTS:
            break
        found.append(region)
        rest = And(items=(rest, Not(item=_expr(found[-1]))))
    more = study.engine.possible(rest)
    for region in list(found):
        others = any_of(*(_expr(other) for other in found if other is not region))
        if len(found) > 1 and not study.engine.possible(all_of(_expr(region), Not(item=others))):
            found.remove(region)
    return found, more


def _grown(study: Study, region: Region, outside: Expr) -> Region:
    domains = {variable.id: variable.values for variable in study.space.variables}
    tests = {variable: Test(variable=variable, values=values) for variable, values in region.items()}
    for variable in list(region):
        others = all_of(*(test for name, test in tests.items() if name != variable), TRUE)
        for value in domains[variable]:
            values = tuple(v for v in domains[variable] if v == value or v in region[variable])
            test = Test(variable=variable, values=values)
            if values != region[variable] and not study.engine.possible(And(items=(test, others, outside))):
                region, tests = region | {variable: values}, tests | {variable: test}
    return {variable: values for variable, values in region.items() if len(values) < len(domains[variable])}


def _expr(region: Region) -> Expr:
    tests = tuple(Test(variable=variable, values=values) for variable, values in region.items())
    return tests[0] if len(tests) == 1 else And(items=tests)
