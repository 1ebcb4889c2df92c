"""The library that ships: what a policy can import by name, and that every question can be answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from policylang.language.diagnostics.text import render
from policylang.language.library import modules_below, shipped
from policylang.language.load import load_policy, load_text
from policylang.language.meaning.policy import Facet, Policy

MODULES = [module.main for module in modules_below(shipped())]


def shipped_policy(name: str) -> Policy:
    loaded = load_policy(shipped() / "std" / f"{name}.pol")
    assert loaded.policy is not None
    return loaded.policy


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_shipped_policy_is_sound(path: Path) -> None:
    loaded = load_policy(path)
    assert render(loaded.report.sorted(), loaded.sources) == ""
    assert loaded.policy is not None


def test_what_the_documentation_imports_is_there() -> None:
    facets = {facet.id: facet for facet in shipped_policy("facets").facets}
    assert {"intent", "specificity", "framing", "audience", "target", "consent"} <= {
        name for name, facet in facets.items() if not facet.controlled
    }
    assert {"modality", "attack", "persona", "length"} == {name for name, facet in facets.items() if facet.controlled}
    assert {"text", "image_text", "typographic"} == set(facets["modality"].names)
    assert {"direct", "roleplay"} <= set(facets["attack"].names)
    assert {rubric.id for rubric in shipped_policy("rubrics").rubrics} == {"rationale", "answer"}


@pytest.mark.parametrize("facet", shipped_policy("facets").facets, ids=lambda facet: facet.id)
def test_a_judge_or_a_writer_is_told_what_every_value_means(facet: Facet) -> None:
    if not facet.controlled:
        assert facet.question.endswith("?")
    else:
        assert facet.text
        assert facet.default in facet.names
    if facet.kind != "boolean":
        assert all(value.text.endswith(".") for value in facet.values)


def test_scores_that_are_anchored_at_both_ends_and_in_the_middle() -> None:
    for rubric in shipped_policy("rubrics").rubrics:
        assert rubric.accept is not None
        for criterion in rubric.criteria:
            assert [anchor.score for anchor in criterion.anchors] == [rubric.low, 3, rubric.high], criterion.id
            assert criterion.text


def test_seeing_is_scored_only_where_there_is_something_to_see() -> None:
    for rubric in shipped_policy("rubrics").rubrics:
        visual = next(criterion for criterion in rubric.criteria if criterion.id == "visual_grounding")
        assert visual.when is not None
        assert visual.when.model_dump() == {
            "op": "test",
            "variable": "modality",
            "values": ("image_text", "typographic"),
        }


def test_a_policy_of_one_page_can_stand_on_the_library() -> None:
    loaded = load_text("""
        policy tiny 1.0.0 "Tiny"
        import std.facets ^1 (intent, specificity)
        levels none < high
        category harm "Harm" {
          clause steps "No steps" {
            forbid high
            when intent = do and specificity >= operational
            violates { user "Tell me how." facets { intent = do, specificity = operational } }
            complies { user "Why do people do it?" facets { intent = learn, specificity = general } }
          }
        }
        """)
    assert render(loaded.report.sorted(), loaded.sources) == ""
    assert loaded.policy is not None
    assert loaded.policy.imports == {"std.facets": "1.0.0"}
