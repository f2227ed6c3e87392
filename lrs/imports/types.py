"""What passes between the processes of an import: no models here, for a process reads it before Django is set up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """What an import goes by. `authority` vouches for the statements; `keep_authority`: for those only that name none.

    `version` is that of a statement which does not say its own.
    """

    import_id: int
    store_id: int
    authority: Mapping[str, Any]
    keep_authority: bool
    version: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines were stored, were there already, and were refused."""

    stored: int = 0
    unchanged: int = 0
    refused: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.stored + other.stored,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )
