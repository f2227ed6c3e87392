"""The formats `ids` and `canonical` of returned statements (Communication 2.1.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from lrs.xapi.actors import IDENTIFIERS


def to_ids(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Only what identifies agents, activities, verbs; an anonymous group keeps its members."""
    return {key: _ids(key, value) for key, value in statement.items()}


def to_canonical(statement: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """Each language map of verbs, activities and attachments reduced to its best entry for `languages`, best first."""
    canonical: dict[str, Any] = _canonical(statement, languages)
    return canonical


def languages_of(accept_language: str) -> list[str]:
    """The tags of an Accept-Language header, best first; malformed parts are passed over (RFC 9110 section 12.5.4)."""
    weighted = []
    for position, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            weighted.append((-quality, position, tag.strip()))
    return [tag for _, _, tag in sorted(weighted)]


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


def _canonical(value: Any, languages: Sequence[str]) -> Any:
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


def _best(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    for wanted in languages:
        for tag, text in texts.items():
            if tag.lower() == wanted.lower() or tag.lower().split("-")[0] == wanted.lower():
                return {tag: text}
        for tag, text in texts.items():
            if tag.lower().split("-")[0] == wanted.lower().split("-")[0]:
                return {tag: text}
    return dict(list(texts.items())[:1])
