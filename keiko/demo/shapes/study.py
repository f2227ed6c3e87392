"""Studying alone: a study timer, a video with the ADL video profile, and a judgement of oneself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiko.demo.school import Person
from keiko.demo.shapes.parts import (
    ADL_TYPES,
    ADL_VERBS,
    Activity,
    Statement,
    activity,
    instant,
    verb,
)

SESSION = "https://w3id.org/keiko/activity-types/study-session"
_VIDEO = "https://w3id.org/xapi/video"


@dataclass(frozen=True)
class Study:
    """One session of study; `within` are the class and the course, outermost last."""

    site: str
    code: str
    name: str
    learner: Person
    within: tuple[Activity, ...]

    @property
    def iri(self) -> str:
        return f"{self.site}/sesiones/{self.code}"


def finished(study: Study, at: datetime, *, minutes: int, note: str) -> Statement:
    """The timer stops; the object is the session."""
    statement = _statement(study, at, f"{ADL_VERBS}/completed", "completó", _session(study))
    statement["result"] = {"duration": f"PT{minutes}M", "completion": True, "response": note}
    return statement


def video_watched(
    study: Study, at: datetime, url: str, title: str, *, seconds: int, length: int
) -> Statement:
    """The player's last word on a video (video profile, "terminated"): what part was played."""
    target = activity(url, f"{_VIDEO}/activity-type/video", {"es": title})
    statement = _statement(study, at, f"{ADL_VERBS}/terminated", "terminó", target, inside=True)
    context = statement["context"]
    context["contextActivities"]["category"] = [activity(_VIDEO)]
    context["extensions"] = {f"{_VIDEO}/extensions/length": length}
    statement["result"] = {
        "duration": f"PT{seconds}S",
        "extensions": {
            f"{_VIDEO}/extensions/time": seconds,
            f"{_VIDEO}/extensions/progress": round(seconds / length, 3),
            f"{_VIDEO}/extensions/played-segments": f"0[.]{seconds}",
        },
    }
    return statement


def judged_oneself(study: Study, at: datetime, *, stars: int, text: str) -> Statement:
    """How well the learner thinks that they master it, out of five."""
    target = activity(
        f"{study.iri}/autoevaluacion", f"{ADL_TYPES}/assessment", {"es": "Autoevaluación"}
    )
    statement = _statement(
        study, at, "https://w3id.org/keiko/verbs/self-assessed", "se evaluó en", target, inside=True
    )
    statement["result"] = {
        "score": {"raw": stars, "min": 1, "max": 5, "scaled": (stars - 1) / 4},
        "response": text,
    }
    return statement


def _statement(
    study: Study, at: datetime, iri: str, word: str, target: Activity, *, inside: bool = False
) -> Statement:
    above: dict[str, Any] = {"parent": [_session(study)]} if inside else {}
    who = study.learner
    return {
        "actor": {"objectType": "Agent", "name": who.name, "mbox": f"mailto:{who.email}"},
        "verb": verb(iri, "es", word),
        "object": target,
        "context": {
            "language": "es",
            "platform": "Cuaderno de estudio",
            "contextActivities": {**above, "grouping": list(study.within)},
        },
        "timestamp": instant(at),
    }


def _session(study: Study) -> Activity:
    return activity(study.iri, SESSION, {"es": study.name})
