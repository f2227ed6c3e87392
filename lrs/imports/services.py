"""Importing lines: each batch is stored with the note that it is, so an import may be ended at any moment and go on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lrs.imports.lines import Batch
from lrs.imports.types import Tally, Terms
from lrs.models import ImportedBatch, RefusedLine, StatementImport, Store
from lrs.statements.prepare import Prepared, prepare
from lrs.statements.store import Busy, Conflict, store_prepared
from lrs.xapi import jsontext
from lrs.xapi import statements as rules
from lrs.xapi.equivalence import equivalent
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import negotiate

_LOCK = 0x4B49  # the first half of an advisory lock's key: one process at a time works on an import


class ImportRefused(Exception):
    """The import cannot begin or go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    line: int
    path: str
    message: str
    advice: str


def begin_import(*, store: Store, first: Batch, name: str, again: bool) -> StatementImport:
    """The import of the file that begins with this batch: a new one, or the one that was begun.

    `again` forgets the one that was begun, so that every line is sent anew.
    """
    with transaction.atomic():
        if again:
            StatementImport.objects.filter(store=store, source=first.digest).delete()
        found, _ = StatementImport.objects.get_or_create(
            store=store, source=first.digest, defaults={"name": name}
        )
    return found


@contextmanager
def alone(*, import_id: int) -> Iterator[None]:
    """Work on the import while nobody else does. Raises ImportRefused when another process is at it."""
    key = [_LOCK, import_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        (got,) = cursor.fetchone()
    if not got:
        raise ImportRefused("Another process is importing this file into this store; wait for it.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def finish_import(*, import_id: int) -> None:
    StatementImport.objects.filter(pk=import_id, finished=None).update(finished=timezone.now())


def done_already(*, import_id: int, batch: Batch) -> Tally | None:
    """What came of the batch when it was imported, None if it was not.

    Raises ImportRefused where other lines were imported in its place.
    """
    found = ImportedBatch.objects.filter(source=import_id, first_line=batch.first_line).first()
    if found is None:
        return None
    if bytes(found.digest) != batch.digest:
        raise ImportRefused(
            f"From line {batch.first_line:,} on the file is not the one that this import began with. "
            "Go on with that file, or send this one anew with --again: statements with an id are not doubled."
        )
    return Tally(found.stored, found.unchanged, found.refused)


def import_batch(*, terms: Terms, batch: Batch) -> Tally:
    """Store the statements of the lines, each as if it were sent alone, and note that they are done.

    A line that is refused is noted too, with the reason; the others are stored. All of it is one transaction.
    """
    prepared, refused, unchanged = _prepared(terms, batch)
    while True:
        try:
            return _store(terms, batch, prepared, refused, unchanged)
        except Conflict as conflict:  # ids that are stored already, for other statements
            for position in sorted(conflict.positions, reverse=True):
                line, one = prepared.pop(position)
                refused.append(_Refusal(line, "/id", _conflict(one), _CONFLICT_ADVICE))
        except Busy:
            # A worker that outlived a killed import finished this batch meanwhile.
            done = done_already(import_id=terms.import_id, batch=batch)
            if done is None:
                raise
            return done


_CONFLICT_ADVICE = "A stored statement cannot be changed: send it under a new id."


def _conflict(one: Prepared) -> str:
    return f"Another statement with the id {one.id} is stored already."


def _prepared(terms: Terms, batch: Batch) -> tuple[list[tuple[int, Prepared]], list[_Refusal], int]:
    """The statements that can be stored with their lines, the refusals, and how many lines say what another says."""
    found: dict[Any, tuple[int, Prepared]] = {}
    refused: list[_Refusal] = []
    unchanged = 0
    for line, text in batch.lines:
        try:
            one = _statement(terms, text)
        except XapiError as error:
            refused.append(_Refusal(line, error.path, error.message, error.advice))
            continue
        if one.id not in found:
            found[one.id] = (line, one)
        elif equivalent(found[one.id][1].statement, one.statement):
            unchanged += 1
        else:
            refused.append(_Refusal(line, "/id", _conflict(one), _CONFLICT_ADVICE))
    return list(found.values()), refused, unchanged


def _statement(terms: Terms, text: bytes) -> Prepared:
    if len(text) > settings.XAPI_MAX_BODY_BYTES:
        raise XapiError(f"The line is over the limit of {settings.XAPI_MAX_BODY_BYTES:,} bytes.")
    statement = jsontext.loads(text)
    said = statement.get("version") if isinstance(statement, dict) else None
    version = negotiate(said) if isinstance(said, str) else terms.version
    rules.validate(statement, version)
    authority = terms.authority
    if terms.keep_authority:
        authority = statement.get("authority", authority)
    return prepare(statement, version=version, authority=authority)


def _store(
    terms: Terms,
    batch: Batch,
    prepared: Sequence[tuple[int, Prepared]],
    refused: Sequence[_Refusal],
    unchanged: int,
) -> Tally:
    tally = Tally()

    def note(new: int) -> None:
        nonlocal tally
        tally = Tally(new, unchanged + len(prepared) - new, len(refused))
        ImportedBatch.objects.create(
            source_id=terms.import_id,
            first_line=batch.first_line,
            digest=batch.digest,
            stored=tally.stored,
            unchanged=tally.unchanged,
            refused=tally.refused,
        )
        RefusedLine.objects.bulk_create(
            RefusedLine(
                source_id=terms.import_id,
                line=each.line,
                path=_storable(each.path),
                message=_storable(each.message),
                advice=_storable(each.advice),
            )
            for each in refused
        )

    store_prepared(store_id=terms.store_id, batch=[one for _, one in prepared], within=note)
    return tally


def _storable(text: str) -> str:
    """A message that quotes the line, as PostgreSQL can keep it."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
