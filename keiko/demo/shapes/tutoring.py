"""A tutoring room: one teacher and one learner, question by question, with feedback and ratings.

There is no standard client, so the room follows the registry's `tutor-session` type and the usual
hierarchy: the session is the parent of what is said in it, the class and the course group it.
"""

from dataclasses import dataclass
from datetime import datetime

from keiko.demo.school import Person
from keiko.demo.shapes.parts import (
    ADL_TYPES,
    ADL_VERBS,
    TINCAN_TYPES,
    Activity,
    Statement,
    activity,
    instant,
    score,
    verb,
)

SESSION = f"{TINCAN_TYPES}/tutor-session"


@dataclass(frozen=True)
class Session:
    """A session of `tutor` and `learner`; `within` are the class and the course, outermost last."""

    site: str
    code: str
    name: str
    tutor: Person
    learner: Person
    within: tuple[Activity, ...]

    @property
    def iri(self) -> str:
        return f"{self.site}/sesiones/{self.code}"


def attended(session: Session, at: datetime, *, minutes: int) -> Statement:
    """Written when the session ends; the object is the session itself."""
    statement = _statement(
        session, session.learner, at, f"{ADL_VERBS}/attended", "asistió a", _session(session)
    )
    statement["result"] = {"duration": f"PT{minutes}M"}
    return statement


def asked(session: Session, at: datetime, number: int, text: str) -> Statement:
    return _said(session, session.learner, at, number, f"{ADL_VERBS}/asked", "preguntó", text)


def answered(
    session: Session, at: datetime, number: int, question: str, response: str, *, right: bool
) -> Statement:
    """The learner answers a question that the tutor put."""
    verb_iri = f"{ADL_VERBS}/answered"
    statement = _said(session, session.learner, at, number, verb_iri, "respondió", question)
    statement["result"] = {"response": response, "success": right, "completion": True}
    return statement


def feedback_given(session: Session, at: datetime, number: int, text: str) -> Statement:
    """The tutor's comment for the learner: the learner receives it, so it is in their records."""
    target = activity(
        f"{session.iri}/comentarios/{number}", "http://activitystrea.ms/schema/1.0/review",
        {"es": "Comentario del tutor"},
    )  # fmt: skip
    statement = _statement(
        session, session.learner, at, "http://activitystrea.ms/schema/1.0/receive", "recibió",
        target, inside=True,
    )  # fmt: skip
    statement["result"] = {"response": text}
    return statement


def evaluated(session: Session, at: datetime, *, mark: float) -> Statement:
    """The tutor's mark for the session, out of ten."""
    target = activity(
        f"{session.iri}/evaluacion", f"{ADL_TYPES}/assessment", {"es": "Evaluación de la sesión"}
    )
    statement = _statement(
        session, session.learner, at, f"{ADL_VERBS}/scored", "obtuvo", target, inside=True
    )
    statement["result"] = {"score": score(mark, 10), "success": mark >= 5}
    return statement


def rated(session: Session, at: datetime, *, stars: int, text: str) -> Statement:
    """The learner rates the session, out of five."""
    statement = _statement(
        session, session.learner, at, "http://id.tincanapi.com/verb/rated", "valoró",
        _session(session),
    )  # fmt: skip
    statement["result"] = {
        "score": {"raw": stars, "min": 1, "max": 5, "scaled": (stars - 1) / 4},
        "response": text,
    }
    return statement


def _said(
    session: Session, who: Person, at: datetime, number: int, iri: str, word: str, text: str
) -> Statement:
    target = activity(f"{session.iri}/preguntas/{number}", f"{ADL_TYPES}/question", {"es": text})
    return _statement(session, who, at, iri, word, target, inside=True)


def _statement(
    session: Session,
    who: Person,
    at: datetime,
    iri: str,
    word: str,
    target: Activity,
    *,
    inside: bool = False,
) -> Statement:
    """`inside`: the session is the parent; without it the session is the object."""
    above = {"parent": [_session(session)]} if inside else {}
    return {
        "actor": _agent(session, who),
        "verb": verb(iri, "es", word),
        "object": target,
        "context": {
            "instructor": _agent(session, session.tutor),
            "language": "es",
            "platform": "Tutorías IES Alameda",
            "contextActivities": {**above, "grouping": list(session.within)},
        },
        "timestamp": instant(at),
    }


def _session(session: Session) -> Activity:
    return activity(session.iri, SESSION, {"es": session.name})


def _agent(session: Session, who: Person) -> dict[str, object]:
    return {
        "objectType": "Agent",
        "name": who.name,
        "account": {"homePage": session.site, "name": who.username},
    }
