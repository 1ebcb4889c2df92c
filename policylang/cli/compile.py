"""policyc compile: a policy becomes a bundle."""

from __future__ import annotations

import json
from pathlib import Path

import click

from policylang.compiler.bundle import BundleError
from policylang.compiler.compile import CompileError, compile_bundle

from .loading import DATA_HAS_ERRORS, diagnostics_json, fail, load, say_diagnostics
from .options import as_json, search_path
from .output import counted
from .places import claim_bundle_folder


@click.command(
    epilog="""\b
Examples:
  policyc compile examples/quickstart -o build/quickstart
  policyc compile policy.pol -o build --json"""
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The bundle's folder.")
@search_path
@as_json
def command(path: Path, output: Path, search: tuple[Path, ...], as_json: bool) -> None:
    """Compile a policy into a bundle: prompts, judge rubrics, sampling plans, the policy as Markdown, a manifest.

    Same sources, same bytes. An older bundle in the folder is replaced, anything else is left alone.
    """
    loaded = load(path, search)
    try:
        bundle = compile_bundle(loaded)
        claim_bundle_folder(output)
        bundle.write(output)
    except CompileError:
        if as_json:
            click.echo(json.dumps({"ok": False, "diagnostics": diagnostics_json([loaded])}, indent=2))
        else:
            say_diagnostics([loaded])
        raise SystemExit(DATA_HAS_ERRORS) from None
    except BundleError as error:
        fail(error.message, error.advice)
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}", "Check its rights and the space that is left.")
    prompts = sum(path.startswith("prompts/") for path in bundle.files)
    rubrics = sum(path.startswith("rubrics/") for path in bundle.files)
    rows = {plan: bundle.files[f"plans/{plan}/rows.jsonl"].count(b"\n") for plan in bundle.manifest.plans}
    if as_json:
        result = {
            "ok": True,
            "bundle": str(output),
            "sha256": bundle.sha256,
            "policy_sha256": bundle.manifest.policy_sha256,
            "prompts": prompts,
            "rubrics": rubrics,
            "plans": rows,
            "diagnostics": diagnostics_json([loaded]),
        }
        click.echo(json.dumps(result, indent=2))
        return
    say_diagnostics([loaded])
    plans = ", ".join(f"{name} ({count} rows)" for name, count in rows.items()) or "none"
    click.echo(f"{bundle.manifest.policy} {bundle.manifest.version} → {output}")
    click.echo(f"  {counted(prompts, 'prompt')}, {counted(rubrics, 'rubric')}; plans: {plans}")
    click.echo(f"  bundle sha256 {bundle.sha256}")
