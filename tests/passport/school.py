"""A small school for tests: what its systems would report of a learner. Spanish and English."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

SCHOOL = "https://school.example"
COURSE = f"{SCHOOL}/courses/algebra"
NAMESPACE = UUID("5a0f2b64-6b0e-4ab2-8df3-0d6f8a9d5c11")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADL = "http://adlnet.gov/expapi"


def learner_actor(
    name: str = "Ana García López", mailbox: str = "ana@school.example"
) -> dict[str, Any]:
    return {"objectType": "Agent", "name": name, "mbox": f"mailto:{mailbox}"}


def activity(iri: str, type_iri: str, es: str, en: str) -> dict[str, Any]:
    return {
        "objectType": "Activity",
        "id": iri,
        "definition": {"type": type_iri, "name": {"es": es, "en": en}},
    }


ALGEBRA = activity(COURSE, f"{ADL}/activities/course", "Álgebra I", "Algebra I")
CLASS = activity(
    f"{COURSE}/classes/equations",
    f"{ADL}/activities/module",
    "Ecuaciones lineales",
    "Linear equations",
)
MUSIC = activity(
    f"{SCHOOL}/courses/music",
    f"{ADL}/activities/course",
    "Historia de la música",
    "History of music",
)


def verb(name: str, es: str, en: str) -> dict[str, Any]:
    return {"id": f"{ADL}/verbs/{name}", "display": {"es": es, "en": en}}


def statement(
    number: int,
    verb_: dict[str, Any],
    target: dict[str, Any],
    *,
    actor: dict[str, Any] | None = None,
    course: dict[str, Any] = ALGEBRA,
    klass: dict[str, Any] | None = CLASS,
    result: dict[str, Any] | None = None,
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": str(
            uuid5(NAMESPACE, f"{(actor or learner_actor())['mbox']} {course['id']} {number}")
        ),
        "actor": actor or learner_actor(),
        "verb": verb_,
        "object": target,
        "context": {
            "instructor": {
                "objectType": "Agent",
                "name": "Prof. Iturbe",
                "mbox": "mailto:iturbe@school.example",
            },
            "platform": "Moodle",
            "contextActivities": {
                "grouping": [course],
                **({"parent": [klass]} if klass else {}),
            },
        },
        "timestamp": (START + timedelta(hours=7 * number)).isoformat().replace("+00:00", "Z"),
    }
    if result:
        made["result"] = result
    return made


def question(number: int) -> dict[str, Any]:
    return activity(
        f"{COURSE}/quiz/1#q{number}",
        f"{ADL}/activities/cmi.interaction",
        f"Pregunta {number}: despeja la x",
        f"Question {number}: solve for x",
    )


def algebra_term(actor: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Eight records of one learner in Algebra I, ending with the completed course."""
    answered = verb("answered", "respondió", "answered")
    right = {"success": True, "score": {"raw": 9, "min": 0, "max": 10, "scaled": 0.9}}
    wrong = {"success": False, "score": {"raw": 3, "min": 0, "max": 10, "scaled": 0.3}}
    video = activity(
        f"{COURSE}/video/1", f"{ADL}/activities/media", "Qué es una ecuación", "What an equation is"
    )
    essay = activity(
        f"{COURSE}/tasks/1",
        f"{ADL}/activities/assessment",
        "Tarea: la balanza",
        "Assignment: the scales",
    )
    return [
        statement(
            0,
            verb("registered", "se inscribió en", "registered for"),
            ALGEBRA,
            klass=None,
            actor=actor,
        ),
        statement(1, verb("played", "reprodujo", "played"), video, actor=actor),
        statement(2, answered, question(1), result=right, actor=actor),
        statement(3, answered, question(2), result=wrong, actor=actor),
        statement(4, answered, question(3), result=right, actor=actor),
        statement(5, verb("submitted", "entregó", "handed in"), essay, actor=actor),
        statement(
            6,
            verb("scored", "fue calificada en", "was marked in"),
            essay,
            result=right,
            actor=actor,
        ),
        statement(
            7,
            verb("completed", "completó", "completed"),
            ALGEBRA,
            klass=None,
            actor=actor,
            result={"completion": True, "success": True, "score": {"scaled": 0.87}},
        ),
    ]
