"""Reads of documents. Every query names the store, and finds agents and activities within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet

from lrs.dimensions import digest
from lrs.models import Document
from lrs.xapi.documents import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where documents lie in a store: under an activity (IRI), an agent (identifier, lrs.xapi.actors), or both."""

    resource: Resource
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """`revision` changes whenever the document does; `etag` is without quotes."""

    id: int
    revision: int
    etag: str
    content_type: str
    content: bytes
    updated: datetime


# Plain SQL: a course asks this at every page, and the ORM takes twice as long to write the query as the database to
# answer it. An agent or activity that is not there is NULL, which equals nothing.
_ACTIVITY = "(SELECT id FROM lrs_activity WHERE store_id = %s AND digest = %s)"
_AGENT = "(SELECT id FROM lrs_agent WHERE store_id = %s AND digest = %s)"


def find_document(*, store_id: int, place: Place, name: str) -> StoredDocument | None:
    """The document with this stateId or profileId; without a registration, the one that has none."""
    clauses = ["d.store_id = %s", "d.digest = %s"]
    arguments: list[Any] = [store_id, digest(name)]
    for column, row, text in (
        ("activity_id", _ACTIVITY, place.activity),
        ("agent_id", _AGENT, place.agent),
    ):
        if text is None:
            clauses.append(f"d.{column} IS NULL")
        else:
            clauses.append(f"d.{column} = {row}")
            arguments += [store_id, digest(text)]
    if place.registration is None:
        clauses.append("d.registration IS NULL")
    else:
        clauses.append("d.registration = %s")
        arguments.append(place.registration)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.revision, d.etag, d.content_type, d.content, d.updated"
            f" FROM lrs_document d WHERE {' AND '.join(clauses)}",
            arguments,
        )
        found = cursor.fetchone()
    if found is None:
        return None
    identity, revision, etag, content_type, content, updated = found
    return StoredDocument(identity, revision, etag, content_type, bytes(content), updated)


def document_names(
    *, store_id: int, place: Place, since: datetime | None = None
) -> tuple[Sequence[str], datetime | None]:
    """The ids of the documents changed after `since`, each once, and when the last of them was changed."""
    found = documents_in(store_id=store_id, place=place)
    if place.registration is not None:
        found = found.filter(registration=place.registration)
    if since is not None:
        found = found.filter(updated__gt=since)
    rows = list(
        found.values_list("name").annotate(latest=Max("updated")).order_by("latest", "name")
    )
    return [name for name, _ in rows], rows[-1][1] if rows else None


def documents_in(*, store_id: int, place: Place) -> QuerySet[Document]:
    """The documents of a place under any registration."""
    found = Document.objects.filter(store_id=store_id)
    for field, text in (("activity", place.activity), ("agent", place.agent)):
        if text is None:
            found = found.filter(**{f"{field}__isnull": True})
        else:
            found = found.filter(
                **{f"{field}__store_id": store_id, f"{field}__digest": digest(text)}
            )
    return found
