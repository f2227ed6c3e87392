"""What only erased statements said of an agent or activity that others still name: names and definitions.

A part of it stays if one of the statements that are left says the same; they are read newest first, and most parts are
found in the first. After so many statements the rest is dropped: too little is known then, never too much, and the next
statement that says it brings it back.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from django.db import connection

from lrs.dimensions import digest
from lrs.models import Activity, Agent, AgentName
from lrs.statements.definitions import indexable
from lrs.statements.documents import decode
from lrs.statements.prepare import activities_in, agents_in
from lrs.xapi import jsontext

_READ_AT_MOST = 20_000  # statements for one agent or activity
_AT_ONCE = 200

# A property of a definition, or one language of it, with its value as JSON.
_Part = tuple[str, str, bytes]
T = TypeVar("T")


def forget_names(*, said: Mapping[int, set[str]]) -> None:
    """Forget these names of agents (by row id) where no statement that is left gives them."""
    for agent in Agent.objects.filter(pk__in=said).order_by("pk"):
        heard = {
            text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
            for text in said[agent.pk]
        }

        def names(document: Mapping[str, Any], text: str = agent.identifier) -> set[str]:
            found = agents_in(document)[1].get(text)
            return set() if found is None else {found}

        if not (left := _not_said("agent", agent.pk, heard, names)):
            continue
        AgentName.objects.filter(agent=agent, digest__in=[digest(name) for name in left]).delete()
        if agent.name in left:
            Agent.objects.filter(pk=agent.pk).update(name="")


def forget_definitions(*, said: Mapping[int, list[Mapping[str, Any]]]) -> list[int]:
    """Forget these parts of definitions of activities (by row id) where no statement that is left gives them.

    The activities whose definition is another now. The mark of the definition changes with it, so no process goes on
    to take the old one for known (lrs.statements.dimensions).
    """
    changed = []
    for activity in Activity.objects.filter(pk__in=said).exclude(definition="").order_by("pk"):
        known = jsontext.loads(activity.definition.encode())
        heard = _parts(known) & set[_Part]().union(*map(_parts, said[activity.pk]))

        def parts(document: Mapping[str, Any], iri: str = activity.iri) -> set[_Part]:
            return _parts(activities_in(document)[1].get(iri, {}))

        if not (left := _not_said("activity", activity.pk, heard, parts)):
            continue
        kept = _without(known, left)
        Activity.objects.filter(pk=activity.pk).update(
            definition=jsontext.dumps(kept).decode() if kept else "",
            type=indexable(kept.get("type", "")),
        )
        changed.append(activity.pk)
    return changed


def _not_said(
    kind: str, number: int, wanted: set[T], said_by: Callable[[Mapping[str, Any]], set[T]]
) -> set[T]:
    """Those of `wanted` that no statement says which names the row."""
    left = set(wanted)
    if left:
        for document in _documents(kind, number):
            left -= said_by(document)
            if not left:
                break
    return left


def _documents(kind: str, number: int) -> Iterator[Mapping[str, Any]]:
    """Statements that name an agent or activity, newest first, up to _READ_AT_MOST."""
    before = 2**63 - 1
    for _ in range(_READ_AT_MOST // _AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s.seq, s.encoding, s.document FROM lrs_statement s JOIN ("
                f"SELECT DISTINCT seq FROM lrs_statement_{kind} WHERE {kind}_id = %s AND seq < %s"
                " ORDER BY seq DESC LIMIT %s) l ON l.seq = s.seq ORDER BY s.seq DESC",
                [number, before, _AT_ONCE],
            )
            rows = cursor.fetchall()
        for _seq, encoding, document in rows:
            yield jsontext.loads(decode(encoding, document))
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1][0]


def _parts(definition: Mapping[str, Any]) -> set[_Part]:
    found = set()
    for key, value in definition.items():
        if key in ("name", "description") and isinstance(value, Mapping):
            found |= {(key, tag, jsontext.dumps(text)) for tag, text in value.items()}
        else:
            found.add((key, "", jsontext.dumps(value)))
    return found


def _without(definition: Mapping[str, Any], parts: set[_Part]) -> dict[str, Any]:
    gone = {(key, tag) for key, tag, _ in parts}
    kept: dict[str, Any] = {}
    for key, value in definition.items():
        if key in ("name", "description") and isinstance(value, Mapping):
            if left := {tag: text for tag, text in value.items() if (key, tag) not in gone}:
                kept[key] = left
        elif (key, "") not in gone:
            kept[key] = value
    return kept
