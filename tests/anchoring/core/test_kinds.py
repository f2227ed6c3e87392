"""The registry of record kinds: every kind by its byte, its tag and its slots."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core import kinds
from anchoring.core.commitments import commit_slots, statement_entry
from anchoring.core.kinds import EntryUnreadable, Kind, Marker
from anchoring.core.tree import leaf_hash
from tests.anchoring.core.test_cli import ROOT

SEED = bytes(range(32))


def test_the_kinds_are_those_of_the_format() -> None:
    assert [(kind.number, kind.name) for kind in kinds.kinds()] == [
        (1, "statement"),
        (2, "credential"),
        (3, "erasure"),
        (4, "hierarchy"),
    ]


def test_a_statement_is_committed_to_as_by_its_own_way() -> None:
    document = b'{"id":"x","verb":{"id":"http://v"},"result":{"success":true}}'
    members = {"id": "x", "verb": {"id": "http://v"}, "result": {"success": True}}
    found = kinds.STATEMENT.commit(members, SEED)
    assert found == commit_slots(document, SEED)
    assert kinds.STATEMENT.entry(found) == statement_entry(found)


def test_a_kind_has_a_tag_of_its_own() -> None:
    commitments = kinds.HIERARCHY.commit({"level": "course"}, SEED)
    salt = hmac.digest(SEED, b"keiko/v1/salt\0level", "sha256")
    message = b'keiko/v1/hierarchy\0["level","course"]'
    assert commitments["level"] == hmac.new(salt, message, hashlib.sha256).digest()
    absent = hmac.digest(SEED, b"keiko/v1/salt\0ends", "sha256")
    assert commitments["ends"] == hmac.digest(absent, b'keiko/v1/hierarchy\0["ends"]', "sha256")


@given(st.integers(0, 2**64 - 1), st.integers(0, 255))
def test_a_marker_is_read_as_it_was_written(index: int, reason: int) -> None:
    entry = Marker(index, reason).entry()
    assert entry == b"\x03" + index.to_bytes(8, "big") + bytes([reason])
    assert len(entry) == 10
    assert Marker.read(entry) == Marker(index, reason)


def test_the_marker_of_the_page() -> None:
    entry = Marker(42, 1).entry()
    assert entry.hex() == "03000000000000002a01"
    text = (ROOT / "docs" / "log-format.md").read_text(encoding="utf-8")
    assert f"leaf              {leaf_hash(entry).hex()}\n" in text


@pytest.mark.parametrize("kind", kinds.kinds(), ids=lambda kind: kind.name)
def test_the_page_has_each_kind_with_its_size(kind: Kind) -> None:
    text = (ROOT / "docs" / "log-format.md").read_text(encoding="utf-8")
    (row,) = [
        line for line in text.splitlines() if line.startswith(f"| `{kind.number:02x}` {kind.name}")
    ]
    assert row.endswith(f"| {1 + kind.body_bytes} |")
    if kind not in (kinds.STATEMENT, kinds.ERASURE):
        assert f"`{' '.join(kind.slots)}`" in row


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"\x00",
        b"\x05" + bytes(32),
        bytes.fromhex("03000000000000002a"),
        b"\x03" + bytes(10),
        b"\x01",
    ],
)
def test_other_bytes_are_refused(entry: bytes) -> None:
    with pytest.raises(EntryUnreadable):
        kinds.read(entry)


def test_another_kind_is_no_marker() -> None:
    with pytest.raises(EntryUnreadable, match="statement"):
        Marker.read(b"\x01" + bytes(352))


@pytest.mark.parametrize(
    "kind",
    [
        Kind(1, "other"),
        Kind(9, "statement"),
        Kind(0, "nought"),
        Kind(256, "large"),
        Kind(9, "odd", slots=("b", "a")),
    ],
)
def test_a_kind_that_is_taken_or_odd_is_not_registered(kind: Kind) -> None:
    with pytest.raises(ValueError, match="kind"):
        kinds.register(kind)


def test_a_member_that_is_no_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        kinds.HIERARCHY.commit({"colour": "red"}, SEED)
