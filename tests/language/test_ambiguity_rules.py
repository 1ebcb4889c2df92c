"""Which ambiguity rules reach a category's table: its own, or else the policy's that speak of what the table asks."""

from __future__ import annotations

from policylang.language.load import load_text
from policylang.language.logic.table import compile_table

SOURCE = """
policy acme.ambiguity 1.0.0 "Ambiguity"
levels none < high
facet intent "Intent" { ask "What for?" learn "To learn." do "To do." }
facet detail "Detail" { ask "How much?" none "None." steps "Steps." }
category locks "Locks" { clause open "Open" { forbid high when intent = do } }
category recipes "Recipes" { clause cook "Cook" { forbid high when detail = steps } }
category own "Own" {
  clause other "Other" { forbid high when intent = do }
  ambiguity { raise when detail = steps }
}
ambiguity {
  raise when detail = steps
  lower when intent = learn
  ask
}
"""


def actions(category: str) -> list[str]:
    loaded = load_text(SOURCE)
    assert loaded.policy is not None, loaded.report.sorted()
    return [rule.action for rule in compile_table(loaded.policy, category, "request").ambiguity]


def test_a_general_rule_reaches_the_tables_that_ask_what_it_speaks_of() -> None:
    assert actions("locks") == ["lower", "ask"]
    assert actions("recipes") == ["raise", "ask"]


def test_a_rule_of_the_category_stays_whatever_it_speaks_of() -> None:
    assert actions("own") == ["raise"]
