"""Bundles: the file that proves a learner's chosen records to a stranger (docs/log-format.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from anchoring import checkpoints, leaves, witnesses
from anchoring.anchors import first_covering
from anchoring.core import bundle as core
from anchoring.core import multiproof
from anchoring.core.commitments import SLOTS
from anchoring.core.errors import BundleError, MerkleError
from anchoring.core.tree import leaf_hash
from anchoring.leaves import Leaf
from anchoring.models import Anchor, Checkpoint, Kind
from anchoring.places import anchor_of
from anchoring.proofs import prove_records
from lrs.statements import selectors as statements

# A sequencer that is not down takes a statement within its interval; this is for its own work.
_LOGGING_TAKES = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class RecordSelection:
    """One statement to prove, by its seq, and the slots of it that stay hidden."""

    seq: int
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ShareDescription:
    """What Keiko says about the share; nothing of it is proven. Times are aware."""

    title: str
    learner: str
    institution: str
    created: datetime
    expires: datetime | None = None
    status_url: str | None = None


class BundleNotBuilt(Exception):
    """No bundle can be made of this selection; the message says what to do."""


class NotYetLogged(BundleNotBuilt):
    """Some records are in no signed checkpoint yet; they will be by `expected_by`."""

    def __init__(self, *, waiting: int, expected_by: datetime) -> None:
        super().__init__(
            f"{waiting} of the records are not in the log yet. Try again after "
            f"{expected_by.astimezone(UTC):%H:%M:%S} UTC."
        )
        self.waiting = waiting
        self.expected_by = expected_by


def build(*, records: Sequence[RecordSelection], share: ShareDescription) -> bytes:
    """The bundle (UTF-8 JSON) of these records, checked before it is returned.

    It is proven by the first anchored checkpoint that covers them all, for its block's time is the
    earliest that the records are proven to have existed by; else by the newest signed one, with
    `anchor` null. Raises NotYetLogged where a record is in no checkpoint yet;
    BundleNotBuilt for a record that is gone, an unknown slot, or a database that was tampered with.
    """
    _check_selection(records)
    found = _leaves(records)
    checkpoint, anchor = _cover(max(leaf.index for leaf in found.values()), len(records))
    shown = _records(records, found)
    proof = prove_records(indexes=[record.index for record in shown], size=checkpoint.size)
    _check_root(shown, proof, checkpoint)
    data = core.serialise(
        core.Bundle(
            origin=settings.LOG_ORIGIN,
            share=_share(share),
            records=tuple(shown),
            checkpoint=witnesses.note_of(checkpoint),
            proof=tuple(proof),
            anchor=anchor_of(anchor) if anchor else None,
        )
    )
    try:
        core.parse(data)  # the verifier's strict parser has the last word on what leaves here
    except BundleError as error:
        raise BundleNotBuilt(
            f"The bundle would not be accepted by a verifier ({error}). Share fewer records, or a "
            "shorter title."
        ) from error
    return data


def _check_selection(records: Sequence[RecordSelection]) -> None:
    if not records:
        raise BundleNotBuilt("A bundle needs at least one record.")
    if len({record.seq for record in records}) != len(records):
        raise BundleNotBuilt("A record is named twice.")
    if unknown := set[str]().union(*(record.withheld for record in records)) - set(SLOTS):
        raise BundleNotBuilt(
            f"A statement has no slot {min(unknown)!r}. Its slots are {', '.join(SLOTS)}."
        )


def _leaves(records: Sequence[RecordSelection]) -> dict[int, Leaf]:
    """The leaf of each record, by seq."""
    seqs = [record.seq for record in records]
    found = leaves.of_records(kind=Kind.STATEMENT, records=seqs)
    missing = [seq for seq in seqs if seq not in found]
    if gone := len(missing) - len(statements.existing_among(seqs=missing)):
        raise BundleNotBuilt(f"{gone} of the records were deleted. Leave them out of the share.")
    if missing:
        raise _not_yet(len(missing))
    return found


def _not_yet(waiting: int) -> NotYetLogged:
    return NotYetLogged(
        waiting=waiting, expected_by=timezone.now() + settings.LOG_INTERVAL + _LOGGING_TAKES
    )


def _cover(last: int, count: int) -> tuple[Checkpoint, Anchor | None]:
    """The checkpoint that proves every leaf up to `last`, and its anchor where it has one."""
    anchor = first_covering(last)
    if anchor is not None:
        return anchor.checkpoint, anchor
    cosigned = witnesses.newest_cosigned(beyond=last) if settings.LOG_WITNESSES else None
    checkpoint = cosigned or checkpoints.newest()
    if checkpoint is None or checkpoint.size <= last:
        raise _not_yet(count)
    return checkpoint, None


def _records(records: Sequence[RecordSelection], found: dict[int, Leaf]) -> list[core.Record]:
    """The records as shown, in the order of the log."""
    documents = statements.documents(seqs=list(found))
    if gone := found.keys() - documents.keys():
        raise BundleNotBuilt(
            f"{len(gone)} of the records were deleted. Leave them out of the share."
        )
    shown = (
        _record(found[record.seq], documents[record.seq], record.withheld) for record in records
    )
    return sorted(shown, key=lambda record: record.index)


def _record(leaf: Leaf, document: bytes, withheld: frozenset[str]) -> core.Record:
    slots = core.open_slots(document=document, seed=leaf.seed(), withheld=withheld)
    return core.Record(leaf.index, slots)


def _check_root(
    shown: Sequence[core.Record], proof: Sequence[bytes], checkpoint: Checkpoint
) -> None:
    """Against a database that was changed from outside: never hand out what will not verify."""
    leaves = {record.index: leaf_hash(record.entry()) for record in shown}
    try:
        root = multiproof.root_from_multiproof(leaves, checkpoint.size, proof)
    except MerkleError as error:
        raise BundleNotBuilt(f"The proof of these records is damaged: {error}") from error
    if root != bytes(checkpoint.root):
        raise BundleNotBuilt(
            "The stored records are not those that were logged: a statement, a seed or a tile was "
            "changed in the database from outside. Tell the operator, who can restore a backup."
        )


def _share(share: ShareDescription) -> core.Share:
    return core.Share(
        title=share.title,
        learner=share.learner,
        institution=share.institution,
        created=share.created,
        expires=share.expires,
        status_url=share.status_url,
    )
