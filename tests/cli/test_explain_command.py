"""`policyc explain`: the story of every diagnostic, by code or by name."""

from __future__ import annotations

import pytest
from lab import Policyc

from policylang.language.diagnostics.codes import CODES


def test_a_code_and_its_name_have_one_story(policyc: Policyc) -> None:
    by_code = policyc("explain", "POL0304")
    assert (by_code.code, by_code.err) == (0, "")
    assert by_code.out.startswith("POL0304 (")
    assert policyc("explain", "pol0304").out == policyc("explain", CODES["POL0304"].name).out == by_code.out


def test_without_a_code_all_are_listed(policyc: Policyc) -> None:
    lines = policyc("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)
    assert set(policyc("explain", "--json").json) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_story(policyc: Policyc, code: str) -> None:
    told = policyc("explain", code, "--json").json
    assert told["code"] == code
    assert told["name"] == CODES[code].name
    assert "\n## Example\n" in told["story"]
    assert "\n## What to do\n" in told["story"]


def test_an_unknown_code_is_met_with_a_guess_and_the_way_to_the_list(policyc: Policyc) -> None:
    done = policyc("explain", "exemplar-contradict")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean `exemplar-contradicts`? policyc explain lists them all." in done.err
    assert "Did you mean `POL0304`?" in policyc("explain", "pol304").err
    assert policyc("explain", "POL9999", "--json").json["error"]["message"] == "there is no diagnostic POL9999"
