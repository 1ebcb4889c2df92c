"""A small policy in which every text has words of its own, so that a test can tell where they turn up."""

from __future__ import annotations

from policylang.language.diagnostics.text import render
from policylang.language.load import Loaded, load_text
from policylang.language.meaning.policy import Policy

SMALL = '''
policy acme.small 1.2.0 "Wordtitle of the assistant"

levels none < low < high

"""Worddefinition of it all."""

term "wordterm" """Wordmeaning of a term."""

facet intent "Wordfacet" {
  ask "Wordquestion of the intent?"
  learn "Wordlearn: to know." do "Worddo: to act."
}
facet minor yes/no { ask "Wordminor, is it a child?" }

category harm "Wordharm" code H1 {
  """Wordprose of the category with a wordterm in it."""

  clause steps "Wordsteps" {
    forbid high on request, response
    when intent = do
    unless minor
    """Wordnorm of the steps."""
    respond refuse """Wordguidance for refusals."""
    violates usable {
      user "Wordrequest to act"
      facets { intent = do, minor = no }
      because "Wordbecause of the act."
      ideal "Wordideal answer."
      rejected "Wordrejected answer."
    }
    violates held_back {
      user "Wordcalibration request"
      facets { intent = do, minor = no }
      because "Wordcalibration because."
      ideal "Wordcalibration ideal."
      use calibration
    }
    complies seed_only {
      user "Wordseed request"
      facets { intent = learn, minor = no }
      because "Wordseed because."
      use seed
    }
  }

  clause care "Wordcare" {
    require low on response
    when minor
    """Wordduty to a child."""
  }

  permit none "Wordpermits" {
    talk "Wordtalk" { complies { user "Wordpermit request" facets { intent = learn, minor = no } } }
  }
}
'''
"""Words that begin with `Word` come from one place each."""


def loaded(text: str) -> Loaded:
    """A policy from its text, which must be sound."""
    found = load_text(text)
    assert found.policy is not None, render(found.report.sorted(), found.sources)
    return found


def small_policy() -> Policy:
    policy = loaded(SMALL).policy
    assert policy is not None
    return policy
