"""Law: a content hash is blind to comments, layout and the order of files, and to nothing that changes the meaning."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policylang.language.diagnostics import Report
from policylang.language.load import load_policy, load_text
from policylang.language.meaning.expr import Not, Test, variables
from policylang.language.meaning.hashing import clause_hash, exemplar_hash, policy_hash
from policylang.language.meaning.policy import Action, Clause, Effect, Facet, Policy, Respond
from policylang.language.printer import to_source
from policylang.language.source import SourceFile
from policylang.language.syntax.scan import scan
from policylang.testing import layouts, policies

small = policies(max_categories=2, max_clauses=3, images=False)
fewer = settings(max_examples=settings().max_examples // 2)


def hashes(policy: Policy) -> dict[str, str]:
    return {clause.id: clause_hash(policy, clause) for clause in policy.clauses} | {"": policy_hash(policy)}


def with_clause(policy: Policy, clause: Clause, **changes: object) -> Policy:
    changed = clause.model_copy(update=changes)
    categories = tuple(
        category.model_copy(
            update={"clauses": tuple(changed if one.id == clause.id else one for one in category.clauses)}
        )
        for category in policy.categories
    )
    return policy.model_copy(update={"categories": categories})


# ---------------------------------------------------------------- blind to


@given(st.data())
@fewer
def test_layout_and_comments(data: st.DataObject) -> None:
    policy = data.draw(small)
    again = load_text(data.draw(layouts(to_source(policy)))).policy
    assert again is not None
    assert hashes(again) == hashes(policy)


@given(small, st.integers(0, 2**32))
def test_the_order_and_the_names_of_files(policy: Policy, seed: int) -> None:
    rng = random.Random(seed)
    header, *blocks = [block.text or "" for block in scan(SourceFile("", to_source(policy)), Report())]
    rng.shuffle(blocks)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [folder / f"{rng.choice('abc')}/{rng.randrange(1000)}.pol" for _ in range(3)]
        texts = dict.fromkeys(names, "")
        for block in blocks:
            texts[rng.choice(names)] += block + "\n"
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        (folder / "zz.pol").write_text(header, "utf-8")
        again = load_policy(folder).policy
    assert again is not None
    assert hashes(again) == hashes(policy)


@given(small)
@fewer
def test_line_breaks_in_prose(policy: Policy) -> None:
    assume(policy.clauses)
    clause = policy.clauses[0]
    broken = with_clause(policy, clause, text="  " + clause.text.replace(" ", "\n  ") + "\n")
    assert hashes(broken) == hashes(policy)


# ---------------------------------------------------------------- not blind to

_RESPOND = Respond(action=Action.ESCALATE, guidance="Call someone who knows.")
_CHANGES: dict[str, Callable[[Policy, Clause], object]] = {
    "title": lambda policy, clause: clause.title + " more",
    "text": lambda policy, clause: clause.text + " more",
    "effect": lambda policy, clause: next(effect for effect in Effect if effect is not clause.effect),
    "level": lambda policy, clause: next(level for level in (None, *policy.levels) if level != clause.level),
    "when": lambda policy, clause: Not(item=clause.when) if clause.when else Test(variable=clause.id, values=("yes",)),
    "unless": lambda policy, clause: Not(item=clause.unless or Test(variable=clause.id, values=("no",))),
    "surfaces": lambda policy, clause: next(s for s in (("response",), ("image",)) if s != clause.surfaces),
    "overrides": lambda policy, clause: (*clause.overrides, "another"),
    "locked": lambda policy, clause: not clause.locked,
    "respond": lambda policy, clause: None if clause.respond == _RESPOND else _RESPOND,
    "code": lambda policy, clause: clause.code + "x",
    "maps": lambda policy, clause: (*clause.maps, "another"),
}


def test_every_part_of_a_clause_is_changed_below() -> None:
    assert set(Clause.model_fields) - set(_CHANGES) == {"id", "category", "name", "exemplars"}


@given(small, st.sampled_from(sorted(_CHANGES)), st.data())
def test_a_change_of_a_clause_changes_its_hash_alone_and_that_of_the_policy(
    policy: Policy, part: str, data: st.DataObject
) -> None:
    assume(policy.clauses)
    clause = data.draw(st.sampled_from(policy.clauses))
    before = hashes(policy)
    after = hashes(with_clause(policy, clause, **{part: _CHANGES[part](policy, clause)}))
    assert {name for name in before if before[name] != after[name]} == {clause.id, ""}


@given(small, st.data())
def test_a_change_of_a_facet_changes_the_hashes_of_the_clauses_that_mention_it(
    policy: Policy, data: st.DataObject
) -> None:
    assume(policy.facets)
    facet = data.draw(st.sampled_from(policy.facets))
    part = data.draw(st.sampled_from(("question", "values", "default")))
    values = tuple(v.model_copy(update={"text": v.text + " more"}) for v in facet.values)
    default = next(name for name in (None, *facet.names) if name != facet.default)
    changed = facet.model_copy(
        update={part: {"question": facet.question + " more", "values": values, "default": default}[part]}
    )
    assert isinstance(changed, Facet)
    facets = tuple(changed if one.id == facet.id else one for one in policy.facets)
    before, after = hashes(policy), hashes(policy.model_copy(update={"facets": facets}))
    mentioning = {clause.id for clause in policy.clauses if facet.id in variables(clause.breach)}
    assert {name for name in before if before[name] != after[name]} == {*mentioning, ""}


@given(small, st.data())
@fewer
def test_an_exemplar_changes_the_hash_of_the_policy_but_not_of_its_clause(policy: Policy, data: st.DataObject) -> None:
    exemplars = list(policy.exemplars)
    assume(exemplars)
    clause, exemplar = data.draw(st.sampled_from(exemplars))
    changed = exemplar.model_copy(update={"because": exemplar.because + " more"})
    others = tuple(changed if one.id == exemplar.id else one for one in clause.exemplars)
    before, after = hashes(policy), hashes(with_clause(policy, clause, exemplars=others))
    assert {name for name in before if before[name] != after[name]} == {""}
    assert exemplar_hash(changed) != exemplar_hash(exemplar)
