"""Actors: agents and groups, and the inverse functional identifiers that name them (Data 2.4.2)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def identifier(actor: Mapping[str, Any]) -> str | None:
    """One text for an actor's inverse functional identifier; None for an anonymous group.

    `mbox:mailto:a@b`, `mbox_sha1sum:<hex>`, `openid:<uri>`, `account:<homePage> <name>`. An IRI has no space, so
    the last form is unambiguous. IRIs are compared as they are (never normalised); hexadecimal in lower case.
    """
    if "mbox" in actor:
        return f"mbox:{actor['mbox']}"
    if "mbox_sha1sum" in actor:
        return f"mbox_sha1sum:{str(actor['mbox_sha1sum']).lower()}"
    if "openid" in actor:
        return f"openid:{actor['openid']}"
    if "account" in actor:
        account = actor["account"]
        return f"account:{account['homePage']} {account['name']}"
    return None


def identifiers_of(actor: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The identifier of an actor and of a group's members, each with whether it is a member's."""
    if own := identifier(actor):
        yield own, False
    for member in actor.get("member", ()):
        if text := identifier(member):
            yield text, True


def person(agent: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The Person object of an agent (Communication 2.4): every property but objectType is an array.

    `names` are those known of it; the one that the agent itself carries comes first.
    """
    known = dict.fromkeys(
        [*([agent["name"]] if "name" in agent else []), *names]
    )  # keeps the order
    return {
        "objectType": "Person",
        **({"name": list(known)} if known else {}),
        **{key: [agent[key]] for key in IDENTIFIERS if key in agent},
    }


def authority_identity(authority: Mapping[str, Any]) -> str:
    """One text for who vouches for a statement: the agent's identifier, or both of the pair that OAuth knows.

    `pair:<identifier> <identifier>`, sorted. The pair is an anonymous group, and equals no other group (Data 2.4.2.2);
    but it is the same two who vouch (Data 2.4.9).
    """
    own = identifier(authority)
    return own or "pair:" + " ".join(sorted(text for text, _ in identifiers_of(authority)))
