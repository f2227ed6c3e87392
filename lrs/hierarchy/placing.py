"""Placing statements: the nodes that they name are made, the tree grows, and each statement gets its place.

Whatever the order in which statements come, are read, or are read again, the outcome is the same: a node's level
follows from its declaration or its activity's type, its parent from the least edge (lrs.hierarchy.positions.Edge), a
place from both. Where a node changes, its statements are noted in ToBePlaced, in the same transaction.

Every function here wants the store's lock (lrs.hierarchy.locks) and a transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import Q

from lrs.dimensions import digest
from lrs.hierarchy.named import KnownActivity, ReadStatement, activities_named, nodes_named
from lrs.hierarchy.positions import (
    Edge,
    Position,
    TreeNode,
    edges_of,
    position_in,
    rank_of,
)
from lrs.hierarchy.rules import Rules, kind_of, outcome_of
from lrs.hierarchy.types import NUMBER_OF_KIND, Level
from lrs.hierarchy.words import names_of, words_of
from lrs.models import ActivityRole, Node, ToBePlaced, Verb
from lrs.xapi.statements import VOIDED


def place_statements(*, store_id: int, statements: Sequence[ReadStatement], rules: Rules) -> None:
    """Give each statement its place: none to one that voids, or is voided, or names no node."""
    voiding = verb_id_of(store_id, VOIDED)
    learning = [one for one in statements if one.verb_id != voiding]
    activities = activities_named(store_id=store_id, statements=learning)
    nodes = settle_nodes(
        store_id=store_id,
        activities=activities.values(),
        rules=rules,
        within=[one.seq for one in statements],
    )
    levels = {pk: Level(node.level) for pk, node in nodes.items()}
    named = {
        one.seq: nodes_named(one, activities=activities, levels=levels, rules=rules)
        for one in learning
    }
    _grow(store_id, named, nodes)
    tree = tree_around(nodes)
    rows = [
        _row(store_id, one, position_in(tree, named[one.seq]), rules)
        for one in learning
        if not one.voided and named[one.seq]
    ]
    taken_back = [one.document["object"]["id"] for one in statements if one.verb_id == voiding]
    _write([one.seq for one in statements], rows)
    _withdraw(store_id, taken_back)


def settle_nodes(
    *,
    store_id: int,
    activities: Iterable[KnownActivity],
    rules: Rules,
    within: Collection[int] = (),
) -> dict[int, Node]:
    """The nodes among the activities, each made, changed or removed as its type and the rules say.

    `within` are the seqs of the statements that are being placed anyway.
    """
    known = {activity.id: activity for activity in activities}
    nodes = Node.objects.in_bulk(list(known))
    new, moved = [], False
    for activity in sorted(known.values(), key=lambda activity: activity.id):
        level = rules.levels.get(activity.type)
        node = nodes.get(activity.id)
        if node is None and level:
            nodes[activity.id] = _made(store_id, activity, level, rules)
            new.append(nodes[activity.id])
        elif node is not None:
            _take_slots(node, activity, rules)
            if _keeps_level(node, level):
                _refresh(node, activity, rules)
            else:
                _change_level(node, activity, level, rules)
                moved = True
    Node.objects.bulk_create(new)
    _note_older_statements(store_id, [node.pk for node in new], within)
    # Other nodes may have lost their parent.
    return Node.objects.in_bulk(list(known)) if moved else nodes


def _made(store_id: int, activity: KnownActivity, level: Level, rules: Rules) -> Node:
    names = names_of(activity.definition)
    return Node(
        activity_id=activity.id,
        store_id=store_id,
        level=level,
        names=names,
        words=words_of(names, activity.iri),
        session_kind=_session_kind(activity, level, rules),
        slots=_slots(activity, rules),
    )


def _take_slots(node: Node, activity: KnownActivity, rules: Rules) -> None:
    """Where the slots of the node's type have changed, or its type, its statements may stand elsewhere."""
    slots = _slots(activity, rules)
    if slots != node.slots:
        node.slots = slots
        node.save(update_fields=["slots"])
        note(node.store_id, [node.pk])


def _slots(activity: KnownActivity, rules: Rules) -> list[str]:
    return sorted(rules.slots.get(activity.type, ()))


def _keeps_level(node: Node, level: Level | None) -> bool:
    """A node keeps its level if it was declared, or somebody declared that something lies in it."""
    return (
        node.declared
        or node.level == level
        or Node.objects.filter(parent=node, parent_declared=True).exists()
    )


def _change_level(node: Node, activity: KnownActivity, level: Level | None, rules: Rules) -> None:
    """What lies in the node has to find another place, and so have its own statements."""
    detach_children(node)
    note(node.store_id, [node.pk])
    if level is None:
        node.delete()
        return
    node.level, node.parent, node.parent_seq = level, None, None
    node.save(update_fields=["level", "parent", "parent_seq"])
    _refresh(node, activity, rules)


def _refresh(node: Node, activity: KnownActivity, rules: Rules) -> None:
    """Take over what statements have said of the activity since; what was declared stays."""
    names = {**names_of(activity.definition), **node.declared_names}
    kind = _session_kind(activity, Level(node.level), rules)
    if node.declared and node.session_kind:
        kind = node.session_kind
    if names != node.names or kind != node.session_kind:
        node.names, node.words, node.session_kind = names, words_of(names, activity.iri), kind
        node.save(update_fields=["names", "words", "session_kind"])


def _session_kind(activity: KnownActivity, level: Level | None, rules: Rules) -> str:
    return rules.session_kinds.get(activity.type, "") if level is Level.SESSION else ""


def detach_children(node: Node) -> None:
    """Forget the discovered children of a node; they find their parent again from their own statements."""
    children = list(
        Node.objects.filter(parent=node, parent_declared=False).values_list("pk", flat=True)
    )
    note_with_what_lies_below(node.store_id, children)
    Node.objects.filter(pk__in=children).update(parent=None, parent_seq=None)


def _note_older_statements(store_id: int, new: Sequence[int], within: Collection[int]) -> None:
    """Statements that named a new node before its type was known are to be placed again."""
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.id FROM unnest(%s::int[]) AS n(id) WHERE EXISTS ("
            "SELECT FROM lrs_statement_activity l WHERE l.activity_id = n.id"
            f" AND l.role < {ActivityRole.SUBSTATEMENT.value} AND l.seq <> ALL(%s::bigint[]))",
            [list(new), list(within)],
        )
        note(store_id, [node for (node,) in cursor.fetchall()])


def note(store_id: int, activity_ids: Iterable[int]) -> None:
    """Have every statement that names one of these activities placed again, from the first on."""
    rows = [ToBePlaced(activity_id=one, store_id=store_id) for one in sorted(set(activity_ids))]
    ToBePlaced.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["activity"], update_fields=["after_seq"]
    )


def note_with_what_lies_below(store_id: int, node_ids: Collection[int]) -> None:
    """The same for nodes and all that lies below them in the tree."""
    children = Node.objects.filter(Q(parent__in=node_ids) | Q(parent__parent__in=node_ids))
    note(store_id, [*node_ids, *children.values_list("pk", flat=True)])


def _grow(store_id: int, named: Mapping[int, Position], nodes: Mapping[int, Node]) -> None:
    """Give nodes the parents that the statements name, where that decides more than what is known."""
    best: dict[int, Edge] = {}
    said: set[tuple[int, int, int]] = set()
    for seq, position in named.items():
        for child, edge in edges_of(position, seq):
            best[child] = min(edge, best.get(child, edge))
            said.add((child, seq, edge.parent))
    _take_back(store_id, named, nodes, said)
    moved = []
    for child, edge in best.items():
        node = nodes[child]
        if node.parent_declared or (node.parent_id is not None and not _decides(edge, node, nodes)):
            continue
        if node.parent_id != edge.parent:
            moved.append(child)
        node.parent_id, node.parent_seq = edge.parent, edge.seq
        node.save(update_fields=["parent", "parent_seq"])
    if moved:
        note_with_what_lies_below(store_id, moved)


def _take_back(
    store_id: int,
    named: Mapping[int, Position],
    nodes: Mapping[int, Node],
    said: Collection[tuple[int, int, int]],
) -> None:
    """Forget a parent whose statement, read again, does not name it so any more; the node's other statements decide."""
    for child, node in nodes.items():
        if node.parent_id is None or node.parent_seq not in named or node.parent_declared:
            continue
        if (child, node.parent_seq, node.parent_id) not in said:
            node.parent_id = node.parent_seq = None
            node.save(update_fields=["parent", "parent_seq"])
            note_with_what_lies_below(store_id, [child])


def _decides(edge: Edge, node: Node, nodes: Mapping[int, Node]) -> bool:
    parent = nodes.get(node.parent_id or 0) or Node.objects.get(pk=node.parent_id)
    known = Edge(rank_of(Level(node.level), Level(parent.level)), node.parent_seq or 0, parent.pk)
    return edge < known


def tree_around(nodes: Mapping[int, Node]) -> dict[int, TreeNode]:
    """The nodes with all that lies above them."""
    found = dict(nodes)
    for _step in (1, 2):  # a session's class, its course
        above = {node.parent_id for node in found.values() if node.parent_id} - found.keys()
        found |= Node.objects.in_bulk(list(above))
    return {
        pk: TreeNode(Level(node.level), node.parent_id, node.parent_declared)
        for pk, node in found.items()
    }


_COLUMNS = (
    "seq", "timestamp", "scaled", "store_id", "actor_id", "course_id", "class_id", "session_id",
    "kind", "completes",
)  # fmt: skip


def _row(
    store_id: int,
    one: ReadStatement,
    position: Position,
    rules: Rules,
) -> tuple[object, ...]:
    outcome = outcome_of(one.document)
    return (
        one.seq,
        one.timestamp,
        outcome.scaled,
        store_id,
        one.actor_id,
        position.course,
        position.klass,
        position.session,
        NUMBER_OF_KIND[kind_of(one.document, rules)],
        outcome.completes,
    )


def _write(seqs: Sequence[int], rows: Sequence[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lrs_statement_place WHERE seq = ANY(%s)", [list(seqs)])
        if not rows:
            return
        with (
            connection.wrap_database_errors,  # Django knows nothing of COPY
            cursor.copy(f"COPY lrs_statement_place ({', '.join(_COLUMNS)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


def _withdraw(store_id: int, targets: Sequence[str]) -> None:
    """Take the place from statements that were voided after they got one."""
    if not targets:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM lrs_statement_place p USING lrs_statement_id i JOIN lrs_statement s ON s.seq = i.seq"
            " WHERE i.store_id = %s AND i.id = ANY(%s::uuid[]) AND s.voided AND p.seq = s.seq",
            [store_id, list(targets)],
        )


def verb_id_of(store_id: int, iri: str) -> int | None:
    """The id of a verb in the store, None where no statement has it."""
    return (
        Verb.objects.filter(store=store_id, digest=digest(iri)).values_list("id", flat=True).first()
    )
