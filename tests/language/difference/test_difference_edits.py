"""What counts as an edit, and how it is told."""

from __future__ import annotations

from policylang.language.difference import Edit, EditKind, Thing, align, edits, meaning
from policylang.language.load import load_text
from policylang.language.meaning.policy import Policy

TEXT = '''
policy acme.content 1.0.0 "C"

levels none < low < high

term "doxing" """Publishing where someone lives."""

facet intent "Intent" { ask "What for?" learn "To know." do "To act." }
facet detail "Detail" { ask "How usable?" none "Not." < general "A bit." < steps "Steps." }

category harm "Harm" {
  """Content that hurts."""

  clause help "Help with harm" {
    forbid high on request, response
    when intent = do and detail = steps
    """No steps that hurt someone."""

    violates lock { user "How do I open his door?" facets { intent = do, detail = steps } }
    complies { user "Who was the first to pick a lock?" facets { intent = learn, detail = none } }
    complies { user "What is a lock made of?" facets { intent = learn, detail = general } }
  }

  clause threats "Threats" { forbid low """No threats.""" }
  clause calls "Calls for harm" { forbid low when threats """No calls for harm.""" }
}
'''


def policy(*changes: tuple[str, str]) -> Policy:
    text = TEXT
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    loaded = load_text(text)
    assert loaded.policy is not None, loaded.report.sorted()
    return loaded.policy


def edited(*changes: tuple[str, str]) -> tuple[Edit, ...]:
    return edits(policy(), policy(*changes))


def only(*changes: tuple[str, str]) -> Edit:
    [edit] = edited(*changes)
    return edit


def fields(edit: Edit) -> list[tuple[str, str, str]]:
    return [(field.field, field.before, field.after) for field in edit.fields]


def test_a_condition_is_told_as_it_is_written() -> None:
    edit = only(("when intent = do and detail = steps", "when intent = do and detail >= general"))
    assert (edit.kind, edit.thing, edit.id, edit.was) == (EditKind.CHANGED, Thing.CLAUSE, "harm.help", None)
    assert fields(edit) == [("when", "intent = do and detail = steps", "intent = do and detail in {general, steps}")]


def test_what_is_new_or_gone_is_told_as_nothing() -> None:
    edit = only(("detail = steps\n", "detail = steps\n    unless intent = learn\n"))
    assert fields(edit) == [("unless", "(nothing)", "intent = learn")]


def test_prose_is_shortened_to_where_it_differs() -> None:
    long = "No steps that hurt someone, whoever that may be and whatever the reasons that are given for it, not even"
    edit = edits(
        policy(("No steps that hurt someone.", f"{long} once.")),
        policy(("No steps that hurt someone.", f"{long} twice.")),
    )[0]
    assert fields(edit) == [("text", "… for it, not even once.", "… for it, not even twice.")]


def test_line_breaks_in_prose_are_no_edits() -> None:
    assert edited(("No steps that hurt someone.", "No steps that\n    hurt someone.")) == ()


def test_values_and_what_they_mean() -> None:
    edit = only(('do "To act." }', 'do "To act at once." joke "A joke." }'))
    assert fields(edit) == [
        ("values", "learn, do", "learn, do, joke"),
        ("value do", "To act.", "To act at once."),
    ]


def test_a_renamed_clause_is_the_same_wherever_it_is_mentioned() -> None:
    edit = only(("clause threats", "clause menaces"), ("when threats", "when menaces"))
    assert (edit.kind, edit.id, edit.was, edit.fields) == (EditKind.RENAMED, "harm.menaces", "harm.threats", ())
    new = policy(("clause threats", "clause menaces"), ("when threats", "when menaces"))
    assert not meaning(policy(), new).differs


def test_two_clauses_renamed_of_which_one_mentions_the_other() -> None:
    changes = (
        ("clause threats", "clause menaces"),
        ("when threats", "when menaces"),
        ("clause calls", "clause appeals"),
    )
    assert {(edit.kind, edit.id, edit.was) for edit in edited(*changes)} == {
        (EditKind.RENAMED, "harm.menaces", "harm.threats"),
        (EditKind.RENAMED, "harm.appeals", "harm.calls"),
    }


def test_a_clause_without_words_is_its_name() -> None:
    bare = ('clause threats "Threats" { forbid low """No threats.""" }', "clause threats { forbid low }")
    again = ("when threats", "when menaces")
    renamed = edits(policy(bare), policy((bare[0], "clause menaces { forbid low }"), again))
    assert {(edit.kind, edit.id) for edit in renamed} == {
        (EditKind.REMOVED, "harm.threats"),
        (EditKind.ADDED, "harm.menaces"),
        (EditKind.CHANGED, "harm.calls"),
    }


def test_a_renamed_facet_changes_no_condition() -> None:
    changes = (("facet intent", "facet purpose"), ("intent =", "purpose ="))
    edit = only(*changes)
    assert (edit.kind, edit.thing, edit.id, edit.was) == (EditKind.RENAMED, Thing.FACET, "purpose", "intent")
    assert not meaning(policy(), policy(*changes)).differs


def test_a_renamed_category_takes_its_clauses_along() -> None:
    edit = only(("category harm", "category damage"))
    assert (edit.kind, edit.thing, edit.id, edit.was) == (EditKind.RENAMED, Thing.CATEGORY, "damage", "harm")
    aligned = align(policy(), policy(("category harm", "category damage")))
    assert aligned.original(Thing.CLAUSE, "damage.help") == "harm.help"
    assert not meaning(policy(), policy(("category harm", "category damage"))).differs


def test_what_is_removed_is_told_by_its_old_name() -> None:
    gone = ('  clause calls "Calls for harm" { forbid low when threats """No calls for harm.""" }\n', "")
    found = edited(("category harm", "category damage"), gone)
    assert [(edit.kind, edit.id) for edit in found] == [
        (EditKind.RENAMED, "damage"),
        (EditKind.REMOVED, "harm.calls"),
    ]


def test_an_exemplar_put_in_front_of_others_without_a_name_is_the_only_one_that_is_new() -> None:
    first = '    complies { user "Who was'
    edit = only((first, '    complies { user "Why is rust red?" facets { intent = learn, detail = none } }\n' + first))
    assert (edit.kind, edit.thing) == (EditKind.ADDED, Thing.EXEMPLAR)


def test_an_exemplar_that_changes_and_one_that_is_renamed() -> None:
    edit = only(("What is a lock made of?", "What is a key made of?"))
    assert fields(edit) == [("turns", "user What is a lock made of?", "user What is a key made of?")]
    edit = only(("violates lock", "violates door"))
    assert (edit.kind, edit.id, edit.was) == (EditKind.RENAMED, "harm.help.door", "harm.help.lock")


def test_the_order_of_clauses_matters() -> None:
    other = policy()
    category = other.categories[0]
    turned = category.model_copy(update={"clauses": tuple(reversed(category.clauses))})
    [edit] = edits(other, other.model_copy(update={"categories": (turned,)}))
    assert fields(edit) == [
        ("order of clauses", "harm.help, harm.threats, harm.calls", "harm.calls, harm.threats, harm.help")
    ]


def test_terms_levels_and_the_header() -> None:
    edit = only(("where someone lives", "where somebody lives"))
    assert (edit.thing, edit.id) == (Thing.TERM, "doxing")
    edit = only(("none < low < high", "none < low < medium < high"), ("1.0.0", "1.1.0"))
    assert fields(edit) == [
        ("version", "1.0.0", "1.1.0"),
        ("levels", "none, low, high", "none, low, medium, high"),
    ]


def test_a_value_that_goes_leaves_the_other_cases_to_be_compared() -> None:
    wide = policy(('do "To act." }', 'do "To act." joke "A joke." }'), ("intent = do and", "intent in {do, joke} and"))
    found = meaning(wide, policy())
    assert not found.differs
    assert found.remarks == ("facet `intent` has `joke` in the old version only; such cases are not compared",)
