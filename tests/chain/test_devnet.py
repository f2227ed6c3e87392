"""The development chain, from outside: what it answers, and that no announced block is ever lost."""

import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from substrateinterface import SubstrateInterface

from chain.light.anchors import TIMESTAMP_NOW_KEY, decode_timestamp
from chain.light.errors import NodeError, NodeUnreachable
from chain.light.header import Header, hash_of, hexed, unhex
from chain.light.rpc import JsonRpc
from chain.light.trie import read_proof
from keiko.launcher.devchain import DEVNET, DevChain, DevChainError

pytestmark = pytest.mark.chain

DEVELOPMENT_ONLY = "development only: no consensus, no finality"


def chain_of(rpc: JsonRpc) -> list[str]:
    """All block hashes, checked to be linked by true header hashes."""
    hashes = []
    current = str(rpc.call("chain_getBlockHash"))
    while True:
        header = Header.from_rpc(rpc.call("chain_getHeader", current))
        assert hexed(hash_of(header)) == current
        hashes.append(current)
        if header.number == 0:
            return hashes[::-1]
        current = hexed(header.parent_hash)


def test_it_says_that_it_is_for_development_only(devchain: DevChain) -> None:
    rpc = JsonRpc(devchain.url)
    assert DEVELOPMENT_ONLY in rpc.call("system_name")
    assert DEVELOPMENT_ONLY in rpc.call("system_version")
    assert rpc.call("system_chainType") == "Development"


def test_every_block_is_linked_and_its_state_is_proven_by_its_root(devchain: DevChain) -> None:
    rpc = JsonRpc(devchain.url)
    rpc.call("dev_newBlock")
    for block_hash in chain_of(rpc)[1:]:
        header = Header.from_rpc(rpc.call("chain_getHeader", block_hash))
        shown = rpc.call("state_getReadProof", [hexed(TIMESTAMP_NOW_KEY)], block_hash)
        nodes = [unhex(node, "node") for node in shown["proof"]]
        value = read_proof(header.state_root, nodes, TIMESTAMP_NOW_KEY)
        assert value is not None
        stored = rpc.call("state_getStorage", hexed(TIMESTAMP_NOW_KEY), block_hash)
        assert hexed(value) == stored


def test_a_page_of_any_origin_may_ask(devchain: DevChain) -> None:
    preflight = requests.options(devchain.url, timeout=5)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    answer = requests.post(devchain.url, data=b"{", timeout=5)
    assert answer.json()["error"]["code"] == -32700
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("dev_setStorage", [], "Method not found"),
        ("constructor", [], "Method not found"),
        ("state_getStorage", ["no hex"], "must be 0x-prefixed"),
        ("state_getStorage", ["0x00", "0x" + "00" * 32], "Unknown block"),
        ("author_submitExtrinsic", ["0x1234"], "Invalid Transaction"),
        ("chain_subscribeNewHeads", [], "need a WebSocket"),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(
    devchain: DevChain, method: str, params: list[str], reason: str
) -> None:
    with pytest.raises(NodeError, match=reason):
        JsonRpc(devchain.url).call(method, *params)


def test_websocket_subscribers_hear_of_new_and_finalised_blocks(devchain: DevChain) -> None:
    client = SubstrateInterface(url=devchain.url.replace("http", "ws"), ws_options={"timeout": 10})
    heard = []

    def on_block(header: dict[str, object], _number: int, _subscription: str) -> object:
        heard.append(header)
        if len(heard) == 1:
            JsonRpc(devchain.url).call("dev_newBlock")
            return None
        return "enough"

    assert client.subscribe_block_headers(on_block, finalized_only=True) == "enough"
    assert len(heard) == 2
    client.close()


@pytest.fixture(scope="module")
def lagging(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevChain]:
    """A chain of its own, whose finalised block is the third before the newest."""
    chain = DevChain(tmp_path_factory.mktemp("lagging"), node=node, finality_lag=3)
    chain.start()
    yield chain
    chain.stop()


def test_the_first_block_has_the_clocks_time(lagging: DevChain) -> None:
    rpc = JsonRpc(lagging.url)
    stored = rpc.call("state_getStorage", hexed(TIMESTAMP_NOW_KEY), chain_of(rpc)[1])
    age = time.time() - decode_timestamp(unhex(stored, "time")).timestamp()
    assert -2 < age < 60


def test_finality_lags_by_the_setting(lagging: DevChain) -> None:
    rpc = JsonRpc(lagging.url)
    for _ in range(4):
        rpc.call("dev_newBlock")
    assert rpc.call("chain_getFinalizedHead") == chain_of(rpc)[-4]


def test_a_clean_stop_keeps_the_blocks_and_the_port(lagging: DevChain) -> None:
    url = lagging.url
    before = chain_of(JsonRpc(url))
    lagging.stop()
    with pytest.raises(NodeUnreachable):
        JsonRpc(url, timeout=1).call("system_name")
    assert lagging.start() == url
    assert chain_of(JsonRpc(url)) == before


def test_it_builds_blocks_on_a_timer_where_asked(node: Path, tmp_path: Path) -> None:
    chain = DevChain(tmp_path, node=node, block_ms=300)
    rpc = JsonRpc(chain.start())
    try:
        deadline = time.monotonic() + 20
        while len(chain_of(rpc)) < 4 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(chain_of(rpc)) >= 4
    finally:
        chain.stop()


def test_killed_at_any_moment_it_comes_back_with_every_block_that_it_announced(
    node: Path, tmp_path: Path
) -> None:
    dice = random.Random(5)
    announced: list[str] = []
    chain = DevChain(tmp_path, node=node)
    for round_ in range(4):
        rpc = JsonRpc(chain.start(), timeout=60)
        hashes = chain_of(rpc)
        assert hashes[: len(announced)] == announced, f"round {round_} lost a block"
        rpc.call("dev_newBlock")
        hashes = chain_of(rpc)
        killer = threading.Timer(dice.uniform(0.1, 1.5), chain.kill)
        killer.start()
        try:
            while True:
                rpc.call("dev_newBlock")
                hashes = chain_of(rpc)
        except (NodeUnreachable, NodeError):
            killer.join()
        announced = hashes
        if round_ % 2:
            # What a power cut leaves of a block that nobody had heard of.
            with (tmp_path / "blocks.jsonl").open("ab") as file:
                file.write(b'{"number":99,"hash":"0x12')
    rpc = JsonRpc(chain.start())
    try:
        rpc.call("dev_newBlock")
        assert chain_of(rpc)[: len(announced)] == announced
        assert len(announced) > 5
    finally:
        chain.stop()


def test_a_busy_port_is_told_in_one_line(node: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DevChainError, match=f"port {port} .* is in use; .*choose another"):
            DevChain(tmp_path, node=node, port=port).start()


def test_two_chains_on_one_directory_are_refused(lagging: DevChain, node: Path) -> None:
    with pytest.raises(DevChainError, match="in use by another development chain"):
        DevChain(lagging.data, node=node).start()


def test_a_damaged_file_is_told(lagging: DevChain) -> None:
    lagging.stop()
    path = lagging.data / "blocks.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], *lines[2:]]))
    try:
        with pytest.raises(DevChainError, match="damaged at line 2; move it away"):
            lagging.start()
    finally:
        path.write_bytes(whole)


def test_its_own_tests_pass(node: Path) -> None:
    done = subprocess.run(
        [node, "--test"], cwd=DEVNET, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
