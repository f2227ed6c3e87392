"""Moodle's logstore xAPI plugin before release 5, as many sites still run it.

The site and the course stand in `grouping`, the platform is "Moodle", no class is named and
activities have no `objectType`. Source: `xAPI-vle/moodle-logstore_xapi` 4.7, its test statements.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from keiko.demo.school import Person, Question, Quiz
from keiko.demo.shapes.moodle import Course, interaction
from keiko.demo.shapes.parts import (
    ADL_TYPES,
    ADL_VERBS,
    INTERACTION,
    TINCAN_TYPES,
    Activity,
    Statement,
    score,
    verb,
)

_STREAMS = "http://activitystrea.ms/schema/1.0"


def course_viewed(course: Course, who: Person, at: datetime) -> Statement:
    viewed = ("http://id.tincanapi.com/verb/viewed", "viewed")
    return _statement(course, who, at, viewed, _course(course), "core", "course_viewed", [])


def link_viewed(course: Course, who: Person, at: datetime, number: int, name: str) -> Statement:
    viewed = ("http://id.tincanapi.com/verb/viewed", "viewed")
    link = _module(course, "url", number, name, f"{ADL_TYPES}/link")
    return _statement(course, who, at, viewed, link, "mod_url", "course_module_viewed")


def assignment_submitted(
    course: Course, who: Person, at: datetime, number: int, name: str
) -> Statement:
    task = _module(course, "assign", number, name, f"{ADL_TYPES}/assessment")
    return _statement(
        course, who, at, (f"{_STREAMS}/submit", "submitted"), task, "mod_assign",
        "assignment_submitted", raised="assessable_submitted",
    )  # fmt: skip


def assignment_graded(
    course: Course,
    who: Person,
    at: datetime,
    number: int,
    name: str,
    *,
    teacher: Person,
    mark: float,
    comment: str,
) -> Statement:
    """`mark` is out of ten."""
    task = _module(course, "assign", number, name, f"{ADL_TYPES}/assessment")
    graded = _statement(
        course, who, at, (f"{ADL_VERBS}/scored", "attained grade for"), task, "mod_assign",
        "assignment_graded", raised="submission_graded",
    )  # fmt: skip
    graded["context"]["instructor"] = _person(course, teacher)
    graded["result"] = {
        "score": score(mark, 10),
        "completion": True,
        "success": mark >= 5,
        "response": comment,
    }
    return graded


def quiz_started(course: Course, who: Person, at: datetime, quiz: Quiz, attempt: int) -> Statement:
    started = _statement(
        course, who, at, (f"{_STREAMS}/start", "started"), _quiz(course, quiz), "mod_quiz",
        "attempt_started",
    )  # fmt: skip
    started["context"]["contextActivities"]["other"] = [_attempt(course, quiz, attempt)]
    return started


def quiz_submitted(
    course: Course,
    who: Person,
    at: datetime,
    quiz: Quiz,
    attempt: int,
    *,
    right: Sequence[bool],
    seconds: int,
) -> list[Statement]:
    """One statement for the attempt, then one for each question."""
    finished = _statement(
        course, who, at, (f"{ADL_VERBS}/completed", "completed"), _quiz(course, quiz), "mod_quiz",
        "attempt_submitted\\handler", raised="attempt_submitted",
    )  # fmt: skip
    finished["context"]["contextActivities"]["other"] = [_attempt(course, quiz, attempt)]
    mark = 10 * sum(right) / len(right)
    finished["result"] = {
        "score": score(round(mark, 2), 10),
        "completion": True,
        "success": mark >= 5,
        "duration": f"PT{seconds}S",
    }
    answers = [
        _answered(course, who, at, quiz, question, attempt, correct=correct)
        for question, correct in zip(quiz.questions, right, strict=True)
    ]
    return [finished, *answers]


def _answered(
    course: Course,
    who: Person,
    at: datetime,
    quiz: Quiz,
    question: Question,
    attempt: int,
    *,
    correct: bool,
) -> Statement:
    definition, response, extension = interaction(question, course.language, correct=correct)
    asked = {
        "id": f"{course.url}/question/question.php?cmid={quiz.number}&id={question.number}",
        "definition": {
            "type": INTERACTION,
            "name": {course.language: question.text},
            "interactionType": definition["interactionType"],
        },
    }
    answered = _statement(
        course, who, at, (f"{ADL_VERBS}/answered", "answered"), asked, "mod_quiz",
        "attempt_submitted\\handler", [_quiz(course, quiz), _attempt(course, quiz, attempt)],
        raised="attempt_submitted",
    )  # fmt: skip
    kind = definition["interactionType"]
    answered["result"] = {
        "response": response,
        "completion": True,
        "success": correct,
        "extensions": {f"http://learninglocker.net/xapi/cmi/{kind}/response": extension},
    }
    return answered


def _statement(
    course: Course,
    who: Person,
    at: datetime,
    did: tuple[str, str],
    target: Activity,
    event: str,
    function: str,
    within: Sequence[Activity] | None = None,
    *,
    raised: str | None = None,
) -> Statement:
    """`within` are the activities grouped after the course; the course itself passes no course."""
    grouping = [_plain(course.url, f"{TINCAN_TYPES}/lms", course.language, course.site)]
    if target["id"] != course.iri:
        grouping.append(_course(course))
    info = {
        "http://moodle.org": "3.11.10 (Build: 20220912)",
        "https://github.com/xAPI-vle/moodle-logstore_xapi": "v4.7.0",
        "event_name": f"\\{event}\\event\\{raised or function}",
        "event_function": f"\\src\\transformer\\events\\{event}\\{function}",
    }
    moodle = _plain("http://moodle.org", f"{TINCAN_TYPES}/source", "en", "Moodle")
    return {
        "actor": _person(course, who),
        "verb": verb(did[0], "en", did[1]),
        "object": target,
        "timestamp": at.isoformat(timespec="seconds"),
        "context": {
            "platform": "Moodle",
            "language": course.language,
            "extensions": {"http://lrs.learninglocker.net/define/extensions/info": info},
            "contextActivities": {
                "grouping": [*grouping, *(within or [])],
                "category": [moodle],
            },
        },
    }


def _plain(iri: str, type_: str, language: str, name: str) -> Activity:
    return {"id": iri, "definition": {"type": type_, "name": {language: name}}}


def _person(course: Course, who: Person) -> dict[str, Any]:
    if who.academy is None:
        raise ValueError(f"{who.name} has no account on {course.url}.")
    return {"name": who.name, "account": {"homePage": course.url, "name": str(who.academy)}}


def _course(course: Course) -> Activity:
    return _plain(course.iri, f"{TINCAN_TYPES}/lms/course", course.language, course.name)


def _module(course: Course, kind: str, number: int, name: str, type_: str) -> Activity:
    return _plain(f"{course.url}/mod/{kind}/view.php?id={number}", type_, course.language, name)


def _quiz(course: Course, quiz: Quiz) -> Activity:
    return _module(course, "quiz", quiz.number, quiz.name, f"{ADL_TYPES}/assessment")


def _attempt(course: Course, quiz: Quiz, attempt: int) -> Activity:
    iri = f"{course.url}/mod/quiz/attempt.php?attempt={attempt}&cmid={quiz.number}"
    return _plain(iri, f"{ADL_TYPES}/attempt", "en", "Attempt")
