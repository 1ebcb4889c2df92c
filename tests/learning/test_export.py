"""The data set of a run: what trainers read, where each row comes from, and that no reader meets half of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil

import pyarrow.parquet as pq
import pytest
from faults.script import Script, unlike_any_other
from faults.server import FaultyServer
from faults.small_run import PLAN, picture, small_bundle, small_config

from policylang.compiler.bundle import Bundle
from policylang.learning import export
from policylang.learning.export import export_run
from policylang.runtime.engine import plan_rows, run_plan
from policylang.runtime.near_copies import CopyIndex

PARTS = ("train", "test")


def make_run(folder, changes=None, **special):
    """A run with nothing exported yet. Special answers as in Script."""
    bundle = small_bundle(folder / "locks", changes)
    bundle.write(folder / "run" / "bundle")
    with FaultyServer([Script(bundle, PLAN, **special)]) as server:
        asyncio.run(run_plan(bundle, PLAN, small_config(server.url, concurrency=1), folder / "run"))
    return folder / "run"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One row is rejected once and another always; the teacher copies exemplars whenever it can."""

    def write(ask, body):
        exemplars = [exemplar.request for _, exemplar in bundle.policy.exemplars]
        return exemplars[ask.row.index % len(exemplars)] if ask.attempt == 0 else unlike_any_other(ask)

    def reply(ask, body):
        return "No." if ask.row.index == 0 or (ask.row.index == 1 and ask.attempt == 1) else None

    folder = tmp_path_factory.mktemp("export")
    bundle = small_bundle(folder / "known")
    return make_run(folder, request=write, answer=reply)


@pytest.fixture
def run(finished, tmp_path):
    """A copy of the run, to export as one likes."""
    return shutil.copytree(finished, tmp_path / "run")


@pytest.fixture
def bundle(run):
    return Bundle.read(run / "bundle")


def lines(run, name):
    return [json.loads(line) for line in (run / "dataset" / f"{name}.jsonl").read_bytes().split(b"\n")[:-1]]


def records(run):
    return [record for part in PARTS for record in lines(run, part)]


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_accepted_row_is_there_once(run, bundle):
    card = export_run(run)
    rows = plan_rows(bundle, PLAN)
    assert sorted(record["id"] for record in records(run)) == sorted(row.id for row in rows[1:])
    assert card["splits"] == {part: len(lines(run, part)) for part in PARTS}
    assert abs(card["splits"]["train"] - card["splits"]["test"]) == 1, "half of seven"
    assert json.loads((run / "dataset" / "dataset.json").read_bytes()) == card


def test_the_card_names_every_file_by_its_hash(run, bundle):
    card = export_run(run)
    assert set(card["files"]) == {f"{part}.{kind}" for part in PARTS for kind in ("jsonl", "parquet")}
    for name, entry in card["files"].items():
        assert hashlib.sha256((run / "dataset" / name).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["rows"] == card["splits"][name.partition(".")[0]]
    assert (card["policy"], card["version"], card["plan"]) == ("test.locks", "1.0.0", PLAN)
    assert (card["policy_sha256"], card["bundle_sha256"]) == (bundle.manifest.policy_sha256, bundle.sha256)


def test_messages_are_trl_s_for_models_that_see(run):
    """https://huggingface.co/docs/trl/dataset_formats: contents are lists of parts, an image part for each image."""
    export_run(run)
    seen = 0
    for record in records(run):
        user, assistant = record["messages"]
        assert (user["role"], assistant["role"]) == ("user", "assistant")
        assert [part["type"] for part in user["content"]] == ["image"] * len(record["images"]) + ["text"]
        (said,) = assistant["content"]
        assert said["type"] == "text"
        thought, _, answer = said["text"].partition("</think>")
        assert thought.startswith("<think>\n") and f"[{record['clause'].partition('.')[0]}." in thought
        assert answer.strip() and not answer.strip().startswith("<")
        seen += len(record["images"])
        for path in record["images"]:
            assert (run / "dataset" / path).read_bytes() == picture()
    assert seen


def test_without_pictures_messages_are_plain_text(tmp_path):
    run = make_run(tmp_path, {"factor modality { text 50%, image_text 50% }": "factor modality { text 100% }"})
    export_run(run)
    for record in records(run):
        assert [type(message["content"]) for message in record["messages"]] == [str, str]
        assert record["images"] == []
    assert not (run / "dataset" / "images").exists()
    table = pq.read_table(run / "dataset" / "train.parquet").to_pylist()
    assert [row["messages"] for row in table] == [record["messages"] for record in lines(run, "train")]


@pytest.mark.parametrize("part", PARTS)
def test_parquet_has_the_same_rows_and_the_bytes_of_the_images(run, part):
    export_run(run)
    table = pq.read_table(run / "dataset" / f"{part}.parquet").to_pylist()
    written = lines(run, part)
    assert len(table) == len(written) > 0
    for row, record in zip(table, written, strict=True):
        assert json.loads(row.pop("provenance")) == record.pop("provenance")
        assert [image["path"] for image in row["images"]] == record.pop("images")
        assert all(image["bytes"] == picture() for image in row.pop("images"))
        for message in row["messages"]:
            message["content"] = [{k: v for k, v in item.items() if v is not None} for item in message["content"]]
        assert row == record


def test_a_row_can_be_followed_back_to_clause_prompts_and_models(run, bundle):
    export_run(run)
    rows = {row.id: row for row in plan_rows(bundle, PLAN)}
    prompts = {entry["id"]: entry for entry in bundle.json("prompts.json")}
    for record in records(run):
        known, row = record["provenance"], rows[record["id"]]
        assert known["row"] == row.model_dump(mode="json")
        assert record["clause"] == row.clause
        assert (record["label"], record["level"]) == (row.label.value, row.verdict.level)
        assert (known["policy"], known["version"]) == ("test.locks", "1.0.0")
        assert known["policy_sha256"] == bundle.manifest.policy_sha256
        assert known["clause_sha256"] == bundle.manifest.clauses[row.clause]
        assert known["bundle_sha256"] == bundle.sha256
        assert known["reasoning_teacher"] == "fake-teacher" and known["cites"]
        assert {call["stage"] for call in known["calls"]} >= {"request", "reason", "answer", "judge", "score"}
        for call in known["calls"]:
            assert call["model"] == f"fake-{call['role']}"
            assert call["prompt_sha256"] == prompts[call["prompt"]]["sha256"]
        if known["picture"]:
            assert known["picture"]["path"] == record["images"][0]
            assert known["picture"]["described_by"] == "fake-captioner"


def test_no_exemplar_of_a_prompt_is_measured(run, bundle):
    """The law of no leak: the teacher copied exemplars wherever it could, and none is in the data set."""
    export_run(run)
    prompts = {entry["id"]: entry["exemplars"] for entry in bundle.json("prompts.json")}
    known = {exemplar.id: exemplar.request for _, exemplar in bundle.policy.exemplars}
    shown = {
        name for record in records(run) for call in record["provenance"]["calls"] for name in prompts[call["prompt"]]
    }
    assert shown, "prompts do show some"
    index = CopyIndex()
    for name in known:
        index.add(name, known[name])
    for record in records(run):
        assert index.nearest(record["messages"][0]["content"][-1]["text"]) is None
        assert record["provenance"]["attempt"] > 0, "the first attempt was a copy"


def test_what_was_rejected_is_there_with_its_reason(run, bundle):
    card = export_run(run)
    refused = lines(run, "rejected")
    rows = plan_rows(bundle, PLAN)
    assert card["rejected"] == len(refused) == len(rows) + 1 + 2
    assert all(record["status"] == "rejected" and record["reason"] for record in refused)
    mine = [record for record in refused if record["sample"]["row"]["id"] == rows[0].id]
    assert [record["reason"].partition(":")[0] for record in mine] == ["request", "answer", "answer"]
    assert mine[1]["sample"]["answer"] == "No."
    assert mine[1]["sample"]["problems"] == [mine[1]["reason"]]


def test_a_second_export_is_the_same(run):
    export_run(run)
    first = everything(run / "dataset")
    (run / "dataset" / "older.parquet").write_bytes(b"of a split that is no more")
    (run / "dataset" / "images" / "older.png").write_bytes(b"of an exemplar that is no more")
    (run / "dataset" / "NOTES.txt").write_text("mine")
    export_run(run)
    second = everything(run / "dataset")
    assert second.pop("NOTES.txt") == b"mine", "what is not the data set's is left alone"
    assert first == second


class Stop(Exception):  # noqa: N818 - stands for a kill
    pass


def stop(*_):
    raise Stop


def test_an_export_that_is_stopped_while_writing_leaves_the_old_one(run, monkeypatch):
    export_run(run)
    before = everything(run / "dataset")
    monkeypatch.setattr(export, "_write_rejected", stop)
    with pytest.raises(Stop):
        export_run(run)
    left = everything(run / "dataset")
    assert {name: data for name, data in left.items() if not name.startswith(".new/")} == before
    monkeypatch.undo()
    export_run(run)
    assert everything(run / "dataset") == before


@pytest.mark.parametrize("moves", range(6))
def test_where_the_card_is_the_data_set_is_whole(run, monkeypatch, moves):
    export_run(run)
    before = everything(run / "dataset")
    replace, done = export.os.replace, []

    def replace_some(old, new):
        if len(done) == moves:
            raise Stop
        done.append(new)
        replace(old, new)

    monkeypatch.setattr(export.os, "replace", replace_some)
    with pytest.raises(Stop):
        export_run(run)
    assert not (run / "dataset" / "dataset.json").exists()
    monkeypatch.undo()
    export_run(run)
    assert everything(run / "dataset") == before


def test_a_run_without_samples_exports_empty_parts(tmp_path):
    run = make_run(tmp_path, request="")
    card = export_run(run)
    assert card["splits"] == {"train": 0, "test": 0}
    assert [pq.read_table(run / "dataset" / f"{part}.parquet").num_rows for part in PARTS] == [0, 0]
    assert records(run) == []
    assert card["rejected"] == 8 * 3
