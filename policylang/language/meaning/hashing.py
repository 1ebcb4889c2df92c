"""Content hashes: equal exactly when the meaning is equal.

Comments, spans, layout, line breaks in prose and the order of files never reach them. A clause's hash covers what a
judge or writer sees of it: its own words and logic and the facets that it mentions, but not its exemplars, which have
a hash of their own.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .expr import variables
from .policy import Clause, Exemplar, Policy

Json = Any
_SETS = {"terms": "phrase", "facets": "id", "categories": "id", "rubrics": "id", "plans": "id"} | {
    "templates": "id",
    "exemplars": "id",
    "surfaces": "id",
}


def policy_hash(policy: Policy) -> str:
    """sha256, in hex, of everything that the policy says."""
    return _digest(policy.model_dump(mode="json"))


def clause_hash(policy: Policy, clause: Clause) -> str:
    """sha256, in hex, of a clause as a judge sees it."""
    mentioned = sorted(set(variables(clause.breach)) & {facet.id for facet in policy.facets})
    return _digest(
        {
            "clause": clause.model_dump(mode="json", exclude={"exemplars"}),
            "facets": [policy.facet(name).model_dump(mode="json") for name in mentioned],
        }
    )


def exemplar_hash(exemplar: Exemplar) -> str:
    return _digest(exemplar.model_dump(mode="json"))


def canonical_json(value: Json) -> str:
    """One spelling for one value: sorted keys, no spaces, no escapes that are not needed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _digest(value: Json) -> str:
    return hashlib.sha256(canonical_json(_normal(value)).encode()).hexdigest()


def _normal(value: Json, field: str = "") -> Json:
    """Prose with its white space collapsed; things whose order means nothing in the order of their ids."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: _normal(item, key) for key, item in value.items()}
    if isinstance(value, list):
        items = [_normal(item) for item in value]
        key = _SETS.get(field)
        if key and all(isinstance(item, dict) and key in item for item in items):
            items.sort(key=lambda item: str(item[key]))
        return items
    return value
