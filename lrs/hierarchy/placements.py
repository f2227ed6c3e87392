"""Where given statements stand, by the store's tree and rules: what was declared and moved included."""

from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from lrs.hierarchy import rules as reading
from lrs.hierarchy.courses import positions_of
from lrs.hierarchy.named import COLUMNS, read
from lrs.hierarchy.positions import Position
from lrs.hierarchy.rules import Placement, kind_of
from lrs.hierarchy.ruleset import rules_of
from lrs.hierarchy.types import KINDS_BY_NUMBER, Kind, Level, SessionKind
from lrs.hierarchy.words import names_of
from lrs.models import Activity, Node, StatementPlace


def placements_of(*, seqs: Collection[int]) -> dict[int, Placement]:
    """The placement of each statement that is stored, by seq.

    One that has no place yet, for it was stored a moment ago, is read and placed as discovery will place it.
    """
    found: dict[int, tuple[Position, Kind]] = {
        place.seq: (
            Position(place.course_id, place.class_id, place.session_id),
            KINDS_BY_NUMBER[place.kind],
        )
        for place in StatementPlace.objects.filter(seq__in=seqs)
    }
    found |= _read([seq for seq in seqs if seq not in found])
    nodes = _nodes(position for position, _kind in found.values())
    return {
        seq: Placement(
            course=nodes.get(position.course or 0),
            klass=nodes.get(position.klass or 0),
            session=nodes.get(position.session or 0),
            kind=kind,
        )
        for seq, (position, kind) in found.items()
    }


def _read(seqs: Collection[int]) -> dict[int, tuple[Position, Kind]]:
    if not seqs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.store_id, {COLUMNS} FROM lrs_statement s WHERE s.seq = ANY(%s)", [list(seqs)]
        )
        rows = cursor.fetchall()
    found = {}
    for store_id in {row[0] for row in rows}:
        statements = [read(row[1:]) for row in rows if row[0] == store_id]
        rules = rules_of(store_id)
        for one, position in positions_of(store_id, statements):
            found[one.seq] = (position, kind_of(one.document, rules))
    return found


def _nodes(positions: Iterable[Position]) -> Mapping[int, reading.Node]:
    wanted: dict[int, Level] = {}
    for one in positions:
        of_level = {Level.COURSE: one.course, Level.CLASS: one.klass, Level.SESSION: one.session}
        wanted |= {pk: level for level, pk in of_level.items() if pk is not None}
    found = {
        pk: _of_node(node)
        for pk, node in Node.objects.select_related("activity").in_bulk(list(wanted)).items()
    }
    # An activity that no statement followed so far has named is no node yet.
    fresh = Activity.objects.in_bulk(list(wanted.keys() - found.keys()))
    return found | {
        pk: reading.Node(activity.iri, wanted[pk], names_of(activity.definition), activity.type)
        for pk, activity in fresh.items()
    }


def _of_node(node: Node) -> reading.Node:
    return reading.Node(
        iri=node.activity.iri,
        level=Level(node.level),
        name=node.names,
        type=node.activity.type,
        session_kind=SessionKind(node.session_kind) if node.session_kind else None,
    )
