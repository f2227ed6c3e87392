"""The hierarchy by a slow and obvious reading of all statements at once: the oracle of the fast one.

It knows neither steps nor order of arrival, keeps nothing, and asks for every statement of the store by xAPI.
"""

from dataclasses import dataclass
from typing import Any

from lrs.hierarchy.types import LEVELS


@dataclass
class Declared:
    """What was declared of a node; `parent` ... is: nothing was said."""

    level: str
    parent: Any = ...


@dataclass
class Hierarchy:
    levels: dict[str, str]
    parents: dict[str, str | None]
    places: dict[str, tuple[str | None, str | None, str | None]]  # by statement id


def hierarchy_of(
    statements: list[dict[str, Any]],
    *,
    voided: set[str] = frozenset(),
    declared: dict[str, Declared] | None = None,
    changed: dict[str, str | None] | None = None,
) -> Hierarchy:
    """`statements` oldest first, without voiding ones; `changed`: levels by activity type as a store's rules say."""
    declared = declared or {}
    types: dict[str, str] = {}
    for statement in statements:
        for activity in activities(statement):
            if "definition" in activity:
                types[activity["id"]] = activity["definition"]["type"]
    table = {**{iri: str(level) for iri, level in LEVELS.items()}, **(changed or {})}
    levels = {iri: table[type_] for iri, type_ in types.items() if table.get(type_)}
    levels |= {iri: one.level for iri, one in declared.items()}
    named = {
        statement["id"]: {
            level: next(
                (a["id"] for a in activities(statement) if levels.get(a["id"]) == level), None
            )
            for level in ("course", "class", "session")
        }
        for statement in statements
    }
    parents = {iri: parent_of(iri, levels[iri], named, declared) for iri in levels}
    places = {
        one: place(names, parents, declared, levels)
        for one, names in named.items()
        if one not in voided
    }
    return Hierarchy(levels, parents, {one: spot for one, spot in places.items() if any(spot)})


def activities(statement: dict[str, Any]) -> list[dict[str, Any]]:
    context = statement.get("context", {}).get("contextActivities", {})
    found = [statement["object"]] if "definition" in statement["object"] else []
    found = [statement["object"]] if statement["object"].get("objectType") == "Activity" else found
    for key in ("parent", "grouping", "other", "category"):
        found += context.get(key, [])
    return found


def parent_of(iri, level, named, declared):
    if iri in declared and declared[iri].parent is not ...:
        return declared[iri].parent
    above = {"course": [], "class": ["course"], "session": ["class", "course"]}[level]
    for parent_level in above:
        for names in named.values():  # oldest first
            nearer = above[: above.index(parent_level)]
            if (
                names[level] == iri
                and names[parent_level]
                and not any(names[level_between] for level_between in nearer)
            ):
                return names[parent_level]
    return None


def place(names, parents, declared, levels):
    course, klass, session = names["course"], names["class"], names["session"]

    def said(iri):
        return iri in declared and declared[iri].parent is not ...

    if session and said(session):
        up = parents[session]
        klass = up if up and levels[up] == "class" else None
        course = up if up and levels[up] == "course" else None
    elif session and parents[session]:
        up = parents[session]
        if levels[up] == "course" and not course and not klass:
            course = up
        if levels[up] == "class" and not klass and course in (None, parents[up] or course):
            klass = up
    if klass and (said(klass) or not course):
        course = parents[klass]
    return course, klass, session
