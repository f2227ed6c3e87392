"""Commitments bind every part of a statement, and open one part without the others."""

import hashlib
import hmac
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from anchoring import quick as with_orjson
from anchoring.core import canonical, mac
from anchoring.core.commitments import (
    SLOTS,
    commit_slots,
    new_seed,
    salt,
    statement_entry,
)
from anchoring.core.kinds import Marker
from anchoring.core.slots import Absent, Disclosed, Exact, Withheld, open_slots, recompute
from anchoring.core.statement import exact_member
from tests.anchoring.core import example

SEED = bytes(range(32))
NAMES = st.sets(st.sampled_from(SLOTS))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def test_a_value_an_absence_and_an_exact_value_follow_the_format_document() -> None:
    document = b'{"verb":{"id":"v"},"result": {"score" : 9007199254740993} }'

    found = commit_slots(document, SEED)

    salts = {slot: hmac_sha256(SEED, b"keiko/v1/salt\0" + slot.encode()) for slot in SLOTS}
    assert found["verb"] == hmac_sha256(salts["verb"], b'keiko/v1/statement\0["verb",{"id":"v"}]')
    assert found["actor"] == hmac_sha256(salts["actor"], b'keiko/v1/statement\0["actor"]')
    assert found["result"] == hmac_sha256(
        salts["result"], b'keiko/v1/statement-exact\0result\0{"score" : 9007199254740993}'
    )


def test_an_entry_is_its_kind_and_the_commitments_in_the_order_of_their_names() -> None:
    commitments = {slot: hashlib.sha256(slot.encode()).digest() for slot in SLOTS}

    entry = statement_entry(dict(reversed(commitments.items())))

    assert len(entry) == 353
    assert entry == b"\x01" + b"".join(commitments[slot] for slot in sorted(SLOTS))


@pytest.mark.parametrize("wrong", [{}, {"actor": b""}, dict.fromkeys(SLOTS, b"short")])
def test_an_entry_needs_all_commitments_whole(wrong: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="11 commitments"):
        statement_entry(wrong)


def test_an_erasure_is_ten_bytes() -> None:
    assert Marker(258, 7).entry() == bytes.fromhex("03000000000000010207")


def test_seeds_are_fresh_and_salts_differ_by_slot() -> None:
    assert len({new_seed() for _ in range(100)}) == 100
    assert len({salt(SEED, slot) for slot in SLOTS}) == len(SLOTS)
    with pytest.raises(ValueError, match="32 bytes"):
        salt(b"short", "actor")


@given(st.dictionaries(st.sampled_from(SLOTS), JSON), NAMES)
def test_what_is_opened_leads_to_what_was_committed(found: dict[str, Any], shut: set[str]) -> None:
    document = json.dumps(found).encode()

    try:
        commitments = commit_slots(document, SEED)
    except ValueError:
        # Python writes NaN and the infinities, which are no JSON.
        assert any(word in document for word in (b"NaN", b"Infinity"))
        return
    slots = open_slots(document=document, seed=SEED, withheld=shut)

    assert {name: slot.commitment for name, slot in slots.items()} == commitments
    assert {name: recompute(name, slot) for name, slot in slots.items()} == commitments
    for name, slot in slots.items():
        assert isinstance(slot, Withheld) == (name in shut)
        assert isinstance(slot, Absent) == (name not in shut and name not in found)
        if isinstance(slot, Disclosed):
            assert slot.value == found[name]
        if isinstance(slot, Exact):
            assert slot.text == json.dumps(found[name])


@given(st.dictionaries(st.sampled_from(SLOTS), JSON), st.booleans())
def test_the_quick_way_and_the_long_way_give_the_same(found: dict[str, Any], ascii_: bool) -> None:
    try:
        document = json.dumps(found, ensure_ascii=ascii_, allow_nan=False, indent=1).encode()
    except ValueError:
        # NaN, the infinities, and half a surrogate pair have no such JSON.
        return

    long = open_slots(document=document, seed=SEED, withheld=())

    for quick in (canonical.plain_members, with_orjson.plain_members):
        assert commit_slots(document, SEED, quick=quick) == {
            name: slot.commitment for name, slot in long.items()
        }


# Numbers near the borders of each way: as a text writes them, not only as Python would.
DIGITS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
)
SCALED = st.integers(-(10**17), 10**17).flatmap(
    lambda digits: st.integers(0, 20).map(lambda places: f"{digits / 10**places:.{places}f}")
)


@given(st.lists(DIGITS | SCALED | st.floats(allow_nan=False, allow_infinity=False).map(repr)))
def test_numbers_however_written_give_the_bytes_of_rfc_8785(numbers: list[str]) -> None:
    numbers = [number for number in numbers if is_expressible(float(number))]
    document = b'{"result":[%b],"context":{"a":%b}}' % (
        ", ".join(numbers).encode(),
        (numbers or ["1"])[0].encode(),
    )

    expected = rfc8785.dumps([float(number) for number in numbers])

    for quick in (canonical.plain_members, with_orjson.plain_members):
        found = quick(document)
        assert found is None or found["result"] == expected
    assert canonical.canonical([float(number) for number in numbers]) == expected
    assert with_orjson.plain_members(document) is not None


def is_expressible(number: float) -> bool:
    return abs(number) < 2**53


@given(st.binary(min_size=32, max_size=32), st.binary())
def test_the_mac_is_that_of_the_standard_library(secret: bytes, message: bytes) -> None:
    assert mac.hmac_sha256(mac.key_of(secret), message) == hmac_sha256(secret, message)


@given(st.text())
def test_another_value_gives_another_commitment(text: str) -> None:
    one = commit_slots(json.dumps({"id": text}).encode(), SEED)
    other = commit_slots(json.dumps({"id": text + "x"}).encode(), SEED)

    assert {slot for slot in SLOTS if one[slot] != other[slot]} == {"id"}


def test_the_same_value_under_another_seed_or_name_gives_another_commitment() -> None:
    document = b'{"id":"x","version":"x"}'

    one, other = commit_slots(document, SEED), commit_slots(document, bytes(32))

    assert len({*one.values(), *other.values()}) == 22


def test_white_space_and_the_order_of_names_do_not_matter() -> None:
    one = b'{"id": "x", "verb": {"id": 1.0, "a": [ ]}}'
    other = b'{"verb":{"a":[],"id":1},"id":"x"}'

    assert commit_slots(one, SEED) == commit_slots(other, SEED)


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b'"x"', b'{"id":NaN}', b'{"grade":1}', b'{"id":1}x', b"{", b'{"id":"\xff"}'],
)
def test_what_is_no_statement_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        commit_slots(document, SEED)


@pytest.mark.parametrize("text", ['{"a" : [ 1,2 ]}', "-0.0", '"a\\u00e9\\"}"', "[]", "null"])
def test_exact_bytes_are_those_between_the_colon_and_the_comma(text: str) -> None:
    document = f' {{ "x{{" :1 ,\t"id"\n: {text} , "y" : {{ "id": 2 }} }} '.encode()

    assert exact_member(document, "id") == text.encode()
    with pytest.raises(KeyError):
        exact_member(document, "none")


def test_an_integer_of_very_many_digits_is_committed_by_its_bytes() -> None:
    digits = b"9" * 5000

    slots = open_slots(document=b'{"result":' + digits + b"}", seed=SEED, withheld=())

    assert slots["result"].commitment == hmac_sha256(
        salt(SEED, "result"), b"keiko/v1/statement-exact\0result\0" + digits
    )


def test_a_slot_that_does_not_exist_cannot_be_withheld() -> None:
    with pytest.raises(ValueError, match="no slot grade"):
        open_slots(document=example.statement(1), seed=SEED, withheld={"grade"})
