"""The statements that the benchmarks send: a school's, 1.3 KB each, the same for the same number.

1,000 learners (accounts), 20 courses of 25 activities, a registration a learner and course, verbs of unequal
frequency, the rarest one time in 2,000. A unit is the parent, the course in `grouping`.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

HOME = "https://escuela.example"
LEARNERS, COURSES, ACTIVITIES = 1_000, 20, 25
VERBS = "http://adlnet.gov/expapi/verbs/"
EXTENSION = f"{HOME}/ext/"
_WORDS = (
    "Los alumnos leen el texto, marcan las ideas principales y explican con sus propias palabras por qué la "
    "respuesta es correcta. "
)


def _chance(number: int, what: int, most: int) -> int:
    """Below `most`, the same for the same number, and independent of that for another `what`."""
    mixed = (number * 2 + 1) * 0x9E3779B97F4A7C15 * (2 * what + 1) % 2**64
    return ((mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 % 2**64 >> 33) % most


def verb(number: int) -> str:
    """Two in five are answers; one in 2,000 is a mastery; only course 0 has attendances."""
    if _chance(number, 1, 2_000) == 0:
        return f"{VERBS}mastered"
    if _chance(number, 5, COURSES) == 0 and number % 2:
        return f"{VERBS}attended"
    verbs = ("answered", "answered", "experienced", "progressed", "completed")
    return VERBS + verbs[_chance(number, 2, 5)]


def learner(number: int) -> dict[str, Any]:
    name = f"alumno-{_chance(number, 3, LEARNERS):04}"
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": name}}


def course(number: int) -> str:
    return f"{HOME}/course/{_chance(number, 5, COURSES)}"


def activity(number: int) -> str:
    return f"{course(number)}/activity/{_chance(number, 6, ACTIVITIES)}"


def registration(number: int) -> str:
    text = f"{learner(number)['account']['name']} {course(number)}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def statement(number: int) -> dict[str, Any]:
    """As a client sends it, without an id."""
    day, second = number // 40_000 % 28 + 1, number % 86_400
    return {
        "actor": learner(number),
        "verb": {"id": verb(number), "display": {"es": "hizo", "en": "did"}},
        "object": {
            "objectType": "Activity",
            "id": activity(number),
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/question",
                "name": {"es": f"Pregunta {activity(number)[-2:]}", "en": "Question"},
            },
        },
        "result": {
            "success": number % 3 > 0,
            "completion": True,
            "score": {"scaled": number % 101 / 100, "raw": number % 101, "min": 0, "max": 100},
            "response": _WORDS[number % 40 :],
            "duration": f"PT{number % 600}S",
        },
        "context": {
            "registration": registration(number),
            "language": "es",
            "platform": "Moodle",
            "contextActivities": {
                "parent": [
                    {
                        "objectType": "Activity",
                        "id": f"{course(number)}/unit/{_chance(number, 7, 5)}",
                    }
                ],
                "grouping": [{"objectType": "Activity", "id": course(number)}],
            },
            "extensions": {
                f"{EXTENSION}attempt": number % 4 + 1,
                f"{EXTENSION}client": {"name": "Moodle", "version": "4.5.2", "session": number},
            },
        },
        "timestamp": f"2026-03-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:"
        f"{second % 60:02}.{number % 1000:03}Z",
    }


def identified(number: int, run: str) -> dict[str, Any]:
    """With an id of its own in this run."""
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{run} {number}")), **statement(number)}


def lines(count: int, first: int = 0) -> Iterator[bytes]:
    """JSON Lines."""
    for number in range(first, first + count):
        yield (
            json.dumps(statement(number), ensure_ascii=False, separators=(",", ":")).encode()
            + b"\n"
        )
