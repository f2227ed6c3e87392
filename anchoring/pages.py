"""The page of the log for people: how large it is, what is anchored, its key, how to watch it."""

from datetime import UTC
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from anchoring import keys
from anchoring.core.report import Outcome
from anchoring.metrics import measure
from anchoring.models import Anchor
from anchoring.monitoring.passes import newest_run
from anchoring.status import outlook
from chain.errors import ChainUnavailableError
from chain.selectors import ChainIdentity, chain_identity

_ANCHORS_SHOWN = 5


def asked_language(request: HttpRequest) -> str:
    """The language of a page without cookies: `?lang=`, or the browser's."""
    asked = request.GET.get("lang", "")
    known = dict(settings.LANGUAGES)
    return asked if asked in known else translation.get_language() or settings.LANGUAGE_CODE


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """Public, and without cookies; times are in UTC, as the page says."""
    language = asked_language(request)
    with translation.override(language), timezone.override(UTC):
        response = render(request, "anchoring/log.html", _context())
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "public, max-age=10"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def _context() -> dict[str, Any]:
    verified = Anchor.objects.filter(verified__isnull=False).order_by("-seq")
    ahead, run = outlook(), newest_run()
    return {
        "origin": settings.LOG_ORIGIN,
        "name": settings.LOG_NAME,
        "url": f"{settings.PUBLIC_URL}/log",
        "now": measure(),
        "interval": settings.LOG_INTERVAL.total_seconds(),
        "anchor_minutes": max(1, round(settings.ANCHOR_INTERVAL.total_seconds() / 60)),
        "anchors": list(verified[:_ANCHORS_SHOWN]),
        "expected": ahead.next,
        "problem": ahead.problem,
        "chain": _chain(),
        "keys": [known.key for known in keys.known() if known.last_size is None],
        "run": run,
        "run_failed": run is not None and run.outcome == Outcome.FAILED,
        "run_passed": run is not None and run.outcome == Outcome.PASSED,
    }


def _chain() -> ChainIdentity | None:
    """None where no node has answered yet."""
    try:
        return chain_identity()
    except ChainUnavailableError:
        return None
