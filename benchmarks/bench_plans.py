"""How few rows cover a model, how fast, and how other tools do in the same run. The last line is JSON.

    python benchmarks/bench_plans.py --seconds 60 --models FOLDER_WITH_ACTS_FILES

All times are processor time, of one process. Every set of rows, also of other tools, is checked by `uncovered`, which
shares nothing with the engine; a tool whose rows miss something or break an exclusion is marked with *.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

from plan_models import Case, cases

from policylang.compiler.covering import CoveringModel, cover, uncovered, wrong_rows

TOOLS = ("allpairspy", "coverwise", "covertable")
PEERS = Path(__file__).parent / "plan_peers.py"
COLUMNS = ("model", "ours", "s", "search", "s", "least", "published", "ACTS", *TOOLS)


@dataclass(frozen=True)
class Result:
    """Rows and seconds of one tool on one model; `note` instead of rows when there are none."""

    rows: int | None
    seconds: float = 0.0
    note: str = ""
    sound: bool = True

    def __str__(self) -> str:
        return self.note if self.rows is None else f"{self.rows}{'' if self.sound else '*'} in {self.seconds:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="search time a model; with exclusions, a sixth of it")
    parser.add_argument("--models", type=Path, help="a folder with NAME_acts.model files (xjtxjt/cithub-generation)")
    parser.add_argument("--peer-seconds", type=float, default=90, help="time after which another tool is stopped")
    parser.add_argument("--no-peers", action="store_true", help="run no other tools")
    given = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        python = None if given.no_peers else peers_python(Path(folder))
        print(" | ".join(COLUMNS))
        for case in cases(given.models):
            seconds = given.seconds / 6 if case.model.exclusions else given.seconds
            row, found = measured(case, seconds)
            figures |= found
            for tool in TOOLS:
                result = peer(python, tool, case.model, given.peer_seconds)
                row.append(str(result))
                if result.rows is not None and result.sound:
                    figures[f"{plain(case.name)}_{tool}_rows"] = result.rows
                    figures[f"{plain(case.name)}_{tool}_seconds"] = round(result.seconds, 2)
            print(" | ".join(row), flush=True)
    if given.models is None:
        print("note: no --models folder, so the constrained models of the literature were left out")
    print(json.dumps({"bench": "plans", "figures": figures}))


def measured(case: Case, seconds: float) -> tuple[list[str], dict[str, float]]:
    """Our two stages on a model: with the default steps, and with `seconds` of search."""
    started = time.process_time()
    quick = cover(case.model)
    quick_seconds = time.process_time() - started
    started = time.process_time()
    long = cover(case.model, seconds=seconds)
    long_seconds = time.process_time() - started
    for array in (quick, long):
        if wrong_rows(case.model, array.rows) or uncovered(case.model, array.rows):
            raise AssertionError(f"{case.name}: the rows do not cover the model")
    name = plain(case.name)
    figures: dict[str, float] = {
        f"{name}_rows": len(quick.rows),
        f"{name}_seconds": round(quick_seconds, 2),
        f"{name}_searched_rows": len(long.rows),
    }
    if case.published:
        figures[f"{name}_searched_to_published_ratio"] = round(len(long.rows) / case.published, 3)
    sizes = [
        judged(len(quick.rows), case.quick or case.acts),
        f"{quick_seconds:.2f}",
        judged(len(long.rows), case.long or case.published),
        f"{long_seconds:.0f}",
    ]
    return [case.name, *sizes, str(long.least), str(case.published or "-"), str(case.acts or "-")], figures


def judged(rows: int, wanted: int | None) -> str:
    return str(rows) if wanted is None or rows <= wanted else f"{rows} (wanted {wanted})"


def peers_python(folder: Path) -> Path | None:
    """A new environment with the other tools that can be installed."""
    venv.create(folder / "peers", with_pip=True)
    python = folder / "peers" / "bin" / "python"
    for tool in TOOLS:
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", tool]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            print(f"note: {tool} could not be installed and is left out")
    return python


def peer(python: Path | None, tool: str, model: CoveringModel, limit: float) -> Result:
    if python is None:
        return Result(None, note="not run")
    exclusions = [{name: sorted(values) for name, values in e.values.items()} for e in model.exclusions]
    parameters = {name: list(values) for name, values in model.parameters.items()}
    task = {"tool": tool, "parameters": parameters, "strength": model.strength, "exclusions": exclusions}
    try:
        done = subprocess.run(
            [str(python), str(PEERS)],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return Result(None, note=f"> {limit:.0f} s")
    if done.returncode:
        missing = "ModuleNotFoundError" in done.stderr
        return Result(None, note="missing" if missing else f"fails: {done.stderr.strip().splitlines()[-1][:60]}")
    answer = json.loads(done.stdout)
    sound = not wrong_rows(model, answer["rows"]) and not uncovered(model, answer["rows"])
    return Result(len(answer["rows"]), answer["seconds"], sound=sound)


def plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.replace("^", "x")).strip("_").lower()


if __name__ == "__main__":
    main()
