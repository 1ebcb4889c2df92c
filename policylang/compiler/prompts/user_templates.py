"""Templates that come with a policy: untrusted input.

A template may use its declared inputs in `{{ }}`, `{% if %}` and `{% for %}`, compare them, and pass them through four
filters. Attributes, calls, arithmetic and everything else that could reach beyond its inputs, or never end, is refused
when the policy is checked, long before the sandbox would have to.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import TemplateSyntaxError, meta, nodes

from policylang.language.diagnostics import Report
from policylang.language.diagnostics.report import did_you_mean
from policylang.language.meaning.policy import Policy, Template
from policylang.language.source import Span

from .prompt import Slot, environment
from .stages import SLOTS

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.For,
    nodes.Filter,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
_SPOKEN = {
    "Getattr": "an attribute",
    "Getitem": "an index",
    "Call": "a call",
    "Assign": "an assignment",
    "Include": "an include",
    "Import": "an import",
    "FromImport": "an import",
    "Macro": "a macro",
}


def check_templates(policy: Policy, spans: Mapping[str, Span], report: Report) -> None:
    """Report templates for unknown stages, with unknown inputs, or with anything but the harmless part of jinja."""
    for template in policy.templates:
        key = f"template:{template.id}"
        if template.stage not in SLOTS:
            report.add(
                "POL0201",
                f"there is no stage `{template.stage}` with a prompt",
                spans[f"{key}.stage"],
                did_you_mean(template.stage, SLOTS),
            )
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
        tree = environment().parse(template.body)
    except (TemplateSyntaxError, RecursionError) as error:
        report.add("POL0311", f"the template is no valid jinja: {error}", place, "Correct its braces.")
        return
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__
            report.add(
                "POL0311",
                f"the template uses {_SPOKEN.get(kind, kind.lower())}, which templates of policies may not",
                place,
                "Use its inputs in {{ }}, {% if %} and {% for %} only.",
            )
            return
        if isinstance(node, nodes.Filter) and node.name not in environment().filters:
            report.add(
                "POL0311",
                f"there is no filter `{node.name}` here",
                place,
                did_you_mean(node.name, environment().filters),
            )
            return
    for name in sorted(meta.find_undeclared_variables(tree) - set(template.inputs)):
        report.add(
            "POL0312",
            f"`{name}` is used but is no input",
            place,
            f"Declare it: `inputs {', '.join([*template.inputs, name])}`.",
        )
