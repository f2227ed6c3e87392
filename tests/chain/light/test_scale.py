import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.light.errors import ProofError
from chain.light.scale import decode_compact, encode_compact


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        # The Polkadot specification's and parity-scale-codec's own examples.
        (0, "00"),
        (1, "04"),
        (42, "a8"),
        (63, "fc"),
        (64, "0101"),
        (69, "1501"),
        (16383, "fdff"),
        (16384, "02000100"),
        (65535, "feff0300"),
        (1073741823, "feffffff"),
        (1073741824, "0300000040"),
        (100000000000000, "0b00407a10f35a"),
    ],
)
def test_known_integers_have_their_known_encoding(value: int, encoded: str) -> None:
    assert encode_compact(value).hex() == encoded
    assert decode_compact(bytes.fromhex(encoded)) == (value, len(encoded) // 2)


@given(st.integers(min_value=0, max_value=2**536 - 1), st.binary(max_size=4))
def test_every_integer_comes_back_and_what_follows_is_left(value: int, rest: bytes) -> None:
    encoded = encode_compact(value)
    assert decode_compact(encoded + rest) == (value, len(encoded))


@pytest.mark.parametrize("longer", ["0100", "02000000", "03000000", "0700000000", "0300000000"])
def test_a_longer_encoding_than_needed_is_refused(longer: str) -> None:
    with pytest.raises(ProofError):
        decode_compact(bytes.fromhex(longer))


@given(st.binary(max_size=70))
def test_arbitrary_bytes_are_an_integer_in_its_only_form_or_refused(data: bytes) -> None:
    try:
        value, end = decode_compact(data)
    except ProofError:
        return
    assert encode_compact(value) == data[:end]


@pytest.mark.parametrize("value", [-1, 2**536])
def test_what_has_no_encoding_is_a_callers_error(value: int) -> None:
    with pytest.raises(ValueError, match="no compact encoding"):
        encode_compact(value)
