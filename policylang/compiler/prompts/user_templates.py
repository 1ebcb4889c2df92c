"""Templates that come with a policy: untrusted input.

A template may use its declared inputs in the harmless part of jinja (`subset.py`). Attributes, calls, arithmetic and
everything else that could reach beyond its inputs, or never end, is refused when the policy is checked, long before the
sandbox would have to.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import TemplateSyntaxError, meta, nodes

from policylang.language.diagnostics import Report
from policylang.language.diagnostics.report import did_you_mean
from policylang.language.meaning.policy import Policy, Template
from policylang.language.source import Span

from .prompt import Slot
from .stages import SLOTS
from .subset import TemplateRefusedError, parse_template


def check_templates(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
    """Report templates for unknown stages, with unknown inputs, or with anything but the harmless part of jinja."""
    for template in policy.templates:
        key = f"template:{template.id}"
        if template.stage not in SLOTS:
            message = f"there is no stage `{template.stage}` with a prompt"
            report.add_unknown(message, template.stage, spans[f"{key}.stage"], SLOTS)
            continue
        _check_inputs(template, SLOTS[template.stage], spans.get(f"{key}.inputs", spans[key]), report)
        _check_body(template, spans[f"{key}.body"], report)


def _check_inputs(template: Template, slots: tuple[Slot, ...], place: Span, report: Report) -> None:
    offered = [slot.name for slot in slots]
    for name in template.inputs:
        if name not in offered:
            report.add("POL0312", f"stage `{template.stage}` has no input `{name}`", place, did_you_mean(name, offered))


def _check_body(template: Template, place: Span, report: Report) -> None:
    try:
        tree = parse_template(template.body)
    except TemplateRefusedError as error:
        report.add("POL0311", f"the template {error.message}", place, error.advice)
        return
    texts = {slot.name for slot in SLOTS[template.stage] if slot.type == "text"} & set(template.inputs)
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.iter, nodes.Name) and loop.iter.name in texts:
            report.add(
                "POL0312",
                f"`{loop.iter.name}` is one text, so there is nothing to loop over",
                place,
                "Use it as it is.",
            )
    try:
        used = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:  # what jinja finds out only when it generates code
        report.add("POL0311", f"the template is no valid jinja: {str(error).rstrip('.')}", place, "Correct it.")
        return
    for name in sorted(used - set(template.inputs)):
        report.add(
            "POL0312",
            f"`{name}` is used but is no input",
            place,
            f"Declare it: `inputs {', '.join([*template.inputs, name])}`.",
        )
