import copy
from typing import Any

import pytest

from chain.light.errors import ProofError
from chain.light.header import Header, hash_of
from tests.chain.light.vector import BLOCK_HASH, HEADER


def test_a_real_header_hashes_to_its_blocks_hash() -> None:
    assert hash_of(Header.from_rpc(HEADER)) == BLOCK_HASH


def test_a_header_goes_to_json_and_back() -> None:
    assert Header.from_rpc(HEADER).to_rpc() == HEADER


@pytest.mark.parametrize("field", ["parentHash", "number", "stateRoot", "extrinsicsRoot"])
def test_another_value_in_any_field_gives_another_hash(field: str) -> None:
    changed = dict(HEADER)
    last = changed[field][-1]
    changed[field] = changed[field][:-1] + ("0" if last != "0" else "1")
    assert hash_of(Header.from_rpc(changed)) != BLOCK_HASH


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "4"),
        ("number", "0x04"),
        ("number", "0x"),
        ("number", 4),
        ("number", "0x1ffffffff"),
        ("stateRoot", "0x00"),
        ("stateRoot", "00" * 32),
        ("stateRoot", None),
        ("parentHash", "0x" + "zz" * 32),
        ("digest", {"logs": "0x00"}),
        ("digest", {"logs": [1]}),
        ("digest", {}),
        ("digest", {"logs": [], "more": 1}),
        ("more", 1),
    ],
)
def test_a_header_that_is_not_one_is_refused(field: str, value: Any) -> None:
    changed = copy.deepcopy(HEADER)
    changed[field] = value
    with pytest.raises(ProofError):
        Header.from_rpc(changed)


@pytest.mark.parametrize("found", [None, [], "0x00", {}])
def test_what_is_no_object_is_refused(found: object) -> None:
    with pytest.raises(ProofError):
        Header.from_rpc(found)
