"""The kinds of records that a log holds: which byte begins their entries, and what follows it.

A kind commits to slots, each under a salt of its own and the kind's tag, so that one part can be shown without the
others; or its entry says all there is, as an erasure's does. A later system registers its kind here, and its source in
`anchoring.kinds`. See docs/log-format.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anchoring.core.canonical import canonical
from anchoring.core.commitments import HASH_BYTES, SLOTS
from anchoring.core.commitments import STATEMENT as STATEMENT_BYTE
from anchoring.core.errors import MerkleError
from anchoring.core.mac import hmac_sha256, key_of

_SALT = b"keiko/v1/salt\0"


class EntryUnreadable(MerkleError):
    """Bytes that are no entry of a known kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`number` begins an entry, `name` is the word for it, `slots` are what it commits to, sorted.

    The tag of its HMAC is `keiko/v1/<name>`. Without slots, `size` is the body's number of bytes.
    """

    number: int
    name: str
    slots: tuple[str, ...] = ()
    size: int = 0

    @property
    def tag(self) -> bytes:
        return b"keiko/v1/" + self.name.encode() + b"\0"

    @property
    def body_bytes(self) -> int:
        return len(self.slots) * HASH_BYTES if self.slots else self.size

    def commit(self, members: Mapping[str, Any], seed: bytes) -> dict[str, bytes]:
        """The commitment (32 bytes) to each slot, under the record's seed (32 bytes).

        Raises ValueError for a member that is no slot, NotExpressible for a value without canonical form. A
        statement's takes the way of `commitments.commit_slots`, which knows flagged values.
        """
        if foreign := members.keys() - set(self.slots):
            raise ValueError(f"A record of the kind {self.name} has no slot {min(foreign)!r}.")
        return {
            slot: hmac_sha256(
                key_of(hmac_sha256(key_of(seed), _SALT + slot.encode())),
                self.tag + canonical([slot, members[slot]] if slot in members else [slot]),
            )
            for slot in self.slots
        }

    def entry(self, commitments: Mapping[str, bytes]) -> bytes:
        """The log entry of a record: the kind's byte, then the commitments in the order of the slots."""
        return self.of_body(b"".join(commitments[slot] for slot in self.slots))

    def of_body(self, body: bytes) -> bytes:
        if len(body) != self.body_bytes:
            raise ValueError(
                f"An entry of the kind {self.name} has a body of {self.body_bytes} bytes."
            )
        return bytes([self.number]) + body


_by_number: dict[int, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError where its number or name is taken, or its slots are not sorted."""
    taken = [
        each for each in _by_number.values() if kind.number == each.number or kind.name == each.name
    ]
    if taken:
        raise ValueError(f"The kind {taken[0].number:#04x} {taken[0].name} is there already.")
    if not 0 < kind.number < 256 or list(kind.slots) != sorted(set(kind.slots)):
        raise ValueError("A kind has a number from 1 to 255, and its slots are sorted.")
    _by_number[kind.number] = kind
    return kind


STATEMENT = register(Kind(STATEMENT_BYTE[0], "statement", slots=SLOTS))
CREDENTIAL = register(Kind(0x02, "credential", slots=("credential", "issued", "subject")))
ERASURE = register(Kind(0x03, "erasure", size=9))
HIERARCHY = register(
    Kind(
        0x04,
        "hierarchy",
        slots=(
            "activity",
            "declared",
            "ends",
            "kind",
            "level",
            "names",
            "parent",
            "starts",
            "store",
        ),
    )
)


def kinds() -> tuple[Kind, ...]:
    """Every kind that is known, by number."""
    return tuple(_by_number[number] for number in sorted(_by_number))


def read(entry: bytes) -> tuple[Kind, bytes]:
    """The kind and the body of an entry. Raises EntryUnreadable."""
    kind = _by_number.get(entry[0]) if entry else None
    if kind is None:
        raise EntryUnreadable(f"No kind of record begins with {entry[:1].hex() or 'nothing'}.")
    if len(entry) != 1 + kind.body_bytes:
        raise EntryUnreadable(
            f"An entry of the kind {kind.name} has {1 + kind.body_bytes} bytes, not {len(entry)}."
        )
    return kind, entry[1:]


@dataclass(frozen=True, slots=True)
class Marker:
    """An erasure: the record at `index` (u64) was erased, for a `reason` (u8)."""

    index: int
    reason: int

    def entry(self) -> bytes:
        return ERASURE.of_body(self.index.to_bytes(8, "big") + self.reason.to_bytes(1, "big"))

    @classmethod
    def read(cls, entry: bytes) -> "Marker":
        """Raises EntryUnreadable for bytes that are no erasure's entry."""
        kind, body = read(entry)
        if kind is not ERASURE:
            raise EntryUnreadable(f"This is an entry of the kind {kind.name}, not of an erasure.")
        return cls(int.from_bytes(body[:8], "big"), body[8])
