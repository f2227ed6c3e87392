"""Plays the term once, from the clients' requests to a bundle that anybody can check.

Every step finds out what is done already, so a start after a kill goes on, and a start after the
end only brings the addresses up to date.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.utils import timezone

from anchoring.core.files import write_whole
from keiko.demo import people, school
from keiko.demo.anchored import Outcome, wait_until_anchored
from keiko.demo.deliver import TIMEOUT, deliver
from keiko.demo.facts import Facts, FactsFile
from keiko.demo.term import statements, term
from lrs.models import Activity, StatementId, Store
from passport.models import Learner, Share, ShareState
from passport.shares.selectors import seqs_of
from passport.shares.services import share_course

SHARE_LASTS = timedelta(days=365)
Say = Callable[[str], None]


class DemoError(Exception):
    """The demo cannot go on; the message says what to do."""


def play(*, say: Say) -> Facts:
    """Make or finish the demo; returns its facts. Raises DemoError, DeliveryError, NotLoggedError."""
    file = FactsFile(settings.VAR_DIR / "demo.json")
    finished = file.facts.complete
    _addresses(file)
    if finished and (share := _standing_share(file)):
        _refresh(file, share, say)
        return file.facts
    store, learner = _people(file, say)
    _send_term(file, say)
    _wait(_seqs(store), say)
    share = _share(store, learner)
    file.put(share_url=_known_url(share))
    _fetch_files(file, share)
    return file.facts


def _addresses(file: FactsFile) -> None:
    """The web server's and the chain's addresses may be others at every start."""
    xapi = f"{settings.PUBLIC_URL}/xapi"
    stores = file.facts.stores
    file.put(
        xapi_endpoint=xapi,
        stores=stores and tuple(replace(store, xapi_endpoint=xapi) for store in stores),
        admin_url=f"{settings.PUBLIC_URL}/admin/",
        chain_url=settings.CHAIN_PUBLIC_URL or settings.CHAIN_URL,
    )


def _people(file: FactsFile, say: Say) -> tuple[Store, Learner]:
    stores = people.the_stores()
    lost = [people.a_credential(store=store, file=file) for store in stores]
    if any(lost):
        say("The demo's xAPI secret was lost with var/demo.json: a new credential was issued.")
    if people.the_administrator(file=file):
        say("The administrator's password was lost with var/demo.json: it has a new one.")
    learner, renewed = people.the_learner(file=file)
    if renewed:
        say("The learner's password was lost with var/demo.json: she has a new one.")
    return stores[0], learner


def _send_term(file: FactsFile, say: Say) -> None:
    facts = file.facts
    if not (facts.xapi_endpoint and facts.key and facts.secret):
        raise DemoError("var/demo.json holds no credential. Delete it and start again.")
    say(f"Sending a school's term to {facts.xapi_endpoint}/statements ...")
    sent = deliver(
        term(), endpoint=facts.xapi_endpoint, key=facts.key, secret=facts.secret,
        progress=_every_hundred(say),
    )  # fmt: skip
    say(f"  {sent} statements are on disk; waiting for the log and the chain ...")


def _wait(seqs: list[int], say: Say) -> None:
    _announce(wait_until_anchored(seqs=seqs, say=lambda line: say(f"  {line}")), say)


def _every_hundred(say: Say) -> Callable[[int, int], None]:
    said = 0

    def progress(sent: int, total: int) -> None:
        nonlocal said
        if sent // 100 > said:
            said = sent // 100
            say(f"  {sent} of {total} statements")

    return progress


def _seqs(store: Store) -> list[int]:
    ids = [statement["id"] for statement in statements(term())]
    found = StatementId.objects.filter(store=store, id__in=ids)
    return list(found.order_by("seq").values_list("seq", flat=True))


def _announce(outcome: Outcome, say: Say) -> None:
    if outcome.waiting == 0:
        say(f"  All {outcome.anchored} statements are anchored.")
        return
    why = outcome.problem or "the next anchor is not due yet"
    when = f"{outcome.expected_by:%Y-%m-%d %H:%M:%S} UTC" if outcome.expected_by else "soon"
    say(f"  {outcome.waiting} statements wait for their anchor ({why}). It will be tried: {when}.")


def _share(store: Store, learner: Learner) -> Share:
    """The share of the mathematics course: the one that stands, or a new one."""
    course = Activity.objects.filter(store=store, iri=school.MATHS_ID).first()
    if course is None:
        raise DemoError("The mathematics course is not in the store. Start the demo again.")
    now = timezone.now()
    for share in Share.objects.filter(learner=learner, activity=course).order_by("created"):
        if share.state(now) is ShareState.ACTIVE and share.url:
            return share
    return share_course(
        learner=learner, activity_id=course.pk, withheld=(), expires=now + SHARE_LASTS,
        language="es",
    )  # fmt: skip


def _standing_share(file: FactsFile) -> Share | None:
    """The share of the facts file, if the database still has it (it may be another database)."""
    path = urlsplit(file.facts.share_url or "").path
    for share in Share.objects.filter(learner__user__email__iexact=file.facts.learner_email or ""):
        url = share.url
        if url and urlsplit(url).path == path and share.state(timezone.now()) is ShareState.ACTIVE:
            return share
    return None


def _known_url(share: Share) -> str:
    url = share.url
    if url is None:
        raise DemoError(
            "The proof link cannot be shown: SECRET_KEY is not the one it was made with."
        )
    return url


def _refresh(file: FactsFile, share: Share, say: Say) -> None:
    """A finished demo: new addresses, and a bundle with an anchor where it has none yet."""
    before = file.facts.share_url
    file.put(share_url=_known_url(share))
    anchored, trusted = _bundle_is_anchored(file.facts), _trust_is_current(file.facts)
    if not anchored:
        say("The demo's statements were not anchored yet; waiting for the chain ...")
        _wait(seqs_of(share=share), say)
    if before != file.facts.share_url or not (anchored and trusted):
        say("Bringing the demo's files up to date ...")
        _fetch_files(file, share)


def _bundle_is_anchored(facts: Facts) -> bool:
    try:
        bundle = json.loads(Path(facts.bundle or "").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bundle.get("anchor") is not None


def _trust_is_current(facts: Facts) -> bool:
    """Whether the saved policy names today's addresses of the log and of the chain."""
    try:
        trust = Path(facts.trust or "").read_text(encoding="utf-8")
    except OSError:
        return False
    return f"{settings.PUBLIC_URL}/log" in trust and str(facts.chain_url) in trust


def _fetch_files(file: FactsFile, share: Share) -> None:
    """The bundle from the proof link and the trust policy, over HTTP as a verifier gets them."""
    bundle, trust = settings.VAR_DIR / "demo-bundle.keiko.json", settings.VAR_DIR / "trust.json"
    write_whole(bundle, _get(f"{_known_url(share)}bundle"))
    write_whole(trust, _get(f"{settings.PUBLIC_URL}/log/trust.json"))
    file.put(bundle=str(bundle), trust=str(trust))


def _get(url: str) -> bytes:
    try:
        response = requests.get(url, timeout=TIMEOUT)
        response.raise_for_status()
    except requests.RequestException as error:
        safe = urlunsplit(urlsplit(url)._replace(query=""))
        raise DemoError(f"{safe} cannot be fetched: {error}. Is the web server running?") from error
    return response.content
