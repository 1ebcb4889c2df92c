"""`policyc generate`, `judge`, `export` and `report`: together they do what `policyc run` does at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.server import FaultyServer
from lab import HELP, Policyc, Teacher

Teach = Callable[..., FaultyServer]
RUN = Path("runs/try")


def test_step_by_step_gives_what_a_run_gives(policyc: Policyc, lab: Path, teach: Teach) -> None:
    server = teach()
    generated = policyc("generate", lab, "-o", RUN)
    assert (generated.code, generated.err) == (0, "")
    assert generated.out.startswith("4 samples generated, 4 without a problem")
    assert f"policyc judge {RUN}" in generated.out
    assert len(server.requests) == 8

    judged = policyc("judge", RUN)
    assert judged.code == 0
    assert "4 of 4 rows accepted" in judged.out
    assert len(server.requests) == 12, "what was generated is not paid for again"

    exported = policyc("export", RUN)
    assert (exported.code, exported.err) == (0, "")
    assert f"{RUN}/dataset/train.jsonl, .parquet: 2 rows" in exported.out

    report = policyc("report", RUN)
    assert (report.code, report.out) == (0, f"{RUN}/report.html\n")

    whole = policyc("run", lab, "-o", "runs/whole")
    assert whole.code == 0
    for name in ("train.jsonl", "test.jsonl"):
        ours, theirs = (
            [json.loads(line) for line in (folder / "dataset" / name).read_text().splitlines()]
            for folder in (RUN, Path("runs/whole"))
        )
        assert [row["id"] for row in ours] == [row["id"] for row in theirs]


def test_every_step_speaks_json(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    generated = policyc("generate", lab, "-o", RUN, "--json")
    assert (generated.json["generated"], generated.json["sound"], generated.err) == (4, 4, "")
    assert len(Path(generated.json["file"]).read_text().splitlines()) == 4
    judged = policyc("judge", RUN, "--json")
    assert (judged.json["accepted"], judged.json["plan"], judged.err) == (4, "small", "")
    assert policyc("export", RUN, "--json").json["splits"] == {"train": 2, "test": 2}
    report = policyc("report", RUN, "--json")
    assert report.json["outcome"]["rows"]["accepted"] == 4
    assert not (RUN / "report.html").exists()
    assert policyc("report", RUN, "--json", "-o", "page.html").code == 0
    assert Path("page.html").read_text().startswith("<!doctype html>")


def test_what_was_generated_is_kept_when_no_row_is_open(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    policyc("generate", lab, "-o", RUN)
    policyc("judge", RUN)
    before = (RUN / "generated.jsonl").read_bytes()
    again = policyc("generate", lab, "-o", RUN)
    assert (again.code, "nothing to generate" in again.out) == (0, True)
    assert (RUN / "generated.jsonl").read_bytes() == before


def test_judging_without_refill_tries_every_row_once(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach(Teacher(answer=HELP))
    policyc("generate", lab, "-o", RUN)
    assert policyc("judge", RUN, "--no-refill", "--json").json["rejected"] == 2
    assert policyc("judge", RUN, "--json").json["rejected"] == 4


def test_a_run_remembers_the_configuration_that_it_was_started_with(policyc: Policyc, lab: Path, teach: Teach) -> None:
    server = teach()
    policyc("generate", lab, "-o", RUN)
    policyc("judge", RUN)
    models = {request.body["model"] for request in server.requests}
    assert models == {"m"}, "the embedded model, which is the default, has not been asked"
    assert json.loads((RUN / "origin.json").read_text()) == {"config": str(lab / "policyc.toml")}


def test_another_configuration_can_be_given(policyc: Policyc, lab: Path, teach: Teach) -> None:
    first = teach()
    policyc("generate", lab, "-o", RUN)
    second = teach()
    (lab / "policyc.toml").rename("other.toml")
    sent = len(first.requests)
    assert policyc("judge", RUN, "--config", "other.toml").code == 0
    assert (len(first.requests), len(second.requests)) == (sent, 4)


@pytest.mark.parametrize("step", ["judge", "export", "report"])
@pytest.mark.parametrize("place", ["missing", "lab", "lab/policy.pol"])
def test_a_folder_that_is_no_run_is_wrong_use(policyc: Policyc, lab: Path, step: str, place: str) -> None:
    done = policyc(step, place)
    assert (done.code, done.out) == (2, "")
    assert f"{place} is no run" in done.err
    assert "policyc " in done.err
    assert policyc(step, place, "--json").json["error"]["message"] == f"{place} is no run"


@pytest.mark.parametrize("step", ["judge", "export", "report"])
def test_a_ledger_that_is_none_is_an_error(policyc: Policyc, lab: Path, teach: Teach, step: str) -> None:
    teach()
    policyc("generate", lab, "-o", RUN)
    for extra in RUN.glob("ledger.sqlite?*"):
        extra.unlink()
    (RUN / "ledger.sqlite").write_bytes(bytes(range(256)) * 64)
    done = policyc(step, RUN)
    assert (done.code, done.out) == (2, "")
    assert "ledger.sqlite" in done.err


def test_a_report_goes_where_it_can(policyc: Policyc, lab: Path, teach: Teach) -> None:
    teach()
    policyc("run", lab, "-o", RUN)
    assert policyc("report", RUN, "-o", "site/index.html").out == "site/index.html\n"
    Path("file").write_text("")
    refused = policyc("report", RUN, "-o", "file/report.html")
    assert refused.code == 2
    assert "file/report.html" in refused.err
