import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.light.anchors import TIMESTAMP_NOW_KEY
from chain.light.errors import ProofError
from chain.light.hashing import blake2_256
from chain.light.trie import Proof, read_proof
from tests.chain.light.reference import build_trie
from tests.chain.light.vector import PROOF, STATE_ROOT, STORAGE_KEY, raw

VALUES = {STORAGE_KEY: raw("stored"), TIMESTAMP_NOW_KEY: None}
VALUES[TIMESTAMP_NOW_KEY] = read_proof(STATE_ROOT, PROOF, TIMESTAMP_NOW_KEY)


def test_a_real_proof_shows_the_value_that_the_chain_holds() -> None:
    assert read_proof(STATE_ROOT, PROOF, STORAGE_KEY) == raw("stored")


def test_the_order_of_the_nodes_does_not_matter() -> None:
    assert read_proof(STATE_ROOT, PROOF[::-1], STORAGE_KEY) == raw("stored")


@pytest.mark.parametrize("missing", range(len(PROOF)))
def test_without_any_one_node_one_of_the_two_values_is_not_proven(missing: int) -> None:
    nodes = PROOF[:missing] + PROOF[missing + 1 :]
    proof = Proof(STATE_ROOT, nodes)
    with pytest.raises(ProofError, match="not in the read proof"):
        [proof.read(key) for key in VALUES]


def test_no_change_of_one_byte_makes_a_real_proof_show_anything_else() -> None:
    """Every byte of every node, with several wrong values: over 7,000 mutations."""
    dice = random.Random(1)
    tried = 0
    for index, node in enumerate(PROOF):
        for position in range(len(node)):
            for wrong in {node[position] ^ (1 << bit) for bit in range(8)} | {
                dice.randrange(256)
            } - {node[position]}:
                changed = bytearray(node)
                changed[position] = wrong
                nodes = (*PROOF[:index], bytes(changed), *PROOF[index + 1 :])
                tried += 1
                refused = 0
                for key, value in VALUES.items():
                    try:
                        assert read_proof(STATE_ROOT, nodes, key) == value
                    except ProofError:
                        refused += 1
                assert refused, "a node that is needed was changed, and nobody saw it"
    assert tried > 7_000


def test_a_forged_node_under_its_own_root_is_read_or_refused_but_never_crashes() -> None:
    """Whoever gives the root, too, can show any value: but never an error of another kind."""
    dice = random.Random(2)
    for _ in range(20_000):
        node = bytearray(dice.choice(PROOF))
        for _ in range(dice.randint(1, 3)):
            node[dice.randrange(len(node))] = dice.randrange(256)
        node = node[: dice.randint(1, len(node))]
        nodes = [bytes(node), *PROOF]
        try:
            found = read_proof(blake2_256(bytes(node)), nodes, STORAGE_KEY)
        except ProofError:
            continue
        assert found is None or isinstance(found, bytes)


@given(st.binary(min_size=0, max_size=80), st.binary(max_size=4))
def test_arbitrary_bytes_as_a_root_node_are_read_or_refused(node: bytes, key: bytes) -> None:
    try:
        found = read_proof(blake2_256(node), [node], key)
    except ProofError:
        return
    assert found is None or found in node


keys = st.binary(min_size=1, max_size=5)
states = st.dictionaries(keys, st.binary(max_size=40), min_size=1, max_size=12)


@settings(max_examples=300)
@given(states, keys)
def test_every_value_and_every_absence_of_any_state_is_proven(
    state: dict[bytes, bytes], other: bytes
) -> None:
    root, nodes = build_trie(state)
    for key in {*state, other}:
        proof = Proof(root, nodes)
        assert proof.read(key) == state.get(key)
        assert read_proof(root, proof.needed(), key) == state.get(key)


@settings(max_examples=200)
@given(states, st.data())
def test_no_node_of_any_proof_can_be_left_out(
    state: dict[bytes, bytes], data: st.DataObject
) -> None:
    root, nodes = build_trie(state)
    key = data.draw(st.sampled_from(sorted(state)))
    proof = Proof(root, nodes)
    proof.read(key)
    needed = list(proof.needed())
    needed.remove(data.draw(st.sampled_from(needed)))
    with pytest.raises(ProofError):
        read_proof(root, needed, key)


def test_the_empty_trie_holds_nothing() -> None:
    assert read_proof(blake2_256(b"\0"), [b"\0"], b"key") is None


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (b"\x41\x10\x00", "first half-byte"),
        (b"\x41\x01\x00\x00", "bytes too many"),
        (b"\x80\x00\x00", "no children"),
        (b"\x80\x01\x00\x84" + bytes(33), "neither a hash nor a short node"),
        (b"\x80\x01\x00\x00", "neither a hash nor a short node"),
        (b"\x01", "No kind of trie node"),
        (b"", "The data end"),
        (b"\x7f" + b"\xff" * 300, "too long"),
        (b"\x20" + bytes(31), "The data end"),
        (b"\x40\x01\x00", "shortest form"),
    ],
)
def test_a_malformed_node_is_refused_with_a_reason(node: bytes, reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        read_proof(blake2_256(node), [node], b"\x01")


def test_a_root_of_another_length_is_refused() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        read_proof(STATE_ROOT[:31], PROOF, STORAGE_KEY)
