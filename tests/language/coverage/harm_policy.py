"""A policy small enough to count by hand, and exemplars to put into it."""

from __future__ import annotations

from policylang.language.coverage import CoverageReport, Item, Places, measure_coverage
from policylang.language.load import Loaded, load_text

HEAD = """\
policy t.harm 1.0.0 "Harm"

levels none < low < high

facet intent {
  ask "What for?"
  learn
  do
}

facet detail {
  ask "How much?"
  none
  < some
  < full
}

facet agreed yes/no {
  ask "Has everyone agreed?"
}
"""

CLAUSES = """
category harm "Harm" {
  clause steps "No steps" {
    forbid high
    when intent = do and detail >= some
    unless agreed
    STEPS
  }
  clause talk "Talk" {
    permit
    when intent = learn
    TALK
  }
  clause sport "Sport" {
    permit
    when agreed
    overrides steps
    SPORT
  }
}
"""


def loaded(steps: str = "", talk: str = "", sport: str = "", clauses: str = CLAUSES) -> Loaded:
    text = HEAD + clauses.replace("STEPS", steps).replace("TALK", talk).replace("SPORT", sport)
    found = load_text(text)
    assert found.policy is not None, [str(diagnostic) for diagnostic in found.report]
    return found


def measured(steps: str = "", talk: str = "", sport: str = "", clauses: str = CLAUSES) -> CoverageReport:
    found = loaded(steps, talk, sport, clauses)
    assert found.policy is not None
    return measure_coverage(found.policy, Places(found.sources, found.spans))


def item(report: CoverageReport, name: str) -> Item:
    return next(item for item in report.items if item.id == name)


def exemplar(label: str, **facets: str) -> str:
    said = ", ".join(f"{name} = {value}" for name, value in facets.items())
    return f'{label} {{ user "Words." facets {{ {said} }} }}\n'


FULL = exemplar("violates", intent="do", detail="full", agreed="no")
MILD = exemplar("complies", intent="do", detail="none", agreed="no")
SOME = exemplar("violates", intent="do", detail="some", agreed="no")
AGREED = exemplar("complies", intent="do", detail="full", agreed="yes")
LEARN = exemplar("complies", intent="learn", detail="full", agreed="no")
