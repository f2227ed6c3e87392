"""From a valid statement to the row and links that are written. No database here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from lrs.models import ActivityRole, AgentRole
from lrs.xapi import jsontext, schemas, timestamps
from lrs.xapi import statements as rules
from lrs.xapi.actors import authority_identity, identifiers_of
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
# The actor of a statement whose actor is an anonymous group: such groups are never equal, so no filter finds this one.
ANONYMOUS = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement that only lacks its `stored`. Agents and activities by text, each with its roles.

    `text` is the JSON without `stored` (and without `timestamp` where the client gave none: `timestamp` is None then).
    """

    id: UUID
    id_given: bool
    statement: dict[str, Any]
    text: bytes
    timestamp: datetime | None
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
    batch: Sequence[Any], *, version: str, authority: Mapping[str, Any]
) -> list[Prepared]:
    """Check each statement and make it ready. Raises XapiError with the path of the first one that is wrong."""
    prepared = []
    seen: set[UUID] = set()
    check = (
        rules.check if schemas.all_fit(batch, version) else partial(rules.validate, version=version)
    )
    for number, statement in enumerate(batch):
        try:
            check(statement)
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
    """A valid statement with what the LRS sets, except for `stored` and a missing timestamp. Changes `statement`."""
    given = statement.get("id")
    identity = UUID(given) if given else new_id()
    rules.arrays_in_context(statement)
    statement.pop("stored", None)  # the LRS sets it (Data 2.4.8)
    statement["id"] = str(identity)
    statement["authority"] = dict(authority)
    statement.setdefault("version", "1.0.0" if version.startswith("1.0") else version)
    agents, names = agents_in(statement)
    activities, definitions = activities_in(statement)
    verb = _findable(statement["verb"]["id"], "the verb's id")
    if "verb" in statement["object"]:  # a substatement's names no row, but an IRI is text there too
        _findable(statement["object"]["verb"]["id"], "the substatement's verb's id")
    target = rules.target_of(statement)
    registration = statement.get("context", {}).get("registration")
    own_activity = statement["object"]
    timestamp = statement.get("timestamp")
    return Prepared(
        id=identity,
        id_given=bool(given),
        statement=statement,
        text=jsontext.dumps(statement),
        timestamp=timestamps.parse(timestamp) if timestamp else None,
        actor=next((text for text, _ in identifiers_of(statement["actor"])), ANONYMOUS),
        verb=verb,
        activity=(
            own_activity["id"] if own_activity.get("objectType", "Activity") == "Activity" else None
        ),
        agents=agents,
        names=names,
        activities=activities,
        definitions=definitions,
        target=UUID(target) if target else None,
        voids=rules.is_voiding(statement),
        registration=UUID(registration) if registration else None,
    )


def agents_in(
    statement: Mapping[str, Any],
) -> tuple[dict[str, frozenset[int]], dict[str, str]]:
    """The roles (AgentRole) of each agent of a valid statement, and the names that it gives them."""
    roles: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for place, actor in rules.actors_of(statement):
        role = _AGENT_ROLES[place]
        if place == "authority" and "member" in actor:
            roles.setdefault(authority_identity(actor), set()).add(role)
            role = AgentRole.AUTHORITY_MEMBER
        for text, is_member in identifiers_of(actor):
            roles.setdefault(_findable(text, "an identifier"), set()).add(role)
            if not is_member and isinstance(actor.get("name"), str):
                names[text] = _storable(actor["name"])
    return {text: frozenset(found) for text, found in roles.items()}, names


def activities_in(
    statement: Mapping[str, Any],
) -> tuple[dict[str, frozenset[int]], dict[str, dict[str, Any]]]:
    """The roles (ActivityRole) of each activity of a valid statement, and the definitions that it gives them."""
    roles: dict[str, set[int]] = {}
    definitions: dict[str, dict[str, Any]] = {}
    for place, activity in rules.activities_of(statement):
        iri = _findable(activity["id"], "an activity's id")
        roles.setdefault(iri, set()).add(_ACTIVITY_ROLES[place])
        if activity.get("definition"):
            definitions[iri] = activity["definition"]
    return {iri: frozenset(found) for iri, found in roles.items()}, definitions


def _findable(text: str, what: str) -> str:
    """The text, which names a row of its own; the schema has refused U+0000 in such a text already."""
    if text.isascii():  # nearly all are, and the interpreter knows it of a text
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise XapiError(
            f"There is a lone surrogate in {what}.", advice="Send valid Unicode."
        ) from None
    return text


def _storable(name: str) -> str:
    """A name for people as PostgreSQL can keep it; the statement itself keeps the exact one."""
    return name.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
