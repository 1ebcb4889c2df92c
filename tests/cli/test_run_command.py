"""`policyc run`: from a policy to a data set and a report, over HTTP; what it costs first; how it goes on and ends."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.server import HTML, FaultyServer, error
from lab import HELP, POLICY, REFUSAL, Policyc, Teacher, config

from policylang.runtime.config import FILE_NAME

Teach = Callable[..., FaultyServer]
RUN = Path("runs/lab.safety/small")


def rows_of(folder: Path) -> list[dict]:
    parts = [folder / "dataset" / f"{part}.jsonl" for part in ("train", "test")]
    return [json.loads(line) for part in parts for line in part.read_text().splitlines()]


# ------------------------------------------------------------------------------------------------ --dry-run


def test_a_dry_run_says_what_it_would_cost_and_sends_nothing(policyc: Policyc, lab: Path, teach: Teach) -> None:
    server = teach(reason="model")
    done = policyc("run", lab, "--dry-run")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("plan small: 4 rows, at most 2 attempts each\n")
    table = {line.split()[0]: line.split() for line in done.out.splitlines() if line.startswith("  ")}
    assert list(table) == ["stage", "request", "reason", "answer", "judge"]
    assert [table[stage][2] for stage in ("request", "reason", "answer", "judge")] == ["4"] * 4
    assert "at most" in done.out.splitlines()[-1]
    assert server.requests == []
    assert not Path("runs").exists()


def test_a_dry_run_fits_a_terminal_of_80_columns(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(reason="model")
    assert max(map(len, policyc("run", lab, "--dry-run", "--plan", "large").out.splitlines())) < 80


def test_the_symbolic_teacher_is_not_asked(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(reason="model")
    found = policyc("run", lab, "--dry-run", "--teacher", "symbolic", "--json").json
    assert [stage["stage"] for stage in found["stages"]] == ["request", "answer", "judge"]
    assert found["at_most_usd"] == pytest.approx(2 * found["cost_usd"])


def test_without_prices_the_cost_is_unknown_and_not_nothing(policyc: Policyc, lab: Path, teach: Teach) -> None:
    server = teach()
    unpriced = "\n".join(line for line in config(server.url).splitlines() if "_price" not in line)
    (lab / FILE_NAME).write_text(unpriced)
    done = policyc("run", lab, "--dry-run")
    assert "cost: unknown, as policyc.toml gives no prices for teacher, target, judge" in done.out
    assert policyc("run", lab, "--dry-run", "--json").json["cost_usd"] is None


# ------------------------------------------------------------------------------------------------ a real run


def test_a_run_makes_a_data_set_and_a_report(policyc: Policyc, lab: Path, teach: Teach) -> None:
    server = teach()
    done = policyc("run", lab)
    assert done.code == 0, done.err
    assert done.err == "", "there is no progress where there is no terminal"
    first, *_, data, report = done.out.splitlines()
    assert first == "lab.safety 1.0.0, plan small: 4 of 4 rows accepted; 0 attempts rejected, 0 failed"
    assert data == f"data set: {RUN}/dataset (train 2, test 2)"
    assert report == f"report:   {RUN}/report.html"
    assert len(server.requests) == 12, "a request, an answer and a judgement for every row"
    rows = rows_of(RUN)
    assert len(rows) == 4
    for row in rows:
        _, assistant = row["messages"]
        assert assistant["content"].endswith(REFUSAL if row["label"] == "violates" else HELP)
        assert row["provenance"]["reasoning_teacher"] == "symbolic"
        assert row["clause"] in row["provenance"]["cites"]
    assert "4</span> of 4 rows accepted" in (RUN / "report.html").read_text()


def test_json_is_one_document_with_the_outcome(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    done = policyc("run", lab, "--json", "-o", "out")
    assert (done.code, done.err) == (0, "")
    assert (done.json["folder"], done.json["rows"], done.json["accepted"]) == ("out", 4, 4)
    assert done.json["splits"] == {"train": 2, "test": 2}
    assert done.json["usage"]["calls"] == 12
    assert done.json["usage"]["cost_usd"] == pytest.approx(12 * (11 * 1.0 + 3 * 2.0) / 1e6)


def test_the_wording_of_a_model_is_marked_as_its_own(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(reason="model")
    assert policyc("run", lab).code == 0
    assert {row["provenance"]["reasoning_teacher"] for row in rows_of(RUN)} == {"m"}


def test_running_again_sends_and_pays_nothing(policyc: Policyc, lab: Path, teach: Teach) -> None:
    server = teach()
    first = policyc("run", lab, "--json").json
    sent = len(server.requests)
    again = policyc("run", lab, "--json").json
    assert again == first
    assert policyc("run", RUN, "--json").json == first
    assert len(server.requests) == sent


def test_rejected_rows_are_tried_again_and_their_reasons_said(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(Teacher(answer=HELP))
    done = policyc("run", lab)
    assert done.code == 0
    assert "2 of 4 rows accepted; 4 attempts rejected, 0 failed" in done.out
    assert "4 × answer: does not decline where the policy says so" in done.out
    assert len((RUN / "dataset/rejected.jsonl").read_text().splitlines()) == 4


def test_a_run_that_yields_nothing_is_no_success(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(Teacher(answer="No."))
    people, program = policyc("run", lab), policyc("run", lab, "--json")
    assert (people.code, program.code) == (1, 1)
    assert "0 of 4 rows accepted" in people.out
    assert program.json["accepted"] == 0


def test_an_advisory_judge_decides_nothing_and_the_run_says_so(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(Teacher(judge="I think so!"), advisory=True)
    done = policyc("run", lab)
    assert "4 of 4 rows accepted" in done.out
    assert "The judge is advisory" in done.out


def test_a_judge_that_decides_rejects_what_it_cannot_read(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(Teacher(judge="I think so!"))
    assert "judge: the reply is not JSON" in policyc("run", lab).out


# ------------------------------------------------------------------------------------------------ its folder


def test_another_version_of_the_policy_is_another_run(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    policyc("run", lab)
    (lab / "policy.pol").write_text(POLICY.replace("1.0.0", "1.0.1"))
    done = policyc("run", lab)
    assert done.code == 2
    assert "--new (the old run is kept)" in done.err
    fresh = policyc("run", lab, "--new")
    assert fresh.code == 0
    assert f"the run that was in {RUN} is now in {RUN}.1" in fresh.err
    assert (RUN.with_name("small.1") / "report.html").is_file()


@pytest.mark.parametrize("new", [[], ["--new"]], ids=["", "--new"])
def test_a_folder_that_holds_something_else_is_left_alone(
    policyc: Policyc, lab: Path, teach: Teach, new: list[str]
) -> None:
    server = teach()
    Path("mine/dataset").mkdir(parents=True)
    Path("mine/dataset/years_of_work.jsonl").write_text("{}\n")
    done = policyc("run", lab, "-o", "mine", *new)
    assert done.code == 2
    assert "mine is not empty and holds no run" in done.err
    assert [path.name for path in Path("mine").rglob("*")] == ["dataset", "years_of_work.jsonl"]
    assert not Path("mine.1").exists()
    assert server.requests == []


def test_a_run_goes_on_where_it_is(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    policyc("run", lab)
    done = policyc("run", RUN, "-o", "elsewhere")
    assert done.code == 2
    assert "goes on where it is" in done.err
    assert policyc("run", RUN, "--plan", "large").code == 2


def test_an_unknown_plan_is_met_with_a_guess(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    done = policyc("run", lab, "--plan", "smal")
    assert done.code == 2
    assert "Did you mean small?" in done.err


# ------------------------------------------------------------------------------------------------ what goes wrong


def test_an_endpoint_that_is_down_is_named_and_nothing_is_lost(policyc: Policyc, lab: Path, teach: Teach) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        (lab / FILE_NAME).write_text(config(url))
        people, program = policyc("run", lab), policyc("run", lab, "--json")
    assert people.code == program.code == 2
    assert url in people.err
    assert people.out == ""
    assert program.json["error"]["kind"] == "ModelError"
    teach()
    assert policyc("run", lab).code == 0, "the same run goes on once the endpoint is there"


@pytest.mark.parametrize(("answer", "said"), [(HTML, "nonsense"), (error(500, "boom"), "boom")], ids=["html", "500"])
def test_an_endpoint_that_fails_leaves_failed_rows_to_try_again(
    policyc: Policyc, lab: Path, answer: Callable, said: str
) -> None:
    with FaultyServer([answer]) as server:
        (lab / FILE_NAME).write_text(config(server.url))
        done = policyc("run", lab)
    assert done.code in (1, 2)
    assert said in done.out + done.err
    assert done.err or "Run the same command again to try the failed rows again." in done.out


def test_a_missing_key_is_asked_for_by_name(
    policyc: Policyc, lab: Path, teach: Teach, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = teach(key="LAB_KEY")
    monkeypatch.delenv("LAB_KEY", raising=False)
    done = policyc("run", lab)
    assert done.code == 2
    assert "LAB_KEY is not set" in done.err
    assert "export LAB_KEY=" in done.err
    assert server.requests == []


def test_a_key_is_sent_and_never_shown_or_stored(
    policyc: Policyc, lab: Path, teach: Teach, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = teach(key="LAB_KEY")
    monkeypatch.setenv("LAB_KEY", "s3cret-value")
    done = policyc("run", lab, "-o", "out")
    assert done.code == 0
    assert server.requests[0].headers["authorization"] == "Bearer s3cret-value"
    assert "s3cret-value" not in done.out + done.err
    assert not [path for path in Path("out").rglob("*") if path.is_file() and b"s3cret-value" in path.read_bytes()]


def test_a_key_that_is_refused_is_not_shown_either(
    policyc: Policyc, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_KEY", "s3cret-value")
    with FaultyServer([error(401, "Incorrect API key provided: s3cret-value")]) as server:
        (lab / FILE_NAME).write_text(config(server.url, key="LAB_KEY"))
        done = policyc("run", lab)
    assert done.code == 2
    assert "s3cret-value" not in done.out + done.err
    assert "api_key_env" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[endpoints.lab\n", "not TOML"),
        ("\x00\x01", "not TOML"),
        (config("http://localhost:1/v1") + '\n[rolls.target]\nendpoint = "lab"\n', "rolls"),
        ("", "endpoints"),
        (config("http://localhost:1/v1").replace("timeout", "time_out"), "time_out"),
        (config("ftp://localhost/v1"), "is not an http(s) URL"),
        (
            config("http://localhost:1/v1").replace('endpoint = "lab"', 'endpoint = "lap"', 1),
            'there is no endpoint "lap"',
        ),
        (config("http://localhost:1/v1", key="sk-abc-123"), "never the key itself"),
    ],
    ids=["broken", "binary", "unknown table", "empty", "unknown key", "ftp", "unknown endpoint", "a key for a name"],
)
def test_a_configuration_with_a_fault_says_where_it_is(policyc: Policyc, lab: Path, text: str, said: str) -> None:
    (lab / FILE_NAME).write_text(text)
    done = policyc("run", lab)
    assert done.code == 2
    assert f"lab/{FILE_NAME}" in done.err
    assert said in done.err
    assert "sk-abc-123" not in done.err
    assert policyc("run", lab, "--json").json["error"]["kind"] == "ConfigError"


def test_a_configuration_that_is_not_there(policyc: Policyc, lab: Path) -> None:
    done = policyc("run", lab, "--config", "no.toml")
    assert (done.code, "no.toml" in done.err, "--config" in done.err) == (2, True, True)
