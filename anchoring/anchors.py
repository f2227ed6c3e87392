"""Anchors: when the next one is due, and which checkpoints the chain holds for good."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from anchoring import places, witnesses
from anchoring.locks import Lock, try_lock
from anchoring.models import Anchor
from chain import services as chain
from chain.light.anchors import FIRST_SEQ, Commitment


@dataclass(frozen=True, slots=True)
class AnchorReport:
    """What one call did: the anchor that it planned, and those that became verified."""

    planned: int | None
    verified: tuple[int, ...]


def anchor_due() -> AnchorReport:
    """Plan an anchor where one is due, advance every submission, mark what was verified.

    Any number of workers may call this at once, and be killed at any line: the plan is one
    transaction, the chain application keeps its own steps, and marking can be done again.
    """
    if _size_due(newest_anchor()) is not None:
        # So that what is anchored has been cosigned; a witness that is slow is not waited for.
        witnesses.cosign()
    planned = _plan_if_due()
    chain.advance()
    return AnchorReport(planned=planned, verified=_mark_verified())


def due_at(last: Anchor | None, *, now: datetime) -> datetime:
    """When the next anchor may be planned, given the newest one; the first at once."""
    return last.planned + settings.ANCHOR_INTERVAL if last else now


def newest_anchor() -> Anchor | None:
    """The anchor with the greatest number, verified or under way, with its submission."""
    return Anchor.objects.select_related("submission").order_by("-seq").first()


def newest_verified() -> Anchor | None:
    """The newest anchor that the chain holds, with its checkpoint."""
    verified = Anchor.objects.filter(verified__isnull=False)
    return verified.select_related("checkpoint").order_by("-seq").first()


def first_covering(index: int) -> Anchor | None:
    """The first anchor on the chain whose checkpoint holds the leaf at `index`."""
    covering = Anchor.objects.filter(verified__isnull=False, checkpoint__size__gt=index)
    return covering.select_related("checkpoint").order_by("seq").first()


def origin_hash() -> bytes:
    """SHA-256 of the log's origin, which names the log on the chain."""
    return hashlib.sha256(settings.LOG_ORIGIN.encode()).digest()


def _size_due(last: Anchor | None) -> int | None:
    """The size that the next anchor has to exceed, where one may be planned now; else None."""
    if last is None:
        return 0
    if last.verified is None or timezone.now() < due_at(last, now=timezone.now()):
        return None
    return last.checkpoint_id


@transaction.atomic
def _plan_if_due() -> int | None:
    """Plan the next number for the newest checkpoint, in one transaction with its submission.

    One anchor is under way at a time: after a week without a chain a single anchor catches up, not
    one for each hour of that week, and the next is planned as soon as that one is verified.
    """
    if not try_lock(Lock.ANCHORING):
        return None
    last, now = newest_anchor(), timezone.now()
    size = _size_due(last)
    checkpoint = witnesses.to_anchor(beyond=size) if size is not None else None
    if checkpoint is None:
        return None
    seq = last.seq + 1 if last else FIRST_SEQ
    submission = chain.plan(
        commitment=Commitment(
            origin_hash=origin_hash(),
            seq=seq,
            size=checkpoint.size,
            root=bytes(checkpoint.root),
        )
    )
    Anchor.objects.create(seq=seq, checkpoint=checkpoint, submission=submission, planned=now)
    return seq


@transaction.atomic
def _mark_verified() -> tuple[int, ...]:
    waiting = Anchor.objects.select_related("submission").filter(
        verified__isnull=True, submission__verified_at__isnull=False
    )
    marked = []
    for anchor in waiting.select_for_update(of=("self",)).order_by("seq"):
        submission = anchor.submission
        anchor.verified = submission.verified_at
        anchor.block_number = submission.block_number
        anchor.block_hash = submission.block_hash
        anchor.block_time = submission.block_time
        anchor.evidence = submission.evidence
        anchor.place = places.to_json(places.present_place())
        anchor.save()
        marked.append(anchor.seq)
    return tuple(marked)
