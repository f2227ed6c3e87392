"""Reads of the learning hierarchy: nodes, and their tree in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from lrs.dimensions import digest
from lrs.models import Node


@dataclass(frozen=True, slots=True)
class NodePage:
    """Nodes in the order of their ids, and the id to go on from, None at the end."""

    nodes: Sequence[Node]
    next_id: int | None


@dataclass(slots=True)
class Branch:
    """A node with the children that are shown here, of `holds` that there are."""

    node: Node
    children: "list[Branch]" = field(default_factory=list)
    holds: int = 0


def nodes_of(store_id: int) -> QuerySet[Node]:
    """The nodes of a store, each with its activity."""
    return Node.objects.filter(store=store_id).select_related("activity")


def get_node(*, store_id: int, node_id: int) -> Node:
    """Raises Node.DoesNotExist, also for a node of another store."""
    return nodes_of(store_id).get(pk=node_id)


def find_nodes(
    *,
    store_id: int,
    level: str | None = None,
    declared: bool | None = None,
    parent_id: int | None = None,
    top: bool = False,
    activity: str | None = None,
    search: str | None = None,
    after_id: int = 0,
    limit: int,
) -> NodePage:
    """A page of the nodes that fulfil all that is asked: `top` has no parent, `search` is in a name or the IRI."""
    nodes = nodes_of(store_id).filter(pk__gt=after_id)
    if level is not None:
        nodes = nodes.filter(level=level)
    if declared is not None:
        nodes = nodes.filter(declared=declared)
    if parent_id is not None:
        nodes = nodes.filter(parent=parent_id)
    if top:
        nodes = nodes.filter(parent=None)
    if activity is not None:
        # By the digest, which has an index; an IRI may be longer than an index holds.
        nodes = nodes.filter(activity__store=store_id, activity__digest=digest(activity))
    if search is not None:
        nodes = nodes.filter(words__icontains=search)
    found = list(nodes.order_by("pk")[: limit + 1])
    return NodePage(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def ancestors_of(node: Node) -> list[Node]:
    """What the node lies in, the nearest first."""
    above = []
    while node.parent_id is not None:
        node = nodes_of(node.store_id).get(pk=node.parent_id)
        above.append(node)
    return above


def tree_of(node: Node, *, depth: int, limit: int) -> Branch:
    """The node with what lies below it: `depth` levels, and no more than `limit` nodes in all."""
    root = Branch(node)
    shown, level = {node.pk: root}, [node.pk]
    for _ in range(depth):
        children = nodes_of(node.store_id).filter(parent__in=level).order_by("pk")
        level = []
        for child in children[: limit - len(shown)]:
            shown[child.pk] = Branch(child)
            shown[child.parent_id or 0].children.append(shown[child.pk])
            level.append(child.pk)
    for parent, count in (
        Node.objects.filter(parent__in=list(shown))
        .values_list("parent")
        .annotate(count=Count("pk"))
        .order_by("parent")
    ):
        shown[parent].holds = count
    return root
