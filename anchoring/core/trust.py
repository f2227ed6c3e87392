"""The trust file: which logs a verifier knows, by which key, anchored where (keiko-trust/v1).

This is what a verifier holds on to; all else comes from the bundle and has to fit. It must reach
the verifier by another way than the bundle.
"""

import json
from dataclasses import dataclass
from typing import Any

from anchoring.core import strict
from anchoring.core.bundle import ADAPTERS, Chain, chain_to_json, read_chain, read_origin
from anchoring.core.errors import NoteError, TrustError
from anchoring.core.notes import read_verifier_key
from anchoring.core.strict import Place

FORMAT = "keiko-trust/v1"
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class AnchorPlace:
    """Where a log's anchors are: an adapter's collection (u32) on a chain."""

    adapter: str
    collection: int
    chain: Chain


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log: its origin, the name of who runs it, its verifier key, its address, its anchors."""

    origin: str
    name: str
    key: str
    url: str
    anchors: tuple[AnchorPlace, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """The logs that a verifier knows; no origin occurs twice."""

    logs: tuple[TrustedLog, ...]

    def log(self, origin: str) -> TrustedLog | None:
        return next((log for log in self.logs if log.origin == origin), None)


def parse_trust(data: bytes) -> Trust:
    """The trust file in these bytes; TrustError says where it is none, and why."""
    whole = strict.load(data, TrustError, most=MOST_BYTES).members(("format", "logs"))
    whole["format"].word(FORMAT)
    logs: list[TrustedLog] = []
    for place in whole["logs"].items(least=1, most=1000):
        log = _read_log(place)
        if any(log.origin == other.origin for other in logs):
            place.fail(f"The log {log.origin} occurs twice.")
        logs.append(log)
    return Trust(tuple(logs))


def serialise_trust(trust: Trust) -> bytes:
    """The trust file's bytes, indented for people to read."""
    document = {"format": FORMAT, "logs": [_log_to_json(log) for log in trust.logs]}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _read_log(place: Place) -> TrustedLog:
    found = place.members(("origin", "name", "key", "url", "anchors"))
    origin = read_origin(found["origin"])
    key = found["key"].text()
    try:
        name, _ = read_verifier_key(key)
    except NoteError as error:
        found["key"].fail(str(error))
    if name != origin:
        found["key"].fail(f"The key is one of {name}, not of {origin}.")
    url = found["url"].text()
    if not url.startswith(("http://", "https://")):
        found["url"].fail("The log's address begins with https:// or http://.")
    anchors = found["anchors"].items(most=64)
    return TrustedLog(
        origin, found["name"].text(), key, url, tuple(_read_anchor_place(each) for each in anchors)
    )


def _read_anchor_place(place: Place) -> AnchorPlace:
    found = place.members(("adapter", "collection", "chain"))
    return AnchorPlace(
        found["adapter"].word(*ADAPTERS),
        found["collection"].integer(most=2**32 - 1),
        read_chain(found["chain"]),
    )


def _log_to_json(log: TrustedLog) -> dict[str, Any]:
    anchors = [
        {"adapter": a.adapter, "collection": a.collection, "chain": chain_to_json(a.chain)}
        for a in log.anchors
    ]
    return {
        "origin": log.origin, "name": log.name, "key": log.key, "url": log.url, "anchors": anchors,
    }  # fmt: skip
