"""From the nodes that a statement names, and the tree, to the statement's place; and from statements to the tree.

What is declared wins; then what the statement says itself; the tree fills what the statement leaves open. No queries.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lrs.hierarchy.types import Level

# What may hold what.
PARENT_LEVELS: Mapping[Level, tuple[Level, ...]] = {
    Level.COURSE: (),
    Level.CLASS: (Level.COURSE,),
    Level.SESSION: (Level.CLASS, Level.COURSE),
}


@dataclass(frozen=True, slots=True)
class Position:
    """The ids of the course, class and session in which a statement stands."""

    course: int | None = None
    klass: int | None = None
    session: int | None = None

    def __bool__(self) -> bool:
        return not self.course is self.klass is self.session is None


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node in the tree. With `parent_declared` its parent, or that it has none, was said by a person or a system."""

    level: Level
    parent: int | None = None
    parent_declared: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """That a statement names two nodes together. The least edge of a child decides, whatever order they come in: a
    class comes before a course, as it is the nearer place; then what was said first.
    """

    rank: int
    seq: int
    parent: int


def named_by(nodes: Iterable[tuple[int, Level]]) -> Position:
    """The first node of each level, from a statement's nodes, nearest first."""
    found: dict[Level, int] = {}
    for node, level in nodes:
        found.setdefault(level, node)
    return Position(found.get(Level.COURSE), found.get(Level.CLASS), found.get(Level.SESSION))


def edges_of(named: Position, seq: int) -> Iterator[tuple[int, Edge]]:
    """Which nodes a statement says to lie in which: (child, edge to its parent)."""
    if named.session is not None:
        if named.klass is not None:
            yield named.session, Edge(0, seq, named.klass)
        elif named.course is not None:
            yield named.session, Edge(1, seq, named.course)
    if named.klass is not None and named.course is not None:
        yield named.klass, Edge(0, seq, named.course)


def rank_of(level: Level, parent_level: Level) -> int:
    """The rank of an edge between nodes of these levels."""
    return PARENT_LEVELS[level].index(parent_level)


def position_in(tree: Mapping[int, TreeNode], named: Position) -> Position:
    """Where the statement stands that names these nodes."""
    course, klass = named.course, named.klass
    session = tree.get(named.session) if named.session is not None else None
    if session:
        course, klass = _around_session(tree, session, course, klass)
    owner = tree.get(klass) if klass is not None else None
    if owner and (owner.parent_declared or course is None):
        course = owner.parent
    return Position(course, klass, named.session)


def _around_session(
    tree: Mapping[int, TreeNode], session: TreeNode, course: int | None, klass: int | None
) -> tuple[int | None, int | None]:
    parent = tree.get(session.parent) if session.parent is not None else None
    if session.parent_declared:
        if parent is None:
            return None, None
        return (None, session.parent) if parent.level is Level.CLASS else (session.parent, None)
    if parent is None:
        return course, klass
    if parent.level is Level.COURSE:
        return (session.parent if course is None and klass is None else course), klass
    agrees = course is None or parent.parent is None or parent.parent == course
    return course, (session.parent if klass is None and agrees else klass)
