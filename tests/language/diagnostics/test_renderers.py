"""One diagnostic, several renderers: SARIF that fits its schema, and lines that GitHub reads, whatever a text holds."""

from __future__ import annotations

from typing import Any

import jsonschema
from sarif_schema import SARIF

from policylang.language.diagnostics import Applicability, Diagnostic, Edit, Fix, Related, Severity, github
from policylang.language.diagnostics.sarif import sarif_log
from policylang.language.load import load_text
from policylang.language.source import SourceFile, Span

TWICE = """\
policy acme.content 1.0.0 "A"

levels none < low < high

category harm { clause steps "😀" { forbid hihg } }
category harm { clause tools "Tools" { forbid low } }
"""


def log_of(text: str, name: str = "policy.pol") -> dict[str, Any]:
    loaded = load_text(text, name)
    log: dict[str, Any] = sarif_log(loaded.report.sorted(), loaded.sources, "1.2.3")
    jsonschema.Draft202012Validator(SARIF).validate(log)
    return log


def test_the_subset_is_a_schema_and_refuses_what_is_none_of_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SARIF)
    log = log_of(TWICE)
    log["runs"][0]["results"][0]["mesage"] = {}
    assert not jsonschema.Draft202012Validator(SARIF).is_valid(log)


def test_sarif_has_the_rules_that_occur_and_results_that_point_to_them() -> None:
    [run] = log_of(TWICE)["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("policyc", "1.2.3")
    assert [(rule["id"], rule["name"]) for rule in driver["rules"]] == [
        ("POL0201", "unknown-name"),
        ("POL0202", "duplicate"),
    ]
    assert all(driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_sarif_counts_columns_by_characters_and_says_so() -> None:
    [run] = log_of(TWICE)["runs"]
    unknown = next(result for result in run["results"] if result["ruleId"] == "POL0201")
    region = unknown["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert region == {"startLine": 5, "startColumn": 43, "endLine": 5, "endColumn": 47}
    assert unknown["message"]["text"] == "there is no level `hihg`\nDid you mean `high`?"


def test_sarif_has_related_places_and_fixes() -> None:
    [run] = log_of(TWICE)["runs"]
    unknown, duplicate = sorted(run["results"], key=lambda result: str(result["ruleId"]))
    [related] = duplicate["relatedLocations"]
    assert related["message"]["text"] == "here first"
    assert related["physicalLocation"]["region"]["startLine"] == 5
    [fix] = unknown["fixes"]
    assert fix["properties"] == {"applicability": "unsafe"}
    [change] = fix["artifactChanges"]
    assert change["artifactLocation"] == unknown["locations"][0]["physicalLocation"]["artifactLocation"]
    [replacement] = change["replacements"]
    assert replacement["insertedContent"]["text"] == "high"
    assert replacement["deletedRegion"] == unknown["locations"][0]["physicalLocation"]["region"]


def test_sarif_addresses_are_uris() -> None:
    def address(name: str) -> dict[str, str]:
        [run] = log_of(TWICE, name)["runs"]
        found: dict[str, str] = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        return found

    assert address("my rules/100%.pol") == {"uri": "my%20rules/100%25.pol", "uriBaseId": "%SRCROOT%"}
    assert address("/srv/rules.pol") == {"uri": "file:///srv/rules.pol"}


def test_sarif_of_a_sound_policy_has_no_results() -> None:
    [run] = log_of('policy acme.content 1.0.0 "A"\n')["runs"]
    assert run["results"] == run["tool"]["driver"]["rules"] == []


def test_sarif_has_ignored_warnings_with_their_reasons() -> None:
    text = 'policy acme.content 1.0.0 "A"\n\nfacet mood { a b }  # policyc: ignore[no-question] it is plain\n'
    loaded = load_text(text)
    log: Any = sarif_log(loaded.report.sorted(), loaded.sources, "1", loaded.report.ignored)
    jsonschema.Draft202012Validator(SARIF).validate(log)
    [result] = log["runs"][0]["results"]
    assert result["ruleId"] == "POL0403"
    assert result["suppressions"] == [{"kind": "inSource", "justification": "it is plain"}]


def test_braces_with_a_number_are_no_place_for_an_argument() -> None:
    one = Diagnostic("POL0201", Severity.ERROR, "no `{0}` but `{`", Span("p.pol", 0, 0))
    log: Any = sarif_log([one], {}, "1")
    assert log["runs"][0]["results"][0]["message"]["text"] == "no `{{0}}` but `{`"


# ---------------------------------------------------------------- GitHub


def said(message: str, span: Span, text: str = "", help_: str = "") -> str:
    diagnostic = Diagnostic("POL0201", Severity.ERROR, message, span, help_)
    return github.render([diagnostic], {span.file: SourceFile(span.file, text)} if text else {})


def test_github_shows_the_place_and_what_to_do() -> None:
    assert said("no `b`", Span("p.pol", 2, 3), "a\nb\n", "Did you mean `a`?") == (
        "::error file=p.pol,line=2,endLine=2,col=1,endColumn=1,title=POL0201 (unknown-name)::"
        "no `b`%0ADid you mean `a`?\n"
    )


def test_github_has_no_columns_where_a_place_has_several_lines() -> None:
    assert said("m", Span("p.pol", 0, 3), "a\nb\n").startswith("::error file=p.pol,line=1,endLine=2,title=")


def test_nothing_in_a_message_or_name_can_begin_a_command_of_its_own() -> None:
    line = said("100%\r\n::add-mask::x", Span("a,b:c%\n.pol", 0, 0))
    assert line == "::error file=a%2Cb%3Ac%25%0A.pol,title=POL0201 (unknown-name)::100%25%0D%0A::add-mask::x\n"
    assert line.count("\n") == 1


def test_a_fix_over_several_places_is_one_fix() -> None:
    span = Span("p.pol", 0, 1)
    fix = Fix("Write it.", (Edit(span, "x"), Edit(Span("p.pol", 2, 2), "y")), Applicability.SAFE)
    one = Diagnostic("POL0201", Severity.ERROR, "m", span, "", (Related(Span("q.pol", 0, 0), "there"),), fix)
    log: Any = sarif_log([one], {"p.pol": SourceFile("p.pol", "a b")}, "1")
    jsonschema.Draft202012Validator(SARIF).validate(log)
    [result] = log["runs"][0]["results"]
    assert [len(change["replacements"]) for change in result["fixes"][0]["artifactChanges"]] == [2]
    assert "region" not in result["relatedLocations"][0]["physicalLocation"]
