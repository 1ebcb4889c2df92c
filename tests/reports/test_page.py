"""The page: complete, self-contained, and deaf to whatever models and policies put into it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_elements import Elements
from report_runs import MakeRun, Record, Samples

from policylang.compiler.bundle import Bundle
from policylang.language.meaning.policy import Policy
from policylang.reports import ReportData, ReportError, write_report
from policylang.reports.page import pictures_of, render
from policylang.reports.visible import visible
from policylang.runtime.sample import Sample

ATTACKS = (
    "<script>alert(1)</script>",
    "</style><style>body{display:none}</style>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "<!--", "-->", "]]>", "<![CDATA[",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'page.html.j2' %}",
    "&lt;script&gt;", "&#60;script&#62;",
    "<svg><script>alert(1)</script></svg>",
    "<base href='https://evil.example/'>", "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "\u202e\u2066gnidaer\u2069", "\ufeff\u200b\u2028", "\x00\x08\x1b[31m", "＜script＞", "a\U000e0073b",
    "[violence.instructions\"><script>alert(1)</script>]",
)  # fmt: skip


@pytest.fixture
def page(make_run: MakeRun, usual_records: list[Record]) -> str:
    return write_report(make_run(usual_records)).read_text()


def hostile(sample: Sample, words: str) -> Sample:
    """The sample with words put wherever a model or a server has a say."""
    reasoning = sample.reasoning
    assert reasoning is not None
    return sample.model_copy(
        update={
            "request": words,
            "answer": words,
            "problems": (words, f"request: {words}"),
            "reasoning": reasoning.model_copy(update={"text": f"{words} {reasoning.text}", "teacher": words}),
            "judgements": tuple(
                one.model_copy(update={"answers": {words: words}, "error": words}) for one in sample.judgements
            ),
            "calls": tuple(call.model_copy(update={"model": words}) for call in sample.calls),
            "picture": sample.picture
            and sample.picture.model_copy(update={"description": words, "described_by": words, "caption": words}),
        }
    )


def hostile_report(data: ReportData, words: str) -> ReportData:
    """The report with the words in its samples, and in what a policy says of itself."""
    return data.model_copy(
        update={
            "identity": data.identity.model_copy(
                update={"title": words, "plan_title": words, "plan": words, "policy": words, "version": words}
            ),
            "notices": (words,),
            "accepted": tuple(one.model_copy(update={"sample": hostile(one.sample, words)}) for one in data.accepted),
            "categories": tuple(
                one.model_copy(
                    update={
                        "title": words,
                        "text": words,
                        "code": words,
                        "clauses": tuple(c.model_copy(update={"title": words, "guidance": words}) for c in one.clauses),
                    }
                )
                for one in data.categories
            ),
        }
    )


# ------------------------------------------------------------------------------------------------ attacks


@given(
    words=st.lists(
        st.one_of(st.sampled_from(ATTACKS), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
        min_size=1,
        max_size=4,
    )
    .map("".join)
    .filter(bool)  # what is not said at all has no paragraph
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_become_markup(usual: ReportData, bundle: Bundle, words: str) -> None:
    calm = Elements(render(hostile_report(usual, "calm"), pictures_of(usual, bundle)))
    found = Elements(render(hostile_report(usual, words), pictures_of(usual, bundle)))
    assert found.tags() == calm.tags()
    assert found.comments == []
    assert [set(attrs) for _, attrs in found.elements] == [set(attrs) for _, attrs in calm.elements]
    assert all(reference.startswith(("#", "data:image/")) for reference in found.attributes("href"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_shown_as_the_text_that_it_is(usual: ReportData, bundle: Bundle, attack: str) -> None:
    found = Elements(render(hostile_report(usual, attack), pictures_of(usual, bundle)))
    assert visible(attack) in found.text


def test_words_in_a_real_ledger_are_no_markup_either(make_run: MakeRun, samples: Samples) -> None:
    records: list[Record] = []
    for row in samples.rows():
        words = ATTACKS[row.index % len(ATTACKS)]
        records.append((hostile(samples.of(row), words), "rejected" if row.index % 2 else "accepted"))
    found = Elements(write_report(make_run(records)).read_text())
    assert found.tags()["script"] == found.tags()["style"] == found.tags()["base"] + 1 == 1
    assert not [name for _, attrs in found.elements for name in attrs if name.startswith("on") or name == "style"]


def test_the_security_policy_admits_the_pages_own_style_and_script_alone(page: str) -> None:
    [policy] = [
        attrs["content"] or ""
        for tag, attrs in Elements(page).elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    assert directives["img-src"] == "data:"
    for tag in ("style", "script"):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert directives[f"{tag}-src"] == f"'sha256-{digest}'"


def test_the_page_asks_the_network_for_nothing(page: str) -> None:
    found = Elements(page)
    for name in ("src", "srcset", "action", "poster", "data", "background"):
        assert found.attributes(name) == []
    assert not re.search(r"url\(|@import|https?://", re.sub(r"data:[^\"]*", "", page))


# ------------------------------------------------------------------------------------------------ content


def test_every_link_on_the_page_leads_somewhere(page: str) -> None:
    found = Elements(page)
    ids = found.attributes("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in found.attributes("href") if link.startswith("#")} <= set(ids)
    for name in ("aria-labelledby",):
        assert set(found.attributes(name)) <= set(ids)


def test_a_citation_leads_to_the_text_of_its_clause(page: str, policy: Policy, usual_records: list[Record]) -> None:
    sample = next(sample for sample, status in usual_records if status == "accepted")
    assert sample.reasoning is not None
    clause = policy.clause(sample.reasoning.cites[0])
    assert f'<a class="cite" href="#clause-{clause.id}">[{clause.id}]</a>' in page
    where = page.index(f'id="clause-{clause.id}"')
    quoted = " ".join(Elements(page[where:]).text.split())
    assert " ".join(clause.text.split()) in quoted


def test_each_picture_is_inlined_once_with_its_bytes(page: str, bundle: Bundle, usual: ReportData) -> None:
    shown = {one.sample.picture.path for one in (*usual.accepted, *usual.rejected) if one.sample.picture}
    images = [attrs for tag, attrs in Elements(page).elements if tag == "image"]
    inlined = [base64.b64decode((attrs["href"] or "").partition(",")[2]) for attrs in images]
    assert sorted(inlined) == sorted(bundle.files[path] for path in shown)
    labels = [attrs for tag, attrs in Elements(page).elements if tag == "svg" and attrs.get("role") == "img"]
    assert len(labels) == sum(bool(one.sample.picture) for one in (*usual.accepted, *usual.rejected))
    assert all(attrs["aria-label"] for attrs in labels)


def test_tables_have_captions_and_headings_do_not_skip(page: str) -> None:
    tags = Elements(page).tags()
    assert tags["table"] == tags["caption"] == tags["thead"]
    assert tags["h1"] == 1
    levels = [int(tag[1]) for tag, _ in Elements(page).elements if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 2 for before, after in itertools.pairwise(levels))


def test_the_page_says_what_a_reader_must_know(page: str) -> None:
    text = " ".join(Elements(page).text.split())
    for words in (
        "This judge did not decide anything.",
        "Too few to tell",
        "Unknown is not free",
        "cites no clause",
        "request: too long",
        "Nothing has been exported yet.",
    ):
        assert words in text


def test_a_run_without_any_sample_has_a_page(make_run: MakeRun) -> None:
    text = Elements(write_report(make_run([])).read_text()).text
    assert "No sample has been accepted yet." in text
    assert "No judge took part" in text
    assert "No model was called." in text


def test_the_page_works_for_a_plan_with_boundaries(make_run: MakeRun, samples: Samples) -> None:
    records: list[Record] = [
        (samples.of(row), "rejected" if row.index % 7 == 0 else "accepted") for row in samples.rows("full")
    ]
    text = Elements(write_report(make_run(records, plan="full")).read_text()).text
    assert "Boundaries" in text
    assert "without an accepted row" in text


def test_a_very_long_answer_is_cut_and_says_so(make_run: MakeRun, samples: Samples) -> None:
    sample = samples.of(samples.rows()[0]).model_copy(update={"answer": "word " * 400_000})
    page = write_report(make_run([(sample, "accepted")])).read_text()
    assert len(page) < 400_000
    assert "characters more)" in page


# ------------------------------------------------------------------------------------------------ the file


def test_the_same_run_gives_the_same_bytes(make_run: MakeRun, usual_records: list[Record], tmp_path: Path) -> None:
    folder = make_run(usual_records)
    first = write_report(folder)
    assert first == folder / "report.html"
    assert write_report(folder, tmp_path / "site" / "other.html").read_bytes() == first.read_bytes()


def test_a_place_that_cannot_be_written_is_a_clear_error(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="file"):
        write_report(make_run([]), tmp_path / "file" / "report.html")


# ------------------------------------------------------------------------------------------------ colours


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_every_ground(page: str, theme: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: a contrast of 4.5 to 1 at least."""
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", page, re.DOTALL)[:2]
    )
    colours = light if theme == "light" else dark
    for text in ("ink", "soft", "accent", "good", "warn", "bad"):
        for ground in ("paper", "panel", "wash"):
            one, two = sorted((_luminance(colours[text]), _luminance(colours[ground])))
            assert (two + 0.05) / (one + 0.05) >= 4.5, (theme, text, ground)
