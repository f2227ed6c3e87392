"""Where a statement stands in the learning hierarchy, from its own words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lrs.hierarchy import types
from lrs.xapi import statements as rules


@dataclass(frozen=True, slots=True)
class Node:
    """A course, class or session: `level` is one of lrs.hierarchy.types' words; `name` a language map."""

    iri: str
    level: str
    name: Mapping[str, str]
    type: str

    @property
    def company(self) -> str | None:
        """Who a session is with: person, ai-tutor, alone; None when its type does not say."""
        return types.COMPANY.get(self.type)


@dataclass(frozen=True, slots=True)
class Placement:
    """The nodes that a statement belongs to, and the kind of interaction that it is."""

    course: Node | None
    klass: Node | None
    session: Node | None
    kind: str


# Where the nearest context stands first: of two courses named, the parent counts before the grouping.
_ORDER = ("object", "parent", "grouping", "category", "other")


def place(statement: Mapping[str, Any]) -> Placement:
    """The placement of a stored statement, by the types of its object and context activities."""
    nodes = sorted(_nodes(statement), key=lambda found: _ORDER.index(found[0]))
    first = {node.level: node for _, node in reversed(nodes)}
    return Placement(
        course=first.get(types.COURSE),
        klass=first.get(types.CLASS),
        session=first.get(types.SESSION),
        kind=kind_of(statement),
    )


def kind_of(statement: Mapping[str, Any]) -> str:
    """The kind of interaction, by verb, else by the object's type, else "progress"."""
    by_verb = types.KIND_BY_VERB.get(statement["verb"]["id"])
    if by_verb:
        return by_verb
    definition = statement["object"].get("definition", {})
    return types.KIND_BY_TYPE.get(definition.get("type", ""), types.OTHER_KIND)


def _nodes(statement: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    for where, activity in rules.activities_of(statement):
        definition = activity.get("definition", {})
        kind = definition.get("type", "")
        level = types.LEVELS.get(kind)
        if level and where in _ORDER:
            yield where, Node(activity["id"], level, definition.get("name", {}), kind)
