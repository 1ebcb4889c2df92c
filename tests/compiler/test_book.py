"""The book: everything that a person has to know of a policy is in it, and no prose can break out of its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from small_policy import SMALL, loaded, small_policy

from policylang.compiler.book import book
from policylang.compiler.bundle import Bundle
from policylang.language.meaning.policy import Policy
from policylang.testing import policies

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- the rest is a comment",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java&#115;cript:alert(1))",
    "[click](<javascript:alert(1)>)",
    "[click](\njavascript:alert(1))",
    "[click\\](javascript:alert(1))",
    "[click\\\\](javascript:alert(1))",
    "![picture](data:text/html;base64,PHNjcmlwdD4=)",
    "[click]\n\n[click]: javascript:alert(1)",
    "[click]\n\n[click]:\njavascript:alert(1)",
    "<javascript:alert(1)>",
    "```\nan open fence",
    "~~~~\n~~~\nan open fence",
    "```\ncode\n``` not the end",
    "# A heading of its own",
    "- a list\n\n      code",
    "---",
    "a | b\n--|--\n1 | 2",
)


def words_of(policy: Policy) -> list[str]:
    """What must be readable in the book."""
    found = [
        policy.title,
        policy.text,
        *(word for term in policy.terms for word in (term.phrase, *term.also, term.text)),
    ]
    for category in policy.categories:
        found += [category.title or category.name, category.text, category.code]
        for clause in category.clauses:
            found += [clause.label, clause.title or clause.name, clause.text, clause.id]
            found += [clause.respond.guidance] if clause.respond else []
            for exemplar in clause.exemplars:
                found += [exemplar.request, exemplar.because, exemplar.ideal, exemplar.rejected]
    for facet in policy.facets:
        found += [facet.title or facet.id, facet.question, facet.text]
        found += [word for value in facet.values for word in (value.name, value.text)]
    return found


def bare(text: str) -> str:
    """The letters and digits: what no escaping changes."""
    return re.sub(r"[\W_]", "", text.replace("&lt;", "<"))


def html(policy: Policy) -> str:
    """The book as a browser would get it from a renderer that lets HTML and every link through."""
    renderer = MarkdownIt("commonmark", {"html": True})
    renderer.validateLink = lambda url: True  # type: ignore[method-assign]
    return str(renderer.render(book(policy)))


@given(policies(plans=False, templates=False))
def test_everything_that_the_policy_says_to_people_is_in_the_book(policy: Policy) -> None:
    text = bare(book(policy))
    for words in words_of(policy):
        assert bare(words) in text


def test_the_quickstarts_book_has_every_category_clause_and_exemplar(quickstart: Bundle) -> None:
    text = quickstart.files["policy.md"].decode()
    policy = quickstart.policy
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    for category in policy.categories:
        assert any(heading.startswith(category.title) for heading in headings)
    for clause in policy.clauses:
        assert any(bare(clause.title or clause.name) in bare(heading) for heading in headings)
        assert f"`{clause.id}`" in text
    assert text.count("- **Violates.**") + text.count("- **Complies.**") + text.count("- **Borderline.**") == len(
        list(policy.exemplars)
    )
    assert text.endswith("\n")
    assert "None" not in text


@pytest.mark.parametrize(
    "place", ["Worddefinition", "Wordprose", "Wordnorm", "Wordsteps", "Wordrequest", "Wordmeaning"]
)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_a_policy_becomes_a_script_or_swallows_the_rest(hostile: str, place: str) -> None:
    before = small_policy()
    policy = Policy.model_validate_json(
        before.model_dump_json().replace(place, f"{place}\\n\\n{escaped(hostile)}\\n\\nAfter")
    )
    page = html(policy)
    assert not re.search(r"<(script|img[^>]*(onerror|data:)|!--)", page)
    assert not re.search(r"(href|src)=\"\s*(javascript|data):", page, re.IGNORECASE)
    for heading in ("Wordharm", "Wordcare", "Wordtalk", "Wordfacet", "What a judge has to find out"):
        assert re.search(rf"<h\d>.*{heading}.*</h\d>", page), "the rest of the book is no longer a document"


def escaped(text: str) -> str:
    """As it stands inside a JSON string."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@pytest.mark.parametrize(
    "link",
    [
        "[our page](https://example.org/a?b=c#d)",
        "[below](#harm)",
        "[file](docs/guide.md)",
        "[mail](mailto:policy@example.org)",
        "[guide]\n\n[guide]: https://example.org",
    ],
)
def test_honest_links_of_prose_still_lead_somewhere(link: str) -> None:
    policy = loaded(SMALL.replace("Worddefinition of it all.", link)).policy
    assert policy is not None
    assert "<a href=" in html(policy)


@pytest.mark.parametrize("start", ["- ", "+ ", "> ", "1. ", "1) ", "~~~", "| ", "=== ", "# "])
def test_a_question_that_begins_like_a_list_is_still_a_question(start: str) -> None:
    policy = loaded(SMALL.replace("Wordquestion of the intent?", f"{start}Wordquestion?")).policy
    assert policy is not None
    assert f"<p>{start.strip().replace('>', '&gt;')}" in html(policy)
