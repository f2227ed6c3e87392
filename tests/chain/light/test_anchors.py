from datetime import UTC, datetime

import pytest
import xxhash

from chain.light.anchors import (
    TIMESTAMP_NOW_KEY,
    Commitment,
    decode_timestamp,
    decode_uniques_attribute,
    uniques_attribute_key,
    uniques_attribute_name,
    uniques_attribute_value,
    uniques_collection_key,
)
from chain.light.errors import ProofError
from tests.chain.light.vector import COMMITMENT, STORAGE_KEY, VECTOR, raw


def twox_128(name: str) -> bytes:
    return b"".join(
        xxhash.xxh64(name.encode(), seed=seed).intdigest().to_bytes(8, "little") for seed in (0, 1)
    )


def test_the_prefixes_are_the_hashes_of_the_pallets_and_items_names() -> None:
    assert twox_128("Timestamp") + twox_128("Now") == TIMESTAMP_NOW_KEY
    assert STORAGE_KEY.startswith(twox_128("Uniques") + twox_128("Attribute"))
    assert uniques_collection_key(1).startswith(twox_128("Uniques") + twox_128("Class"))


def test_an_anchors_storage_key_is_where_the_real_chain_keeps_it() -> None:
    key = uniques_attribute_key(VECTOR["collection"], COMMITMENT.origin_hash, COMMITMENT.seq)
    assert key == STORAGE_KEY


def test_the_key_is_no_longer_than_asset_hub_takes_and_ends_with_the_seq() -> None:
    name = uniques_attribute_name(COMMITMENT.origin_hash, 2**64 - 1)
    assert name == raw("attribute_key")[:24] + b"\xff" * 8
    assert len(name) == 32


def test_what_the_chain_stores_decodes_to_size_and_root() -> None:
    assert decode_uniques_attribute(raw("stored")) == (COMMITMENT.size, COMMITMENT.root)
    value = uniques_attribute_value(COMMITMENT.size, COMMITMENT.root)
    assert value == raw("attribute_value")


@pytest.mark.parametrize(
    "stored", [b"", raw("stored")[:-1], raw("stored") + b"\0", b"\x9c" + raw("stored")[1:], b"\xa0"]
)
def test_anything_else_in_storage_is_no_anchor(stored: bytes) -> None:
    with pytest.raises(ProofError):
        decode_uniques_attribute(stored)


def test_a_timestamp_is_in_milliseconds() -> None:
    assert decode_timestamp((1_500).to_bytes(8, "little")) == datetime(
        1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC
    )


@pytest.mark.parametrize("stored", [b"", bytes(7), bytes(9), b"\xff" * 8])
def test_a_timestamp_that_is_none_is_refused(stored: bytes) -> None:
    with pytest.raises(ProofError):
        decode_timestamp(stored)


@pytest.mark.parametrize(
    "wrong", [{"origin_hash": bytes(31)}, {"root": bytes(33)}, {"seq": -1}, {"size": 2**64}]
)
def test_a_commitment_has_fixed_sizes(wrong: dict[str, object]) -> None:
    fields = {"origin_hash": bytes(32), "seq": 1, "size": 1, "root": bytes(32), **wrong}
    with pytest.raises(ValueError, match=r"bytes each|between 0"):
        Commitment(**fields)
