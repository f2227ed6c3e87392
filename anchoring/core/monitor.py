"""The rules of monitoring a log: the tree is built again from its tiles, and every head that was
ever signed, anchored or seen must be a head of that one tree.

Each head is compared with the tree that goes on from the one before, so all pairs of them are
consistent where all of them fit. No input or output here: tiles come from a reader.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anchoring.core import tiles
from anchoring.core.commitments import HASH_BYTES
from anchoring.core.errors import MerkleError
from anchoring.core.tiles import HEIGHT, WIDTH, Tile
from anchoring.core.tree import Frontier, consistency_proof, verify_consistency

# The bytes of a tile of exactly its width; None where the log has no such tile.
ReadTile = Callable[[Tile], bytes | None]


class Kind(StrEnum):
    """What a finding is."""

    FORK = "fork"
    GAP = "gap"
    REWRITE = "rewrite"
    SHORTENED = "shortened"
    SIGNATURE = "signature"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an honest log cannot show: what, where, and what was seen there."""

    kind: Kind
    where: str
    detail: str


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody's word on the log: at `size` leaves its root (32 bytes) was this. `source` says
    whose word, as the subject of a sentence."""

    size: int
    root: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """The leaf hashes (32 bytes each) from `begin` on that one tile gave, the frontier after them,
    and what was found."""

    begin: int
    leaves: tuple[bytes, ...]
    frontier: Frontier
    findings: tuple[Finding, ...]


def rebuild(
    start: Frontier, until: int, read: ReadTile, heads: Sequence[Head] = ()
) -> Iterator[Step]:
    """Build the tree on from `start` to `until` leaves, a tile at a time, in bounded memory.

    Heads of a size from `start` to `until` are compared on the way. A tile that is not there ends
    the walk: the last step's frontier is then smaller than `until`.
    """
    tree = _Tree(start, until, read, sorted(heads, key=lambda head: head.size))
    yield Step(start.size, (), tree.frontier, (*tree.open(), *tree.compared()))
    while tree.frontier.size < until:
        begin = tree.frontier.size
        leaves, findings = tree.next_leaves()
        if not leaves:
            yield Step(begin, (), tree.frontier, tuple(findings))
            return
        findings += tree.grow(leaves)
        yield Step(begin, leaves, tree.frontier, tuple(findings))
    yield Step(until, (), tree.frontier, tuple(tree.close()))


class _Tree:
    """The walk's state: the frontier, and of each upper level the tile that is not full yet."""

    def __init__(self, start: Frontier, until: int, read: ReadTile, heads: Sequence[Head]) -> None:
        self.frontier = start
        self._until = until
        self._read = read
        self._heads = [head for head in heads if start.size <= head.size <= until]
        self._held = "the first leaf"
        self._rows: dict[int, list[bytes]] = {}
        # Levels whose open tile is missing: that is said once, and nothing can be compared there.
        self._lost: set[int] = set()

    def open(self) -> Iterator[Finding]:
        """Read the tiles that were not full at the start; they must be those of the frontier."""
        for level in range((self.frontier.size.bit_length() + HEIGHT - 1) // HEIGHT):
            index, width = divmod(self.frontier.size >> (HEIGHT * level), WIDTH)
            if not width:
                continue
            place = Tile(level, index, width)
            hashes, findings = self._hashes(place)
            yield from findings
            if not hashes:
                self._lost.add(level)
                continue
            self._rows[level] = list(hashes)
            if Frontier().extend(hashes).hashes != _of_tile(self.frontier, level):
                yield Finding(
                    Kind.REWRITE,
                    f"tile/{place.path()}",
                    "Its hashes are not those that were there when the log was last looked at: "
                    f"something among the leaves {_leaves_below(place)} was changed.",
                )

    def next_leaves(self) -> tuple[tuple[bytes, ...], list[Finding]]:
        """The leaf hashes of the next tile; none where that is not there."""
        index, known = divmod(self.frontier.size, WIDTH)
        place = Tile(0, index, tiles.width_at(self._until, 0, index))
        hashes, findings = self._hashes(place)
        before = self._rows.pop(0, None)
        if hashes and before and list(hashes[:known]) != before:
            findings.append(_changed(place, before, hashes))
        return hashes[known:], findings

    def grow(self, leaves: Sequence[bytes]) -> list[Finding]:
        findings: list[Finding] = []
        done = 0
        while done < len(leaves):
            stop = len(leaves)
            if self._heads:
                stop = min(stop, done + self._heads[0].size - self.frontier.size)
            self.frontier = self.frontier.extend(leaves[done:stop], self._note)
            findings += self.compared()
            done = stop
        for level in sorted(self._rows):
            findings += self._compare_full(level)
        return findings

    def compared(self) -> list[Finding]:
        """Compare the heads of the present size with the tree."""
        findings: list[Finding] = []
        while self._heads and self._heads[0].size == self.frontier.size:
            head = self._heads.pop(0)
            if head.root == self.frontier.root():
                self._held = f"size {head.size} ({head.source})"
                continue
            findings.append(
                Finding(
                    Kind.FORK,
                    f"size {head.size}",
                    f"{head.source} has the root {head.root.hex()}; the log's tiles lead to "
                    f"{self.frontier.root().hex()}. All was well up to {self._held}.",
                )
            )
        return findings

    def close(self) -> Iterator[Finding]:
        """Compare the upper tiles that are not full at the end."""
        for level, row in sorted(self._rows.items()):
            if level and row:
                index = (self.frontier.size >> (HEIGHT * level)) // WIDTH
                yield from self._compare(Tile(level, index, len(row)), row)

    def _note(self, level: int, index: int, node: bytes) -> None:
        tile_level, between = divmod(level, HEIGHT)
        if tile_level and not between and tile_level not in self._lost:
            self._rows.setdefault(tile_level, []).append(node)

    def _compare_full(self, level: int) -> Iterator[Finding]:
        row = self._rows[level]
        if level and len(row) == WIDTH:
            index = (self.frontier.size >> (HEIGHT * level)) // WIDTH - 1
            yield from self._compare(Tile(level, index), row)
            row.clear()

    def _compare(self, place: Tile, row: Sequence[bytes]) -> Iterator[Finding]:
        hashes, findings = self._hashes(place)
        yield from findings
        if hashes and list(hashes) != row:
            yield _changed(place, row, hashes)

    def _hashes(self, place: Tile) -> tuple[tuple[bytes, ...], list[Finding]]:
        data = self._read(place)
        if data is not None and len(data) == place.width * HASH_BYTES:
            parts = (data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
            return tuple(parts), []
        found = "is not there" if data is None else f"has {len(data)} bytes"
        detail = (
            f"The tile {found}, though the log has {self._until} leaves. It covers the leaves "
            f"{_leaves_below(place)}."
        )
        return (), [Finding(Kind.GAP, f"tile/{place.path()}", detail)]


def check_behind(head: Head, newest: Head, read: ReadTile) -> Finding | None:
    """Does a head of a size that the walk has left behind belong to the newest head's tree?

    The tiles only help to find the proof; the newest root decides. Requires 0 < head.size <=
    newest.size.
    """

    def wide(level: int, index: int, width: int) -> bytes:
        data = read(Tile(level, index, width))
        if data is None:
            raise ValueError(f"tile/{Tile(level, index, width).path()} is not there")
        return data

    try:
        proof = consistency_proof(head.size, newest.size, tiles.reader(wide, newest.size))
        verify_consistency(
            old=head.size, new=newest.size, old_root=head.root, new_root=newest.root, proof=proof
        )
    except (MerkleError, ValueError) as error:
        return Finding(
            Kind.FORK,
            f"size {head.size}",
            f"{head.source} is not continued by {newest.source} of size {newest.size}: {error}",
        )
    return None


def check_beyond(heads: Sequence[Head], newest: Head) -> list[Finding]:
    """A head of more leaves than the log now has: the log was shortened."""
    return [
        Finding(
            Kind.SHORTENED,
            f"size {newest.size}",
            f"{head.source} is of {head.size} leaves; {newest.source} has {newest.size} only. What "
            "was there behind them was taken out, or an older state was restored.",
        )
        for head in heads
        if head.size > newest.size
    ]


def _of_tile(frontier: Frontier, level: int) -> tuple[bytes, ...]:
    """Those of the frontier's hashes that are made of the open tile at this tile level."""
    size = frontier.size
    bits = [bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
    pairs = zip(bits, frontier.hashes, strict=True)
    return tuple(each for bit, each in pairs if bit // HEIGHT == level)


def _changed(place: Tile, expected: Sequence[bytes], found: Sequence[bytes]) -> Finding:
    at = next(n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b)
    below = "the tiles below it" if place.level else "what was read there before"
    return Finding(
        Kind.REWRITE,
        f"tile/{place.path()}",
        f"Its hash {at} is {found[at].hex()}; {below} gives {expected[at].hex()}. Either was "
        f"replaced, among the leaves {_leaves_below(Tile(place.level, place.index, at + 1), at)}.",
    )


def _leaves_below(place: Tile, first: int = 0) -> str:
    """The numbers of the leaves that a tile covers, from its hash `first` on."""
    height = HEIGHT * place.level
    begin = (place.index * WIDTH + first) << height
    return f"{begin} to {((place.index * WIDTH + place.width) << height) - 1}"
