"""Where a statement stands in the learning hierarchy, what kind of interaction it is, and what came of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from lrs.hierarchy import types
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot

_IN_CONTEXT = (Slot.PARENT, Slot.GROUPING, Slot.OTHER, Slot.CATEGORY)  # nearest first


@dataclass(frozen=True, slots=True)
class Rules:
    """What activity types and verbs mean in a store.

    A verb in `kind_by_verb` and `kind_by_verb_and_type` is an IRI, or the last part of one, which then stands for every
    verb that ends so. An activity of a type in `slots` is a statement's place only where it is named in one of them; of
    any other type, wherever it is named.
    """

    levels: Mapping[str, Level]
    slots: Mapping[str, Collection[Slot]]
    session_kinds: Mapping[str, SessionKind]
    kind_by_verb_and_type: Mapping[tuple[str, str], Kind]
    kind_by_verb: Mapping[str, Kind]
    kind_by_type: Mapping[str, Kind]

    def counts(self, activity_type: str, slot: Slot) -> bool:
        """Whether an activity of the type, named in the slot, can be the statement's place."""
        allowed = self.slots.get(activity_type)
        return allowed is None or slot in allowed


DEFAULTS = Rules(
    levels=types.LEVELS,
    slots={},
    session_kinds=types.SESSION_KINDS,
    kind_by_verb_and_type=types.KIND_BY_VERB_AND_TYPE,
    kind_by_verb=types.KIND_BY_VERB,
    kind_by_type=types.KIND_BY_TYPE,
)


@dataclass(frozen=True, slots=True)
class Node:
    """A course, class or session as a statement names it; `name` is a language map, empty where none was given."""

    iri: str
    level: Level
    name: Mapping[str, str]
    type: str
    session_kind: SessionKind | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """The statement's place at each level, None where its context names none, and the kind of interaction."""

    course: Node | None
    klass: Node | None
    session: Node | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an interaction: a score from -1 to 1, None without one, and whether it completed something."""

    scaled: float | None
    completes: bool


def place(document: Mapping[str, Any], rules: Rules = DEFAULTS) -> Placement:
    """The placement of a statement, whole or with parts withheld, by what it says itself.

    A level's node is the object itself, or else the first activity of that level in contextActivities: the parent, then
    grouping, other, category (Data 2.4.6.2). Parts that are not there, or not of the form of xAPI, say nothing.
    """
    found: dict[Level, Node] = {}
    for slot, activity in activities_nearest_first(document):
        node = _node(activity, rules)
        if node and rules.counts(node.type, slot):
            found.setdefault(node.level, node)
    return Placement(
        course=found.get(Level.COURSE),
        klass=found.get(Level.CLASS),
        session=found.get(Level.SESSION),
        kind=kind_of(document, rules),
    )


def kind_of(document: Mapping[str, Any], rules: Rules = DEFAULTS) -> Kind:
    """The kind of interaction. The most special rule decides: verb and object's type, the verb, the type; a verb that
    ends something is a completion; all else is progress.
    """
    verb = str(_mapping(document.get("verb")).get("id", ""))
    names = (verb, last_part(verb))
    type_ = _type(_mapping(document.get("object")))
    for name in names:
        if kind := rules.kind_by_verb_and_type.get((name, type_)):
            return kind
    for name in names:
        if kind := rules.kind_by_verb.get(name):
            return kind
    if kind := rules.kind_by_type.get(type_):
        return kind
    return Kind.COMPLETION if names[1] in types.COMPLETING else Kind.PROGRESS


def outcome_of(document: Mapping[str, Any]) -> Outcome:
    """The score as `scaled` says it, or as raw lies between min and max (Data 2.4.5.1), and `completion`; a statement
    with the verb "completed" that does not deny it completes too.
    """
    result = _mapping(document.get("result"))
    completion = result.get("completion")
    verb = last_part(str(_mapping(document.get("verb")).get("id", "")))
    return Outcome(
        scaled=_scaled(_mapping(result.get("score"))),
        completes=completion if isinstance(completion, bool) else verb == "completed",
    )


def activities_nearest_first(
    document: Mapping[str, Any],
) -> Iterator[tuple[Slot, Mapping[str, Any]]]:
    """The activities that can be a statement's place, and where they are: its object, then its contextActivities."""
    target = _mapping(document.get("object"))
    if target.get("objectType", "Activity") == "Activity":
        yield Slot.OBJECT, target
    context = _mapping(_mapping(document.get("context")).get("contextActivities"))
    for slot in _IN_CONTEXT:
        value = context.get(slot)
        for activity in value if isinstance(value, list) else [value]:
            yield slot, _mapping(activity)


def last_part(iri: str) -> str:
    """The last part of a verb's IRI, in which the vocabularies agree: of `http://…/verbs/asked` it is `asked`."""
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _node(activity: Mapping[str, Any], rules: Rules) -> Node | None:
    type_ = _type(activity)
    level = rules.levels.get(type_)
    iri = activity.get("id")
    if level is None or not isinstance(iri, str):
        return None
    name = _mapping(_mapping(activity.get("definition")).get("name"))
    return Node(
        iri=iri,
        level=level,
        name=dict(name),
        type=type_,
        session_kind=rules.session_kinds.get(type_) if level is Level.SESSION else None,
    )


def _type(activity: Mapping[str, Any]) -> str:
    return str(_mapping(activity.get("definition")).get("type", ""))


def _scaled(score: Mapping[str, Any]) -> float | None:
    scaled: Any = score.get("scaled")
    if _is_number(scaled):
        return float(scaled)
    raw, low, high = score.get("raw"), score.get("min"), score.get("max")
    if not (_is_number(raw) and _is_number(low) and _is_number(high)):
        return None
    with localcontext() as context:
        context.clear_traps()  # numbers beyond a Decimal give no score, rather than an exception
        least = Decimal(str(low))
        span = Decimal(str(high)) - least
        share = (Decimal(str(raw)) - least) / span
        return float(share) if span > 0 and share.is_finite() else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
