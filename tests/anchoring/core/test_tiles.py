"""Tiles as in C2SP tlog-tiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core import tiles, tree
from anchoring.core.tiles import Tile, parse_path
from tests.anchoring.core import reference
from tests.anchoring.core.refused_texts import TILE_PATHS

LEAVES = [reference.leaf(n.to_bytes(2, "big")) for n in range(700)]


def stored(level: int, index: int, width: int) -> bytes:
    """A tile's bytes, by the definition of the specification."""
    span = 256**level
    starts = [(index * 256 + at) * span for at in range(width)]
    return b"".join(reference.mth(LEAVES[start : start + span]) for start in starts)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(63, 999), "63/999"),
        (Tile(1, 1000, 17), "1/x001/000.p/17"),
        (Tile(0, 273, 112), "0/273.p/112"),
    ],
)
def test_a_tile_has_one_path_and_the_path_one_tile(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert parse_path(path) == tile


@given(st.builds(Tile, st.integers(0, 63), st.integers(0, 2**64 - 1), st.integers(1, 256)))
def test_every_path_reads_back(tile: Tile) -> None:
    assert parse_path(tile.path()) == tile


@pytest.mark.parametrize("path", TILE_PATHS)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="tile"):
        parse_path(path)


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    found = list(tiles.tiles_of(70_000))

    assert sum(t.level == 0 and t.width == 256 for t in found) == 273
    assert [t for t in found if t.width != 256] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert Tile(1, 0) in found
    assert list(tiles.tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


@given(st.integers(1, len(LEAVES)), st.data())
def test_proofs_from_tiles_are_those_of_the_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    read: list[tuple[int, int]] = []

    def read_tile(level: int, at: int, width: int) -> bytes:
        read.append((level, at))
        return stored(level, at, width)

    proof = tree.inclusion_proof(index, size, tiles.reader(read_tile, size))

    assert proof == reference.path(index, LEAVES[:size])
    assert len(read) == len(set(read)), "a tile was read twice"


def test_a_tile_that_is_too_short_is_refused() -> None:
    get = tiles.reader(lambda *_: b"\0" * 32, 300)

    with pytest.raises(ValueError, match="hashes are needed"):
        get(1, 0)
    with pytest.raises(ValueError, match="has no tile"):
        get(0, 300 + 256)
