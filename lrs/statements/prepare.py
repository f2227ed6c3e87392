"""From a valid statement to the row and links that are written. No database here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lrs.models import ActivityRole, AgentRole
from lrs.xapi import statements as rules
from lrs.xapi import timestamps
from lrs.xapi.actors import identifiers_of
from lrs.xapi.errors import XapiError
from lrs.xapi.ids import new_id

_AGENT_ROLES = {
    "actor": AgentRole.ACTOR,
    "object": AgentRole.OBJECT,
    "authority": AgentRole.AUTHORITY,
    "instructor": AgentRole.INSTRUCTOR,
    "team": AgentRole.TEAM,
    "contextAgent": AgentRole.CONTEXT_AGENT,
    "contextGroup": AgentRole.CONTEXT_GROUP,
    "substatement": AgentRole.SUBSTATEMENT,
}
_ACTIVITY_ROLES = {
    "object": ActivityRole.OBJECT,
    "parent": ActivityRole.PARENT,
    "grouping": ActivityRole.GROUPING,
    "category": ActivityRole.CATEGORY,
    "other": ActivityRole.OTHER,
    "substatement": ActivityRole.SUBSTATEMENT,
}
_SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement that only lacks its `stored`. Agents and activities by text, each with its roles."""

    id: UUID
    id_given: bool
    statement: dict[str, Any]
    actor: str
    verb: str
    activity: str | None
    agents: dict[str, frozenset[int]]
    names: dict[str, str]
    activities: dict[str, frozenset[int]]
    definitions: dict[str, dict[str, Any]]
    target: UUID | None
    voids: bool
    registration: UUID | None


def prepare_batch(
    batch: Iterable[Any], *, version: str, authority: Mapping[str, Any]
) -> list[Prepared]:
    """Check each statement and make it ready. Raises XapiError with the path of the first one that is wrong."""
    prepared = []
    seen: set[UUID] = set()
    for number, statement in enumerate(batch):
        try:
            rules.validate(statement, version)
            one = prepare(statement, version=version, authority=authority)
        except XapiError as error:
            raise error.below(f"/{number}") from None
        if one.id in seen:
            raise XapiError(
                f"The id {one.id} is in this batch twice.",
                path=f"/{number}/id",
                advice="Send each statement once.",
            )
        seen.add(one.id)
        prepared.append(one)
    return prepared


def prepare(statement: dict[str, Any], *, version: str, authority: Mapping[str, Any]) -> Prepared:
    """A valid statement with its id, authority and version set; `stored` and a missing timestamp come later."""
    _refuse_contents_elsewhere(statement)
    given = statement.get("id")
    identity = UUID(given) if given else new_id()
    rules.arrays_in_context(statement)
    statement["id"] = str(identity)
    statement["authority"] = dict(authority)
    statement.setdefault("version", "1.0.0" if version.startswith("1.0") else version)
    agents, names = _agents(statement)
    activities, definitions = _activities(statement)
    target = rules.target_of(statement)
    registration = statement.get("context", {}).get("registration")
    actor = statement["actor"]
    activity = statement["object"]
    return Prepared(
        id=identity,
        id_given=bool(given),
        statement=statement,
        actor=next((text for text, _ in identifiers_of(actor)), ""),
        verb=statement["verb"]["id"],
        activity=activity["id"] if activity.get("objectType", "Activity") == "Activity" else None,
        agents=agents,
        names=names,
        activities=activities,
        definitions=definitions,
        target=UUID(target) if target else None,
        voids=rules.is_voiding(statement),
        registration=UUID(registration) if registration else None,
    )


def finish(prepared: Prepared, stored: datetime) -> tuple[dict[str, Any], datetime]:
    """The statement with `stored` (and the timestamp, where the client gave none), and its timestamp."""
    text = timestamps.render(stored)
    statement = {**prepared.statement, "stored": text}
    statement.setdefault("timestamp", text)
    return statement, timestamps.parse(statement["timestamp"])


def _agents(statement: Mapping[str, Any]) -> tuple[dict[str, frozenset[int]], dict[str, str]]:
    roles: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for place, actor in rules.actors_of(statement):
        for text, is_member in identifiers_of(actor):
            roles.setdefault(text, set()).add(
                AgentRole.MEMBER if is_member and place != "substatement" else _AGENT_ROLES[place]
            )
            if not is_member and isinstance(actor.get("name"), str):
                names[text] = actor["name"]
    for text in roles:
        _refuse_nul(text, "an actor's identifier")
    return {text: frozenset(found) for text, found in roles.items()}, names


def _activities(
    statement: Mapping[str, Any],
) -> tuple[dict[str, frozenset[int]], dict[str, dict[str, Any]]]:
    roles: dict[str, set[int]] = {}
    definitions: dict[str, dict[str, Any]] = {}
    for place, activity in rules.activities_of(statement):
        iri = activity["id"]
        _refuse_nul(iri, "an activity's id")
        roles.setdefault(iri, set()).add(_ACTIVITY_ROLES[place])
        if activity.get("definition"):
            definitions[iri] = activity["definition"]
    return {iri: frozenset(found) for iri, found in roles.items()}, definitions


def _refuse_nul(text: str, what: str) -> None:
    if "\0" in text:
        raise XapiError(f"The character U+0000 is in {what}.", advice="Remove the character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise XapiError(
            f"There is a lone surrogate in {what}.", advice="Send valid Unicode."
        ) from None


def _refuse_contents_elsewhere(statement: Mapping[str, Any]) -> None:
    parts = [("", statement)]
    if statement["object"].get("objectType") == "SubStatement":
        parts.append(("/object", statement["object"]))
    for path, part in parts:
        for number, attachment in enumerate(part.get("attachments", ())):
            if "fileUrl" not in attachment or attachment["usageType"] == _SIGNATURE:
                raise XapiError(
                    "Attachments whose content travels in the request are not available yet.",
                    path=f"{path}/attachments/{number}",
                    advice="Give a fileUrl, or leave the attachment out.",
                )
