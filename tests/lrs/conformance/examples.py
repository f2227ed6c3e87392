"""A statement with every property that both versions know, and changes of it."""

import copy
from typing import Any

FULL: dict[str, Any] = {
    "id": "6f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f",
    "actor": {"objectType": "Agent", "name": "Ana Núñez", "mbox": "mailto:ana@escuela.example"},
    "verb": {
        "id": "http://adlnet.gov/expapi/verbs/answered",
        "display": {"es": "respondió", "en-GB": "answered"},
    },
    "object": {
        "objectType": "Activity",
        "id": "https://escuela.example/quiz/1",
        "definition": {
            "name": {"es": "Fracciones"},
            "description": {"es": "Sumar fracciones"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "moreInfo": "https://escuela.example/quiz/1/info",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [
                {"id": "a", "description": {"es": "Un medio"}},
                {"id": "b", "description": {"es": "Dos cuartos"}},
            ],
            "extensions": {"https://escuela.example/level": 3},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": True,
        "response": "a[,]b",
        "duration": "PT1M30.5S",
        "extensions": {"https://escuela.example/tries": [1, {"at": None}]},
    },
    "context": {
        "registration": "16b1a2c4-0d3e-4f5a-8b6c-7d8e9f0a1b2c",
        "instructor": {"objectType": "Agent", "openid": "https://id.example/luis"},
        "team": {
            "objectType": "Group",
            "name": "2.º B",
            "account": {"homePage": "https://escuela.example", "name": "2b"},
            "member": [{"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}],
        },
        "contextActivities": {
            "parent": [{"id": "https://escuela.example/unit/1"}],
            "grouping": [{"objectType": "Activity", "id": "https://escuela.example/course/1"}],
            "category": [{"id": "https://profile.example/quiz"}],
            "other": [{"id": "urn:isbn:9788432243271"}],
        },
        "revision": "2",
        "platform": "Moodle",
        "language": "es-ES",
        "statement": {
            "objectType": "StatementRef",
            "id": "7a2b3c4d-5e6f-4a1b-9c2d-3e4f5a6b7c8d",
        },
        "extensions": {"https://escuela.example/room": "12"},
    },
    "timestamp": "2026-03-12T14:05:00.123Z",
    "attachments": [
        {
            "usageType": "https://escuela.example/photo",
            "display": {"es": "Foto del cuaderno"},
            "description": {"es": "La página 3"},
            "contentType": "image/jpeg",
            "length": 4096,
            "sha2": "5d41402abc4b2a76b9719d911017c592ae2f3f3e2d1c0b9a8f7e6d5c4b3a2918",
            "fileUrl": "https://escuela.example/photo/3.jpg",
        }
    ],
}

AGENT = {"mbox": "mailto:luis@escuela.example"}
GROUP = {"objectType": "Group", "member": [AGENT, {"openid": "https://id.example/eva"}]}
_SUB = ("actor", "verb", "object", "result", "context", "timestamp", "attachments")


def change(pointer: str, value: Any, whole: Any = None) -> Any:
    """The full statement with another value at a JSON Pointer; a last step that is not there yet is added."""
    changed = copy.deepcopy(FULL if whole is None else whole)
    holder, step = _holder(changed, pointer)
    holder[step] = copy.deepcopy(value)
    return changed


def without(pointer: str, whole: Any = None) -> Any:
    """The full statement without the value at a JSON Pointer."""
    changed = copy.deepcopy(FULL if whole is None else whole)
    holder, step = _holder(changed, pointer)
    del holder[step]
    return changed


def each(pointers: str, value: Any) -> list[Any]:
    """One changed statement for each of the pointers, which are separated by spaces."""
    return [change(pointer, value) for pointer in pointers.split()]


def substatement(**changes: Any) -> dict[str, Any]:
    """A statement whose object is a substatement with everything that one may have."""
    inner = {key: copy.deepcopy(FULL[key]) for key in _SUB}
    outer = {key: copy.deepcopy(FULL[key]) for key in ("actor", "verb")}
    return {**outer, "object": {"objectType": "SubStatement", **inner, **changes}}


def about(target: Any) -> dict[str, Any]:
    """The full statement about another kind of object, without what only goes with an activity."""
    changed = change("/object", target)
    for key in ("revision", "platform"):
        del changed["context"][key]
    return changed


def as_returned(statement: dict[str, Any]) -> dict[str, Any]:
    """What must be in the answer of GET: all that was sent but what the LRS itself sets, single context activities
    as arrays."""
    sent = copy.deepcopy(statement)
    for name in ("stored", "authority"):
        sent.pop(name, None)
    if "id" in sent:
        sent["id"] = sent["id"].lower()
    for part in (sent, sent["object"]):
        activities = part.get("context", {}).get("contextActivities", {})
        for place, value in activities.items():
            activities[place] = value if isinstance(value, list) else [value]
    return sent


def _holder(value: Any, pointer: str) -> tuple[Any, Any]:
    *path, last = pointer.removeprefix("/").split("/")
    for step in path:
        value = value[int(step) if isinstance(value, list) else step]
    return value, int(last) if isinstance(value, list) else last
