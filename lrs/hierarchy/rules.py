"""Where a statement stands in the learning hierarchy, and what kind of interaction it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lrs.hierarchy import types
from lrs.hierarchy.types import Level

_NEAREST_FIRST = ("parent", "grouping", "other", "category")


@dataclass(frozen=True, slots=True)
class Node:
    """A course, class or session as a statement names it; `name` is a language map, empty where none was given."""

    iri: str
    level: Level
    name: Mapping[str, str]
    type: str

    @property
    def company(self) -> str | None:
        """Who a session is with: person, ai-tutor, alone; None where its type does not say."""
        return types.COMPANY.get(self.type)


@dataclass(frozen=True, slots=True)
class Placement:
    """The statement's place at each level, None where its context names none, and the kind of interaction."""

    course: Node | None
    klass: Node | None
    session: Node | None
    kind: str


def place(document: Mapping[str, Any]) -> Placement:
    """The placement of a statement, whole or with parts withheld.

    A level's node is the object itself, or else the first activity of that level in contextActivities: the parent, then
    grouping, other, category (Data 2.4.6.2). Parts that are not there, or not of the form of xAPI, say nothing.
    """
    found: dict[Level, Node] = {}
    for activity in _activities(document):
        node = _node(activity)
        if node:
            found.setdefault(node.level, node)
    return Placement(
        course=found.get(Level.COURSE),
        klass=found.get(Level.CLASS),
        session=found.get(Level.SESSION),
        kind=kind_of(document),
    )


def kind_of(document: Mapping[str, Any]) -> str:
    """The kind of interaction: answer, question, exercise, … by the tables of `lrs.hierarchy.types`."""
    verb = _verb(document)
    type_ = _type(_mapping(document.get("object")))
    known = types.KIND_BY_VERB_AND_TYPE.get((verb, type_)) or types.KIND_BY_VERB.get(verb)
    if known:
        return known
    if kind := types.KIND_BY_TYPE.get(type_):
        return kind
    return types.COMPLETION if verb in types.COMPLETING else types.PROGRESS


def _activities(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    target = _mapping(document.get("object"))
    if target.get("objectType", "Activity") == "Activity":
        yield target
    context = _mapping(_mapping(document.get("context")).get("contextActivities"))
    for key in _NEAREST_FIRST:
        value = context.get(key)
        for activity in value if isinstance(value, list) else [value]:
            yield _mapping(activity)


def _node(activity: Mapping[str, Any]) -> Node | None:
    type_ = _type(activity)
    level = types.LEVELS.get(type_)
    iri = activity.get("id")
    if level is None or not isinstance(iri, str):
        return None
    name = _mapping(_mapping(activity.get("definition")).get("name"))
    return Node(iri=iri, level=level, name=dict(name), type=type_)


def _type(activity: Mapping[str, Any]) -> str:
    return str(_mapping(activity.get("definition")).get("type", ""))


def _verb(document: Mapping[str, Any]) -> str:
    iri = str(_mapping(document.get("verb")).get("id", ""))
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
