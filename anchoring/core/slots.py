"""A record's slots as a bundle shows them: each opened (with its salt) or withheld."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from anchoring.core.canonical import NotExpressible
from anchoring.core.commitments import (
    SLOTS,
    commit_absent,
    commit_exact,
    commit_value,
    salt,
    slot_members,
    statement_entry,
)
from anchoring.core.statement import exact_member


@dataclass(frozen=True, slots=True)
class Withheld:
    """Only the commitment is shown (32 bytes)."""

    commitment: bytes


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A value and the salt (32 bytes) that opens its commitment."""

    commitment: bytes
    salt: bytes
    value: Any


@dataclass(frozen=True, slots=True)
class Absent:
    """The statement has no such property, and the salt shows it."""

    commitment: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Exact:
    """A flagged value, which has no canonical form: its exact JSON text, and the salt."""

    commitment: bytes
    salt: bytes
    text: str


Slot = Withheld | Disclosed | Absent | Exact


@dataclass(frozen=True, slots=True)
class Record:
    """A statement in the log at `index`, with all 11 slots."""

    index: int
    slots: dict[str, Slot]

    def entry(self) -> bytes:
        """The log entry (353 bytes), with the opened slots computed anew from what they show."""
        return statement_entry({name: recompute(name, self.slots[name]) for name in SLOTS})

    def changed_slots(self) -> list[str]:
        """The opened slots that do not show what was committed."""
        return [n for n in SLOTS if recompute(n, self.slots[n]) != self.slots[n].commitment]

    def withheld(self) -> list[str]:
        return [name for name in SLOTS if isinstance(self.slots[name], Withheld)]


def recompute(name: str, slot: Slot) -> bytes:
    """The commitment (32 bytes) that follows from what the slot shows; a withheld one is taken
    as given. Raises NotExpressible where a disclosed value has no canonical form."""
    match slot:
        case Disclosed():
            return commit_value(name, slot.salt, slot.value)
        case Absent():
            return commit_absent(name, slot.salt)
        case Exact():
            return commit_exact(name, slot.salt, slot.text.encode())
        case Withheld():
            return slot.commitment


def open_slots(*, document: bytes, seed: bytes, withheld: Collection[str]) -> dict[str, Slot]:
    """The slots of a stored statement for a bundle, those in `withheld` closed.

    `document` as for `commitments.commit_slots`; `seed` is the record's (32 bytes). Raises
    ValueError where `withheld` names no slot.
    """
    if foreign := set(withheld) - set(SLOTS):
        raise ValueError(f"A statement has no slot {', '.join(sorted(foreign))}.")
    found = slot_members(document)
    slots: dict[str, Slot] = {}
    for name in SLOTS:
        opened = _open(name, salt(seed, name), found, document)
        slots[name] = Withheld(opened.commitment) if name in withheld else opened
    return slots


def _open(name: str, slot_salt: bytes, found: dict[str, Any], document: bytes) -> Slot:
    if name not in found:
        return Absent(commit_absent(name, slot_salt), slot_salt)
    try:
        return Disclosed(commit_value(name, slot_salt, found[name]), slot_salt, found[name])
    except NotExpressible:
        exact = exact_member(document, name)
        return Exact(commit_exact(name, slot_salt, exact), slot_salt, exact.decode())
