"""What stored statements name: each document read once, with the activities that can be its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lrs.dimensions import digest
from lrs.hierarchy.rules import activities_nearest_first
from lrs.statements.documents import decode
from lrs.xapi import jsontext

# What a query for statements has to select, from lrs_statement s, for `read`.
COLUMNS = "s.seq, s.stored, s.timestamp, s.actor_id, s.verb_id, s.activity_id, s.voided, s.encoding, s.document"


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A stored statement; `iris` are those of its activities, nearest first."""

    seq: int
    stored: datetime
    timestamp: datetime
    actor_id: int
    verb_id: int
    activity_id: int | None
    voided: bool
    document: Mapping[str, Any]
    iris: Sequence[str]


@dataclass(frozen=True, slots=True)
class KnownActivity:
    """An activity of the store; `definition` is JSON, empty where no statement gave one."""

    id: int
    iri: str
    type: str
    definition: str


def read(row: Sequence[Any]) -> ReadStatement:
    """The statement of a row with COLUMNS."""
    (seq, stored, timestamp, actor, verb, activity, voided, encoding, text) = row
    document = jsontext.loads(decode(encoding, text))
    iris = [activity["id"] for activity in activities_nearest_first(document) if activity.get("id")]
    return ReadStatement(
        seq=seq,
        stored=stored,
        timestamp=timestamp,
        actor_id=actor,
        verb_id=verb,
        activity_id=activity,
        voided=voided,
        document=document,
        iris=list(dict.fromkeys(iris)),
    )


def activities_named(
    *, store_id: int, statements: Iterable[ReadStatement]
) -> dict[str, KnownActivity]:
    """By IRI, the store's activities that the statements name."""
    digests = [digest(iri) for iri in {iri for one in statements for iri in one.iris}]
    if not digests:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, iri, type, definition FROM lrs_activity"
            " WHERE store_id = %s AND digest = ANY(%s)",
            [store_id, digests],
        )
        return {row[1]: KnownActivity(*row) for row in cursor.fetchall()}
