"""The learner's shares: make one, look at it, withdraw it."""

from datetime import datetime
from uuid import UUID

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passport.models import Learner, Share
from passport.shares.disclosure import withheld_groups
from passport.shares.forms import WITHHOLD, ShareForm
from passport.shares.selectors import ShareSummary, share_of, shares_of
from passport.shares.services import share_course, withdraw
from passport.timeline.selectors import courses
from passport.views.learner import for_learner
from passport.views.timeline import course_name, find_course, language


@require_safe
@for_learner
def shares_page(request: HttpRequest, learner: Learner) -> HttpResponse:
    now = timezone.now()
    cards = [_card(summary, now) for summary in shares_of(learner=learner)]
    return render(request, "passport/shares.html", {"place": "shares", "cards": cards})


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def share_course_page(request: HttpRequest, learner: Learner, activity_id: int) -> HttpResponse:
    course = find_course(courses(learner=learner), activity_id)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        share = share_course(
            learner=learner,
            activity_id=activity_id,
            withheld=form.withheld_slots(),
            expires=form.expires(),
            language=language(),
        )
        return redirect("passport:share", share_id=share.pk)
    chosen = form["withhold"].value() or []
    return render(
        request,
        "passport/share_course.html",
        {
            "place": "courses",
            "course": course,
            "course_name": course_name(course),
            "form": form,
            "groups": [
                {"key": key, "label": words[0], "help": words[1], "chosen": key in chosen}
                for key, words in WITHHOLD.items()
            ],
        },
        status=400 if form.errors else 200,
    )


@require_safe
@for_learner
def share_page(request: HttpRequest, learner: Learner, share_id: UUID) -> HttpResponse:
    share = _own(learner, share_id)
    url = share.url
    return render(
        request,
        "passport/share.html",
        {
            "place": "shares",
            "share": share,
            "state": share.state(timezone.now()),
            "url": url,
            "qr": segno.make(url, error="m").svg_data_uri(border=0) if url else None,
            "records": share.statements.count(),
            "withheld": withheld_words(share),
        },
    )


@require_POST
@for_learner
def withdraw_page(request: HttpRequest, learner: Learner, share_id: UUID) -> HttpResponse:
    share = _own(learner, share_id)
    withdraw(share=share)
    messages.success(request, _("Withdrawn. Whoever opens the link now reads that you closed it."))
    return redirect("passport:shares")


def withheld_words(share: Share) -> list[str]:
    return [str(WITHHOLD[group][0]) for group in withheld_groups(share.withheld)]


def _own(learner: Learner, share_id: UUID) -> Share:
    share = share_of(learner=learner, share_id=share_id)
    if share is None:
        raise Http404(_("You have no such share."))
    return share


def _card(summary: ShareSummary, now: datetime) -> dict[str, object]:
    return {
        "summary": summary,
        "share": summary.share,
        "state": summary.share.state(now),
        "withheld": withheld_words(summary.share),
    }
