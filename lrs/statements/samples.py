"""Statements as the usual clients send them, made up from the vocabulary of ADL, cmi5, Moodle, H5P and Storyline.

They train the dictionary that comes with the code (`manage.py train_dictionary --shipped`): a new server compresses
its first statement well before it has any of its own. Names and places are random, so that only shapes and vocabulary
are learnt.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from lrs.xapi import jsontext, timestamps

_ADL = "http://adlnet.gov/expapi/verbs/"
_TYPES = "http://adlnet.gov/expapi/activities/"
_VERBS = {
    "answered": "respondió", "asked": "preguntó", "attempted": "intentó", "attended": "asistió",
    "commented": "comentó", "completed": "completó", "experienced": "experimentó",
    "failed": "suspendió", "imported": "importó", "initialized": "inició",
    "interacted": "interactuó", "launched": "lanzó", "mastered": "dominó", "passed": "aprobó",
    "preferred": "prefirió", "progressed": "avanzó", "registered": "se inscribió en",
    "responded": "contestó", "resumed": "reanudó", "scored": "puntuó", "shared": "compartió",
    "suspended": "suspendió", "terminated": "terminó", "voided": "anuló",
}  # fmt: skip
_OTHER_VERBS = {
    "http://id.tincanapi.com/verb/viewed": "viewed",
    "http://id.tincanapi.com/verb/earned": "earned",
    "http://activitystrea.ms/schema/1.0/submit": "submitted",
    "http://activitystrea.ms/schema/1.0/create": "created",
    "https://w3id.org/xapi/adl/verbs/satisfied": "satisfied",
    "https://w3id.org/xapi/adl/verbs/abandoned": "abandoned",
    "https://w3id.org/xapi/video/verbs/played": "played",
    "https://w3id.org/xapi/video/verbs/paused": "paused",
    "https://w3id.org/xapi/video/verbs/seeked": "seeked",
    "https://w3id.org/xapi/dod-isd/verbs/loggedin": "logged in",
}
_KINDS = (
    "assessment", "attempt", "cmi.interaction", "course", "file", "interaction", "lesson", "link",
    "media", "meeting", "module", "objective", "performance", "profile", "question", "simulation",
)  # fmt: skip
_OTHER_KINDS = (
    "http://id.tincanapi.com/activitytype/lms", "http://id.tincanapi.com/activitytype/source",
    "http://id.tincanapi.com/activitytype/category", "http://id.tincanapi.com/activitytype/lms/quiz",
    "http://id.tincanapi.com/activitytype/discussion", "https://w3id.org/xapi/video/activity-type/video",
    "http://lrs.learninglocker.net/define/type/moodle/course", "https://w3id.org/xapi/cmi5/context/categories/cmi5",
    "https://w3id.org/xapi/cmi5/activitytype/course", "http://activitystrea.ms/schema/1.0/article",
)  # fmt: skip
_INTERACTIONS = (
    "choice", "true-false", "fill-in", "long-fill-in", "matching", "sequencing", "likert",
    "numeric", "performance", "other",
)  # fmt: skip
_EXTENSIONS = (
    "http://lrs.learninglocker.net/define/extensions/info",
    "https://w3id.org/xapi/cmi5/context/extensions/sessionid",
    "https://w3id.org/xapi/cmi5/context/extensions/masteryscore",
    "https://w3id.org/xapi/cmi5/context/extensions/launchmode",
    "https://w3id.org/xapi/cmi5/result/extensions/progress",
    "https://w3id.org/xapi/video/extensions/time",
    "https://w3id.org/xapi/video/extensions/played-segments",
    "http://h5p.org/x-api/h5p-local-content-id",
    "http://h5p.org/x-api/h5p-subContentId",
    "http://id.tincanapi.com/extension/ending-point",
)
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def samples(count: int, seed: int = 1) -> list[bytes]:
    """Statements as they are stored, each without its ending. The same seed gives the same ones."""
    chance = Random(seed)  # noqa: S311 -- made-up statements, no secret
    return [jsontext.dumps(_statement(chance))[:-1] for _ in range(count)]


def _statement(chance: Random) -> dict[str, Any]:
    host = f"https://{_word(chance)}.{chance.choice(('example', 'org', 'com', 'es', 'edu'))}"
    parts = dict(_parts(chance, host))
    if chance.random() < 0.3:
        parts = {"id": _uuid(chance), **parts}
    if chance.random() < 0.3:
        parts["timestamp"] = timestamps.render(
            _FIRST_DAY + timedelta(milliseconds=chance.randrange(10**11))
        )
    parts.setdefault("id", _uuid(chance))
    account = {"homePage": host, "name": f"credential-{chance.randrange(9)}"}
    parts["authority"] = {"objectType": "Agent", "name": "Moodle", "account": account}
    parts.setdefault("version", chance.choice(("1.0.0", "1.0.0", "1.0.3", "2.0.0")))
    return parts


def _parts(chance: Random, host: str) -> Iterator[tuple[str, Any]]:
    yield "actor", _actor(chance, host)
    yield "verb", _verb(chance)
    yield "object", _activity(chance, host, with_definition=True)
    if chance.random() < 0.7:
        yield "result", _result(chance)
    if chance.random() < 0.85:
        yield "context", _context(chance, host)


def _actor(chance: Random, host: str) -> dict[str, Any]:
    name = f"{_word(chance).title()} {_word(chance).title()}"
    if chance.random() < 0.6:
        account = {"homePage": host, "name": str(chance.randrange(10_000))}
        found: dict[str, Any] = {"name": name, "account": account}
    else:
        found = {"mbox": f"mailto:{_word(chance)}@{_word(chance)}.example", "name": name}
    return {"objectType": "Agent", **found} if chance.random() < 0.6 else found


def _verb(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.3:
        iri, english = chance.choice(list(_OTHER_VERBS.items()))
        return {"id": iri, "display": {"en": english}}
    english = chance.choice(list(_VERBS))
    display = chance.choice(
        ({"en-US": english}, {"en": english}, {"es": _VERBS[english], "en": english})
    )
    return {"id": _ADL + english, "display": display}


def _activity(chance: Random, host: str, *, with_definition: bool) -> dict[str, Any]:
    place = chance.choice(
        ("mod/quiz/view.php?id=", "course/view.php?id=", "mod/quiz/question/", "course/", "mod/resource/view.php?id=",
         "wp-admin/admin-ajax.php?action=h5p_embed&id=", "activities/", "mod/forum/discuss.php?d=")
    )  # fmt: skip
    found: dict[str, Any] = {"id": f"{host}/{place}{chance.randrange(1000)}"}
    if with_definition:
        found["definition"] = _definition(chance)
    return {"objectType": "Activity", **found} if chance.random() < 0.5 else found


def _definition(chance: Random) -> dict[str, Any]:
    title = f"{_word(chance).title()} {_word(chance)}"
    name = chance.choice(
        ({"en": title}, {"en-US": title}, {"es": title}, {"es": title, "en": title})
    )
    kind = _TYPES + chance.choice(_KINDS) if chance.random() < 0.75 else chance.choice(_OTHER_KINDS)
    found: dict[str, Any] = {"type": kind, "name": name}
    if chance.random() < 0.3:
        found["description"] = {
            language: f"{title} {_word(chance)} {_word(chance)}" for language in name
        }
    if chance.random() < 0.3:
        found["interactionType"] = chance.choice(_INTERACTIONS)
        found["correctResponsesPattern"] = [
            chance.choice(("true", "false", "a", "b", "0", "1[,]2"))
        ]
    if found.get("interactionType") == "choice" and chance.random() < 0.5:
        found["choices"] = [
            {"id": str(number), "description": {language: _word(chance) for language in name}}
            for number in range(chance.randrange(2, 5))
        ]
    return found


def _result(chance: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    most = chance.choice((1, 5, 10, 20, 100))
    if chance.random() < 0.7:
        raw = chance.randrange(most + 1)
        found["score"] = {"scaled": round(raw / most, 2), "raw": raw, "min": 0, "max": most}
    if chance.random() < 0.6:
        found["completion"] = True
    if chance.random() < 0.6:
        found["success"] = chance.random() < 0.7
    if chance.random() < 0.4:
        found["response"] = chance.choice(("true", "false", "0", "1", "a", "b", _word(chance)))
    if chance.random() < 0.6:
        found["duration"] = chance.choice(("PT{}S", "PT{}M12S", "PT{}.51S")).format(
            chance.randrange(60)
        )
    if chance.random() < 0.2:
        found["extensions"] = {chance.choice(_EXTENSIONS): round(chance.random(), 3)}
    return found


def _context(chance: Random, host: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if chance.random() < 0.6:
        found["registration"] = _uuid(chance)
    if chance.random() < 0.3:
        found["platform"] = "Moodle"
    if chance.random() < 0.5:
        found["language"] = chance.choice(("en", "es", "en-US"))
    places = [
        place for place in ("parent", "grouping", "category", "other") if chance.random() < 0.5
    ]
    if places:
        found["contextActivities"] = {
            place: [_activity(chance, host, with_definition=chance.random() < 0.5)]
            for place in places
        }
    if chance.random() < 0.3:
        found["extensions"] = {chance.choice(_EXTENSIONS): _uuid(chance)}
    return found


def _word(chance: Random) -> str:
    syllables = (
        "ma",
        "te",
        "ci",
        "len",
        "gua",
        "na",
        "tu",
        "ra",
        "his",
        "to",
        "ria",
        "mú",
        "si",
        "ca",
    )
    return "".join(chance.choice(syllables) for _ in range(chance.randrange(2, 5)))


def _uuid(chance: Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
