"""Where the hashes of the tree are kept and served: C2SP tlog-tiles, 256 wide.

A tile (level, index) holds up to 256 hashes of complete subtrees of the tree's level 8·level, from 256·index on.
Every subtree between two tile levels is computed from the tile below it. All tile arithmetic is here.
"""

import re
from dataclasses import dataclass

from anchoring.core.tree import HASH_BYTES, Reader, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
_MAX_LEVEL = 63
_PATH = re.compile(r"(\d|[1-5]\d|6[0-3])/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    level: int
    index: int


def tile_of(level: int, index: int) -> tuple[TileId, int, int]:
    """The tile that knows subtree (level, index), with the range [start, end) of its hashes below it."""
    tile_level, above = divmod(level, HEIGHT)
    start = index << above
    return TileId(tile_level, start // WIDTH), start % WIDTH, start % WIDTH + (1 << above)


def subtree_hash(hashes: bytes, start: int, end: int) -> bytes:
    """The hash over the tile's hashes start..end-1, a power of two of them."""
    row = [hashes[i * HASH_BYTES : (i + 1) * HASH_BYTES] for i in range(start, end)]
    if len(row[-1]) != HASH_BYTES:
        raise KeyError(f"The tile has no hash {end - 1} yet.")
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def reader(tiles: dict[TileId, bytes]) -> Reader:
    """A tree reader over tiles that were read before. Raises KeyError for a tile that is not there."""

    def get(level: int, index: int) -> bytes:
        tile, start, end = tile_of(level, index)
        return subtree_hash(tiles[tile], start, end)

    return get


def width_at(tile: TileId, size: int) -> int:
    """How many hashes the tile has in a tree of `size` leaves, 0 to 256."""
    return max(0, min(WIDTH, (size >> HEIGHT * tile.level) - tile.index * WIDTH))


def path_of(tile: TileId, width: int = WIDTH) -> str:
    """The tile's path below `tile/`, C2SP tlog-tiles: `0/x001/x234/067`, with `.p/W` when partial."""
    groups = [f"{tile.index % 1000:03d}"]
    rest = tile.index // 1000
    while rest:
        groups.insert(0, f"x{rest % 1000:03d}")
        rest //= 1000
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"{tile.level}/{'/'.join(groups)}{suffix}"


def parse_path(path: str) -> tuple[TileId, int]:
    """The tile and width that a path below `tile/` names. Raises ValueError when it is not exactly such a path."""
    match = _PATH.fullmatch(path)
    if not match:
        raise ValueError("Not a tile path: write level/index, such as 0/x001/067 or 0/000.p/8.")
    width = int(match[3]) if match[3] else WIDTH
    tile = TileId(int(match[1]), int(match[2].replace("x", "").replace("/", "")))
    if path_of(tile, width) != path or tile.level > _MAX_LEVEL or width > WIDTH:
        raise ValueError("Not a tile path: the index has leading zeros or the width is over 255.")
    return tile, width
