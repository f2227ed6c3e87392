"""What a monitor remembers from one look to the next (keiko-monitor/v1), as a file."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from anchoring.core import strict
from anchoring.core.bundle import read_origin
from anchoring.core.errors import FormatError, NoteError
from anchoring.core.monitor import Head
from anchoring.core.notes import MOST_CHARACTERS, KnownKey, open_with
from anchoring.core.strict import Place
from anchoring.core.tree import HASH_BYTES, LARGEST_SIZE, Frontier

FORMAT = "keiko-monitor/v1"
MOST_BYTES = 1024 * 1024


class StateError(FormatError):
    """This is no monitor's state of format keiko-monitor/v1, or it contradicts itself."""

    document = "monitor's state"
    advice = (
        "Restore the file from a backup. If you remove it the monitor begins anew, and cannot see "
        "what was changed before that."
    )


@dataclass(frozen=True, slots=True)
class SeenAnchor:
    """An anchor that the chain held: its number, and size and root (32 bytes) of the log."""

    seq: int
    size: int
    root: bytes

    def head(self) -> Head:
        return Head(self.size, self.root, f"Anchor {self.seq} on the chain")


@dataclass(frozen=True, slots=True)
class Memory:
    """The log as it was last seen and found well.

    `note` is the newest checkpoint as it was signed ("" before the first), `frontier` that of its
    tree. `anchor` is the newest one whose chain was read. `trust` is the log's entry of a trust
    file, kept where the log's own word was taken for it at the first look; else "".
    """

    origin: str
    note: str = ""
    frontier: Frontier = field(default_factory=Frontier)
    anchor: SeenAnchor | None = None
    trust: str = ""

    def head(self) -> Head | None:
        """The remembered checkpoint; None before the first one."""
        if not self.frontier.size:
            return None
        return Head(self.frontier.size, self.frontier.root(), "The checkpoint seen before")


def parse(data: bytes, known: Sequence[KnownKey] | None = None) -> Memory:
    """The memory in these bytes; StateError where it is none, or where (with a key) its checkpoint
    was not signed with that."""
    found = strict.load(data, StateError, most=MOST_BYTES).members(
        ("format", "origin", "size", "checkpoint", "frontier", "anchor", "trust")
    )
    found["format"].word(FORMAT)
    hashes = tuple(each.base64(size=HASH_BYTES) for each in found["frontier"].items(most=64))
    try:
        frontier = Frontier(found["size"].integer(), hashes)
    except ValueError as error:
        found["frontier"].fail(str(error))
    memory = Memory(
        read_origin(found["origin"]),
        found["checkpoint"].text(most=MOST_CHARACTERS, empty=True),
        frontier,
        None if found["anchor"].value is None else _read_anchor(found["anchor"]),
        found["trust"].text(most=MOST_BYTES, empty=True),
    )
    if known is not None and memory.note:
        _check_note(memory, known, found["checkpoint"])
    return memory


def serialise(memory: Memory) -> bytes:
    """The memory's bytes, which `parse` reads."""
    anchor: dict[str, Any] | None = None
    if memory.anchor:
        anchor = {
            "seq": memory.anchor.seq,
            "size": memory.anchor.size,
            "root": _b64(memory.anchor.root),
        }
    document = {
        "format": FORMAT,
        "origin": memory.origin,
        "size": memory.frontier.size,
        "checkpoint": memory.note,
        "frontier": [_b64(each) for each in memory.frontier.hashes],
        "anchor": anchor,
        "trust": memory.trust,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _read_anchor(place: Place) -> SeenAnchor:
    found = place.members(("seq", "size", "root"))
    return SeenAnchor(
        found["seq"].integer(most=LARGEST_SIZE),
        found["size"].integer(most=LARGEST_SIZE),
        found["root"].base64(size=HASH_BYTES),
    )


def _check_note(memory: Memory, known: Sequence[KnownKey], place: Place) -> None:
    try:
        checkpoint = open_with(memory.note, known)
    except NoteError as error:
        place.fail(str(error))
    if (checkpoint.size, checkpoint.root) != (memory.frontier.size, memory.frontier.root()):
        place.fail("The frontier is not that of the checkpoint.")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
