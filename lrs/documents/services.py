"""Changes to documents (Communication 2.2, 3.1).

No transaction spans a change. It reads, decides by the rules of lrs.xapi.documents, and writes by one statement that
takes effect only on what was read: the revision is compared again under the row's lock, and a new document meets the
unique constraint. Where another writer came between, the change reads and decides again (docs/decisions/0055).
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from lrs.activities.services import ensure_activity
from lrs.agents.services import ensure_agent
from lrs.dimensions import digest
from lrs.documents.selectors import Place, StoredDocument, documents_in, find_document
from lrs.models import Document
from lrs.xapi import documents as rules
from lrs.xapi.documents import Conditions

_TRIES = 100
_PATIENT_TRIES = 3  # after so many, wait a moment before the next
_INSERT = """
INSERT INTO lrs_document
  (store_id, activity_id, agent_id, registration, name, digest, content_type, content, etag, revision, updated)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, statement_timestamp())
ON CONFLICT DO NOTHING
"""
_REPLACE = """
UPDATE lrs_document
   SET content_type = %s, content = %s, etag = %s, revision = revision + 1, updated = statement_timestamp()
 WHERE id = %s AND revision = %s
"""


class Busy(Exception):
    """Other writers changed the document again and again in between; nothing was changed."""


class TooLarge(Exception):
    """The document would be larger than is kept; nothing was changed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The document would have more than {limit:,} bytes.")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Content:
    """What a document is to hold: its bytes, and its Content-Type as the client wrote it."""

    body: bytes
    content_type: str


def put_document(
    *, store_id: int, place: Place, name: str, content: Content, given: Conditions, version: str
) -> None:
    """Write the document whole. Raises ChangeRefused, XapiError for a content that belies its type, Busy."""
    rules.check_content(content.body, content.content_type)

    def decide(stored: StoredDocument | None) -> Content:
        rules.check_put(given, current=_tag(stored), resource=place.resource, version=version)
        return content

    _change(store_id, place, name, decide)


def post_document(
    *, store_id: int, place: Place, name: str, content: Content, given: Conditions, limit: int
) -> None:
    """Merge the object into the stored one, or store it. Raises ChangeRefused, XapiError, Busy, and TooLarge when the
    merged document has more than `limit` bytes.
    """
    posted = rules.json_object(content.body, content.content_type, whose="posted")

    def decide(stored: StoredDocument | None) -> Content:
        rules.check_change(given, current=_tag(stored))
        if stored is None:
            return content
        old = rules.json_object(stored.content, stored.content_type, whose="stored")
        merged = rules.merge(old, posted)
        if len(merged) > limit:
            raise TooLarge(limit)
        return Content(merged, content.content_type)

    _change(store_id, place, name, decide)


def delete_document(*, store_id: int, place: Place, name: str, given: Conditions) -> None:
    """Delete the document; nothing where there is none. Raises ChangeRefused, Busy."""

    def attempt() -> bool:
        stored = find_document(store_id=store_id, place=place, name=name)
        rules.check_change(given, current=_tag(stored))
        if stored is None:
            return True
        revision = {"revision": stored.revision} if given else {}
        deleted, _ = Document.objects.filter(pk=stored.id, **revision).delete()
        return bool(deleted)

    _until_done(attempt)


def delete_documents(*, store_id: int, place: Place) -> None:
    """Delete all of a place: of the registration where it names one, else of every registration."""
    found = documents_in(store_id=store_id, place=place)
    if place.registration is not None:
        found = found.filter(registration=place.registration)
    found.delete()


def _tag(stored: StoredDocument | None) -> str | None:
    return stored.etag if stored else None


def _change(
    store_id: int, place: Place, name: str, decide: Callable[[StoredDocument | None], Content]
) -> None:
    def attempt() -> bool:
        stored = find_document(store_id=store_id, place=place, name=name)
        content = decide(stored)
        if stored is None:
            return _insert(store_id, place, name, content)
        return _replace(stored, content)

    _until_done(attempt)


def _until_done(attempt: Callable[[], bool]) -> None:
    for number in range(_TRIES):
        if attempt():
            return
        if number >= _PATIENT_TRIES:
            time.sleep(secrets.randbelow(10) / 1000)
    raise Busy


def _insert(store_id: int, place: Place, name: str, content: Content) -> bool:
    activity = place.activity and ensure_activity(store_id=store_id, iri=place.activity)
    agent = place.agent and ensure_agent(store_id=store_id, identifier=place.agent)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                store_id,
                activity,
                agent,
                place.registration,
                name,
                digest(name),
                content.content_type,
                content.body,
                rules.etag(content.body),
            ],
        )
        return bool(cursor.rowcount)


def _replace(stored: StoredDocument, content: Content) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLACE,
            [
                content.content_type,
                content.body,
                rules.etag(content.body),
                stored.id,
                stored.revision,
            ],
        )
        return bool(cursor.rowcount)
