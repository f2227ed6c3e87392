"""Everything in a node, line by line, with the hierarchy kept: JSON Lines and CSV (docs/hierarchy.md has both formats).

Read in pages of their own, so that an export of any length holds neither a transaction nor memory.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import Error, connections

from lrs.hierarchy.statistics import COLUMN
from lrs.hierarchy.types import KINDS_BY_NUMBER, Kind, Level
from lrs.models import Node
from lrs.statements import replica
from lrs.statements.documents import decode
from lrs.xapi import jsontext
from lrs.xapi.actors import identifier

_PAGE = 500
# That are remembered: a course may hold a session for every hour of every learner.
_MOST_NODES = 5_000
_T = TypeVar("_T")
# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class ExportedStatement:
    """A statement as stored, with its place and kind."""

    document: bytes
    course: Node | None
    klass: Node | None
    session: Node | None
    kind: Kind


def exported(node: Node) -> Iterator[ExportedStatement]:
    """The visible statements of a node and of what lies below it, oldest first, as they were when this began."""
    source = _Source()
    end, after = source.read(lambda using: _last_seq(node, using)), 0
    nodes: dict[int, Node] = {}
    while rows := source.rows(node, after, end):
        _look_up(nodes, {pk for row in rows for pk in row[1:4] if pk is not None})
        for seq, course, klass, session, kind, encoding, document in rows:
            after = seq
            yield ExportedStatement(
                document=decode(encoding, document),
                course=nodes.get(course or 0),
                klass=nodes.get(klass or 0),
                session=nodes.get(session or 0),
                kind=KINDS_BY_NUMBER[kind],
            )


class _Source:
    """The database that an export reads: the replica, until that fails.

    Never the other way: the primary has all that the replica had, and the replica might not.
    """

    def __init__(self) -> None:
        self._using = replica.choose()

    def read(self, work: Callable[[str], _T]) -> _T:
        try:
            return work(self._using)
        except Error as error:
            self._using = replica.having_failed(self._using, error)
            return work(self._using)

    def rows(self, node: Node, after: int, end: int) -> list[tuple[Any, ...]]:
        return self.read(lambda using: _rows(node, after, end, using))


def _last_seq(node: Node, using: str) -> int:
    column = COLUMN[Level(node.level)]
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(max(seq), 0) FROM lrs_statement_place WHERE {column} = %s", [node.pk]
        )
        (seq,) = cursor.fetchone()
    return int(seq)


def _rows(node: Node, after: int, end: int, using: str) -> list[tuple[Any, ...]]:
    column = COLUMN[Level(node.level)]
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT p.seq, p.course_id, p.class_id, p.session_id, p.kind, s.encoding, s.document"
            " FROM lrs_statement_place p JOIN lrs_statement s ON s.seq = p.seq AND NOT s.voided"
            f" WHERE p.{column} = %s AND p.seq > %s AND p.seq <= %s ORDER BY p.seq LIMIT {_PAGE}",
            [node.pk, after, end],
        )
        return list(cursor.fetchall())


def _look_up(nodes: dict[int, Node], wanted: set[int]) -> None:
    missing = wanted - nodes.keys()
    if len(nodes) + len(missing) > _MOST_NODES:
        nodes.clear()
        missing = wanted
    if missing:
        found = Node.objects.select_related("activity").filter(pk__in=missing)
        nodes.update({node.pk: node for node in found})


# --- JSON Lines -----------------------------------------------------------------------------------
def json_lines(statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """A line each: an object with course, class, session, kind and the statement, byte by byte as xAPI serves it."""
    for one in statements:
        place = {
            "course": _brief(one.course),
            "class": _brief(one.klass),
            "session": _brief(one.session),
            "kind": one.kind,
        }
        yield jsontext.dumps(place)[:-1] + b',"statement":' + one.document + b"}\n"


def _brief(node: Node | None) -> dict[str, Any] | None:
    if node is None:
        return None
    brief: dict[str, Any] = {"activity": node.activity.iri, "name": node.names}
    return {**brief, "kind": node.session_kind} if node.session_kind else brief


# --- CSV ------------------------------------------------------------------------------------------
COLUMNS = (
    "statement", "timestamp", "stored", "course", "course_name", "class", "class_name", "session",
    "session_name", "session_kind", "kind", "actor", "actor_name", "verb", "object", "object_name",
    "success", "completion", "score_scaled", "score_raw", "score_min", "score_max", "duration",
    "response", "registration",
)  # fmt: skip


def csv_lines(statements: Iterable[ExportedStatement], *, language: str) -> Iterator[bytes]:
    """A header, then a row each (RFC 4180, UTF-8, CRLF); names in the language where there is one in it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for one in statements:
        yield _taken(buffer)
        row = _row(one, language)
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode(errors="replace")  # a lone surrogate is no text in UTF-8


def _row(one: ExportedStatement, language: str) -> Mapping[str, Any]:
    document = jsontext.loads(one.document)
    target, result = document["object"], document.get("result", {})
    score = result.get("score", {})
    return {
        "statement": document["id"],
        "timestamp": document["timestamp"],
        "stored": document["stored"],
        "course": one.course and one.course.activity.iri,
        "course_name": one.course and in_language(one.course.names, language),
        "class": one.klass and one.klass.activity.iri,
        "class_name": one.klass and in_language(one.klass.names, language),
        "session": one.session and one.session.activity.iri,
        "session_name": one.session and in_language(one.session.names, language),
        "session_kind": one.session and one.session.session_kind,
        "kind": str(one.kind),
        "actor": identifier(document["actor"]),
        "actor_name": document["actor"].get("name"),
        "verb": document["verb"]["id"],
        "object": target.get("id") or identifier(target),
        "object_name": in_language(target.get("definition", {}).get("name", {}), language)
        or target.get("name"),
        "success": result.get("success"),
        "completion": result.get("completion"),
        "score_scaled": score.get("scaled"),
        "score_raw": score.get("raw"),
        "score_min": score.get("min"),
        "score_max": score.get("max"),
        "duration": result.get("duration"),
        "response": result.get("response"),
        "registration": document.get("context", {}).get("registration"),
    }


def _cell(value: Any) -> str:
    """A cell that no spreadsheet runs: a text that looks like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)  # a number: -1 is a value, and no formula
    return f"'{value}" if value.startswith(_FORMULA) else value


def in_language(names: Mapping[str, str], language: str) -> str:
    """The name in a language: the exact tag, the same language elsewhere, English, any; empty where there is none."""

    def rank(tag: str) -> tuple[int, str]:
        tag = tag.lower()
        primary = tag.split("-")[0]
        if tag == language.lower():
            return 0, tag
        if primary == language.lower().split("-")[0]:
            return 1, tag
        return (2 if primary == "en" else 3), tag

    return names[min(names, key=rank)] if names else ""
