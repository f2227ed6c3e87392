"""Carrying erasures out, in steps that may be killed at any line: whoever runs the request again goes on.

For each batch of statements: the ledger, committed and in its file; then, in one transaction, statements, seeds and
shares. At last the contents of attachments, what is kept of the person or store beside statements, and the request.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction

from anchoring import ledger, ledgerfile
from lrs.attachments.services import remove_unused
from lrs.erasure import selectors
from lrs.erasure.people import forget_notes
from lrs.erasure.statements import erase_statements
from lrs.erasure.stores import close_store, contents_of_store
from passport.erasure import leftovers, shares, targets
from passport.models import ErasureRequest, RetentionRule

BATCH = 200  # statements: no writer of their store is let in while they go


def resume() -> None:
    """Carry on whatever was begun, and what the retention rules demand."""
    for request in ErasureRequest.objects.order_by("pk"):
        for _ in run(request):
            pass
    for rule in RetentionRule.objects.order_by("pk"):
        request = targets.for_retention(rule=rule)
        if targets.next_batch(request, limit=1):
            request.save()
            for _ in run(request):
                pass


def run(request: ErasureRequest, *, file: Path | None = None) -> Iterator[int]:
    """Carry out a request that is saved; gives the number of statements erased so far, after each batch.

    The ledger goes to `file`, by default that of the settings. Raises StorageUnavailable, OSError (the ledger's file
    cannot be written): what was erased until then stays so, and the request stays to be run again.
    """
    file = file or Path(settings.ERASURE_LEDGER)
    store_id = targets.target_of(request).store
    if request.subject == ErasureRequest.Subject.STORE and store_id is not None:
        _note(request, ledger.Subject.STORE, [store_id], file)
        close_store(store_id=store_id)
    while batch := _begin(request, file):
        _erase(request, *batch)
        yield request.statements
    if request.subject == ErasureRequest.Subject.STORE and store_id is not None:
        request.contents += contents_of_store(store_id=store_id)
    remove_unused(ids=request.contents)
    _note_leftovers(request, file)
    leftovers.erase(request)


def _begin(request: ErasureRequest, file: Path) -> tuple[int, list[int]] | None:
    """Write the next batch into the ledger, before anything of it is deleted."""
    with transaction.atomic():
        if not _held(request):
            return None
        batch = targets.next_batch(request, limit=BATCH)
        if batch is None:
            return None
        rows = ledger.begin(
            subject=ledger.Subject.STATEMENT, numbers=batch[1], reason=request.reason
        )
    ledgerfile.append(file, rows)
    return batch


@transaction.atomic
def _erase(request: ErasureRequest, store_id: int, seqs: Sequence[int]) -> None:
    if not _held(request):
        return
    words = [str(each) for each in selectors.ids_of(seqs=seqs).values()]
    ledger.forget_statements(seqs=seqs)
    shares.bury_without(seqs=seqs)
    kept = shares.kept_activities(store_id=store_id)
    contents = erase_statements(store_id=store_id, seqs=seqs, kept_activities=kept)
    forget_notes(store_id=store_id, words=words)
    request.contents = sorted({*request.contents, *contents})
    request.statements += len(seqs)
    request.save(update_fields=["contents", "statements"])


def _held(request: ErasureRequest) -> bool:
    """Have the request to ourselves until the transaction ends; False where another worker has finished it."""
    row = ErasureRequest.objects.select_for_update().filter(pk=request.pk).first()
    if row is None:
        return False
    request.contents, request.statements = row.contents, row.statements
    return True


def _note_leftovers(request: ErasureRequest, file: Path) -> None:
    for subject, numbers in leftovers.subjects(targets.target_of(request)):
        _note(request, subject, numbers, file)


def _note(
    request: ErasureRequest, subject: ledger.Subject, numbers: Sequence[int], file: Path
) -> None:
    rows = ledger.begin(subject=subject, numbers=numbers, reason=request.reason)
    ledgerfile.append(file, rows)
