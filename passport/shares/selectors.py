"""What is known of shares."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from anchoring.bundles import RecordSelection, ShareDescription, build
from anchoring.ledger import erased_indexes
from anchoring.status import RecordStatus, statuses
from lrs.statements.selectors import documents, existing_among, voided_among
from passport.documents import read_document
from passport.models import ErasedShare, Learner, Share
from passport.shares import links
from passport.shares.disclosure import disclosed

MAX_TOKEN_LENGTH = 64


def share_by_token(*, token: str) -> Share | None:
    if len(token) > MAX_TOKEN_LENGTH:
        return None
    return (
        Share.objects.select_related("learner", "store", "activity")
        .filter(token_hash=links.token_hash(token))
        .first()
    )


def erased_share_by_token(*, token: str) -> ErasedShare | None:
    """What is left of a share that was erased."""
    if len(token) > MAX_TOKEN_LENGTH:
        return None
    return ErasedShare.objects.filter(token_hash=links.token_hash(token)).first()


@dataclass(frozen=True)
class ShareSummary:
    share: Share
    records: int
    opened: int
    last_opened: datetime | None


def shares_of(*, learner: Learner) -> list[ShareSummary]:
    """The learner's shares, newest first, each with how many records it covers and how often it
    was opened."""
    shares = list(
        Share.objects.filter(learner=learner)
        .order_by("-created")
        .annotate(opened=Count("views"), last_opened=Max("views__at"))
    )
    covered = dict(
        Share.objects.filter(pk__in=[share.pk for share in shares])
        .annotate(records=Count("statements"))
        .values_list("pk", "records")
    )
    return [
        ShareSummary(share, covered[share.pk], share.opened, share.last_opened) for share in shares
    ]


def share_of(*, learner: Learner, share_id: Any) -> Share | None:
    return (
        Share.objects.select_related("store", "activity", "learner")
        .filter(learner=learner, pk=share_id)
        .first()
    )


def seqs_of(*, share: Share) -> list[int]:
    return list(share.statements.order_by("seq").values_list("seq", flat=True))


@dataclass(frozen=True)
class SharedRecord:
    """One statement as a share shows it: `document` holds the disclosed slots only."""

    seq: int
    document: dict[str, Any]
    status: RecordStatus | None


def shared_records(*, share: Share) -> list[SharedRecord]:
    """The records of a share in the order in which they were taken in."""
    seqs = seqs_of(share=share)
    found = documents(seqs=seqs)
    states = statuses(seqs=seqs)
    return [
        SharedRecord(seq, disclosed(read_document(found[seq]), share.withheld), states.get(seq))
        for seq in seqs
        if seq in found
    ]


def bundle_of(*, share: Share) -> bytes:
    """The file that a verifier checks. Raises `anchoring.bundles.BundleNotBuilt`, most often
    NotYetLogged. A record that was erased since is left out."""
    withheld = frozenset(share.withheld)
    there = existing_among(seqs=seqs_of(share=share))
    return build(
        records=[RecordSelection(seq=seq, withheld=withheld) for seq in sorted(there)],
        share=ShareDescription(
            title=share.title,
            learner=shown_name(share),
            institution=share.institution,
            created=share.created,
            expires=share.expires,
            status_url=status_url(share),
        ),
    )


def shown_name(share: Share) -> str:
    """The learner's name, or nothing where they withheld who they are."""
    return "" if "actor" in share.withheld else share.learner.name


def status_url(share: Share) -> str | None:
    token = share.token
    return None if token is None else f"{settings.PUBLIC_URL}/p/{token}/status"


@dataclass(frozen=True)
class CoveredRecords:
    """A share's records by their log indexes, in order: all of them, those that were voided since, and those that were
    erased. One that is not in the log yet has no index, so it is in none."""

    covered: list[int]
    voided: list[int]
    erased: list[int]


def covered_records(*, seqs: Collection[int]) -> CoveredRecords:
    """What became of the records of a share (`seqs_of`), or of one that was erased."""
    indexes = {
        seq: status.index for seq, status in statuses(seqs=seqs).items() if status.index is not None
    }
    voided = voided_among(seqs=list(indexes))
    erased = erased_indexes(seqs=set(seqs) - indexes.keys())
    return CoveredRecords(
        covered=sorted([*indexes.values(), *erased.values()]),
        voided=sorted(indexes[seq] for seq in voided),
        erased=sorted(erased.values()),
    )
