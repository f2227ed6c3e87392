"""The ledger of erasures: which records are gone, and why, by numbers alone.

A row is written before anything is deleted, in a transaction of its own; so whatever is killed when, what was begun is
known. It is replayed after a restore of an older backup (docs/erasure.md), and it is what the log's erasure markers
are made of.
"""

from collections.abc import Collection, Mapping, Sequence

from django.utils import timezone

from anchoring import leaves
from anchoring.core.kinds import Marker
from anchoring.kinds import Entry
from anchoring.ledgerfile import Line
from anchoring.locks import Lock, wait_for
from anchoring.models import Erasure, Head, Kind, Pending

Reason = Erasure.Reason
Subject = Erasure.Subject


def begin(*, subject: Subject, numbers: Collection[int], reason: int) -> list[Erasure]:
    """Write down that these are about to be erased; the rows, also of those that were begun already."""
    open_rows = Erasure.objects.filter(subject=subject, number__in=numbers, erased=None)
    begun = {row.number: row for row in open_rows}
    places = (
        leaves.index_of(kind=Kind.STATEMENT, records=numbers)
        if subject == Subject.STATEMENT
        else {}
    )
    now = timezone.now()
    fresh = [
        Erasure(subject=subject, number=number, index=places.get(number), reason=reason, begun=now)
        for number in sorted(set(numbers) - begun.keys())
    ]
    return [*begun.values(), *Erasure.objects.bulk_create(fresh)]


def finish(*, subject: Subject, numbers: Collection[int]) -> None:
    """Write down that these are gone. Call it in the transaction that deletes them."""
    rows = Erasure.objects.filter(subject=subject, number__in=numbers, erased=None)
    rows.update(erased=timezone.now())


def forget_statements(*, seqs: Collection[int]) -> None:
    """Delete the seeds of statements, what their leaves stand for, and their places in the queue, for good.

    Call it first in the transaction that deletes the statements, with the ledger begun: no sequencer runs until it
    ends. The marker of each that was in the log enters the log by the next one.
    """
    wait_for(Lock.SEQUENCER)
    places = leaves.index_of(kind=Kind.STATEMENT, records=seqs)
    rows = list(
        Erasure.objects.filter(
            subject=Subject.STATEMENT, number__in=places, erased=None, index=None
        )
    )
    for row in rows:  # those that entered the log after the ledger was begun
        row.index = places[row.number]
    Erasure.objects.bulk_update(rows, ["index"])
    leaves.forget(indexes=list(places.values()))
    Pending.objects.filter(seq__in=seqs).delete()
    finish(subject=Subject.STATEMENT, numbers=seqs)


def restore(*, lines: Collection[Line]) -> int:
    """Take over the lines of which this database knows nothing, as done: their subjects are gone. How many.

    After a restore; a leaf beyond the log of the backup is none of this log's.
    """
    head = Head.objects.filter(id=Head.ONLY).first() or Head()
    known = set(
        Erasure.objects.filter(number__in={line.number for line in lines}).values_list(
            "subject", "number"
        )
    )
    missing = {
        (str(line.subject), line.number): line
        for line in lines
        if (str(line.subject), line.number) not in known
    }
    rows = [
        Erasure(
            subject=line.subject,
            number=line.number,
            index=line.index if line.index is not None and line.index < head.size else None,
            reason=line.reason,
            begun=line.begun,
            erased=timezone.now(),
        )
        for line in missing.values()
    ]
    return len(Erasure.objects.bulk_create(rows))


def erased_indexes(*, seqs: Collection[int]) -> dict[int, int]:
    """Of the statements that were erased, the index of the leaf that each had in the log."""
    rows = Erasure.objects.filter(
        subject=Subject.STATEMENT, number__in=seqs, index__isnull=False
    ).exclude(erased=None)
    found = rows.values_list("number", "index")
    return {number: index for number, index in found if index is not None}


def erased_between(*, begin: int, end: int) -> set[int]:
    """The leaves from index `begin` to below `end` whose statements were erased."""
    rows = Erasure.objects.filter(subject=Subject.STATEMENT, index__gte=begin, index__lt=end)
    return {
        index
        for index in rows.exclude(erased=None).values_list("index", flat=True)
        if index is not None
    }


class Markers:
    """The source of the log's erasure markers (anchoring.kinds)."""

    def waiting(self, *, limit: int) -> Sequence[int]:
        rows = Erasure.objects.filter(erased__isnull=False, index__isnull=False, marker=None)
        return list(rows.order_by("id").values_list("id", flat=True)[:limit])

    def entries(self, *, records: Sequence[int]) -> Mapping[int, Entry]:
        rows = Erasure.objects.filter(pk__in=records, index__isnull=False)
        return {
            pk: Entry(Marker(index, reason).entry())
            for pk, index, reason in rows.values_list("pk", "index", "reason")
            if index is not None
        }

    def logged(self, *, places: Mapping[int, int]) -> None:
        rows = list(Erasure.objects.filter(pk__in=places))
        for row in rows:
            row.marker = places[row.pk]
        Erasure.objects.bulk_update(rows, ["marker"])

    def between(self, *, begin: int, end: int) -> Mapping[int, bytes]:
        rows = Erasure.objects.filter(marker__gte=begin, marker__lt=end, index__isnull=False)
        return {
            marker: Marker(index, reason).entry()
            for marker, index, reason in rows.values_list("marker", "index", "reason")
            if marker is not None and index is not None
        }
