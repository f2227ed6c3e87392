"""Erasing statements: their rows, what leads to them, and what was learned from them alone.

A batch is one transaction, alone in its store (lrs_open_write), so that no writer names a row that goes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from lrs.dimensions import digest
from lrs.erasure import hierarchy, learned, unused
from lrs.hierarchy.locks import hold
from lrs.models import Attachment
from lrs.statements.dimensions import renumber
from lrs.statements.documents import decode
from lrs.statements.prepare import activities_in, agents_in
from lrs.xapi import jsontext
from lrs.xapi import statements as rules


@dataclass(slots=True)
class Named:
    """What the statements of a batch name, by row id, and what they say of it."""

    agents: set[int] = field(default_factory=set)
    verbs: set[int] = field(default_factory=set)
    activities: set[int] = field(default_factory=set)
    targets: set[UUID] = field(default_factory=set)
    names: dict[int, set[str]] = field(default_factory=dict)
    definitions: dict[int, list[Mapping[str, Any]]] = field(default_factory=dict)


def erase_statements(
    *, store_id: int, seqs: Sequence[int], kept_activities: Collection[int] = ()
) -> list[int]:
    """Erase the statements of a store; the ids of attachments that they had (lrs.attachments.services.remove_unused).

    Those that are not there are passed over. `kept_activities` stay even if no statement names them any more.
    Precondition: an open transaction. Statements that refer to these stay as they are, as if these had not come yet.
    """
    be_alone(store_id)
    hold(store_id)
    named = _named(store_id, seqs)
    contents = Attachment.objects.filter(links__seq__in=seqs, store=store_id)
    attachments = list(contents.values_list("pk", flat=True).distinct())
    _delete(store_id, seqs, named)
    hierarchy.forget_parents(store_id=store_id, seqs=seqs, activities=named.activities)
    if unused.remove(
        store_id=store_id,
        agents=named.agents,
        verbs=named.verbs,
        activities=named.activities - set(kept_activities),
    ):
        renumber(store_id=store_id)
    learned.forget_names(said=named.names)
    changed = learned.forget_definitions(said=named.definitions)
    hierarchy.take_over_definitions(store_id=store_id, activities=changed)
    return attachments


def be_alone(store_id: int) -> None:
    """Have no writer of statements in the store until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lrs_open_write(%s, true, 0)", [store_id])


def _named(store_id: int, seqs: Sequence[int]) -> Named:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor_id, verb_id, encoding, document FROM lrs_statement"
            " WHERE store_id = %s AND seq = ANY(%s)",
            [store_id, list(seqs)],
        )
        rows = cursor.fetchall()
    named = Named(agents={row[0] for row in rows}, verbs={row[1] for row in rows})
    documents = [jsontext.loads(decode(encoding, text)) for _, _, encoding, text in rows]
    agents = [agents_in(document) for document in documents]
    activities = [activities_in(document) for document in documents]
    agent_ids = _ids(store_id, "lrs_agent", (text for roles, _ in agents for text in roles))
    activity_ids = _ids(store_id, "lrs_activity", (iri for roles, _ in activities for iri in roles))
    named.agents |= set(agent_ids.values())
    named.activities = set(activity_ids.values())
    for document in documents:
        if target := rules.target_of(document):
            named.targets.add(UUID(target))
    for _, names in agents:
        for text, name in names.items():
            named.names.setdefault(agent_ids[text], set()).add(name)
    for _, definitions in activities:
        for iri, definition in definitions.items():
            named.definitions.setdefault(activity_ids[iri], []).append(definition)
    return named


def _ids(store_id: int, table: str, texts: Iterator[str]) -> dict[str, int]:
    wanted = {digest(text): text for text in texts}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT digest, id FROM {table} WHERE store_id = %s AND digest = ANY(%s)",
            [store_id, list(wanted)],
        )
        return {wanted[bytes(key)]: number for key, number in cursor.fetchall()}


# A statement has one reference at most, so what it reaches lies on one path: whoever reaches an erased statement
# reaches all that lies behind it by no other way, and echoes nothing of it any more.
_ECHOES = """
WITH pair AS (
  SELECT x.seq, y.origin FROM lrs_echo x JOIN lrs_echo y ON y.seq = x.origin WHERE x.origin = ANY(%(seqs)s)
  UNION
  SELECT seq, origin FROM lrs_echo WHERE seq = ANY(%(seqs)s)
), agent AS (
  DELETE FROM lrs_echo_agent e USING pair p WHERE e.seq = p.seq AND e.origin = p.origin
), activity AS (
  DELETE FROM lrs_echo_activity e USING pair p WHERE e.seq = p.seq AND e.origin = p.origin
)
DELETE FROM lrs_echo e USING pair p WHERE e.seq = p.seq AND e.origin = p.origin
"""


# Ids and places go by triggers of lrs_statement.
_ROWS = (
    "DELETE FROM lrs_statement_agent WHERE agent_id = ANY(%(agents)s) AND seq = ANY(%(seqs)s)",
    "DELETE FROM lrs_statement_activity WHERE activity_id = ANY(%(activities)s) AND seq = ANY(%(seqs)s)",
    (
        "DELETE FROM lrs_statement_reference"
        " WHERE store_id = %(store)s AND target = ANY(%(targets)s) AND seq = ANY(%(seqs)s)"
    ),
    "DELETE FROM lrs_statement_attachment WHERE seq = ANY(%(seqs)s)",
    "DELETE FROM lrs_statement WHERE store_id = %(store)s AND seq = ANY(%(seqs)s)",
)


def _delete(store_id: int, seqs: Sequence[int], named: Named) -> None:
    given: dict[str, Any] = {
        "seqs": list(seqs),
        "store": store_id,
        "agents": list(named.agents),
        "activities": list(named.activities),
        "targets": list(named.targets),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ECHOES, given)
        for command in _ROWS:
            cursor.execute(command, given)
