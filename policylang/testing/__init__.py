"""Hypothesis strategies for policies: random ones, their cases, and their text, sound or damaged.

For tests of anything that takes a policy::

    from hypothesis import given
    from policylang.testing import policies

    @given(policies())
    def test_every_clause_has_a_title(policy):
        ...

Every policy that `policies()` draws is valid: it prints as a file that loads without an error, and the labels of its
exemplars are right by construction. Draws shrink towards a policy of one category with one clause.

Needs the package `hypothesis`, which is not among the dependencies of policylang: `pip install hypothesis`.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401 - only to say clearly what is missing
except ImportError as error:  # pragma: no cover - the tests have it
    raise ImportError("policylang.testing needs hypothesis: pip install hypothesis") from error

from .logic import answers, cases, conditions
from .policies import policies
from .texts import damaged_sources, layouts, sources, token_soup
from .words import names, prose, texts

__all__ = [
    "answers",
    "cases",
    "conditions",
    "damaged_sources",
    "layouts",
    "names",
    "policies",
    "prose",
    "sources",
    "texts",
    "token_soup",
]
