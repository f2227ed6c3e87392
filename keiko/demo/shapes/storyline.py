"""Articulate Storyline: `urn:articulate:storyline` ids, slides as modules, a course as its own parent.

Source: Articulate's support page "Implementing xAPI to Support Articulate Content". The course, its
objectives, its slides and its questions are activities of the ADL types.
"""

from dataclasses import dataclass
from datetime import datetime

from keiko.demo.school import Person
from keiko.demo.shapes.parts import (
    ADL_TYPES,
    ADL_VERBS,
    INTERACTION,
    Activity,
    Statement,
    activity,
    instant,
    score,
    verb,
)


@dataclass(frozen=True)
class Story:
    """A published project; `code` is the id that Storyline gave it, `registration` a UUID."""

    code: str
    title: str
    registration: str

    @property
    def iri(self) -> str:
        return f"urn:articulate:storyline:{self.code}"


def attempted(story: Story, who: Person, at: datetime) -> Statement:
    return _statement(story, who, at, "attempted", _course(story), _course(story))


def experienced(story: Story, who: Person, at: datetime, slide: str, title: str) -> Statement:
    target = activity(
        f"{story.iri}/{slide}", f"{ADL_TYPES}/module", {"en-US": title},
        description={"en-US": title},
    )  # fmt: skip
    return _statement(story, who, at, "experienced", target, _course(story))


def answered(
    story: Story, who: Person, at: datetime, slide: str, text: str, *, right: bool, seconds: float
) -> Statement:
    target = activity(
        f"{story.iri}/{slide}", INTERACTION, {"en-US": text},
        description={"en-US": text}, interactionType="choice",
    )  # fmt: skip
    objective = activity(f"{story.iri}/5ResultQ1", f"{ADL_TYPES}/objective", {"en-US": "Results"})
    statement = _statement(story, who, at, "answered", target, objective)
    statement["result"] = {
        "score": score(10 if right else 0, 10),
        "success": right,
        "completion": True,
        "response": "choice_5kR2xQ" if right else "choice_6bT9wL",
        "duration": f"PT{seconds:.2f}S",
    }
    return statement


def passed(story: Story, who: Person, at: datetime, *, raw: int, highest: int) -> Statement:
    statement = _statement(story, who, at, "passed", _course(story), _course(story))
    statement["result"] = {"score": score(raw, highest), "success": True, "completion": True}
    return statement


def _statement(
    story: Story, who: Person, at: datetime, word: str, target: Activity, parent: Activity
) -> Statement:
    return {
        "actor": {"name": who.name, "mbox": f"mailto:{who.email}", "objectType": "Agent"},
        "verb": verb(f"{ADL_VERBS}/{word}", "en-US", word),
        "object": target,
        "context": {
            "registration": story.registration,
            "contextActivities": {"parent": [parent], "grouping": [_course(story)]},
        },
        "timestamp": instant(at),
    }


def _course(story: Story) -> Activity:
    return activity(
        story.iri, f"{ADL_TYPES}/course", {"en-US": story.title},
        description={"en-US": story.title},
    )  # fmt: skip
