"""The proof link: what a stranger sees of a share, the file to keep, and the share's state.

Public, without cookies, not indexed, not cached: a withdrawn share is closed with the next request.
"""

import logging
from collections.abc import Callable
from datetime import UTC
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anchoring.bundles import BundleNotBuilt, NotYetLogged
from anchoring.pages import asked_language
from anchoring.seeds import SeedNotReadable
from anchoring.tilestore import TilesMissing
from chain.errors import ChainUnavailableError
from chain.selectors import chain_identity
from lrs.xapi import timestamps
from passport.models import Share, ShareState
from passport.shares.disclosure import withheld_groups
from passport.shares.forms import WITHHOLD
from passport.shares.proof_words import CHECKS, SLOTS_SHOWN, browser_words
from passport.shares.selectors import (
    SharedRecord,
    bundle_of,
    covered_records,
    erased_share_by_token,
    seqs_of,
    share_by_token,
    shared_records,
    shown_name,
)
from passport.shares.services import record_view
from passport.timeline.rules import Item, by_session, item_of
from passport.views.timeline import language

TRUST_URL = "/log/trust.json"
RECORDS_AT_ONCE = 10

logger = logging.getLogger(__name__)


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No cache keeps it, no search engine lists it, no referrer tells where the visitor was.

    The language is the browser's, or `?lang=`: a cookie would be the first trace of the visitor.
    Times are in UTC, as the page says: a stranger may be anywhere.
    """

    @wraps(view)
    def without_traces(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = asked_language(request)
        with translation.override(chosen), timezone.override(UTC):
            response = view(request, *args, **kwargs)
            response.headers["Content-Language"] = chosen
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return require_safe(without_traces)


@public
def proof_page(request: HttpRequest, token: str) -> HttpResponse:
    share = share_by_token(token=token)
    if share is None:
        return render(request, "passport/proof_unknown.html", status=404)
    state = share.state(timezone.now())
    if state is not ShareState.ACTIVE:
        return render(
            request, "passport/proof_closed.html", {"share": share, "state": state}, status=410
        )
    if request.method == "GET":
        record_view(share=share)
    return render(request, "passport/proof.html", _proof(share, token))


@public
def bundle_file(request: HttpRequest, token: str) -> HttpResponse:
    share = share_by_token(token=token)
    if share is None:
        return _problem(404, _("No share has this link. Check that it was copied whole."))
    state = share.state(timezone.now())
    if state is ShareState.WITHDRAWN:
        return _problem(410, _("The learner withdrew this share."))
    if state is ShareState.EXPIRED:
        return _problem(410, _("This link has expired. Ask the learner for a new one."))
    try:
        data = bundle_of(share=share)
    except NotYetLogged:
        response = _problem(
            503, _("The newest of these records is still being sealed. Try again in a minute.")
        )
        response.headers["Retry-After"] = "10"
        return response
    except BundleNotBuilt as error:
        return _problem(409, str(error))
    except (SeedNotReadable, TilesMissing):
        logger.exception("The file of share %s cannot be made.", share.pk)
        return _problem(
            503,
            _(
                "The file cannot be made: whoever runs this website must look at its log. "
                "The records themselves may well be whole; try again later."
            ),
        )
    name = slugify(share.title)[:60] or "passport"
    return HttpResponse(
        data,
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.keiko.json"',
            "Access-Control-Allow-Origin": "*",
        },
    )


@public
def status_json(request: HttpRequest, token: str) -> HttpResponse:
    """What a share covers and what became of it since its file was downloaded; of a closed one,
    only that it is closed."""
    share = share_by_token(token=token)
    gone = erased_share_by_token(token=token) if share is None else None
    if share is not None:
        state, seqs = share.state(timezone.now()), seqs_of(share=share)
    elif gone is not None:
        state, seqs = gone.state(timezone.now()), gone.records
    else:
        return _problem(404, _("No share has this link. Check that it was copied whole."))
    found = covered_records(seqs=seqs if state is ShareState.ACTIVE else [])
    return JsonResponse(
        {
            "share": state.value,
            "records": {
                "covered": found.covered,
                "voided": found.voided,
                "erased": found.erased,
            },
        },
        headers={"Access-Control-Allow-Origin": "*"},
    )


def _problem(status: int, detail: str) -> HttpResponse:
    return JsonResponse(
        {"detail": detail}, status=status, headers={"Access-Control-Allow-Origin": "*"}
    )


def _proof(share: Share, token: str) -> dict[str, Any]:
    records = shared_records(share=share)
    items = [_item(record, share) for record in records]
    hidden = withheld_groups(share.withheld)
    waiting = [record.status for record in records if _waits(record)]
    return {
        "share": share,
        "learner_name": shown_name(share),
        "count": len(items),
        "cards": by_session(items[:RECORDS_AT_ONCE]),
        "more_cards": by_session(items[RECORDS_AT_ONCE:]),
        "more_count": max(0, len(items) - RECORDS_AT_ONCE),
        "waiting_until": max(
            (status.expected_by for status in waiting if status and status.expected_by),
            default=None,
        ),
        "waits": bool(waiting),
        "withheld": [WITHHOLD[group][0] for group in hidden],
        "shown": [
            *SLOTS_SHOWN,
            *(words[0] for group, words in WITHHOLD.items() if group not in hidden),
        ],
        "checks": CHECKS,
        "development_chain": _on_development_chain(),
        "status_path": f"/p/{token}/status",
        "bundle_path": f"/p/{token}/bundle",
        "origin": settings.LOG_ORIGIN,
        "log_name": settings.LOG_NAME,
        "browser": {
            "bundle": f"/p/{token}/bundle?lang={language()}",
            "trust": TRUST_URL,
            "course": share.activity.iri,
            "language": language(),
            "words": browser_words(),
        },
    }


def _on_development_chain() -> bool:
    try:
        return chain_identity().development
    except ChainUnavailableError:  # no node was ever met, so nothing is anchored yet
        return False


def _waits(record: SharedRecord) -> bool:
    return record.status is None or record.status.state == "recorded"


def _item(record: SharedRecord, share: Share) -> Item:
    """A shared record as the page shows it, from its disclosed slots only."""
    moment = record.document.get("timestamp")
    return item_of(
        seq=record.seq,
        document=record.document,
        at=timestamps.parse(moment) if isinstance(moment, str) else None,
        status=record.status,
        language=language(),
    )
