"""H5P: the learner's mailbox, the content's number in an extension, English display texts always.

Source: `h5p/h5p-php-library` `js/h5p-x-api-event.js`, `h5p/h5p-multi-choice` `js/multichoice.js`,
`h5p/h5p-interactive-video`. H5P knows neither course nor class, so none is named here. It leaves the
time to whoever forwards its events; the forwarder that the school has adds `timestamp`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiko.demo.school import Person
from keiko.demo.shapes.parts import ADL_VERBS, INTERACTION, Activity, Statement, activity, verb
from keiko.demo.shapes.parts import instant as iso

_CONTENT_ID = "http://h5p.org/x-api/h5p-local-content-id"
_SUBCONTENT_ID = "http://h5p.org/x-api/h5p-subContentId"


@dataclass(frozen=True)
class Video:
    """An interactive video: `number` is H5P's content id, `url` the page that shows it."""

    url: str
    number: int
    title: str


@dataclass(frozen=True)
class Pause:
    """A question that stops the video after `second`; `right` is the index of the right answer."""

    subcontent: str
    second: int
    title: str
    text: str
    answers: tuple[str, ...]
    right: int


def video_attempted(video: Video, who: Person, at: datetime) -> Statement:
    return _statement(who, "attempted", _video(video), at, _library("H5P.InteractiveVideo-1.27"))


def video_interacted(video: Video, who: Person, at: datetime, pause: Pause) -> Statement:
    """The learner chooses an answer, before checking it."""
    question, context = _question(video, pause), _inside(video, pause)
    return _statement(who, "interacted", question, at, context)


def video_answered(
    video: Video, who: Person, at: datetime, pause: Pause, *, given: int, seconds: float
) -> Statement:
    """`given` is the index of the chosen answer, `seconds` the time that it took."""
    question, context = _question(video, pause), _inside(video, pause)
    answered = _statement(who, "answered", question, at, context)
    correct = given == pause.right
    answered["result"] = {
        "score": {"min": 0, "max": 1, "raw": int(correct), "scaled": int(correct)},
        "completion": True,
        "success": correct,
        "duration": f"PT{seconds:.2f}S",
        "response": str(given),
    }
    return answered


def video_completed(
    video: Video, who: Person, at: datetime, *, raw: int, highest: int, seconds: float
) -> Statement:
    context = _library("H5P.InteractiveVideo-1.27")
    completed = _statement(who, "completed", _video(video), at, context)
    completed["result"] = {
        "score": {"min": 0, "max": highest, "raw": raw, "scaled": round(raw / highest, 4)},
        "completion": True,
        "duration": f"PT{seconds:.2f}S",
    }
    return completed


def _statement(
    who: Person, word: str, target: Activity, at: datetime, context: dict[str, Any]
) -> Statement:
    return {
        "actor": {"name": who.name, "mbox": f"mailto:{who.email}", "objectType": "Agent"},
        "verb": verb(f"{ADL_VERBS}/{word}", "en-US", word),
        "object": target,
        "context": context,
        "timestamp": iso(at),
    }


def _video(video: Video) -> Activity:
    return activity(video.url, None, {"en-US": video.title}, extensions={_CONTENT_ID: video.number})


def _question(video: Video, pause: Pause) -> Activity:
    choices = [
        {"id": str(i), "description": {"en-US": f"{text}\n"}}
        for i, text in enumerate(pause.answers)
    ]
    return activity(
        f"{video.url}?subContentId={pause.subcontent}",
        INTERACTION,
        {"en-US": pause.title},
        extensions={_CONTENT_ID: video.number, _SUBCONTENT_ID: pause.subcontent},
        description={"en-US": f"<p>{pause.text}</p>\n"},
        interactionType="choice",
        correctResponsesPattern=[str(pause.right)],
        choices=choices,
    )


def _library(name: str) -> dict[str, Any]:
    return {"contextActivities": {"category": [activity(f"http://h5p.org/libraries/{name}")]}}


def _inside(video: Video, pause: Pause) -> dict[str, Any]:
    context = _library("H5P.MultiChoice-1.16")
    context["contextActivities"]["parent"] = [activity(video.url)]
    context["extensions"] = {"http://id.tincanapi.com/extension/ending-point": f"PT{pause.second}S"}
    return context
