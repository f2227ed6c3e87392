"""What an issuer says of itself (OpenID Connect Discovery 1.0, RFC 8414): fetched when an administrator asks for it.

Nothing in a token ever leads here.
"""

import json
from dataclasses import dataclass
from typing import Any

import requests

from lrs.oauth.errors import DiscoveryFailed
from lrs.oauth.fetching import fetch
from lrs.oauth.jwks import ALGORITHMS, keys_in
from lrs.oauth.services import is_safe_url


@dataclass(frozen=True, slots=True)
class Discovered:
    """`algorithms`: those by which the issuer says that it signs and that we take; empty where it does not say."""

    jwks_url: str
    algorithms: tuple[str, ...]


def discover(issuer: str) -> Discovered:
    """What the issuer's document says. Raises DiscoveryFailed when it cannot be had or does not fit."""
    if not is_safe_url(issuer):
        raise DiscoveryFailed("An issuer is an https address, as in the tokens' claim “iss”.")
    address = f"{issuer.removesuffix('/')}/.well-known/openid-configuration"
    document = _json_at(address, "Check the issuer, or give the address of its keys.")
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        said = document.get("issuer") if isinstance(document, dict) else None
        raise DiscoveryFailed(
            f"{address} names the issuer {said!r}, not {issuer!r}. Give the issuer exactly as it names itself, "
            "to the last slash: its tokens do the same."
        )
    jwks_url = document.get("jwks_uri")
    if not isinstance(jwks_url, str) or not is_safe_url(jwks_url):
        raise DiscoveryFailed(
            f"{address} has {jwks_url!r} as jwks_uri, which is no https address. Ask the issuer's administrator."
        )
    said = document.get("id_token_signing_alg_values_supported")
    named = said if isinstance(said, list) else []
    return Discovered(jwks_url, tuple(name for name in ALGORITHMS if name in named))


def count_keys(jwks_url: str) -> int:
    """How many keys for signatures are at the address, one at least. Raises DiscoveryFailed."""
    if not is_safe_url(jwks_url):
        raise DiscoveryFailed(f"{jwks_url} is no https address (http only from this machine).")
    try:
        found = keys_in(_json_at(jwks_url, "Check the address of the keys."))
    except ValueError as error:
        raise DiscoveryFailed(f"At {jwks_url} {error}. Check the address.") from error
    if not found:
        raise DiscoveryFailed(f"At {jwks_url} is no key for signatures. Check the address.")
    return sum(map(len, found.values()))


def _json_at(address: str, advice: str) -> Any:
    try:
        return json.loads(fetch(address))
    except (requests.RequestException, ValueError) as error:
        raise DiscoveryFailed(f"{address} cannot be read: {error}. {advice}") from error
