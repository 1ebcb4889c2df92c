"""What a run, or a part of one, would send and cost, as people and programs read it."""

from __future__ import annotations

import json
import textwrap

import click

from policylang.runtime.estimate import Estimate

from .output import columns, counted


def estimate_json(found: Estimate) -> dict[str, object]:
    return {**found.model_dump(mode="json"), "cost_usd": found.cost_usd, "at_most_usd": found.at_most}


def say_estimate(plan: str, found: Estimate, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"plan": plan, **estimate_json(found)}, indent=2))
        return
    click.echo(f"plan {plan}: {counted(found.rows, 'row')}, at most {counted(found.attempts, 'attempt')} each")
    for line in estimate_lines(found):
        click.echo(line)


def estimate_lines(found: Estimate) -> list[str]:
    """The stages as a table, then what all of them cost."""
    rows: list[tuple[str, ...]] = [("stage", "role", "requests", "tokens in", "tokens out", "cost", "model")]
    for stage in found.stages:
        numbers = (f"{number:,}" for number in (stage.requests, stage.prompt_tokens, stage.answer_tokens))
        rows.append((stage.stage, stage.role, *numbers, _money(stage.cost_usd), stage.model))
    lines = textwrap.indent(columns(rows, right=range(2, 6)), "  ").splitlines()
    lines.append("tokens and cost are an estimate, of one attempt at every row")
    if found.cost_usd is None:
        unpriced = dict.fromkeys(stage.role for stage in found.stages if stage.cost_usd is None)
        lines.append(f"cost: unknown, as policyc.toml gives no prices for {', '.join(unpriced)}")
    else:
        lines.append(f"cost: {_money(found.cost_usd)}, and {_money(found.at_most)} at most")
    return lines


def _money(cost: float | None) -> str:
    return "unknown" if cost is None else f"${cost:,.4f}" if cost else "$0"
