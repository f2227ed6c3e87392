"""The bundle: one file that shows some records of the log, with their proofs (keiko-bundle/v1).

`parse` is strict, `serialise` writes what `parse` reads. What the form cannot tell (whether the
proofs hold) is for `verification`. See docs/log-format.md.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anchoring.core import kinds, strict
from anchoring.core.canonical import NotExpressible, canonical
from anchoring.core.commitments import HASH_BYTES, SLOTS
from anchoring.core.errors import BundleError, NoteError
from anchoring.core.notes import MOST_CHARACTERS, check_origin
from anchoring.core.slots import Absent, Disclosed, Exact, Record, Slot, Withheld, open_slots
from anchoring.core.statement import read_json
from anchoring.core.strict import Place
from chain.light.errors import ProofError
from chain.light.header import Header, hexed

__all__ = [
    "Absent", "Anchor", "Block", "Bundle", "Chain", "Disclosed", "Exact", "Record", "Share",
    "Slot", "Withheld", "anchor_to_json", "open_slots", "parse", "serialise",
]  # fmt: skip

FORMAT = "keiko-bundle/v1"
MOST_BYTES = 64 * 1024 * 1024
MOST_RECORDS = 50_000
MOST_PROOF_HASHES = 64 * MOST_RECORDS
MOST_TRIE_NODES = 256
MOST_NODES = 16
ADAPTERS = ("uniques",)


@dataclass(frozen=True, slots=True)
class Share:
    """What Keiko says of the share; nothing proves it."""

    title: str
    learner: str
    institution: str
    created: datetime
    expires: datetime | None
    status_url: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain by its genesis block's hash (32 bytes), and nodes that may be asked."""

    name: str
    genesis: bytes
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block by its hash (32 bytes), with its header as JSON-RPC gives it."""

    hash: bytes
    header: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the checkpoint's size and root are on a chain, and a read proof of that block's state
    for the anchor and the block's time."""

    adapter: str
    collection: int
    chain: Chain
    seq: int
    block: Block
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Records, with one multi-proof (hashes of 32 bytes) to a signed checkpoint, and its anchor."""

    origin: str
    share: Share
    records: tuple[Record, ...]
    checkpoint: str
    proof: tuple[bytes, ...]
    anchor: Anchor | None


def parse(data: bytes) -> Bundle:
    """The bundle in a file's bytes; BundleError says where it is not one, and why."""
    whole = strict.load(data, BundleError, most=MOST_BYTES).members(
        ("format", "origin", "share", "records", "checkpoint", "proof", "anchor")
    )
    whole["format"].word(FORMAT)
    hashes = whole["proof"].items(most=MOST_PROOF_HASHES)
    return Bundle(
        origin=read_origin(whole["origin"]),
        share=_read_share(whole["share"]),
        records=_read_records(whole["records"]),
        checkpoint=whole["checkpoint"].text(most=MOST_CHARACTERS),
        proof=tuple(each.base64(size=HASH_BYTES) for each in hashes),
        anchor=None if whole["anchor"].value is None else read_anchor(whole["anchor"]),
    )


def serialise(bundle: Bundle) -> bytes:
    """The bundle's bytes: UTF-8 JSON on one line. The same bundle gives the same bytes."""
    share = bundle.share
    document = {
        "format": FORMAT,
        "origin": bundle.origin,
        "share": {
            "title": share.title,
            "learner": share.learner,
            "institution": share.institution,
            "created": share.created.isoformat(),
            "expires": share.expires.isoformat() if share.expires else None,
            "status_url": share.status_url,
        },
        "records": [_record_to_json(record) for record in bundle.records],
        "checkpoint": bundle.checkpoint,
        "proof": [_b64(each) for each in bundle.proof],
        "anchor": anchor_to_json(bundle.anchor) if bundle.anchor else None,
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def anchor_to_json(anchor: Anchor) -> dict[str, Any]:
    """The anchor as in a bundle and in the log's answer to `anchors/latest`."""
    return {
        "adapter": anchor.adapter,
        "collection": anchor.collection,
        "chain": chain_to_json(anchor.chain),
        "seq": anchor.seq,
        "block": {"hash": hexed(anchor.block.hash), "header": dict(anchor.block.header)},
        "proof": [hexed(node) for node in anchor.proof],
    }


def chain_to_json(chain: Chain) -> dict[str, Any]:
    return {"name": chain.name, "genesis": hexed(chain.genesis), "nodes": list(chain.nodes)}


def read_origin(place: Place) -> str:
    origin = place.text(most=255)
    try:
        check_origin(origin)
    except NoteError as error:
        place.fail(str(error))
    return origin


def read_chain(place: Place) -> Chain:
    found = place.members(("name", "genesis", "nodes"))
    nodes = found["nodes"].items(most=MOST_NODES)
    return Chain(
        found["name"].text(),
        found["genesis"].hexadecimal(size=32),
        tuple(node.text() for node in nodes),
    )


def read_anchor(place: Place) -> Anchor:
    found = place.members(("adapter", "collection", "chain", "seq", "block", "proof"))
    block = found["block"].members(("hash", "header"))
    nodes = found["proof"].items(least=1, most=MOST_TRIE_NODES)
    return Anchor(
        adapter=found["adapter"].word(*ADAPTERS),
        collection=found["collection"].integer(most=2**32 - 1),
        chain=read_chain(found["chain"]),
        seq=found["seq"].integer(),
        block=Block(block["hash"].hexadecimal(size=32), _read_header(block["header"])),
        proof=tuple(node.hexadecimal() for node in nodes),
    )


def _read_header(place: Place) -> Mapping[str, Any]:
    try:
        return Header.from_rpc(place.value).to_rpc()
    except ProofError as error:
        place.fail(str(error))


def _read_share(place: Place) -> Share:
    found = place.members(("title", "learner", "institution", "created", "expires", "status_url"))
    expires, status_url = found["expires"], found["status_url"]
    return Share(
        title=found["title"].text(empty=True),
        learner=found["learner"].text(empty=True),
        institution=found["institution"].text(empty=True),
        created=found["created"].moment(),
        expires=None if expires.value is None else expires.moment(),
        status_url=None if status_url.value is None else status_url.text(),
    )


def _read_records(place: Place) -> tuple[Record, ...]:
    records: list[Record] = []
    for each in place.items(least=1, most=MOST_RECORDS):
        found = each.members(("index", "kind", "slots"))
        found["kind"].word(kinds.STATEMENT.name)
        index = found["index"].integer()
        if records and index <= records[-1].index:
            found["index"].fail("The records are not in the order of their indexes.")
        slots = found["slots"].members(SLOTS)
        records.append(Record(index, {name: _read_slot(slots[name]) for name in SLOTS}))
    return tuple(records)


def _read_slot(place: Place) -> Slot:
    found = place.members(("commitment",), ("salt", "value", "absent", "exact"))
    commitment = found["commitment"].base64(size=HASH_BYTES)
    shown = found.keys() - {"commitment", "salt"}
    if not shown and "salt" not in found:
        return Withheld(commitment)
    if len(shown) != 1 or "salt" not in found:
        place.fail('An opened slot has "salt" and one of "value", "absent" and "exact".')
    salt = found["salt"].base64(size=HASH_BYTES)
    if "absent" in found:
        found["absent"].true()
        return Absent(commitment, salt)
    if "exact" in found:
        return Exact(commitment, salt, _read_exact(found["exact"]))
    return Disclosed(commitment, salt, _read_value(found["value"]))


def _read_value(place: Place) -> Any:
    try:
        canonical(place.value)
    except NotExpressible as error:
        place.fail(f'{error} It belongs into "exact".')
    return place.value


def _read_exact(place: Place) -> str:
    text = place.text(most=MOST_BYTES)
    try:
        read_json(text)
    except (ValueError, RecursionError):
        place.fail("The text is not JSON.")
    return text


def _record_to_json(record: Record) -> dict[str, Any]:
    slots = {name: _slot_to_json(record.slots[name]) for name in SLOTS}
    return {"index": record.index, "kind": kinds.STATEMENT.name, "slots": slots}


def _slot_to_json(slot: Slot) -> dict[str, Any]:
    document: dict[str, Any] = {"commitment": _b64(slot.commitment)}
    match slot:
        case Disclosed():
            document |= {"salt": _b64(slot.salt), "value": slot.value}
        case Absent():
            document |= {"salt": _b64(slot.salt), "absent": True}
        case Exact():
            document |= {"salt": _b64(slot.salt), "exact": slot.text}
        case Withheld():
            pass
    return document


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
