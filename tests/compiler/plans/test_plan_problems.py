"""Plans that cannot be met: what the error names, and what it says to do."""

from __future__ import annotations

import re

import pytest

from policylang.compiler.plans import PlanError, compile_plan
from policylang.language.load import load_text

POLICY = """
policy test.plans 1.0.0 "Plans"
levels none < low < high
{factors}
facet intent "Intent" { ask "What is it for?" learn "To learn." do "To do." }
category one "One" {
  clause act "Act" { forbid high when intent = do }
  clause look "Look" { permit when intent = learn }
}
category two "Two" {
  clause say "Say" { forbid low }
}
plan p "A plan" {
{plan}
}
"""
FACTORS = """
factor modality "Modality" { ask "In what form?" text "Words." image "A picture." }
factor style "Style" { ask "How?" plain "Plain." rude "Rude." }
"""


def problems(plan: str) -> str:
    loaded = load_text(POLICY.replace("{factors}", FACTORS).replace("{plan}", plan))
    assert loaded.policy is not None, loaded.report.sorted()
    with pytest.raises(PlanError) as caught:
        compile_plan(loaded.policy, loaded.policy.plan("p"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ("size 3\ncover 2-way clause, label", "cover 2-way clause, label: it needs 8 rows; the size is 3 (set size 8)"),
        ("size 5\nat least 2 per clause", "at least 2 per clause: it needs 6 rows; the size is 5 (set size 6)"),
        ("size 2\ncover boundaries", "cover boundaries: it needs"),
        (
            "size 20\nquota clause { one.look 50%, one.act 50% }\nquota label { violates 100% }",
            "clause=one.look should have 10 rows, but no row can be that: what a clause permits does not violate",
        ),
        (
            "size 8\nfactor modality { text 50%, image 50% }\nexclude modality = text",
            "modality=text should have 4 rows, but no row can be that",
        ),
        (
            "size 8\nfactor modality { text 50%, image 50% }\nfactor style { plain 75%, rude 25% }\n"
            "exclude modality = text and style = plain",
            "would be off by",
        ),
    ],
)
def test_the_error_names_the_part_and_the_way_out(plan: str, says: str) -> None:
    assert says in problems(plan)


def test_the_size_that_is_named_does() -> None:
    ready = "size 3\ncover 2-way clause, label\ncover boundaries"
    named = re.search(r"set size (\d+)", problems(ready))
    assert named is not None
    fitting = ready.replace("size 3", f"size {named[1]}")
    loaded = load_text(POLICY.replace("{factors}", FACTORS).replace("{plan}", fitting))
    assert loaded.policy is not None
    assert len(compile_plan(loaded.policy, loaded.policy.plan("p")).rows) == int(named[1])
    smaller = ready.replace("size 3", f"size {int(named[1]) - 1}")
    assert "needs" in problems(smaller) or "does not fit" in problems(smaller)


def test_too_many_cells_are_refused_at_once() -> None:
    many = "\n".join(
        f'factor f{n} "F" {{ ask "Which?" ' + " ".join(f'v{i} "V."' for i in range(20)) + " }" for n in range(9)
    )
    plan = "size 20\n" + "\n".join(f"factor f{n} {{ {', '.join(f'v{i}' for i in range(20))} }}" for n in range(9))
    loaded = load_text(POLICY.replace("{factors}", many).replace("{plan}", plan))
    assert loaded.policy is not None, loaded.report.sorted()
    with pytest.raises(PlanError, match="this planner takes"):
        compile_plan(loaded.policy, loaded.policy.plan("p"))
