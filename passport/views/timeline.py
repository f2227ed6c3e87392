"""The timeline, the courses, and a course's page."""

import unicodedata

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lrs.hierarchy.courses import CourseSummary
from passport.models import Learner
from passport.timeline.rules import Place, by_day
from passport.timeline.selectors import BadCursor, Cursor, courses, timeline
from passport.timeline.words import last_part, pick
from passport.views.learner import for_learner


def language() -> str:
    return get_language() or "en"


def course_name(course: CourseSummary) -> str:
    return pick(course.name, language()) or last_part(course.iri)


@require_safe
@for_learner
def timeline_page(request: HttpRequest, learner: Learner) -> HttpResponse:
    page = timeline(learner=learner, language=language(), before=_cursor(request))
    summaries = courses(learner=learner)
    return render(
        request,
        "passport/timeline.html",
        {
            "place": "timeline",
            "learner": learner,
            "days": by_day(page.items),
            "next": page.next,
            "continued": "before" in request.GET,
            "courses": _named(summaries),
            "course_ids": {summary.iri: summary.activity_id for summary in summaries},
            "records": sum(summary.statements for summary in summaries),
            "since": min((summary.first for summary in summaries), default=None),
            "today": timezone.localdate(),
            "cover_line": cover_line(learner.name),
        },
    )


@require_safe
@for_learner
def courses_page(request: HttpRequest, learner: Learner) -> HttpResponse:
    found = _named(courses(learner=learner))
    return render(request, "passport/courses.html", {"place": "courses", "courses": found})


@require_safe
@for_learner
def course_page(request: HttpRequest, learner: Learner, activity_id: int) -> HttpResponse:
    summaries = courses(learner=learner)
    course = find_course(summaries, activity_id)
    page = timeline(
        learner=learner, language=language(), activity_id=activity_id, before=_cursor(request)
    )
    return render(
        request,
        "passport/course.html",
        {
            "place": "courses",
            "course": course,
            "course_name": course_name(course),
            "classes": _classes([item.klass for item in page.items]),
            "days": by_day(page.items),
            "next": page.next,
            "continued": "before" in request.GET,
            "courses": _named(summaries),
            "today": timezone.localdate(),
        },
    )


def find_course(summaries: list[CourseSummary], activity_id: int) -> CourseSummary:
    """The learner's own course, or 404: whether others have such a course is not said."""
    for summary in summaries:
        if summary.activity_id == activity_id:
            return summary
    raise Http404(_("There is no such course in your passport."))


def cover_line(name: str) -> str:
    """The line at the foot of a passport's page, as machines read it. Ornament only."""
    plain = unicodedata.normalize("NFKD", name.upper()).encode("ascii", "ignore").decode()
    letters = "".join(letter if letter.isalnum() else "<" for letter in plain)
    return f"P<KEIKO<{letters}".ljust(88, "<")[:88]


def _named(summaries: list[CourseSummary]) -> list[dict[str, object]]:
    return [{"course": summary, "name": course_name(summary)} for summary in summaries]


def _classes(places: list[Place | None]) -> list[Place]:
    """Each class once, in the order of the page."""
    return list({place.iri: place for place in places if place is not None}.values())


def _cursor(request: HttpRequest) -> Cursor | None:
    text = request.GET.get("before")
    if text is None:
        return None
    try:
        return Cursor.parse(text)
    except BadCursor as error:
        raise BadRequest("The address of this page is damaged.") from error
