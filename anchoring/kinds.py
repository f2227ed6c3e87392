"""Where the records of each kind come from: the log's only door for whoever has something to prove.

An application adds a source for its kind in its AppConfig.ready; the sequencer asks it in each batch, and the monitor
when it recomputes what the log holds. What a kind's entries look like is said by `anchoring.core.kinds`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from anchoring.models import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """A record's entry, its kind's byte first; with the seed (32 bytes) of its salts where it commits to slots.

    The sequencer keeps a seed with what its leaf stands for (anchoring.leaves), sealed.
    """

    entry: bytes
    seed: bytes | None = None


class Source(Protocol):
    """Records of one kind, each with a number of its own. Every method is called in the sequencer's transaction but
    the last."""

    def waiting(self, *, limit: int) -> Sequence[int]:
        """Up to `limit` records that have no place in the log yet, in the order in which they get one."""
        ...

    def entries(self, *, records: Sequence[int]) -> Mapping[int, Entry]:
        """The entry of each."""
        ...

    def logged(self, *, places: Mapping[int, int]) -> None:
        """Keep the place in the log of each record; none of them waits from now on."""
        ...

    def between(self, *, begin: int, end: int) -> Mapping[int, bytes]:
        """By index, the entries that the log must hold from `begin` to below `end`."""
        ...


_sources: dict[Kind, Source] = {}


def add_source(kind: Kind, source: Source) -> None:
    """Let the records of this source into the log. Raises ValueError where the kind has one already."""
    if kind in _sources:
        raise ValueError(f"The kind {kind.label} has a source already.")
    _sources[kind] = source


def sources() -> Mapping[Kind, Source]:
    """Every source that was added; statements, which come by their own queue, are not among them."""
    return dict(_sources)
