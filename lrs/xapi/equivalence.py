"""When two statements with one id say the same (Data 2.3.1 and 2.2 "Statement immutability")."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lrs.xapi import durations, jsontext, timestamps

_SET_BY_THE_LRS = ("id", "authority", "stored", "timestamp", "version")


def equivalent(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two statements, compared by their content, are the same.

    Left aside: what the LRS sets, the timestamp, how a verb and an activity are described, the order of a group's
    members, what a duration says below a hundredth of a second. A single context activity equals an array of it, and
    numbers are equal by value.
    """
    return _essence(one) == _essence(other)


def _essence(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _reduce(key, value) for key, value in statement.items() if key not in _SET_BY_THE_LRS
    }


def _reduce(key: str, value: Any) -> Any:
    match key:
        case "verb":
            return value["id"]
        case "actor" | "instructor" | "team" | "agent" | "group":
            return _actor(value)
        case "object":
            return _object(value)
        case "context":
            return {name: _reduce(name, item) for name, item in value.items()}
        case "contextActivities":
            return {name: _activity_ids(item) for name, item in value.items() if item != []}
        case "contextAgents" | "contextGroups":
            return [{name: _reduce(name, part) for name, part in item.items()} for item in value]
        case "registration" | "statement":
            return _lower_ids(value)
        case "result":
            return {name: _reduce(name, item) for name, item in value.items()}
        case "duration":
            return durations.comparable(value)
        case _:
            return _exact(value)


def _object(value: Mapping[str, Any]) -> Any:
    match value.get("objectType", "Activity"):
        case "Activity":
            return ("Activity", value["id"])
        case "Agent" | "Group":
            return _actor(value)
        case "SubStatement":
            essence = _essence(value)
            if "timestamp" in value:
                essence["timestamp"] = timestamps.parse(value["timestamp"])
            return essence
        case _:
            return _lower_ids(value)


def _actor(value: Mapping[str, Any]) -> dict[str, Any]:
    actor = {"objectType": "Agent", **value}
    if "member" in value:
        members = [_actor(member) for member in value["member"]]
        actor["member"] = sorted(members, key=lambda member: jsontext.dumps(sorted(member.items())))
    if "mbox_sha1sum" in value:
        actor["mbox_sha1sum"] = value["mbox_sha1sum"].lower()
    return actor


def _activity_ids(value: Any) -> list[str]:
    return sorted(activity["id"] for activity in (value if isinstance(value, list) else [value]))


def _exact(value: Any) -> Any:
    """The value such that `==` is equality in JSON: true is not 1, and 0.1 is 0.1 however it was read."""
    match value:
        case dict():
            return {key: _exact(item) for key, item in value.items()}
        case list():
            return [_exact(item) for item in value]
        case bool():
            return ("boolean", value)
        case int() | float():
            return Decimal(str(value))
        case _:
            return value


def _lower_ids(value: Any) -> Any:
    """UUIDs are compared without regard to letter case."""
    if isinstance(value, str):
        return value.lower()
    return {**value, "id": value["id"].lower()}
