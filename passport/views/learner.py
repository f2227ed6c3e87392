"""Who is asking: every page of a passport is its own learner's, and nobody else's."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from passport.learners.selectors import learner_of
from passport.models import Learner

LearnerView = Callable[Concatenate[HttpRequest, Learner, ...], HttpResponse]


def for_learner(view: LearnerView) -> Callable[..., HttpResponse]:
    """Call `view(request, learner, …)` for a logged-in learner; others are told what to do."""

    @wraps(view)
    def with_learner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        learner = learner_of(user=request.user)
        if learner is None:
            return render(request, "passport/no_passport.html", {"place": "timeline"})
        return view(request, learner, *args, **kwargs)

    return never_cache(login_required(with_learner))
