"""Checkpoints: signed, read in their one form, and trusted by one key only."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core import notes
from anchoring.core.errors import KeyNameError, NoteError
from anchoring.core.notes import Checkpoint, open_checkpoint, read_unverified
from anchoring.core.tree import EMPTY_ROOT
from tests.anchoring.core.example import KEY, ORIGIN, OTHER_KEY, VKEY
from tests.anchoring.core.refused_texts import (
    NOTE,
    NOTES,
    ROOT,
    SIGNATURE,
    SIGNED_TEXTS,
    TEXT,
    VERIFIER_KEYS,
    signed,
)

CHECKPOINT = Checkpoint(ORIGIN, 260, b"\7" * 32)


def test_a_signed_checkpoint_opens_with_its_key() -> None:
    assert open_checkpoint(NOTE, VKEY) == CHECKPOINT
    assert read_unverified(NOTE) == CHECKPOINT
    assert signed(f"{ORIGIN}\n260\n{ROOT}\n") == NOTE


@given(st.integers(1, 2**64 - 1), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_opens_again(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)

    assert open_checkpoint(notes.sign(checkpoint, KEY), VKEY) == checkpoint


def test_an_empty_log_has_one_root_only() -> None:
    note = notes.sign(Checkpoint(ORIGIN, 0, EMPTY_ROOT), KEY)

    assert open_checkpoint(note, VKEY).size == 0
    with pytest.raises(NoteError, match="empty log"):
        Checkpoint(ORIGIN, 0, b"\0" * 32)


@given(st.integers(0, len(NOTE) - 1), st.characters())
def test_no_other_note_opens_to_anything_else(at: int, char: str) -> None:
    other = NOTE[:at] + char + NOTE[at + 1 :]
    if other == NOTE:
        return

    with pytest.raises(NoteError):
        open_checkpoint(other, VKEY)


def test_signatures_of_others_are_passed_over() -> None:
    witness = signed(TEXT + "\n", OTHER_KEY, "witness.example").split("\n\n")[1]

    assert open_checkpoint(NOTE + witness, VKEY) == CHECKPOINT
    assert open_checkpoint(f"{TEXT}\n\n{witness}{SIGNATURE}", VKEY) == CHECKPOINT


def test_a_wrong_signature_by_the_known_key_spoils_a_right_one() -> None:
    head, _, signature = SIGNATURE.rstrip("\n").rpartition(" ")
    data = bytearray(base64.b64decode(signature))
    data[-1] ^= 1

    with pytest.raises(NoteError, match="does not fit"):
        open_checkpoint(f"{NOTE}{head} {base64.b64encode(data).decode()}\n", VKEY)


def test_another_key_of_the_same_name_does_not_open_it() -> None:
    other = notes.verifier_key(ORIGIN, OTHER_KEY.public_key())

    with pytest.raises(NoteError, match="not signed with the known key"):
        open_checkpoint(NOTE, other)


def test_a_checkpoint_of_another_origin_is_refused_though_the_key_signed_it() -> None:
    with pytest.raises(NoteError, match=r"is of other\.example"):
        open_checkpoint(signed(f"other.example\n260\n{ROOT}\n"), VKEY)


@pytest.mark.parametrize("text", SIGNED_TEXTS.values(), ids=SIGNED_TEXTS)
def test_a_signed_text_in_another_form_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        open_checkpoint(signed(text), VKEY)


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_checkpoint(note, VKEY)


def test_a_note_has_a_largest_length() -> None:
    with pytest.raises(NoteError, match="characters"):
        open_checkpoint(NOTE + "x" * 200_000, VKEY)


@pytest.mark.parametrize("vkey", VERIFIER_KEYS.values(), ids=VERIFIER_KEYS)
def test_a_key_in_another_form_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        notes.read_verifier_key(vkey)


@pytest.mark.parametrize(
    "origin", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\ud800b", "a\x85b", "a\x00b"]
)
def test_a_log_cannot_have_such_a_name(origin: str) -> None:
    with pytest.raises(KeyNameError):
        notes.check_origin(origin)
