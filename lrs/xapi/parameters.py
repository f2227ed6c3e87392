"""The parameters of GET statements (Communication 2.1.3), checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lrs.xapi import jsontext, schemas, timestamps
from lrs.xapi.actors import identifier
from lrs.xapi.errors import XapiError

_NAMES = frozenset(
    {
        "statementId",
        "voidedStatementId",
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "format",
        "attachments",
        "ascending",
    }
)
_BESIDE_AN_ID = frozenset({"statementId", "voidedStatementId", "format", "attachments"})
FORMATS = ("exact", "ids", "canonical")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementQuery:
    """What a client asks for. `agent` is an identifier (lrs.xapi.actors); `limit` None is the server's most."""

    statement_id: UUID | None = None
    voided_statement_id: UUID | None = None
    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    format: str = "exact"
    ascending: bool = False
    attachments: bool = False


def parse(parameters: Mapping[str, str], version: str) -> StatementQuery:
    """Raises XapiError for a parameter that is unknown, malformed, or does not go with another."""
    if unknown := parameters.keys() - _NAMES:
        raise XapiError(
            f"There is no parameter {min(unknown)!r}.",
            advice=f"The parameters are {', '.join(sorted(_NAMES))}; their case counts.",
        )
    _check_exclusive(parameters)
    form = parameters.get("format", "exact")
    if form not in FORMATS:
        raise XapiError(f"There is no format {form!r}.", advice="Use exact, ids or canonical.")
    agent = agent_of(parameters, version)
    return StatementQuery(
        statement_id=uuid_of(parameters, "statementId"),
        voided_statement_id=uuid_of(parameters, "voidedStatementId"),
        agent=identifier(agent) if agent else None,
        verb=iri_of(parameters, "verb"),
        activity=iri_of(parameters, "activity"),
        registration=uuid_of(parameters, "registration"),
        related_activities=_boolean(parameters, "related_activities"),
        related_agents=_boolean(parameters, "related_agents"),
        since=moment_of(parameters, "since"),
        until=moment_of(parameters, "until"),
        limit=_limit(parameters),
        format=form,
        ascending=_boolean(parameters, "ascending"),
        attachments=_boolean(parameters, "attachments"),
    )


def _check_exclusive(parameters: Mapping[str, str]) -> None:
    by_id = parameters.keys() & {"statementId", "voidedStatementId"}
    if len(by_id) == 2:
        raise XapiError("Ask for statementId or voidedStatementId, not both.")
    if by_id and (others := parameters.keys() - _BESIDE_AN_ID):
        raise XapiError(
            f"{min(by_id)} cannot be combined with {min(others)}.",
            advice="Beside an id only format and attachments are allowed.",
        )


def uuid_of(parameters: Mapping[str, str], name: str) -> UUID | None:
    """The UUID under the name, None where there is none. Raises XapiError for another text."""
    text = parameters.get(name)
    if text is None:
        return None
    try:
        if len(text) == 36:
            return UUID(text)
    except ValueError:
        pass
    raise XapiError(f"{name}={text!r} is not a UUID.", advice="Write it with four hyphens.")


def iri_of(parameters: Mapping[str, str], name: str) -> str | None:
    """The IRI under the name, exactly as given. Raises XapiError for a text that is none in a statement (Data 2.2)."""
    text = parameters.get(name)
    if text is not None and not schemas.is_iri(text):
        raise XapiError(f"{name}={text!r} is not an IRI.", advice="Write it with its scheme.")
    return text


def _boolean(parameters: Mapping[str, str], name: str) -> bool:
    text = parameters.get(name, "false")
    if text not in ("true", "false"):
        raise XapiError(f"{name}={text!r}: write true or false.")
    return text == "true"


def moment_of(parameters: Mapping[str, str], name: str) -> datetime | None:
    """The time under the name. Raises XapiError for a text that is no timestamp of xAPI."""
    text = parameters.get(name)
    if text is None:
        return None
    try:
        return timestamps.parse(text)
    except ValueError as error:
        raise XapiError(
            f"{name}: {error}",
            advice="Write it as 2026-03-12T14:05:00.000Z; a plus sign in a URL is %2B.",
        ) from None


def _limit(parameters: Mapping[str, str]) -> int | None:
    text = parameters.get("limit", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise XapiError(f"limit={text!r} is not a whole number from 0 on.")
    return int(text) or None


def agent_of(parameters: Mapping[str, str], version: str) -> dict[str, Any] | None:
    """The agent or identified group of the parameter `agent`. Raises XapiError for anything else."""
    text = parameters.get("agent")
    if text is None:
        return None
    try:
        actor = jsontext.loads(text.encode())
    except (XapiError, UnicodeError):
        raise XapiError("agent is not JSON.", advice='Such as {"mbox":"mailto:a@b.org"}.') from None
    found = identifier(actor) if schemas.fits_actor(actor, version) else None
    if not found or _has_lone_surrogate(found):
        raise XapiError(
            "agent is not an agent or identified group.",
            advice='Such as {"mbox":"mailto:a@b.org"}, with exactly one identifier.',
        )
    agent: dict[str, Any] = actor
    return agent


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
