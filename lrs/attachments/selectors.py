"""Reads of attachments' contents."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from lrs.attachments.storage import attachment_storage
from lrs.models import Attachment, Statement, StatementAttachment, StatementId

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """A content to send: `sha2` and `content_type` as a statement says them, `length` in bytes."""

    sha2: str
    content_type: str
    length: int
    name: str

    def chunks(self) -> Iterator[bytes]:
        """The bytes. Raises OSError when the storage has lost them."""
        with attachment_storage().open(self.name) as file:
            yield from file.chunks(_CHUNK)


def contents_of(
    *, store_id: int, statement_ids: Collection[UUID], using: str = DEFAULT_DB_ALIAS
) -> list[Content]:
    """The content of every attachment of the statements, each SHA-2 once, in the order of the statements."""
    known = StatementId.objects.using(using).filter(store=store_id, id__in=statement_ids)
    links = (
        StatementAttachment.objects.using(using)
        .filter(seq__in=known.values("seq"))
        .select_related("attachment")
    )
    found: dict[str, Content] = {}
    for link in links.order_by("seq", "sha2"):
        found.setdefault(
            link.sha2,
            Content(
                sha2=link.sha2,
                content_type=link.content_type,
                length=link.attachment.length,
                name=link.attachment.name,
            ),
        )
    return list(found.values())


def find_content(*, store_id: int, sha256: str) -> Attachment | None:
    """A content of the store that a statement has; None when there is none."""
    return (
        Attachment.objects.filter(store=store_id, sha2=sha256, links__isnull=False)
        .distinct()
        .first()
    )


def statements_with(*, attachment: Attachment, limit: int) -> list[tuple[int, UUID]]:
    """Statements that have the content, the newest first, each by its seq and its id."""
    links = StatementAttachment.objects.filter(attachment=attachment).order_by("-seq")
    seqs = list(links.values_list("seq", flat=True).distinct()[:limit])
    found = Statement.objects.filter(seq__in=seqs).order_by("-seq")
    return list(found.values_list("seq", "id"))
