"""Canonical JSON: by either way the bytes of RFC 8785, and where there are none it says so."""

import json
import struct
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core.canonical import LARGEST_INTEGER, NESTING, NotExpressible, canonical
from tests.anchoring.core.make_vectors import VECTORS

VECTOR = json.loads((VECTORS / "canonical.json").read_text(encoding="utf-8"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | st.floats(
    -LARGEST_INTEGER, LARGEST_INTEGER, allow_nan=False
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_canonical_bytes_read_back_are_canonical(value: Any) -> None:
    once = canonical(value)

    assert canonical(json.loads(once)) == once


# A number after a colon inside of a text, long digits, names beyond U+FFFF: near the fast path.
@given(
    st.lists(st.sampled_from([":1.5", "[2e3", ",99999999999999999999", "😀", "\ufb33", '"', "\\"]))
)
def test_texts_that_look_like_numbers_are_left_alone(parts: list[str]) -> None:
    text = "".join(parts)

    assert canonical([text, {text: 1, "": 2}]) == rfc8785.dumps([text, {text: 1, "": 2}])


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        # RFC 8785, appendix B: IEEE 754 bits and the number's text.
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3e7ad7f29abcaf48", "1e-7"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555555", "333333333.3333333"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
    ],
)
def test_numbers_have_the_form_that_the_rfc_lists(bits: str, text: str) -> None:
    [number] = struct.unpack(">d", bytes.fromhex(bits))

    assert canonical(number) == text.encode()


def test_names_are_sorted_as_utf_16_and_controls_are_escaped() -> None:
    names = VECTOR["names"]

    assert canonical(json.loads(names["json"])).decode() == names["canonical"]
    assert canonical('\x00\x1f\x7f\b\t\n\f\r"\\/<é') == (
        '"\\u0000\\u001f\x7f\\b\\t\\n\\f\\r\\"\\\\/<é"'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [
        2**53, -(2**53), 10**30, 1e16, -1e300, float("inf"), float("nan"), "\ud800", {"\udfff": 1},
        [[{"a": [2**53]}]],
    ],
)  # fmt: skip
def test_what_other_programs_read_otherwise_is_not_expressible(value: Any) -> None:
    with pytest.raises(NotExpressible):
        canonical(value)


@given(st.floats(width=64))
def test_a_number_is_expressible_or_refused_by_its_value_alone(number: float) -> None:
    expressible = abs(number) <= LARGEST_INTEGER or (
        number == number and abs(number) < 2**53 and not number.is_integer()
    )
    try:
        canonical(number)
    except NotExpressible:
        assert not expressible
    else:
        assert expressible


def test_nesting_is_expressible_up_to_its_limit() -> None:
    value: Any = 1
    for _ in range(NESTING):
        value = [value]

    assert canonical(value) == b"[" * NESTING + b"1" + b"]" * NESTING
    with pytest.raises(NotExpressible):
        canonical([value])


def test_a_list_with_many_brackets_is_not_deep() -> None:
    assert canonical([[]] * 500) == b"[" + b",".join([b"[]"] * 500) + b"]"


def test_endless_nesting_is_refused_and_ends() -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(NotExpressible):
        canonical(value)
