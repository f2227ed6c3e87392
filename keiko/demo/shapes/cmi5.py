"""cmi5: one session of one assignable unit, from the LMS's "launched" to the last "satisfied".

Source: `AICC/CMI-5_Spec_Current` `cmi5_spec.md`, sections 7.1, 9.3 to 9.7. Statements of the LMS carry
its launch settings; those of the unit carry what the launch gave them. Every statement has its own
UUID there, which the term assigns.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiko.demo.school import Person
from keiko.demo.shapes.parts import ADL_VERBS, Activity, Statement, activity, instant, verb

_CMI5 = "https://w3id.org/xapi/cmi5"
_CATEGORY = activity(f"{_CMI5}/context/categories/cmi5")
_MOVE_ON = activity(f"{_CMI5}/context/categories/moveon")


@dataclass(frozen=True)
class Unit:
    """An assignable unit. `publisher` is its id in the package, `iri` the one that the LMS made.

    `course` is the LMS's id of the cmi5 course; `within` what its launch data groups the unit by (the
    course where the teacher put it); `mastery` the scaled score that passes.
    """

    iri: str
    publisher: str
    title: str
    launch_url: str
    course: str
    course_title: str
    language: str
    mastery: float
    within: tuple[Activity, ...] = ()


@dataclass(frozen=True)
class Launch:
    """One launch: `registration` and `session` are UUIDs that the LMS made."""

    unit: Unit
    site: str
    who: Person
    registration: str
    session: str
    mode: str = "Normal"


def launched(launch: Launch, at: datetime) -> Statement:
    statement = _statement(launch, at, f"{ADL_VERBS}/launched", "launched", named=True)
    statement["context"]["extensions"].update(
        {
            f"{_CMI5}/context/extensions/launchmode": launch.mode,
            f"{_CMI5}/context/extensions/launchurl": launch.unit.launch_url,
            f"{_CMI5}/context/extensions/moveon": "CompletedAndPassed",
            f"{_CMI5}/context/extensions/masteryscore": launch.unit.mastery,
        }
    )
    return statement


def initialized(launch: Launch, at: datetime) -> Statement:
    return _statement(launch, at, f"{ADL_VERBS}/initialized", "initialized")


def completed(launch: Launch, at: datetime, *, seconds: int) -> Statement:
    statement = _judged(launch, at, "completed")
    statement["result"] = {"completion": True, "duration": f"PT{seconds}S"}
    return statement


def passed(launch: Launch, at: datetime, *, scaled: float, seconds: int) -> Statement:
    """Raises ValueError for a score below the unit's mastery score (section 9.3.4)."""
    if scaled < launch.unit.mastery:
        raise ValueError(f"A score of {scaled} does not reach {launch.unit.mastery}.")
    statement = _judged(launch, at, "passed")
    return _with_score(statement, launch, scaled, seconds, success=True)


def failed(launch: Launch, at: datetime, *, scaled: float, seconds: int) -> Statement:
    """Raises ValueError for a score that reaches the unit's mastery score (section 9.3.5)."""
    if scaled >= launch.unit.mastery:
        raise ValueError(f"A score of {scaled} reaches {launch.unit.mastery}.")
    statement = _judged(launch, at, "failed")
    return _with_score(statement, launch, scaled, seconds, success=False)


def terminated(launch: Launch, at: datetime, *, seconds: int) -> Statement:
    statement = _statement(launch, at, f"{ADL_VERBS}/terminated", "terminated")
    statement["result"] = {"duration": f"PT{seconds}S"}
    return statement


def satisfied(launch: Launch, at: datetime) -> Statement:
    """The LMS says that the whole course is satisfied; the object is the course (section 9.3.9)."""
    unit = launch.unit
    statement = _statement(
        launch, at, "https://w3id.org/xapi/adl/verbs/satisfied", "satisfied", named=True
    )
    name = {unit.language: unit.course_title}
    statement["object"] = activity(unit.course, f"{_CMI5}/activitytype/course", name)
    return statement


def _judged(launch: Launch, at: datetime, word: str) -> Statement:
    statement = _statement(launch, at, f"{ADL_VERBS}/{word}", word)
    statement["context"]["contextActivities"]["category"].append(_MOVE_ON)
    return statement


def _with_score(
    statement: Statement, launch: Launch, scaled: float, seconds: int, *, success: bool
) -> Statement:
    mastery = f"{_CMI5}/context/extensions/masteryscore"
    statement["context"]["extensions"][mastery] = launch.unit.mastery
    statement["result"] = {
        "success": success,
        "score": {"scaled": scaled},
        "duration": f"PT{seconds}S",
    }
    return statement


def _statement(
    launch: Launch, at: datetime, iri: str, word: str, *, named: bool = False
) -> Statement:
    """`named`: the LMS describes the unit; the unit itself sends its id alone."""
    unit = launch.unit
    context: dict[str, Any] = {
        "registration": launch.registration,
        "contextActivities": {
            "category": [_CATEGORY],
            "grouping": [activity(unit.publisher), *unit.within],
        },
        "extensions": {f"{_CMI5}/context/extensions/sessionid": launch.session},
    }
    target = activity(unit.iri, None, {unit.language: unit.title}) if named else activity(unit.iri)
    return {
        "actor": {
            "objectType": "Agent",
            "name": launch.who.name,
            "account": {"homePage": launch.site, "name": launch.who.username},
        },
        "verb": verb(iri, "en", word),
        "object": target,
        "context": context,
        "timestamp": instant(at),
    }
