"""One proof for many leaves: there is exactly one, and no other is accepted."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core.errors import MerkleError
from anchoring.core.multiproof import prove, root_from_multiproof
from tests.anchoring.core import reference
from tests.anchoring.core.test_tree import LEAVES, get, others


def leads_to_root(targets: set[int], size: int, proof: list[bytes]) -> bool:
    try:
        found = root_from_multiproof({at: LEAVES[at] for at in targets}, size, proof)
    except MerkleError:
        return False
    return found == reference.mth(LEAVES[:size])


def test_every_set_of_leaves_of_small_trees_is_proven() -> None:
    for size in range(1, 9):
        for count in range(1, size + 1):
            for targets in combinations(range(size), count):
                proof = prove(targets, size, get)
                assert proof == reference.multiproof(set(targets), LEAVES[:size])
                assert leads_to_root(set(targets), size, proof)


@given(st.sets(st.integers(0, len(LEAVES) - 1), min_size=1), st.data())
def test_a_proof_is_the_one_of_the_format_and_no_other_is_accepted(
    targets: set[int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(max(targets) + 1, len(LEAVES)))

    proof = prove(targets, size, get)

    assert proof == reference.multiproof(targets, LEAVES[:size])
    assert leads_to_root(targets, size, proof)
    assert not any(leads_to_root(targets, size, other) for other in others(proof))


@given(st.sets(st.integers(0, 59), min_size=1))
def test_a_leaf_more_or_less_or_elsewhere_is_refused(targets: set[int]) -> None:
    proof = prove(targets, 60, get)
    root = reference.mth(LEAVES[:60])
    leaves = {at: LEAVES[at] for at in targets}
    some = min(targets)

    for wrong in (
        {**leaves, some: LEAVES[some + 1]},
        {**leaves, 60: LEAVES[60]},
        {**leaves, -1: LEAVES[0]},
        {at: leaf for at, leaf in leaves.items() if at != some},
    ):
        try:
            found = root_from_multiproof(wrong, 60, proof)
        except MerkleError:
            continue
        assert found != root


def test_what_is_no_set_of_leaves_is_refused() -> None:
    for targets in ((), (5,), (-1,)):
        with pytest.raises(ValueError, match="no leaves"):
            prove(targets, 5, get)
    with pytest.raises(MerkleError):
        root_from_multiproof({}, 5, [])


def test_a_run_of_leaves_needs_few_hashes() -> None:
    assert len(prove(range(16, 32), 64, get)) == 2
