"""The formats `ids` and `canonical` of returned statements (Communication 2.1.3)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lrs.xapi.actors import IDENTIFIERS
from lrs.xapi.statements import activities_of

Languages = Sequence[tuple[str, float]]


def to_ids(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Only what identifies agents, activities, verbs; an anonymous group keeps its members."""
    return {key: _ids(key, value) for key, value in statement.items()}


def to_canonical(
    statement: Mapping[str, Any],
    languages: Languages,
    definitions: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Activities with their definition out of `definitions` (by IRI; else their own), and of each language map of
    activities, verbs and attachments the entry that `languages` asks for."""
    defined = _with_definitions(statement, definitions)
    canonical: dict[str, Any] = _canonical(defined, languages)
    return canonical


def languages_of(accept_language: str) -> Languages:
    """The language ranges of an Accept-Language header, each with its weight; malformed parts are passed over."""
    ranges = []
    for part in accept_language.lower().split(","):
        language, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if language.strip():
            ranges.append((language.strip(), quality))
    return ranges


def activities_in(statement: Mapping[str, Any]) -> set[str]:
    """The IRIs of the activities of which `to_canonical` wants the definition."""
    return {activity["id"] for _, activity in activities_of(statement)}


def _with_definitions(
    statement: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    if not definitions:
        return dict(statement)

    def defined(activity: Mapping[str, Any]) -> dict[str, Any]:
        definition = definitions.get(activity["id"])
        return {**activity, "definition": definition} if definition else dict(activity)

    changed = dict(statement)
    match statement["object"].get("objectType", "Activity"):
        case "Activity":
            changed["object"] = defined(statement["object"])
        case "SubStatement":
            changed["object"] = _with_definitions(statement["object"], definitions)
    places = statement.get("context", {}).get("contextActivities")
    if places:
        activities = {name: [defined(one) for one in found] for name, found in places.items()}
        changed["context"] = {**statement["context"], "contextActivities": activities}
    return changed


def _ids(key: str, value: Any) -> Any:
    match key:
        case "actor" | "authority" | "instructor" | "team" | "agent" | "group":
            return _actor(value)
        case "verb":
            return {"id": value["id"]}
        case "object":
            return _object(value)
        case "context":
            return {name: _ids(name, item) for name, item in value.items()}
        case "contextActivities":
            return {
                name: [{"id": activity["id"]} for activity in item] for name, item in value.items()
            }
        case "contextAgents" | "contextGroups":
            return [{name: _ids(name, part) for name, part in item.items()} for item in value]
        case _:
            return value


def _object(value: Mapping[str, Any]) -> Any:
    match value.get("objectType", "Activity"):
        case "Activity":
            return {"id": value["id"]}  # an object without an objectType is an activity
        case "Agent" | "Group":
            return _actor(value)
        case "SubStatement":
            return to_ids(value)
        case _:
            return value


def _actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    reduced = _kept(actor, "objectType", *IDENTIFIERS)
    if "member" in actor and not any(key in actor for key in IDENTIFIERS):
        reduced["member"] = [_actor(member) for member in actor["member"]]
    return reduced


def _kept(value: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value}


def _canonical(value: Any, languages: Languages) -> Any:
    if isinstance(value, list):
        return [_canonical(item, languages) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _best(item, languages)
        if key in ("display", "name", "description") and isinstance(item, dict)
        else (item if key == "extensions" else _canonical(item, languages))
        for key, item in value.items()
    }


def _best(texts: Mapping[str, str], languages: Languages) -> dict[str, str]:
    """One entry of a language map, chosen for this map by itself (Communication 2.1.3, RFC 2616 section 14.4).

    Where nothing is acceptable there still has to be one: that of a wider range (es for es-MX), else the first.
    """
    ranked = [(_quality(tag.lower(), languages), -number, tag) for number, tag in enumerate(texts)]
    best = max(ranked, default=None)
    if best is None:
        return {}
    (quality, _), _, tag = best
    wider = [
        (name.rpartition("-")[0], weight)
        for name, weight in languages
        if "-" in name and weight > 0
    ]
    if quality <= 0 and wider:
        return _best(texts, wider)
    return {tag: texts[tag]}


def _quality(tag: str, languages: Languages) -> tuple[float, int]:
    """The weight of the longest range that the tag falls under, and the negative place of that range for a draw.

    A tag of which nothing is said weighs 0, one that is refused (q=0) less.
    """
    fitting = [
        (len(name) if name != "*" else 0, weight or -1.0, -place)
        for place, (name, weight) in enumerate(languages)
        if name in ("*", tag) or tag.startswith(name + "-")
    ]
    _, weight, place = max(fitting, default=(0, 0.0, -len(languages)))
    return weight, place
