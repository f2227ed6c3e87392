"""The rules of monitoring, on trees that exist in tests only; and a log that really listens."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core import monitor_state, notes, tiles
from anchoring.core.bundle import Chain
from anchoring.core.files import write_whole
from anchoring.core.monitor import Head, Kind, Step, check_behind, check_beyond, rebuild
from anchoring.core.monitor_chain import OnChain, check_order, follow
from anchoring.core.monitor_state import Memory, SeenAnchor, StateError
from anchoring.core.notes import Checkpoint
from anchoring.core.tiles import HEIGHT, Tile
from anchoring.core.tree import Frontier
from anchoring.core.trust import Trust, serialise_trust
from chain.light.errors import NodeError
from chain.light.header import hexed, unhex
from chain.light.rpc import JsonRpc
from tests.anchoring.core import example
from tests.anchoring.core.conftest import Server
from tests.anchoring.core.reference import mth
from tests.anchoring.core.state import State, anchored_state, block_hash, header_of
from tests.anchoring.core.test_cli import run

Tiles = dict[tuple[int, int], bytes]


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()


def tiles_of(leaves: list[bytes]) -> Tiles:
    rows: dict[int, list[bytes]] = {}

    def note(level: int, index: int, node: bytes) -> None:
        if level % HEIGHT == 0:
            rows.setdefault(level // HEIGHT, []).append(node)

    Frontier().extend(leaves, note)
    return {
        (level, at // 256): b"".join(row[at : at + 256])
        for level, row in rows.items()
        for at in range(0, len(row), 256)
    }


def reader(stored: Tiles) -> Callable[[Tile], bytes | None]:
    def read(place: Tile) -> bytes | None:
        data = stored.get((place.level, place.index), b"")
        return data[: place.width * 32] if len(data) >= place.width * 32 else None

    return read


def walk(start: Frontier, until: int, stored: Tiles, *heads: Head) -> list[Step]:
    return list(rebuild(start, until, reader(stored), heads))


def findings(steps: list[Step]) -> list[tuple[Kind, str]]:
    return [(found.kind, found.where) for step in steps for found in step.findings]


def head(leaves: list[bytes], size: int) -> Head:
    return Head(size, Frontier().extend(leaves[:size]).root(), f"The head of {size}")


LEAVES = [leaf(number) for number in range(70_000)]
TILES = tiles_of(LEAVES)


@given(st.lists(st.integers(1, 70_000), min_size=2, max_size=6))
def test_a_log_that_only_grew_has_no_finding_wherever_the_monitor_stopped(sizes: list[int]) -> None:
    frontier = Frontier()
    for size in sorted(sizes):
        steps = walk(frontier, size, TILES, head(LEAVES, size))
        assert findings(steps) == []
        frontier = steps[-1].frontier
        assert frontier.size == size
    assert all(len(step.leaves) <= 256 for step in steps)


def test_the_walk_gives_every_leaf_once_and_the_root_of_the_definition() -> None:
    steps = walk(Frontier(), 600, TILES)
    assert [each for step in steps for each in step.leaves] == LEAVES[:600]
    assert steps[-1].frontier.root() == mth(LEAVES[:600])


@given(st.integers(0, 999), st.sampled_from([0, 300, 512, 999]))
def test_a_replaced_leaf_is_seen_by_whoever_saw_a_head_above_it(number: int, start: int) -> None:
    changed = [*LEAVES[:1000]]
    changed[number] = leaf(-1)
    steps = walk(Frontier().extend(LEAVES[:start]), 1000, tiles_of(changed), head(LEAVES, 1000))
    seen = findings(steps)
    # Below the start only the tiles that were open there are read again.
    if number >= start // 256 * 256:
        assert seen


@pytest.mark.parametrize("place", [(0, 0), (0, 3), (1, 0), (1, 1), (2, 0)])
def test_a_replaced_hash_is_found_by_the_tile_that_it_is_in(place: tuple[int, int]) -> None:
    data = bytearray(TILES[place])
    data[-1] ^= 1
    seen = findings(walk(Frontier(), 70_000, TILES | {place: bytes(data)}, head(LEAVES, 70_000)))
    upper = Tile(place[0], place[1], len(data) // 32)
    if place[0] == 0:
        # The tile above it tells where, the head that something is wrong.
        assert (Kind.REWRITE, "tile/1/000") in seen
        assert (Kind.FORK, "size 70000") in seen
    else:
        assert seen == [(Kind.REWRITE, f"tile/{upper.path()}")]


@pytest.mark.parametrize("place", [(0, 0), (0, 273), (1, 0), (1, 1), (2, 0)])
def test_a_missing_tile_is_a_gap_at_its_place(place: tuple[int, int]) -> None:
    stored = {each: data for each, data in TILES.items() if each != place}
    (kind, where), *_ = findings(walk(Frontier(), 70_000, stored))
    assert kind is Kind.GAP
    assert where.startswith(f"tile/{Tile(*place).path()}")


def test_a_fork_is_placed_between_the_last_head_that_held_and_the_first_that_did_not() -> None:
    fork = [*LEAVES[:700], *(leaf(-number) for number in range(1, 301))]
    steps = walk(
        Frontier(), 1000, tiles_of(fork), head(LEAVES, 500), head(LEAVES, 900), head(fork, 1000)
    )
    (found,) = (each for step in steps for each in step.findings)
    assert (found.kind, found.where) == (Kind.FORK, "size 900")
    assert "All was well up to size 500 (The head of 500)" in found.detail


@given(st.integers(1, 1000))
def test_a_head_behind_is_proven_or_refuted_from_the_tiles(size: int) -> None:
    newest = head(LEAVES, 1000)
    assert check_behind(head(LEAVES, size), newest, reader(TILES)) is None
    other = Head(size, leaf(-1), "Another head")
    found = check_behind(other, newest, reader(TILES))
    assert found is not None
    assert found.kind is Kind.FORK


def test_a_longer_head_means_that_the_log_was_shortened() -> None:
    (found,) = check_beyond([head(LEAVES, 10), head(LEAVES, 30)], head(LEAVES, 20))
    assert found.kind is Kind.SHORTENED
    assert "The head of 30" in found.detail


def test_anchors_must_stay_and_grow() -> None:
    before = SeenAnchor(3, 100, leaf(3))
    assert list(check_order(before, [before, SeenAnchor(4, 101, leaf(4))])) == []
    (changed,) = check_order(before, [SeenAnchor(3, 100, leaf(5))])
    assert (changed.kind, changed.where) == (Kind.REWRITE, "anchor 3")
    (shrunk,) = check_order(before, [before, SeenAnchor(4, 100, leaf(4))])
    assert (shrunk.kind, shrunk.where) == (Kind.SHORTENED, "anchor 4")


EXAMPLE = [example.LOG.get(0, index) for index in range(example.NEWEST)]
MEMORY = Memory(
    example.ORIGIN,
    notes.sign(example.LOG.checkpoint(example.SIZE), example.KEY),
    Frontier().extend(EXAMPLE[: example.SIZE]),
    SeenAnchor(3, 200, leaf(1)),
)
VKEY = notes.verifier_key(example.ORIGIN, example.KEY.public_key())
KNOWN = (notes.KnownKey(VKEY),)


def test_what_is_remembered_is_read_as_it_was_written() -> None:
    assert monitor_state.parse(monitor_state.serialise(MEMORY), KNOWN) == MEMORY
    empty = Memory(example.ORIGIN)
    assert monitor_state.parse(monitor_state.serialise(empty), KNOWN) == empty


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "keiko-monitor/v2"),
        ("size", example.SIZE + 1),
        ("size", 1.0),
        ("checkpoint", "x"),
        ("checkpoint", notes.sign(example.LOG.checkpoint(example.NEWEST), example.KEY)),
        ("frontier", []),
        ("frontier", [base64.b64encode(leaf(1)).decode()] * example.SIZE.bit_count()),
        ("anchor", {"seq": 1, "size": 2}),
        ("trust", None),
        ("more", 1),
    ],
)
def test_a_state_that_contradicts_itself_is_refused(name: str, value: Any) -> None:
    document = json.loads(monitor_state.serialise(MEMORY)) | {name: value}
    with pytest.raises(StateError):
        monitor_state.parse(json.dumps(document).encode(), KNOWN)


def test_a_state_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "below" / "state.json"
    write_whole(path, b"first")
    cut_off: Any = None  # what cannot be written, so that the writing fails half-way
    with pytest.raises(TypeError):
        write_whole(path, cut_off)
    assert path.read_bytes() == b"first"
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


class StateRpc(JsonRpc):
    """A node whose finalised state is one that the tests made."""

    def __init__(self, held: State, url: str = "http://node.example") -> None:
        super().__init__(url)
        self._held = held

    def call(self, method: str, *params: Any) -> Any:
        block = hexed(block_hash(1, self._held))
        match method:
            case "chain_getBlockHash":
                return hexed(example.CHAIN.genesis)
            case "chain_getFinalizedHead":
                return block
            case "chain_getHeader":
                return header_of(1, self._held).to_rpc()
            case "state_getReadProof":
                keys = [unhex(key, "key") for key in params[0]]
                return {"at": block, "proof": [hexed(each) for each in self._held.proof(*keys)]}
        raise NodeError(f"unknown method {method}")


def holding(*anchors: tuple[int, int]) -> State:
    """A chain's state with anchors of the example's log: (number, size)."""
    return anchored_state([example.LOG.commitment(*each) for each in anchors], 1_777_900_000_000)


def followed(*nodes: StateRpc, first: int = 1) -> OnChain:
    [known] = example.trust_policy().logs
    return follow(example.ORIGIN, known.anchors, nodes, first=first)


def test_anchors_are_read_number_by_number_however_many_there_are() -> None:
    found = followed(StateRpc(holding(*((n, n) for n in range(1, 131)))), first=2)
    assert [each.seq for each in found.anchors] == list(range(2, 131))
    assert found.anchors[0] == SeenAnchor(2, 2, example.LOG.checkpoint(2).root)
    assert (found.findings, found.problems) == ((), ())


def test_a_number_that_the_chain_skips_is_a_gap() -> None:
    found = followed(StateRpc(holding((1, 10), (3, 30))))
    assert [each.seq for each in found.anchors] == [1]
    assert [(each.kind, each.where) for each in found.findings] == [(Kind.GAP, "anchor 2")]


def test_nodes_that_hold_different_anchors_are_a_fork() -> None:
    one, other = StateRpc(holding((1, 10))), StateRpc(holding((1, 11)), "http://other.example")
    (found,) = followed(one, other).findings
    assert (found.kind, found.where) == (Kind.FORK, "anchor 1")
    assert "http://other.example" in found.detail


def test_a_node_that_lags_hides_no_anchor_that_another_shows() -> None:
    found = followed(StateRpc(holding((1, 10))), StateRpc(holding((1, 10), (2, 20)), "http://b"))
    assert [each.seq for each in found.anchors] == [1, 2]
    assert found.findings == ()


@pytest.fixture
def serve(server: Server, tmp_path: Path) -> Callable[[int], None]:
    """Has the server serve the example's log at a size, and a trust file that names it."""
    [known] = example.trust_policy().logs
    [place] = known.anchors
    chain = Chain("Local", example.CHAIN.genesis, ("http://127.0.0.1:9",))
    at_server = replace(known, url=f"{server.url}/log", anchors=(replace(place, chain=chain),))
    trusted = serialise_trust(Trust((at_server,)))
    (tmp_path / "trust.json").write_bytes(trusted)
    server.pages["/log/trust.json"] = (200, trusted)

    def serve_size(size: int) -> None:
        note = notes.sign(example.LOG.checkpoint(size), example.KEY)
        server.pages["/log/checkpoint"] = (200, note.encode())
        served = tiles_of(EXAMPLE[:size])
        for tile in tiles.tiles_of(size):
            data = served[tile.level, tile.index]
            server.pages[f"/log/tile/{tile.path()}"] = (200, data[: tile.width * 32])

    return serve_size


def look(
    place: Path, server: Server, *arguments: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """One look by the command: its exit status, its report, the outcome of each check."""
    ran = run(
        place, "monitor", f"{server.url}/log", "--once", "--json", "--state", "s.json", *arguments
    )
    assert ran.stderr == ""
    document = json.loads(ran.stdout)
    return ran.returncode, document, {c["id"]: c["outcome"] for c in document["checks"]}


def test_a_log_is_followed_from_look_to_look(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    for size in (260, 260, 300):
        serve(size)
        status, document, outcomes = look(tmp_path, server, "--trust", "trust.json")
        # The chain's node is down: all else was checked.
        assert outcomes.pop("anchors") == "could_not_check"
        assert (status, set(outcomes.values())) == (2, {"passed"})
        assert (document["size"], document["findings"]) == (size, [])
    remembered = monitor_state.parse((tmp_path / "s.json").read_bytes(), KNOWN)
    assert remembered.frontier.size == 300


def test_a_log_that_became_shorter_is_caught_and_both_checkpoints_are_shown(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    serve(300)
    look(tmp_path, server)
    before = (tmp_path / "s.json").read_bytes()
    serve(260)
    for _ in range(2):
        status, document, outcomes = look(tmp_path, server)
        assert (status, outcomes["checkpoint"]) == (1, "failed")
        assert document["findings"][0]["kind"] == "shortened"
        assert len(document["checkpoints"]) == 2
    assert (tmp_path / "s.json").read_bytes() == before


def test_a_log_that_was_forked_is_caught(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    serve(260)
    look(tmp_path, server)
    fork = [*EXAMPLE[:250], *(leaf(-number) for number in range(50))]
    served = tiles_of(fork)
    head = Checkpoint(example.ORIGIN, 300, Frontier().extend(fork).root())
    server.pages["/log/checkpoint"] = (200, notes.sign(head, example.KEY).encode())
    for tile in tiles.tiles_of(300):
        server.pages[f"/log/tile/{tile.path()}"] = (200, served[tile.level, tile.index])
    for mode in ((), ("--full",)):
        status, document, outcomes = look(tmp_path, server, *mode)
        assert (status, outcomes["tree"]) == (1, "failed")
        assert len(document["checkpoints"]) == 2
    assert [each["where"] for each in document["findings"]] == ["size 260"]


def test_a_checkpoint_of_another_key_is_caught(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    serve(260)
    look(tmp_path, server)
    note = notes.sign(example.LOG.checkpoint(300), example.OTHER_KEY)
    server.pages["/log/checkpoint"] = (200, note.encode())
    status, document, _ = look(tmp_path, server)
    assert (status, document["findings"][0]["kind"]) == (1, "signature")


def test_a_key_that_was_taken_from_the_log_stays_pinned(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    serve(260)
    first = run(tmp_path, "monitor", f"{server.url}/log", "--once", "--state", "s.json")
    assert VKEY in first.stdout
    assert "compare it with what the institution publishes" in first.stdout
    # Another key in the log's own trust file changes nothing any more.
    other = notes.verifier_key(example.ORIGIN, example.OTHER_KEY.public_key())
    trusted = server.pages["/log/trust.json"][1].decode()
    server.pages["/log/trust.json"] = (200, trusted.replace(VKEY, other).encode())
    note = notes.sign(example.LOG.checkpoint(260), example.OTHER_KEY)
    server.pages["/log/checkpoint"] = (200, note.encode())
    assert look(tmp_path, server)[0] == 1


def test_a_server_that_does_not_answer_is_no_fault_of_the_log(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    serve(260)
    look(tmp_path, server)
    server.pages["/log/checkpoint"] = (500, {})
    status, document, outcomes = look(tmp_path, server)
    assert (status, document["findings"]) == (2, [])
    assert set(outcomes.values()) == {"could_not_check"}


def test_a_state_of_another_log_or_a_broken_one_is_refused_with_advice(
    serve: Callable[[int], None], server: Server, tmp_path: Path
) -> None:
    serve(260)
    for state, words in (
        (monitor_state.serialise(Memory("other.example")), "is of the log other.example"),
        (b"{", "Restore the file from a backup"),
    ):
        (tmp_path / "s.json").write_bytes(state)
        ran = run(tmp_path, "monitor", f"{server.url}/log", "--once", "--state", "s.json")
        assert (ran.returncode, ran.stdout) == (2, "")
        assert words in ran.stderr
