"""Tiles of the tree, as in C2SP tlog-tiles: all the arithmetic, and the paths.

A tile of level L and index N holds up to 256 hashes of 32 bytes: the complete subtrees of height
8 * L number 256 * N … 256 * N + 255. Levels between are computed from them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from anchoring.core.tree import HASH_BYTES, Reader

HEIGHT = 8
WIDTH = 1 << HEIGHT
MOST_LEVELS = 64

_PATH = re.compile(
    r"(?P<level>0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
_LARGEST_INDEX = 2**64 - 1

# The bytes of a tile that is at least so wide: read(level, index, width).
TileReader = Callable[[int, int, int], bytes]


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile's place, and how many hashes it has: 256, or fewer in a partial tile."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (
            0 <= self.level < MOST_LEVELS
            and 0 <= self.index <= _LARGEST_INDEX
            and 1 <= self.width <= WIDTH
        ):
            raise ValueError(f"There is no tile {self.level}/{self.index} of {self.width}.")

    def path(self) -> str:
        """The path below `tile/`: `0/x001/x234/067`, with `.p/112` where the tile is partial."""
        digits = f"{self.index:d}"
        digits = digits.zfill((len(digits) + 2) // 3 * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        index = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"{self.level}/{index}" + ("" if self.width == WIDTH else f".p/{self.width}")


def parse_path(path: str) -> Tile:
    """The tile of a path below `tile/`; ValueError unless it is exactly a path that `Tile.path`
    gives."""
    match = _PATH.fullmatch(path)
    if not match:
        raise ValueError(f"{path!r} is not the path of a tile.")
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(int(match["level"]), index, int(match["width"] or WIDTH))
    if tile.path() != path:
        raise ValueError(f"{path!r} is not the path of a tile; did you mean {tile.path()!r}?")
    return tile


def place_of(level: int, index: int) -> tuple[int, int, int]:
    """Where the hash of a node at a multiple of HEIGHT is kept: (tile level, tile index, slot)."""
    if level % HEIGHT:
        raise ValueError(f"Tiles keep levels that are multiples of {HEIGHT}, not {level}.")
    return level // HEIGHT, index // WIDTH, index % WIDTH


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of `size` leaves, partial ones included."""
    level = 0
    while count := size >> (HEIGHT * level):
        for index in range(count // WIDTH):
            yield Tile(level, index)
        if width := count % WIDTH:
            yield Tile(level, count // WIDTH, width)
        level += 1


def width_at(size: int, level: int, index: int) -> int:
    """How wide the tile is in a tree of `size` leaves: 0 … 256; 0 where it is not there."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


def tile_over(level: int, index: int) -> tuple[int, int]:
    """Which tile (its level and index) a complete subtree is read from."""
    tile_level, height = divmod(level, HEIGHT)
    return tile_level, (index << height) // WIDTH


def reader(read: TileReader, size: int) -> Reader:
    """A reader of complete subtrees (see `tree`) from the tiles of a tree of `size` leaves.

    `read(level, index, width)` gives at least `width` hashes; each tile is read once.
    """
    tiles: dict[tuple[int, int], bytes] = {}

    def get(level: int, index: int) -> bytes:
        height = level % HEIGHT
        first = index << height
        place = tile_over(level, index)
        if place not in tiles:
            tiles[place] = _read(read, *place, size)
        at = first % WIDTH * HASH_BYTES
        return subtree_of(tiles[place][at : at + (HASH_BYTES << height)], height)

    return get


def subtree_of(hashes: bytes, height: int) -> bytes:
    """The root (32 bytes) over 2**height hashes of 32 bytes."""
    if len(hashes) != HASH_BYTES << height:
        raise ValueError(f"A subtree of height {height} needs {1 << height} hashes.")
    pair = 2 * HASH_BYTES
    while len(hashes) > HASH_BYTES:  # node_hash, in one expression: proofs spend their time here
        hashes = b"".join(
            [sha256(b"\1" + hashes[at : at + pair]).digest() for at in range(0, len(hashes), pair)]
        )
    return hashes


def _read(read: TileReader, level: int, index: int, size: int) -> bytes:
    width = width_at(size, level, index)
    if not width:
        raise ValueError(f"A tree of {size} leaves has no tile {level}/{index}.")
    data = read(level, index, width)
    if len(data) < width * HASH_BYTES or len(data) % HASH_BYTES:
        raise ValueError(f"Tile {level}/{index} has {len(data)} bytes; {width} hashes are needed.")
    return data
