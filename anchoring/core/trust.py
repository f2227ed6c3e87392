"""The trust file: which logs a verifier knows, by which key, anchored where (keiko-trust/v1).

This is what a verifier holds on to; all else comes from the bundle and has to fit. It must reach
the verifier by another way than the bundle.
"""

import json
from dataclasses import dataclass
from typing import Any

from anchoring.core import strict
from anchoring.core.bundle import ADAPTERS, Chain, chain_to_json, read_chain, read_origin
from anchoring.core.cosignatures import cosignatures, read_witness_key
from anchoring.core.errors import NoteError, TrustError
from anchoring.core.notes import Checkpoint, KnownKey, open_with, read_vkey
from anchoring.core.strict import Place

FORMAT = "keiko-trust/v1"
MOST_BYTES = 1024 * 1024
MOST_KEYS = 32


@dataclass(frozen=True, slots=True)
class AnchorPlace:
    """Where a log's anchors are: an adapter's collection (u32) on a chain."""

    adapter: str
    collection: int
    chain: Chain


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who watches a log (vkeys of type 04), and how many of them must have cosigned a checkpoint."""

    required: int
    keys: tuple[str, ...]

    def who_cosigned(self, note: str) -> tuple[str, ...]:
        """The names of those that cosigned the note; NoteError where a cosignature is wrong."""
        found = cosignatures(note, self.keys)
        return tuple(read_witness_key(key).name for key in self.keys if key in found)


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log: its origin, the name of who runs it, its verifier key, its address, its anchors.

    `other_keys`: those that sign beside `key` while keys change, and those that were retired.
    """

    origin: str
    name: str
    key: str
    url: str
    anchors: tuple[AnchorPlace, ...]
    other_keys: tuple[KnownKey, ...] = ()
    witnesses: Witnesses | None = None

    @property
    def keys(self) -> tuple[KnownKey, ...]:
        return (KnownKey(self.key), *self.other_keys)

    def open(self, note: str) -> Checkpoint:
        """The checkpoint of a note that this log signed; NoteError where it did not."""
        return open_with(note, self.keys)


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
    found = place.members(("origin", "name", "key", "url", "anchors"), ("other_keys", "witnesses"))
    origin = read_origin(found["origin"])
    key = _read_key(found["key"], origin)
    url = found["url"].text()
    if not url.startswith(("http://", "https://")):
        found["url"].fail("The log's address begins with https:// or http://.")
    anchors = found["anchors"].items(most=64)
    return TrustedLog(
        origin,
        found["name"].text(),
        key,
        url,
        tuple(_read_anchor_place(each) for each in anchors),
        _read_other_keys(found["other_keys"], origin, key) if "other_keys" in found else (),
        _read_witnesses(found["witnesses"]) if "witnesses" in found else None,
    )


def _read_key(place: Place, origin: str) -> str:
    key = place.text()
    try:
        name = read_vkey(key).name
    except NoteError as error:
        place.fail(str(error))
    if name != origin:
        place.fail(f"The key is one of {name}, not of {origin}.")
    return key


def _read_other_keys(place: Place, origin: str, key: str) -> tuple[KnownKey, ...]:
    keys: list[KnownKey] = []
    for each in place.items(least=1, most=MOST_KEYS):
        found = each.members(("key",), ("last_size",))
        other = _read_key(found["key"], origin)
        if other in (key, *(known.key for known in keys)):
            found["key"].fail("This key occurs twice.")
        last_size = found["last_size"].integer() if "last_size" in found else None
        keys.append(KnownKey(other, last_size))
    return tuple(keys)


def _read_witnesses(place: Place) -> Witnesses:
    found = place.members(("required", "keys"))
    keys: list[str] = []
    seen: set[bytes] = set()
    for each in found["keys"].items(least=1, most=MOST_KEYS):
        try:
            public = read_witness_key(each.text()).public.public_bytes_raw()
        except NoteError as error:
            each.fail(str(error))
        if public in seen:
            # Also under another name: one witness must not count as two.
            each.fail("This witness's key occurs twice.")
        seen.add(public)
        keys.append(each.value)
    return Witnesses(found["required"].integer(most=len(keys)), tuple(keys))


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
    document: dict[str, Any] = {
        "origin": log.origin, "name": log.name, "key": log.key, "url": log.url, "anchors": anchors,
    }  # fmt: skip
    if log.other_keys:
        document["other_keys"] = [_key_to_json(each) for each in log.other_keys]
    if log.witnesses:
        keys = list(log.witnesses.keys)
        document["witnesses"] = {"required": log.witnesses.required, "keys": keys}
    return document


def _key_to_json(known: KnownKey) -> dict[str, Any]:
    last = {} if known.last_size is None else {"last_size": known.last_size}
    return {"key": known.key, **last}
