"""What stored statements name: each document read once, with the activities that can be its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lrs.dimensions import digest
from lrs.hierarchy.positions import Position, named_by
from lrs.hierarchy.rules import Rules, activities_nearest_first
from lrs.hierarchy.types import Level, Slot
from lrs.statements.documents import decode
from lrs.xapi import jsontext

# What a query for statements has to select, from lrs_statement s, for `read`.
COLUMNS = "s.seq, s.stored, s.timestamp, s.actor_id, s.verb_id, s.activity_id, s.voided, s.encoding, s.document"


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A stored statement; `mentions` are its activities with where it names them, nearest first."""

    seq: int
    stored: datetime
    timestamp: datetime
    actor_id: int
    verb_id: int
    activity_id: int | None
    voided: bool
    document: Mapping[str, Any]
    mentions: Sequence[tuple[Slot, str]]

    @property
    def iris(self) -> set[str]:
        return {iri for _slot, iri in self.mentions}


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
    mentions = [
        (slot, activity["id"])
        for slot, activity in activities_nearest_first(document)
        if activity.get("id")
    ]
    return ReadStatement(
        seq=seq,
        stored=stored,
        timestamp=timestamp,
        actor_id=actor,
        verb_id=verb,
        activity_id=activity,
        voided=voided,
        document=document,
        mentions=mentions,
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


def nodes_named(
    one: ReadStatement,
    *,
    activities: Mapping[str, KnownActivity],
    levels: Mapping[int, Level],
    rules: Rules,
) -> Position:
    """The node of each level that the statement names where its type counts. `levels`: of nodes, by id."""
    found = []
    for slot, iri in one.mentions:
        activity = activities.get(iri)
        if activity and activity.id in levels and rules.counts(activity.type, slot):
            found.append((activity.id, levels[activity.id]))
    return named_by(found)
