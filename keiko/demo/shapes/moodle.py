"""Moodle's logstore xAPI plugin, release 5: parents are the module, the section and the course.

Source: `xAPI-vle/moodle-logstore_xapi`, the expected statements of its own tests. The plugin sends
arrays without statement ids and identifies people by their account on the site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiko.demo.school import Person, Question, Quiz, Section
from keiko.demo.shapes.parts import (
    ADL_TYPES,
    ADL_VERBS,
    INTERACTION,
    TINCAN_TYPES,
    Activity,
    Statement,
    activity,
    score,
    slug,
    verb,
)

_STREAMS = "http://activitystrea.ms/schema/1.0"
_EDLM = "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types"
_CMI_RESPONSE = "http://learninglocker.net/xapi/cmi"


@dataclass(frozen=True)
class Course:
    """A course on one Moodle site; `url` is the site's address without a final slash."""

    url: str
    site: str
    number: int
    name: str
    language: str

    @property
    def iri(self) -> str:
        return f"{self.url}/course/view.php?id={self.number}"


def course_viewed(course: Course, who: Person, at: datetime) -> Statement:
    return _statement(
        course, who, at, ("http://id.tincanapi.com/verb/viewed", "Viewed"), _course(course), [],
        event="core", name="course_viewed",
    )  # fmt: skip


def resource_viewed(
    course: Course, section: Section, who: Person, at: datetime, number: int, name: str
) -> Statement:
    page = _module(course, "resource", number, name, f"{TINCAN_TYPES}/resource")
    return _statement(
        course, who, at, ("http://id.tincanapi.com/verb/viewed", "Viewed"), page,
        _place(course, section), event="mod_resource", name="course_module_viewed",
    )  # fmt: skip


def meeting_joined(
    course: Course, section: Section, who: Person, at: datetime, number: int, name: str
) -> Statement:
    """The learner enters the class's live lesson (BigBlueButton)."""
    room = _module(course, "bigbluebuttonbn", number, name, f"{ADL_TYPES}/meeting")
    return _statement(
        course, who, at, (f"{_STREAMS}/join", "Joined"), room, _place(course, section),
        event="mod_bigbluebuttonbn", name="meeting_joined",
    )  # fmt: skip


def discussion_reply(
    course: Course,
    section: Section,
    who: Person,
    at: datetime,
    *,
    discussion: int,
    title: str,
    post: int,
    text: str,
) -> Statement:
    """An answer in the course's forum; every forum of the demo is module 330."""
    thread = f"{course.url}/mod/forum/discuss.php?d={discussion}"
    language = course.language
    reply = activity(
        f"{thread}#p{post}", f"{TINCAN_TYPES}/forum-reply", {language: f"Re: {title}"},
        description={language: text},
    )  # fmt: skip
    parents = [
        activity(thread, f"{TINCAN_TYPES}/discussion", {language: title}),
        _module(course, "forum", 330, "Foro de dudas", f"{_EDLM}/forum"),
        *_place(course, section),
    ]
    return _statement(
        course, who, at, ("http://id.tincanapi.com/verb/replied", "Replied"), reply, parents,
        event="mod_forum", name="post_created",
    )  # fmt: skip


def assignment_submitted(
    course: Course, section: Section, who: Person, at: datetime, number: int, name: str
) -> Statement:
    submission, parents = _submission(course, section, number, name)
    return _statement(
        course, who, at, (f"{_STREAMS}/submit", "Submitted"), submission, parents,
        event="mod_assign", name="assignment_submitted", raised="assessable_submitted",
    )  # fmt: skip


def assignment_graded(
    course: Course,
    section: Section,
    who: Person,
    at: datetime,
    number: int,
    name: str,
    *,
    teacher: Person,
    mark: float,
    comment: str,
) -> Statement:
    """`mark` is out of ten; the actor is the learner, the teacher is the instructor."""
    submission, parents = _submission(course, section, number, name)
    graded = _statement(
        course, who, at, ("https://w3id.org/xapi/tla/verbs/scored", "Scored"), submission, parents,
        event="mod_assign", name="assignment_graded", raised="submission_graded",
    )  # fmt: skip
    graded["context"]["instructor"] = _person(course, teacher)
    graded["result"] = {"score": score(mark, 10), "success": mark >= 5, "response": comment}
    return graded


def quiz_started(
    course: Course, section: Section, who: Person, at: datetime, quiz: Quiz, attempt: int
) -> Statement:
    made, parents = _attempt(course, section, quiz, attempt)
    return _statement(
        course, who, at, (f"{_STREAMS}/start", "Started"), made, parents,
        event="mod_quiz", name="attempt_started",
    )  # fmt: skip


def quiz_submitted(
    course: Course,
    section: Section,
    who: Person,
    at: datetime,
    quiz: Quiz,
    attempt: int,
    *,
    right: Sequence[bool],
    seconds: int,
) -> list[Statement]:
    """One statement for the attempt, then one for each question, in the plugin's order."""
    made, parents = _attempt(course, section, quiz, attempt)
    finished = _statement(
        course, who, at, (f"{ADL_VERBS}/completed", "Completed"), made, parents,
        event="mod_quiz", name="attempt_submitted", handler="attempt_submitted\\handler",
    )  # fmt: skip
    mark = 10 * sum(right) / len(right)
    finished["result"] = {
        "score": score(mark, 10),
        "completion": True,
        "success": mark >= 5,
        "duration": f"PT{seconds}S",
    }
    answers = [
        _answered(course, who, at, quiz, question, [made, *parents], correct=correct)
        for question, correct in zip(quiz.questions, right, strict=True)
    ]
    return [finished, *answers]


def course_completed(course: Course, who: Person, at: datetime) -> Statement:
    return _statement(
        course, who, at, (f"{ADL_VERBS}/completed", "Completed"), _course(course), [],
        event="core", name="course_completed",
    )  # fmt: skip


def _answered(
    course: Course,
    who: Person,
    at: datetime,
    quiz: Quiz,
    question: Question,
    parents: list[Activity],
    *,
    correct: bool,
) -> Statement:
    definition, response, extension = interaction(question, course.language, correct=correct)
    asked = activity(
        f"{course.url}/question/question.php?cmid={quiz.number}&id={question.number}",
        INTERACTION, {course.language: question.name},
        description={course.language: question.text}, **definition,
    )  # fmt: skip
    answered = _statement(
        course, who, at, (f"{ADL_VERBS}/answered", "Answered"), asked, parents,
        event="mod_quiz", name="attempt_submitted", handler="attempt_submitted\\handler",
    )  # fmt: skip
    answered["result"] = {
        "response": response,
        "completion": True,
        "success": correct,
        "extensions": {f"{_CMI_RESPONSE}/{definition['interactionType']}/response": extension},
    }
    return answered


def interaction(
    question: Question, language: str, *, correct: bool
) -> tuple[dict[str, Any], str, str | int | bool]:
    """The definition of a question, the response as cmi text, and the plugin's typed response."""
    given = question.right if correct else question.wrong
    if question.answers == ("true", "false"):
        definition: dict[str, Any] = {
            "interactionType": "true-false",
            "correctResponsesPattern": [question.right],
        }
        return definition, given, given == "true"
    if question.answers:
        choices = [{"id": slug(a), "description": {language: a}} for a in question.answers]
        definition = {
            "interactionType": "choice",
            "choices": choices,
            "correctResponsesPattern": [slug(question.right)],
        }
        return definition, slug(given), given
    if question.right.isdecimal():
        definition = {
            "interactionType": "numeric",
            "correctResponsesPattern": [f"{question.right}[:]{question.right}"],
        }
        return definition, given, int(given)
    definition = {"interactionType": "fill-in", "correctResponsesPattern": [question.right]}
    return definition, given, given


def _statement(
    course: Course,
    who: Person,
    at: datetime,
    did: tuple[str, str],
    target: Activity,
    parents: list[Activity],
    *,
    event: str,
    name: str,
    raised: str | None = None,
    handler: str | None = None,
) -> Statement:
    """`event` and `raised` name the Moodle event, `name` or `handler` the plugin's function."""
    site = activity(course.url, f"{TINCAN_TYPES}/lms", {course.language: course.site})
    activities: dict[str, Any] = {"category": [site]}
    if parents:
        activities["parent"] = parents
    info = {
        "http://moodle.org": "4.5.2 (Build: 20250210)",
        "https://github.com/xAPI-vle/moodle-logstore_xapi": "5.0.1",
        "event_name": f"\\{event}\\event\\{raised or name}",
        "event_function": f"\\src\\transformer\\events\\{event}\\{handler or name}",
    }
    return {
        "actor": _person(course, who),
        "verb": verb(did[0], "en", did[1]),
        "object": target,
        "timestamp": at.isoformat(timespec="seconds"),
        "context": {
            "language": course.language,
            "extensions": {"http://lrs.learninglocker.net/define/extensions/info": info},
            "contextActivities": activities,
        },
    }


def _person(course: Course, who: Person) -> dict[str, Any]:
    return {"name": who.name, "account": {"homePage": course.url, "name": str(who.moodle)}}


def _course(course: Course) -> Activity:
    kind = "https://w3id.org/xapi/cmi5/activitytype/course"
    return activity(course.iri, kind, {course.language: course.name})


def _place(course: Course, section: Section) -> list[Activity]:
    part = activity(
        f"{course.url}/course/section.php?id={section.number}",
        f"{TINCAN_TYPES}/section", {course.language: section.name},
    )  # fmt: skip
    return [part, _course(course)]


def _module(course: Course, kind: str, number: int, name: str, type_: str) -> Activity:
    return activity(f"{course.url}/mod/{kind}/view.php?id={number}", type_, {course.language: name})


def _submission(
    course: Course, section: Section, number: int, name: str
) -> tuple[Activity, list[Activity]]:
    task = _module(course, "assign", number, name, f"{_EDLM}/assignment")
    submission = activity(
        f"{task['id']}#submission", f"{_EDLM}/submission", {course.language: f"{name} Submission"}
    )
    return submission, [task, *_place(course, section)]


def _attempt(
    course: Course, section: Section, quiz: Quiz, attempt: int
) -> tuple[Activity, list[Activity]]:
    test = _module(course, "quiz", quiz.number, quiz.name, f"{ADL_TYPES}/assessment")
    made = activity(
        f"{course.url}/mod/quiz/attempt.php?attempt={attempt}&cmid={quiz.number}",
        f"{ADL_TYPES}/attempt", {course.language: f"{quiz.name} Attempt {attempt}"},
    )  # fmt: skip
    return made, [test, *_place(course, section)]
