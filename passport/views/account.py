"""Logging in, and the learner's own page."""

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passport.models import Learner
from passport.views.learner import for_learner


class Login(LoginView):
    template_name = "passport/login.html"
    redirect_authenticated_user = True


@require_safe
@for_learner
def me_page(request: HttpRequest, learner: Learner) -> HttpResponse:
    identities = [
        {"kind": identity.identifier.partition(":")[0], "text": _readable(identity.identifier)}
        for identity in learner.identities.order_by("created", "pk")
    ]
    return render(
        request,
        "passport/me.html",
        {"place": "me", "learner": learner, "identities": identities},
    )


def _readable(identifier: str) -> str:
    """`mbox:mailto:a@b.org` reads `a@b.org`; an account reads `name (home page)`."""
    kind, _colon, rest = identifier.partition(":")
    if kind == "mbox":
        return rest.removeprefix("mailto:")
    if kind == "account":
        home_page, _space, name = rest.partition(" ")
        return f"{name} ({home_page})"
    return rest
