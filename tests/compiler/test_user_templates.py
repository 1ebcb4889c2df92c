"""Templates that come with a policy are untrusted: what reaches beyond their inputs is a diagnostic, and at once."""

from __future__ import annotations

import time

import pytest
from small_policy import SMALL

from policylang.compiler.compile import CompileError, checked
from policylang.compiler.prompts import compile_prompts, render
from policylang.compiler.prompts.subset import MAX_DEPTH, MAX_NODES, MAX_TEMPLATE
from policylang.compiler.prompts.user_templates import check_templates
from policylang.language.diagnostics import Diagnostic, Report
from policylang.language.load import load_text
from policylang.language.meaning.policy import Template
from policylang.language.source import Span

SECONDS = 5.0
"""More than any refusal takes on a slow machine, far less than what is refused would."""


def diagnostics(body: str, *inputs: str, stage: str = "write_request") -> list[Diagnostic]:
    """What the compiler says of a template, which it must say soon."""
    found = load_text(SMALL)
    assert found.policy is not None
    template = Template(id="mine", stage=stage, inputs=inputs, body=body)
    place = Span("policy.pol", 0, 6)
    spans = dict.fromkeys(("template:mine", "template:mine.stage", "template:mine.body", "template:mine.inputs"), place)
    report = Report()
    began = time.monotonic()
    check_templates(found.policy.model_copy(update={"templates": (template,)}), spans, report)
    assert time.monotonic() - began < SECONDS
    return report.sorted()


def told(body: str, *inputs: str, stage: str = "write_request") -> tuple[str, str]:
    (diagnostic,) = diagnostics(body, *inputs, stage=stage)
    assert diagnostic.help
    return diagnostic.code, diagnostic.message


@pytest.mark.parametrize(
    "body",
    [
        "Write it.",
        "{{ image_description }}",
        "{% for line in facts %}- {{ line }}\n{% endfor %}",
        "{% for line in facts if line != image_description %}{{ line | upper }}{% else %}nothing{% endfor %}",
        '{{ facts | join(", ") }} and {{ facts | join("\\n") | lower | trim }}',
        "{% if image_description %}{{ image_description | fenced }}{% elif not facts %}-{% else %}+{% endif %}",
        "{# a comment #}{% raw %}{{ ''.__class__ }}{% endraw %}",
        "{% if image_description == 'a' or image_description == 'b' and facts %}yes{% endif %}",
        "{{ '{{' }} and {{ '}}' }}",
        "{% if 'knife' in image_description %}A knife!{% endif %}",
    ],
)
def test_the_harmless_part_of_jinja_is_enough_for_a_prompt(body: str) -> None:
    assert diagnostics(body, "facts", "image_description") == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ ''.__class__.__mro__ }}", "an attribute"),
        ("{{ facts.__class__ }}", "an attribute"),
        ("{{ facts[0] }}", "an index"),
        ("{{ facts['__class__'] }}", "an index"),
        ("{{ facts[:2] }}", "an index"),
        ("{{ facts | attr('__class__') }}", "the filter `attr`"),
        ("{{ facts | map(attribute='__class__') | join }}", "the filter `map`"),
        ("{{ '%s' | format(facts) }}", "the filter `format`"),
        ("{{ '{0.__class__}'.format(facts) }}", "a call"),
        ("{{ '%(x)s' % facts }}", "arithmetic"),
        ("{{ facts | tojson }}", "the filter `tojson`"),
        ("{{ range(10**9) }}", "a call"),
        ("{{ lipsum() }}", "a call"),
        ("{{ cycler.__init__.__globals__ }}", "an attribute"),
        ("{{ facts is defined }}", "a test"),
        ("{{ 'a' * 10**9 }}", "arithmetic"),
        ("{{ 10**10**10 }}", "arithmetic"),
        ("{{ -1 }}", "arithmetic"),
        ("{{ facts ~ facts }}", "`~`"),
        ("{{ [1, 2] }}", "a list"),
        ("{{ {'a': 1} }}", "a dictionary"),
        ("{{ 'a' if facts }}", "an `if` inside"),
        ("{% set x = 1 %}", "an assignment"),
        ("{% set x %}text{% endset %}", "an assignment"),
        ("{% include '/etc/passwd' %}", "an include"),
        ("{% include ['a', 'b'] ignore missing %}", "an include"),
        ("{% import 'x' as y %}", "an import"),
        ("{% from 'x' import y %}", "an import"),
        ("{% extends 'base' %}", "another template"),
        ("{% block a %}{% endblock %}", "a block"),
        ("{% macro f() %}{{ f() }}{% endmacro %}", "a macro"),
        ("{% call facts() %}{% endcall %}", "a macro"),
        ("{% filter upper %}x{% endfilter %}", "a filter over a block"),
        ("{% with a = 1 %}{% endwith %}", "with"),
        ("{{ self }}", "`self`, which is jinja's own"),
        ("{% for line in facts %}{{ loop }}{% endfor %}", "`loop`, which is jinja's own"),
        ("{% for a, b in facts %}{% endfor %}", "several names"),
    ],
)
def test_what_reaches_beyond_the_inputs_is_refused(body: str, message: str) -> None:
    code, text = told(body, "facts")
    assert code == "POL0311"
    assert f"the template uses {message}" in text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{% for a in facts %}{% for b in facts %}{% endfor %}{% endfor %}", "has a loop within a loop"),
        ("{% for a in facts %}{% if a %}{% for b in facts %}{% endfor %}{% endif %}{% endfor %}", "loop within a loop"),
        ("{% for a in facts recursive %}{% endfor %}", "loops over something other than an input"),
        ("{% for a in 'aaaaaaaaaaaaaaaaaaaa' %}{% endfor %}", "loops over something other than an input"),
        ("{% for a in facts | join %}{% endfor %}", "loops over something other than an input"),
        ("{{ facts | join(facts | join(facts | join)) }}", "gives the filter `join` more than it takes"),
        ("{{ facts | join('', 'upper') }}", "gives the filter `join` more than it takes"),
        ("{{ facts | join(attribute='upper') }}", "gives the filter `join` more than it takes"),
        ("{{ facts | join(*facts) }}", "gives the filter `join` more than it takes"),
        ("{{ facts | trim('a') }}", "gives the filter `trim` more than it takes"),
        ("{{ facts | fenced(1) }}", "gives the filter `fenced` more than it takes"),
        ("{{ " + " and ".join(["facts"] * 5000) + " }}", f"is nested more than {MAX_DEPTH} deep"),
        ("{{ " + "not " * 100_000 + "facts }}", f"is nested more than {MAX_DEPTH} deep"),
        ("{{ " + "(" * 100_000 + "facts" + ")" * 100_000 + " }}", f"is nested more than {MAX_DEPTH} deep"),
        ("{{ facts" + " | trim" * 5000 + " }}", f"is nested more than {MAX_DEPTH} deep"),
        ("{% if facts %}" * 120 + "{% endif %}" * 120, f"is nested more than {MAX_DEPTH} deep"),
        ("{{ facts }}" * 25_000, f"has more than {MAX_NODES:,} parts"),
        ("x" * (MAX_TEMPLATE + 1), f"has {MAX_TEMPLATE + 1:,} characters"),
        ("{{ " + "9" * 5000 + " }}", "is no valid jinja"),
        ("{{ '\\ud800' }}", "has half of a character in quotes"),
        ("{{ facts", "is no valid jinja"),
        ("{% for a in facts %}", "is no valid jinja"),
        ("{% no such tag %}", "is no valid jinja"),
        ("{% endfor %}", "is no valid jinja"),
        ("{% for loop in facts %}{% endfor %}", "`loop`, which is jinja's own"),
    ],
    ids=lambda value: value[:40],
)
def test_what_might_never_end_or_fill_the_memory_is_refused(body: str, message: str) -> None:
    code, text = told(body, "facts")
    assert code == "POL0311"
    assert message in text


@pytest.mark.parametrize(
    ("body", "inputs", "stage", "code", "message"),
    [
        ("{{ facts }}", (), "write_request", "POL0312", "`facts` is used but is no input"),
        ("{{ setting }}", ("facts",), "write_request", "POL0312", "`setting` is used but is no input"),
        ("{{ a }}{% for a in facts %}{% endfor %}", ("facts",), "write_request", "POL0312", "`a` is used but"),
        ("Hi.", ("answer",), "write_request", "POL0312", "stage `write_request` has no input `answer`"),
        ("{% for c in request %}{{ c }}{% endfor %}", ("request",), "answer", "POL0312", "`request` is one text"),
        ("Hi.", (), "awnser", "POL0201", "there is no stage `awnser` with a prompt"),
    ],
)
def test_inputs_are_declared_and_exist(body: str, inputs: tuple[str, ...], stage: str, code: str, message: str) -> None:
    found, text = told(body, *inputs, stage=stage)
    assert (found, message in text) == (code, True)


def test_a_bad_template_is_an_error_of_the_policy_at_its_place() -> None:
    text = SMALL + 'template mine for answer { inputs request """{{ \'\'.__class__.__mro__ }}""" }'
    found = load_text(text)
    with pytest.raises(CompileError):
        checked(found)
    (diagnostic,) = [one for one in found.report.sorted() if one.severity == "error"]
    assert diagnostic.code == "POL0311"
    assert text[diagnostic.span.start : diagnostic.span.end] == '"""{{ \'\'.__class__.__mro__ }}"""'


def test_a_policys_own_template_takes_the_place_of_every_prompt_of_its_stage() -> None:
    found = load_text(SMALL + 'template mine for judge { inputs request """Judge: {{ request }}""" }')
    prompts = [prompt for prompt in compile_prompts(checked(found)) if prompt.stage == "judge"]
    assert {prompt.template for prompt in prompts} == {"template:mine"}
    assert all(prompt.exemplars == () for prompt in prompts)
    assert all([slot.name for slot in prompt.slots] == ["request"] for prompt in prompts)
    assert render(prompts[0], {"request": "{{ 7*7 }}"}) == [{"role": "user", "content": "Judge: {{ 7*7 }}"}]
