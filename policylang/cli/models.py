"""`policyc models`: the models that run on this machine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from policylang.runtime.errors import ModelError
from policylang.runtime.models.embedded import EmbeddedServer
from policylang.runtime.models.files import DEFAULT_MODEL, REGISTRY, cache_folder, digest, find_model, hub_files, locate
from policylang.runtime.models.pull import pull

from .output import Output, columns, megabytes, output_options


@click.group()
def models() -> None:
    """Get, list and serve models that run on this machine.

    A MODEL is a name (smollm2-135m), a GGUF file, or hub:owner/repo:file.gguf.
    """


@models.command("pull", epilog="\b\nExamples:\n  policyc models pull\n  policyc models pull hub:owner/repo:file.gguf")
@click.argument("model", default=DEFAULT_MODEL)
@output_options
def pull_command(output: Output, model: str) -> None:
    """Get MODEL (by default smollm2-135m, 98 MB), and check that it is what it should be."""
    output.say(f"Getting {model} ...")
    file, fresh = pull(model)
    state = "pulled" if fresh else "already here"
    output.result(
        {"name": file.name, "path": file.path, "bytes": file.size, "state": state},
        f"{file.name}: {state}, {megabytes(file.size)}, {file.path}",
    )


@models.command("list")
@output_options
def list_command(output: Output) -> None:
    """List the models that can be pulled, and what is here: where, how large, and whether it is whole."""
    found = [_describe(name) for name in REGISTRY]
    found += [
        {"name": name, "state": "pulled", "path": path, "bytes": path.stat().st_size, "title": "", "licence": ""}
        for name, path in hub_files()
    ]
    rows = [(m["name"], m["state"], megabytes(m["bytes"]), str(m["path"] or m["title"])) for m in found]
    output.result({"folder": cache_folder(), "models": found}, columns(rows))


def _describe(name: str) -> dict[str, Any]:
    model = REGISTRY[name]
    path = locate(model)
    if path is None:
        state = "not pulled"
    else:
        state = "pulled, hash ok" if digest(path) == model.sha256 else "damaged: pull it again"
    return {
        "name": name,
        "state": state,
        "path": path,
        "bytes": model.size,
        "title": model.title,
        "licence": model.licence,
    }


@models.command(
    "serve", epilog="\b\nExamples:\n  policyc models serve\n  policyc models serve ./model.gguf --port 8080 --slots 2"
)
@click.argument("model", default=DEFAULT_MODEL)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--slots", default=4, show_default=True, type=click.IntRange(1, 256), help="Requests side by side.")
@click.option("--context", default=4096, show_default=True, type=click.IntRange(256), help="Tokens for each slot.")
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="Where the server's own words go.")
@output_options
def serve_command(output: Output, model: str, port: int, slots: int, context: int, log: Path | None) -> None:
    """Serve MODEL on this machine, OpenAI-compatible, until Ctrl-C.

    `policyc run` starts and stops its own server; this is for trying things out, and for other programs.
    """
    file = find_model(model)
    log = log or cache_folder().parent / "logs" / f"serve-{port}.log"
    server = EmbeddedServer(file, slots=slots, context=context, log=log, port=port, open_to_all=True)
    output.say(f"Loading {file.path} ...")
    with server:
        snippet = f'[endpoints.local]\nkind = "openai"\nbase_url = "{server.url}"'
        output.result(
            {"url": server.url, "model": file.identity, "pid": server.pid, "log": log},
            f"{file.identity} at {server.url}\n\nFor policyc.toml:\n\n{snippet}\n\n"
            f'[roles.teacher]\nendpoint = "local"\nmodel = "{file.identity}"\n',
        )
        output.say(f"Log: {log}. Ctrl-C stops the server.")
        try:
            while server.running:
                time.sleep(0.5)
        except KeyboardInterrupt:
            output.say("Stopped.")
            return
    raise ModelError("server", "the server has ended by itself", f"Its own words: {log}")
