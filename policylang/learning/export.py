"""Export: the accepted samples of a run as a data set that trainers read.

    dataset/PART.jsonl     one row a line: `messages` (TRL's conversational format), `images`, and where it comes from
    dataset/PART.parquet   the same, with the bytes of the images inside
    dataset/rejected.jsonl what was rejected, with the reason
    dataset/images/        the pictures that rows refer to
    dataset/dataset.json   counts, shares, hashes

Everything is made aside, in `dataset/.new`, and then put in its place, `dataset.json` last: where it is, what it names
is there whole, whenever an export was killed.

The assistant's message holds its reasoning in `<think>` and then the answer. A column has one type: where any sample
has a picture, the contents of all messages are lists of parts, as TRL's trainers for vision-language models take them;
otherwise they are plain strings.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policylang.compiler.bundle import Bundle, dump_json
from policylang.runtime.engine import LEDGER
from policylang.runtime.ledger import Ledger
from policylang.runtime.sample import Sample

from .splits import Member, assign_splits, share_counts

FOLDER = "dataset"
CARD = "dataset.json"
REJECTED = "rejected"
_CHUNK = 512


def export_run(folder: Path) -> dict[str, Any]:
    """Write the data set of a run folder; gives what `dataset.json` holds.

    Raises BundleError for its bundle and RunError for its ledger.
    """
    bundle = Bundle.read(folder / "bundle")
    target = folder / FOLDER
    aside = target / ".new"
    with Ledger.read(folder / LEDGER) as ledger:
        name = ledger.sessions()[-1].plan
        plan = bundle.policy.plan(name)
        shutil.rmtree(aside, ignore_errors=True)  # of an export that was killed
        aside.mkdir(parents=True)
        parts = assign_splits(
            (_member(sample, plan.split.group_by) for sample in accepted(ledger)), plan.split, plan.seed
        )
        counts = share_counts(parts, plan.split)
        in_parts = any(sample.picture for sample in accepted(ledger))
        files: dict[str, Any] = {}
        for part in counts:
            rows = frozenset(row for row, its_part in parts.items() if its_part == part)
            files |= _write_part(ledger, bundle, aside / part, rows, in_parts=in_parts)
        rejected = _write_rejected(ledger, aside / f"{REJECTED}.jsonl")
    card = {
        "policy": bundle.manifest.policy,
        "version": bundle.manifest.version,
        "policy_sha256": bundle.manifest.policy_sha256,
        "bundle_sha256": bundle.sha256,
        "plan": name,
        "splits": counts,
        "grouped_by": plan.split.group_by,
        "rejected": rejected,
        "files": files,
    }
    (aside / CARD).write_bytes(dump_json(card))
    _put_in_place(aside, target)
    return card


def accepted(ledger: Ledger) -> Iterator[Sample]:
    """The accepted samples in the order of the plan, one at a time."""
    for attempt in ledger.iterate("accepted"):
        yield Sample.model_validate(attempt.data)


def _member(sample: Sample, group_by: str) -> Member:
    row = sample.row
    group = {"pair": row.pair or row.id, "clause": row.clause, "category": row.category, "row": row.id}[group_by]
    return Member(row.id, group, sample.request)


def messages(sample: Sample, *, in_parts: bool) -> list[dict[str, Any]]:
    """The sample as a conversation; `in_parts` makes every content a list of parts."""
    thought = f"<think>\n{sample.reasoning.text}\n</think>\n\n" if sample.reasoning else ""
    user: Any = sample.request
    reply: Any = thought + sample.answer
    if in_parts:
        image = [{"type": "image"}] if sample.picture else []
        user, reply = [*image, {"type": "text", "text": user}], [{"type": "text", "text": reply}]
    return [{"role": "user", "content": user}, {"role": "assistant", "content": reply}]


def provenance(sample: Sample) -> dict[str, Any]:
    """Everything that a row follows from: policy, clause, plan row, prompts, models, costs, judgements."""
    row = sample.row
    return {
        **sample.origin.model_dump(mode="json"),
        "row": row.model_dump(mode="json"),
        "attempt": sample.attempt,
        "reasoning_teacher": sample.reasoning.teacher if sample.reasoning else None,
        "cites": list(sample.reasoning.cites) if sample.reasoning else [],
        "picture": sample.picture.model_dump(mode="json") if sample.picture else None,
        "judge_advisory": sample.judge_advisory,
        "judgements": [judgement.model_dump(mode="json") for judgement in sample.judgements],
        "scores": [scores.model_dump(mode="json") for scores in sample.scores],
        "calls": [call.model_dump(mode="json") for call in sample.calls],
        "cost_usd": sample.cost_usd,
    }


def _flat(sample: Sample) -> dict[str, Any]:
    """What people sort and filter by, beside the messages."""
    row = sample.row
    return {
        "id": row.id,
        "category": row.category,
        "clause": row.clause,
        "label": row.label.value,
        "level": row.verdict.level,
        "response": row.verdict.response.value,
    }


def _write_part(
    ledger: Ledger, bundle: Bundle, stem: Path, ids: frozenset[str], *, in_parts: bool
) -> dict[str, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _parquet_schema(pa, in_parts)
    jsonl, parquet = stem.with_suffix(".jsonl"), stem.with_suffix(".parquet")
    with jsonl.open("wb") as lines, pq.ParquetWriter(parquet, schema, compression="zstd") as writer:
        chunk: list[dict[str, Any]] = []
        for sample in accepted(ledger):
            if sample.row.id not in ids:
                continue
            images = [_copy_image(sample.picture.path, bundle, stem.parent)] if sample.picture else []
            said = messages(sample, in_parts=in_parts)
            record = {**_flat(sample), "messages": said, "images": images, "provenance": provenance(sample)}
            lines.write((json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n").encode())
            chunk.append(
                {
                    **_flat(sample),
                    "messages": said,
                    "images": [{"bytes": bundle.files[path], "path": path} for path in images],
                    "provenance": json.dumps(provenance(sample), ensure_ascii=False, sort_keys=True),
                }
            )
            if len(chunk) == _CHUNK:
                writer.write_table(pa.Table.from_pylist(chunk, schema))
                chunk = []
        writer.write_table(pa.Table.from_pylist(chunk, schema))
    return {path.name: {"rows": len(ids), "sha256": _sha256(path)} for path in (jsonl, parquet)}


def _parquet_schema(pa: Any, in_parts: bool) -> Any:
    text, image = pa.string(), pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    content = pa.list_(pa.struct([("type", text), ("text", text)])) if in_parts else text
    message = pa.struct([("role", text), ("content", content)])
    names = ("id", "category", "clause", "label", "level", "response")
    return pa.schema(
        [
            *((name, text) for name in names),
            ("messages", pa.list_(message)),
            ("images", pa.list_(image)),
            ("provenance", text),
        ]
    )


def _copy_image(path: str, bundle: Bundle, target: Path) -> str:
    copy = target / path
    if not copy.exists():
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(bundle.files[path])
    return path


def _write_rejected(ledger: Ledger, path: Path) -> int:
    count = 0
    with path.open("wb") as lines:
        for attempt in ledger.iterate():
            if attempt.status != "accepted":
                record = {"status": attempt.status, "reason": attempt.reason, "sample": attempt.data}
                lines.write((json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n").encode())
                count += 1
    return count


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_in_place(aside: Path, target: Path) -> None:
    """Replace the data set in `target` by the one in `aside`, and leave what is neither alone."""
    (target / CARD).unlink(missing_ok=True)
    for stale in [*target.glob("*.jsonl"), *target.glob("*.parquet")]:
        stale.unlink()
    shutil.rmtree(target / "images", ignore_errors=True)
    for fresh in sorted(aside.iterdir(), key=lambda path: path.name == CARD):
        os.replace(fresh, target / fresh.name)  # noqa: PTH105 - onto the old one
    aside.rmdir()
