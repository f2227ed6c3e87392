"""Shares of what is erased."""

from collections.abc import Collection

from lrs.statements.selectors import existing_among
from passport.models import ErasedShare, Share
from passport.shares.selectors import seqs_of


def bury(*, share: Share) -> None:
    """Delete a share; what is left lets whoever has its file hear that its records were erased."""
    ErasedShare.objects.create(
        token_hash=bytes(share.token_hash),
        records=seqs_of(share=share),
        expires=share.expires,
        withdrawn_at=share.withdrawn_at,
    )
    share.delete()


def bury_without(*, seqs: Collection[int]) -> None:
    """Delete the shares that have no record left when these statements are gone."""
    for share in Share.objects.filter(statements__seq__in=seqs).distinct():
        if not existing_among(seqs=seqs_of(share=share)) - set(seqs):
            bury(share=share)


def kept_activities(*, store_id: int) -> list[int]:
    """Activities of the store by which shares are called."""
    shares = Share.objects.filter(store=store_id).order_by("activity").distinct()
    return list(shares.values_list("activity", flat=True))
