"""The quickstart's policy: sound, complete on both sides of every line, and of the size that its README says."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from policylang.language.diagnostics.text import render
from policylang.language.load import load_policy
from policylang.language.logic.space import case_space
from policylang.language.logic.verdict import Verdict, verdict
from policylang.language.meaning.expr import NO, AtLeast, walk
from policylang.language.meaning.policy import Category, Effect, Exemplar, Label, Policy, Use
from policylang.runtime.config import load_config

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"


def quickstart() -> Policy:
    loaded = load_policy(QUICKSTART)
    assert render(loaded.report.sorted(), loaded.sources) == ""
    assert loaded.policy is not None
    return loaded.policy


POLICY = quickstart()
CATEGORIES = [category for category in POLICY.categories if category.clauses]


def exemplars(category: Category) -> list[Exemplar]:
    return [exemplar for clause in category.clauses for exemplar in clause.exemplars]


@cache
def verdicts(category_id: str) -> list[tuple[dict[str, str], Verdict]]:
    """The verdict of every case of a category, on every surface."""
    surfaces = {surface for clause in POLICY.category(category_id).clauses for surface in clause.surfaces}
    space = case_space(POLICY, category_id)
    return [
        (case, verdict(POLICY, category_id, case, surface)) for surface in sorted(surfaces) for case in space.cases()
    ]


each_category = pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.id)


def test_it_is_a_whole_policy() -> None:
    cases = list(POLICY.exemplars)
    assert len(CATEGORIES) >= 4
    assert len(POLICY.clauses) >= 13
    assert len(cases) >= 48
    assert sum(bool(exemplar.ideal) for _, exemplar in cases) >= 20
    assert sum(bool(exemplar.rejected) for _, exemplar in cases) >= 8
    assert sum(bool(exemplar.images) for _, exemplar in cases) >= 6
    assert {clause.effect for clause in POLICY.clauses} == set(Effect)
    assert any(clause.locked for clause in POLICY.clauses)
    assert any(clause.overrides for clause in POLICY.clauses)
    assert any(isinstance(p, AtLeast) for c in POLICY.clauses if c.when for p in walk(c.when))


@each_category
def test_the_side_that_complies_is_at_least_as_large(category: Category) -> None:
    labels = Counter(exemplar.label for exemplar in exemplars(category))
    assert labels[Label.COMPLIES] >= labels[Label.VIOLATES] > 0
    assert labels[Label.BORDERLINE] >= 2


@each_category
def test_every_category_can_measure_a_prompt(category: Category) -> None:
    kept_apart = {exemplar.label for exemplar in exemplars(category) if exemplar.use == (Use.CALIBRATION,)}
    assert kept_apart == set(Label)


@each_category
def test_every_category_can_show_a_picture_and_seed_every_label(category: Category) -> None:
    seeds = [exemplar for exemplar in exemplars(category) if Use.SEED in exemplar.use]
    assert any(exemplar.images for exemplar in seeds)
    assert {exemplar.label for exemplar in seeds} == set(Label)


@each_category
def test_every_clause_has_a_case(category: Category) -> None:
    assert [clause.id for clause in category.clauses if not clause.exemplars] == []


@each_category
def test_every_clause_decides_some_case(category: Category) -> None:
    deciding = {clause for _, found in verdicts(category.id) for clause in found.deciding}
    assert deciding == {clause.id for clause in category.clauses}


@each_category
def test_no_case_asks_for_two_responses(category: Category) -> None:
    for case, found in verdicts(category.id):
        if found.label is Label.VIOLATES:
            asked = {respond.action for name in found.deciding if (respond := POLICY.clause(name).respond)}
            assert len(asked) == 1, (case, found.deciding)


@each_category
def test_every_case_with_facets_is_covered_by_a_clause(category: Category) -> None:
    """Where a category consists of yes/no lines only, "none of them" is the one case that no clause covers."""
    space = case_space(POLICY, category.id)
    for case, found in verdicts(category.id):
        if found.surface == "request" and not found.covered:
            assert all(case[variable.id] == NO for variable in space.variables if variable.kind == "atom")
            assert any(clause.has_atom and clause.effect is Effect.PERMIT for clause in category.clauses)


@each_category
def test_exemplars_state_every_facet_that_decides(category: Category) -> None:
    facets = {variable.id for variable in case_space(POLICY, category.id).variables if variable.kind == "facet"}
    for exemplar in exemplars(category):
        if exemplar.name is not None:  # a case of one line states nothing: its label holds whatever the facets are
            assert facets <= set(exemplar.facets), exemplar.id


def test_words_stay_short_enough_for_small_models() -> None:
    for clause in POLICY.clauses:
        assert len(clause.text.split()) <= 40, clause.id
        assert clause.respond is None or len(clause.respond.guidance.split()) <= 25, clause.id
    for facet in POLICY.facets:
        assert len(facet.question.split()) <= 20, facet.id


def test_the_first_plan_fits_a_laptop() -> None:
    plan = POLICY.plan("quickstart")
    assert 14 <= plan.size <= 20, "twelve accepted rows and some to lose"
    assert plan.accept_by == ("rationale",)
    pictures = next(s.percent or 0 for f in plan.factors if f.id == "modality" for s in f.shares if s.name != "text")
    assert round(plan.size * pictures / 100) >= len(CATEGORIES), "every category gets a row with a picture"
    assert plan.size >= 2 * len(CATEGORIES), "and one without"


def test_the_full_plan_tests_the_edges() -> None:
    plan = POLICY.plan("full")
    assert plan.boundaries
    assert plan.split.group_by == "pair"
    assert {share.name for share in plan.split.shares} == {"train", "validation", "test"}


def test_the_models_are_local_and_the_judge_gates_nothing() -> None:
    config = load_config(QUICKSTART / "policyc.toml")
    for name in ("teacher", "target", "judge"):
        endpoint = config.endpoint_of(name)
        assert endpoint is not None
        assert endpoint.kind == "embedded"
    judge = config.role("judge")
    assert judge is not None
    assert judge.advisory
    assert config.role("captioner") is None


def test_the_commented_endpoints_work_when_they_are_uncommented(tmp_path: Path) -> None:
    text = (QUICKSTART / "policyc.toml").read_text("utf-8")
    active, examples = text.split(
        "# ---------------------------------------------------------------- your own endpoints"
    )
    lines = [line[4:] for line in examples.splitlines() if line.startswith("#   ")]
    roles = set(re.findall(r"^\[roles\.(\w+)\]", "\n".join(lines), re.MULTILINE))
    kept = re.split(r"^(?=\[)", active, flags=re.MULTILINE)
    changed = "".join(part for part in kept if not re.match(rf"\[roles\.({'|'.join(roles)})\]", part))
    path = tmp_path / "policyc.toml"
    path.write_text(changed + "\n" + "\n".join(lines), "utf-8")
    config = load_config(path)
    assert {"local", "ollama", "vllm", "hosted"} == set(config.endpoints)
    assert config.role("captioner") is not None


def test_the_readme_counts_right() -> None:
    readme = (QUICKSTART / "README.md").read_text("utf-8")
    pictures = {image.path for _, exemplar in POLICY.exemplars for image in exemplar.images}
    counts = (
        f"{len(CATEGORIES)} categories, {len(POLICY.clauses)} clauses, {len(list(POLICY.exemplars))} labelled cases, "
        f"{len(pictures)} pictures"
    )
    assert counts in " ".join(readme.split())
    for plan in POLICY.plans:
        assert f"`{plan.id}` ({plan.size} rows)" in readme
