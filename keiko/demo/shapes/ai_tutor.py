"""A conversation with an AI tutor: each turn is a statement of whoever speaks.

The tutor is an Agent with an account at its provider, and the instructor of the conversation, so
that a reader can always tell what a person said from what a program said.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiko.demo.school import Person
from keiko.demo.shapes.parts import (
    ADL_TYPES,
    ADL_VERBS,
    TINCAN_TYPES,
    Activity,
    Statement,
    activity,
    instant,
    verb,
)

SESSION = "https://w3id.org/keiko/activity-types/ai-tutor-session"
_CHAT_MESSAGE = f"{TINCAN_TYPES}/chat-message"


@dataclass(frozen=True)
class Conversation:
    site: str
    code: str
    topic: str
    learner: Person
    within: tuple[Activity, ...]
    model: str = "nora-2"

    @property
    def iri(self) -> str:
        return f"{self.site}/conversaciones/{self.code}"


def started(talk: Conversation, at: datetime) -> Statement:
    return _statement(
        talk, _learner(talk), at, f"{ADL_VERBS}/initialized", "inició", _session(talk)
    )


def asked(talk: Conversation, at: datetime, turn: int, text: str) -> Statement:
    return _turn(talk, _learner(talk), at, turn, f"{ADL_VERBS}/asked", "preguntó", text)


def tutor_responded(talk: Conversation, at: datetime, turn: int, text: str) -> Statement:
    """The tutor's turn: the actor is the tutor, the session says whom it talks to."""
    return _turn(talk, _tutor(talk), at, turn, f"{ADL_VERBS}/responded", "respondió", text)


def answered(
    talk: Conversation, at: datetime, turn: int, question: str, response: str, *, right: bool
) -> Statement:
    """The learner solves an exercise that the tutor set."""
    target = activity(f"{talk.iri}/ejercicios/{turn}", f"{ADL_TYPES}/question", {"es": question})
    statement = _statement(
        talk, _learner(talk), at, f"{ADL_VERBS}/answered", "respondió", target, inside=True
    )
    statement["result"] = {"response": response, "success": right, "completion": True}
    return statement


def ended(talk: Conversation, at: datetime, *, minutes: int) -> Statement:
    statement = _statement(
        talk, _learner(talk), at, f"{ADL_VERBS}/terminated", "terminó", _session(talk)
    )
    statement["result"] = {"duration": f"PT{minutes}M", "completion": True}
    return statement


def _turn(
    talk: Conversation,
    who: dict[str, Any],
    at: datetime,
    turn: int,
    iri: str,
    word: str,
    text: str,
) -> Statement:
    target = activity(f"{talk.iri}/mensajes/{turn}", _CHAT_MESSAGE, {"es": f"Mensaje {turn}"})
    statement = _statement(talk, who, at, iri, word, target, inside=True)
    statement["result"] = {"response": text}
    return statement


def _statement(
    talk: Conversation,
    who: dict[str, Any],
    at: datetime,
    iri: str,
    word: str,
    target: Activity,
    *,
    inside: bool = False,
) -> Statement:
    above = {"parent": [_session(talk)]} if inside else {}
    return {
        "actor": who,
        "verb": verb(iri, "es", word),
        "object": target,
        "context": {
            "instructor": _tutor(talk),
            "language": "es",
            "platform": "Nora",
            "contextActivities": {**above, "grouping": list(talk.within)},
            "extensions": {f"{talk.site}/xapi/model": talk.model},
        },
        "timestamp": instant(at),
    }


def _session(talk: Conversation) -> Activity:
    return activity(talk.iri, SESSION, {"es": f"Nora: {talk.topic}"})


def _learner(talk: Conversation) -> dict[str, Any]:
    return {
        "objectType": "Agent",
        "name": talk.learner.name,
        "account": {"homePage": talk.site, "name": talk.learner.username},
    }


def _tutor(talk: Conversation) -> dict[str, Any]:
    return {
        "objectType": "Agent",
        "name": "Nora (AI tutor)",
        "account": {"homePage": talk.site, "name": talk.model},
    }
