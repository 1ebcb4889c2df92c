"""The values that a policy is made of."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError

from policylang.language.load import load_policy, load_text
from policylang.language.meaning.expr import Test
from policylang.language.meaning.policy import Policy

PIXEL = b"\x89PNG\r\n\x1a\n"
TEXT = """policy acme.content 1.0.0 "A"

levels none < low

category harm {
  clause steps "Steps" { forbid low violates { user "This?" image "a.png" } }
  clause museum "In a museum" { permit overrides steps }
}
"""


def policy() -> Policy:
    loaded = load_text(TEXT.replace("violates {", "violates one {"))
    assert loaded.policy is not None
    return loaded.policy


def test_a_copy_forgets_what_was_worked_out_of_the_original() -> None:
    original = policy()
    clause = original.clause("harm.steps")
    assert clause.breach == Test(variable="harm.steps", values=("yes",))
    minor = Test(variable="minor", values=("yes",))
    changed = clause.model_copy(update={"when": minor})
    assert changed.breach == minor
    category = original.category("harm").model_copy(update={"clauses": (changed,)})
    copied = original.model_copy(update={"categories": (category,)})
    assert copied.clause("harm.steps") is changed
    assert copied.overriders("harm.steps") == ()


def test_an_image_has_its_hash_however_it_is_looked_up(tmp_path: Path) -> None:
    (tmp_path / "x.pol").write_text(TEXT.replace("violates {", "violates one {"))
    (tmp_path / "a.png").write_bytes(PIXEL)
    loaded = load_policy(tmp_path).policy
    assert loaded is not None
    wanted = hashlib.sha256(PIXEL).hexdigest()
    assert loaded.clause("harm.steps").exemplars[0].images[0].sha256 == wanted
    assert loaded.category("harm").clauses[0].exemplars[0].images[0].sha256 == wanted


def test_values_are_frozen_and_closed() -> None:
    with pytest.raises(ValidationError):
        policy().title = "Another"
    with pytest.raises(ValidationError):
        Policy.model_validate({**policy().model_dump(), "extra": 1})


def test_json_and_back() -> None:
    assert Policy.model_validate_json(policy().model_dump_json()) == policy()
