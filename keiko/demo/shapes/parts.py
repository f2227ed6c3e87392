"""The small pieces that every client's statements are made of."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Statement = dict[str, Any]
Activity = dict[str, Any]

ADL_VERBS = "http://adlnet.gov/expapi/verbs"
ADL_TYPES = "http://adlnet.gov/expapi/activities"
TINCAN_TYPES = "http://id.tincanapi.com/activitytype"
INTERACTION = f"{ADL_TYPES}/cmi.interaction"


def verb(iri: str, language: str, word: str) -> dict[str, Any]:
    return {"id": iri, "display": {language: word}}


def activity(
    iri: str,
    type_: str | None = None,
    name: Mapping[str, str] | None = None,
    **more: Any,
) -> Activity:
    """An Activity with `objectType`; `more` are further properties of its definition."""
    definition: dict[str, Any] = {}
    if name is not None:
        definition["name"] = dict(name)
    if type_ is not None:
        definition["type"] = type_
    definition.update(more)
    found: Activity = {"id": iri, "objectType": "Activity"}
    return {**found, "definition": definition} if definition else found


def instant(at: datetime) -> str:
    """An aware time as RFC 3339 in UTC with milliseconds, as JavaScript's toISOString writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def score(raw: float, highest: float) -> dict[str, float]:
    return {"scaled": round(raw / highest, 4), "raw": raw, "min": 0, "max": highest}


def slug(text: str) -> str:
    """`text` as Moodle makes ids of answers: lower case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
