"""Which parts of a statement a share shows. Rules: no Django, no I/O.

The log commits to each of a statement's eleven slots apart (docs/log-format.md), so a share may
withhold some of them and the rest still proves. A learner chooses among groups of slots that mean
something to a person; `verb`, `object` and `version` are always shown, for without them nothing
would be said.
"""

from collections.abc import Collection, Mapping
from typing import Any

from anchoring.core.commitments import SLOTS

# What a learner may withhold, in the order of the form: group -> slots.
GROUPS: Mapping[str, frozenset[str]] = {
    "person": frozenset({"actor"}),
    "result": frozenset({"result"}),
    "context": frozenset({"context"}),
    "time": frozenset({"timestamp", "stored", "id"}),  # a UUIDv7 tells the millisecond
    "source": frozenset({"authority"}),
    "attachments": frozenset({"attachments"}),
}
WITHHOLDABLE = frozenset().union(*GROUPS.values())


class CannotWithhold(ValueError):
    """Raised for a slot that does not exist or that a share must show."""


def check_withheld(withheld: Collection[str]) -> list[str]:
    """The slots, sorted and each once. Raises CannotWithhold for one that may not be withheld."""
    wrong = sorted(set(withheld) - WITHHOLDABLE)
    if wrong:
        raise CannotWithhold(
            f"A share cannot withhold {', '.join(wrong)}; it can withhold {sorted(WITHHOLDABLE)}."
        )
    return sorted(set(withheld))


def slots_of(groups: Collection[str]) -> set[str]:
    return {slot for group in groups for slot in GROUPS[group]}


def withheld_groups(withheld: Collection[str]) -> list[str]:
    """The groups of which at least one slot is withheld, in the order of the form."""
    return [group for group, slots in GROUPS.items() if slots & set(withheld)]


def disclosed(document: Mapping[str, Any], withheld: Collection[str]) -> dict[str, Any]:
    """The statement with only the slots that are shown. Everything a page says of a shared
    statement is made from this, so that nothing withheld can reach it.
    """
    hidden = set(withheld)
    return {slot: document[slot] for slot in SLOTS if slot in document and slot not in hidden}
