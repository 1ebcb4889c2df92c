"""The part of the JSON Schema of SARIF 2.1.0 (OASIS, errata 01) that a log of policyc can touch, and no more.

Properties that policyc does not write are left out, and `additionalProperties` is false as it is in the original, so
that a property that is misspelt or in the wrong place fails.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def _list(item: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": item, **more}


_TEXT: Schema = {"type": "string"}
_URI: Schema = {"type": "string", "format": "uri-reference", "pattern": r"^[^ \\]*$"}
_FROM_ONE: Schema = {"type": "integer", "minimum": 1}
_LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}
_BAG: Schema = {"type": "object", "properties": {"tags": _list(_TEXT, uniqueItems=True)}}

_MESSAGE = _object("text", text=_TEXT, markdown=_TEXT)
_ARTIFACT = _object("uri", uri=_URI, uriBaseId=_TEXT)
_REGION = _object("startLine", startLine=_FROM_ONE, startColumn=_FROM_ONE, endLine=_FROM_ONE, endColumn=_FROM_ONE)
_PLACE = _object("artifactLocation", artifactLocation=_ARTIFACT, region=_REGION)
_LOCATION = _object(
    "physicalLocation", id={"type": "integer", "minimum": -1}, physicalLocation=_PLACE, message=_MESSAGE
)
_REPLACEMENT = _object("deletedRegion", deletedRegion=_REGION, insertedContent=_object("text", text=_TEXT))
_CHANGE = _object(
    "artifactLocation replacements", artifactLocation=_ARTIFACT, replacements=_list(_REPLACEMENT, minItems=1)
)
_FIX = _object(
    "artifactChanges",
    description=_MESSAGE,
    artifactChanges=_list(_CHANGE, minItems=1, uniqueItems=True),
    properties=_BAG,
)
_RULE = _object(
    "id",
    id=_TEXT,
    name=_TEXT,
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    helpUri=_URI,
    defaultConfiguration=_object("", level=_LEVEL),
    properties=_BAG,
)
_RESULT = _object(
    "message",
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION),
    relatedLocations=_list(_LOCATION, uniqueItems=True),
    fixes=_list(_FIX, uniqueItems=True),
    suppressions=_list(_object("kind", kind={"enum": ["inSource", "external"]}, justification=_TEXT), uniqueItems=True),
)
_DRIVER = _object("name", name=_TEXT, version=_TEXT, informationUri=_URI, rules=_list(_RULE, uniqueItems=True))
_RUN = _object(
    "tool",
    tool=_object("driver", driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_list(_RESULT),
)
SARIF: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object("version runs", **{"$schema": _URI, "version": {"const": "2.1.0"}, "runs": _list(_RUN)}),
}
