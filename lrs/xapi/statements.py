"""The rules of a statement: the schema's, and those that a schema cannot say."""

from collections.abc import Iterator, Mapping
from typing import Any

from lrs.xapi import schemas, timestamps
from lrs.xapi.errors import XapiError

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def validate(statement: Any, version: str) -> None:
    """Raises XapiError, with the path of what is wrong, unless the value is a statement of the version."""
    if not schemas.fits(statement, version):
        raise schemas.explain(statement, version)
    check(statement)


def check(statement: Mapping[str, Any]) -> None:
    """What a schema cannot say. Raises XapiError with the path. Precondition: the statement fits the schema."""
    _check_parts(statement, "")
    substatement = statement["object"]
    if substatement.get("objectType") == "SubStatement":
        _check_parts(substatement, "/object")
    if is_voiding(statement) and statement["object"].get("objectType") != "StatementRef":
        raise XapiError(
            "A statement with the verb voided must have a StatementRef as its object.",
            path="/object",
            advice='Write {"objectType": "StatementRef", "id": "…"} (Data 2.3.2).',
        )


def is_voiding(statement: Mapping[str, Any]) -> bool:
    """Whether the statement voids another (Data 2.3.2)."""
    return bool(statement["verb"]["id"] == VOIDED)


def target_of(statement: Mapping[str, Any]) -> str | None:
    """The id of the statement that this one has as its object."""
    target = statement["object"]
    return target["id"] if target.get("objectType") == "StatementRef" else None


def _check_parts(statement: Mapping[str, Any], path: str) -> None:
    """What a statement and a substatement have in common."""
    for key in ("timestamp", "stored"):
        if key in statement:
            _check_timestamp(statement[key], f"{path}/{key}")
    context = statement.get("context", {})
    if statement["object"].get("objectType", "Activity") != "Activity":
        for key in ("revision", "platform"):
            if key in context:
                raise XapiError(
                    f"{key} may be used only when the object is an activity.",
                    path=f"{path}/context/{key}",
                    advice="Remove it, or make the object an activity (Data 2.4.6).",
                )
    if any("interactionType" in each.get("definition", ()) for _, each in _activities(statement)):
        for activity_path, activity in _activities_with_paths(statement, path):
            _check_components(activity.get("definition", {}), f"{activity_path}/definition")
    _check_score(statement.get("result", {}).get("score", {}), f"{path}/result/score")


def _check_timestamp(text: str, path: str) -> None:
    try:
        timestamps.parse(text)
    except ValueError as error:
        raise XapiError(
            str(error), path=path, advice="Write it as 2026-03-12T14:05:00.000Z."
        ) from None


def _activities_with_paths(
    statement: Mapping[str, Any], path: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if statement["object"].get("objectType", "Activity") == "Activity":
        yield f"{path}/object", statement["object"]
    for place, value in statement.get("context", {}).get("contextActivities", {}).items():
        base = f"{path}/context/contextActivities/{place}"
        if isinstance(value, dict):
            yield base, value
        else:
            yield from ((f"{base}/{number}", activity) for number, activity in enumerate(value))


def _check_components(definition: Mapping[str, Any], path: str) -> None:
    """Within an array of interaction components, all ids are distinct (Data 2.4.4.1)."""
    if "interactionType" not in definition:
        return
    for name in _COMPONENTS:
        ids = [component["id"] for component in definition.get(name, ())]
        if len(ids) != len(set(ids)):
            twice = next(number for number, one in enumerate(ids) if one in ids[:number])
            raise XapiError(
                f"The id {ids[twice][:100]!r} is twice in {name}.",
                path=f"{path}/{name}/{twice}/id",
                advice="Give each interaction component an id of its own (Data 2.4.4.1).",
            )


def _check_score(score: Mapping[str, Any], path: str) -> None:
    low, high, raw = score.get("min"), score.get("max"), score.get("raw")
    if low is not None and high is not None and low >= high:
        raise XapiError("The score's min must be less than its max.", path=f"{path}/min")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise XapiError("The score's raw value must lie between min and max.", path=f"{path}/raw")


def arrays_in_context(statement: dict[str, Any]) -> None:
    """Turn each single context activity into an array, in place, as a server must return it (Data 2.4.6.2)."""
    for part in (statement, statement["object"]):
        activities = part.get("context", {}).get("contextActivities", {})
        for key, value in activities.items():
            if isinstance(value, dict):
                activities[key] = [value]


def activities_of(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every activity with where it stands: object, parent, grouping, category, other, substatement."""
    yield from _activities(statement)
    substatement = statement["object"]
    if substatement.get("objectType") == "SubStatement":
        for _, activity in _activities(substatement):
            yield "substatement", activity


def _activities(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if statement["object"].get("objectType", "Activity") == "Activity":
        yield "object", statement["object"]
    for place, value in statement.get("context", {}).get("contextActivities", {}).items():
        for activity in value if isinstance(value, list) else [value]:
            yield place, activity


def actors_of(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every agent and group with where it stands: actor, object, authority, instructor, team, contextAgent,
    contextGroup, substatement."""
    if "authority" in statement:
        yield "authority", statement["authority"]
    yield from _actors(statement)
    substatement = statement["object"]
    if substatement.get("objectType") == "SubStatement":
        for _, actor in _actors(substatement):
            yield "substatement", actor


def _actors(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "actor", statement["actor"]
    if statement["object"].get("objectType") in ("Agent", "Group"):
        yield "object", statement["object"]
    context = statement.get("context", {})
    for key in ("instructor", "team"):
        if key in context:
            yield key, context[key]
    for item in context.get("contextAgents", ()):
        yield "contextAgent", item["agent"]
    for item in context.get("contextGroups", ()):
        yield "contextGroup", item["group"]
