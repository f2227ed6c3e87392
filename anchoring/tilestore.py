"""The tree's hashes in the database: tiles of 256, and the subtrees read out of them.

What a tile holds, and how a subtree comes out of it, is said by `anchoring.core.tiles`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from anchoring.core import tiles
from anchoring.core.tiles import TileId
from anchoring.core.tree import HASH_BYTES, Reader
from anchoring.models import Tile

T = TypeVar("T")


class TilesMissing(Exception):
    """The tree does not hold a subtree that was asked for, or a tile's row is damaged."""


def append(*, old_size: int, fresh: Mapping[int, Sequence[bytes]]) -> None:
    """Write the new hashes behind those that tiles hold for a tree of `old_size` leaves.

    `fresh`: for each tile level, the hashes of the tree's level 8 × L that were completed, in
    order. Call it in the transaction that also moves the head.
    """
    rows: list[Tile] = []
    for level, hashes in fresh.items():
        index, width = divmod(old_size >> tiles.HEIGHT * level, tiles.WIDTH)
        data = _open_tile(TileId(level, index), width) + b"".join(hashes)
        step = tiles.WIDTH * HASH_BYTES
        rows.extend(
            Tile(level=level, index=index + number, hashes=data[start : start + step])
            for number, start in enumerate(range(0, len(data), step))
        )
    Tile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
    )


def _open_tile(place: TileId, width: int) -> bytes:
    if width == 0:
        return b""
    data = tile(place=place, width=width)
    if data is None:
        raise TilesMissing(
            f"Tile {place.level}/{place.index} does not hold the {width} hashes that the head "
            "counts on. The tiles were changed from outside: restore the database from a backup."
        )
    return data


def tile(*, place: TileId, width: int) -> bytes | None:
    """The first `width` hashes of a tile; None where the tree has not that many."""
    rows = Tile.objects.filter(level=place.level, index=place.index)
    found = rows.values_list("hashes", flat=True).first()
    if found is None or len(found) < width * HASH_BYTES:
        return None
    return bytes(found[: width * HASH_BYTES])


def with_subtrees(prove: Callable[[Reader], T]) -> T:
    """What `prove` returns, with its subtrees read from tiles by one query.

    `prove` runs twice: first only to learn which subtrees it reads, then with them. So it must read
    the same ones whatever their hashes are, as every proof of `anchoring.core` does.
    Raises TilesMissing where the tree has grown less than `prove` needs.
    """
    wanted: set[TileId] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add(tiles.tile_of(level, index)[0])
        return bytes(HASH_BYTES)

    prove(note)
    places = [(place.level, place.index) for place in wanted]
    rows = Tile.objects.filter(pk__in=places) if places else ()
    read = {TileId(row.level, row.index): bytes(row.hashes) for row in rows}
    try:
        return prove(tiles.reader(read))
    except KeyError as error:
        raise TilesMissing(
            f"The log's tiles do not hold a hash that the proof needs ({error})."
        ) from error
