"""Keeping and pruning the content of attachments.

The order, which leaves no bytes that nobody knows of and no statement without its bytes, whatever is killed when:

1. `keep`: a row for each content is committed (or its `claimed` renewed), then the bytes are written unless they are
   there as a whole already;
2. `link`, in the transaction that stores the statements: the rows are locked against removal and linked.

`prune` takes only rows that no statement has and nobody claimed lately, and removes the bytes under the row's lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lrs.attachments import scan
from lrs.attachments.parts import ReceivedPart
from lrs.attachments.storage import attachment_storage, storage_errors
from lrs.models import Attachment, StatementAttachment
from lrs.xapi import attachments as rules
from lrs.xapi.errors import XapiError
from lrs.xapi.signatures import check_signature

# A row that was claimed in this time belongs to a request that may still be running.
CLAIM = timedelta(days=1)

Parts = Mapping[str, ReceivedPart]
NO_PARTS: Parts = {}


class Pruned(Exception):
    """A content was removed between `keep` and `link`, by somebody who thought that it was left over: keep it again."""


@dataclass(frozen=True, slots=True)
class Use:
    """A statement has a content."""

    statement_id: UUID
    sha2: str
    content_type: str
    part: ReceivedPart


@dataclass(frozen=True, slots=True)
class Kept:
    """Contents whose bytes are in the storage: the rows' numbers by SHA-256, and who has them."""

    ids: Mapping[str, int]
    uses: Sequence[Use]


def match(batch: Sequence[tuple[UUID, Mapping[str, Any]]], parts: Parts, version: str) -> list[Use]:
    """Which valid statement (id, JSON) has which part.

    Raises XapiError for an attachment without its content, a part that no attachment has, a signature that is not one
    of its statement (Data 2.6).
    """
    uses: dict[tuple[UUID, str], Use] = {}
    for number, (statement_id, statement) in enumerate(batch):
        try:
            for one in rules.matched(statement, parts):
                part = parts[one.sha2]
                if one.is_signature and one.path.startswith("/attachments/"):
                    _check_signature(statement, one, part, version)
                use = Use(statement_id, one.sha2, one.content_type, part)
                uses.setdefault((statement_id, one.sha2), use)
        except XapiError as error:
            raise error.below(f"/{number}") from None
    if unused := parts.keys() - {sha2 for _, sha2 in uses}:
        raise XapiError(
            f"No attachment of the statements has the part with the sha2 {min(unused)}.",
            advice="Send a part for the attachments of these statements only.",
        )
    return list(uses.values())


def keep(*, store_id: int, uses: Sequence[Use]) -> Kept:
    """Put the contents into the storage, each once. Precondition: no open transaction.

    Raises ContentRefused or ScanUnavailable (lrs.attachments.scan), StorageUnavailable.
    """
    parts = {use.part.sha256: use.part for use in uses}
    for use in uses:
        scan.check_type(use.content_type)
    scanned = [scan.check_content(part.chunks()) for part in parts.values()]
    types = {use.part.sha256: use.content_type for use in reversed(uses)}
    now = timezone.now()
    rows = [
        Attachment(
            store_id=store_id,
            sha2=sha256,
            length=parts[sha256].length,
            content_type=types[sha256],
            claimed=now,
            scanned=now if all(scanned) else None,
        )
        for sha256 in sorted(parts)  # whoever waits for another waits in the same order
    ]
    claimed = Attachment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["store", "sha2"],
        # What was scanned once stays so, whoever sends it again without a scanner.
        update_fields=["claimed", "scanned"] if all(scanned) else ["claimed"],
    )
    storage = attachment_storage()
    with storage_errors():
        for row in claimed:
            if not (storage.exists(row.name) and storage.size(row.name) == row.length):
                storage.save(row.name, File(parts[row.sha2].open(), name=row.sha2))
    return Kept(ids={row.sha2: row.pk for row in claimed}, uses=uses)


def link(kept: Kept, seqs: Mapping[UUID, int]) -> None:
    """Note which of the new statements (id to seq) has which content. Precondition: in their transaction.

    Raises Pruned when a content is there no more.
    """
    links = [
        StatementAttachment(
            seq=seqs[use.statement_id],
            sha2=use.sha2,
            content_type=use.content_type,
            attachment_id=kept.ids[use.part.sha256],
        )
        for use in kept.uses
        if use.statement_id in seqs
    ]
    needed = {one.attachment_id for one in links}
    with connection.cursor() as cursor:
        # Against removal only: whoever else links the same content need not wait.
        cursor.execute(
            "SELECT id FROM lrs_attachment WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [list(needed)],
        )
        if len(cursor.fetchall()) < len(needed):
            raise Pruned
    StatementAttachment.objects.bulk_create(links)


def prune(*, older_than: timedelta = CLAIM, dry_run: bool = False) -> tuple[int, int]:
    """Remove every content that no statement has and nobody claimed for `older_than`; how many, and their bytes.

    Raises StorageUnavailable; what was removed until then stays removed.
    """
    count = length = 0
    before = timezone.now() - older_than
    unlinked = ~Exists(StatementAttachment.objects.filter(attachment=OuterRef("pk")))
    candidates = Attachment.objects.filter(unlinked, claimed__lt=before)
    for row_id in list(candidates.order_by("pk").values_list("pk", flat=True)):
        removed = _remove_unused(row_id, before, dry_run=dry_run)
        if removed is not None:
            count += 1
            length += removed
    return count, length


def remove_unused(*, ids: Sequence[int]) -> int:
    """Remove those of these contents that no statement has, however young; how many.

    For an erasure, after the links are gone. Whoever claimed one meanwhile meets Pruned and keeps it again. May be
    killed and called again. Raises StorageUnavailable.
    """
    now = timezone.now()
    return sum(_remove_unused(row_id, now, dry_run=False) is not None for row_id in sorted(ids))


@transaction.atomic
def _remove_unused(row_id: int, before: datetime, *, dry_run: bool) -> int | None:
    """Remove a content that no statement has and nobody claimed since `before`; its bytes, None where it stays."""
    row = Attachment.objects.select_for_update().filter(pk=row_id).first()
    # Asked again under the lock: a writer may have claimed or linked it since.
    if row is None or row.claimed >= before or row.links.exists():
        return None
    if not dry_run:
        # Killed after this line, the row stays without its bytes, and `keep` would write them again.
        with storage_errors():
            attachment_storage().delete(row.name)
        row.delete()
    return row.length


def _check_signature(
    statement: Mapping[str, Any], one: rules.Declared, part: ReceivedPart, version: str
) -> None:
    try:
        if part.length > 2 * settings.XAPI_MAX_BODY_BYTES:
            raise XapiError("The signature is larger than any statement that is taken here.")
        check_signature(statement, content_type=one.content_type, jws=part.read(), version=version)
    except XapiError as error:
        raise error.below(one.path) from None
