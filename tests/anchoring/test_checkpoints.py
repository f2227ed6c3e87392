"""Signed heads: once for each size, by the right key, and never over a fork."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from anchoring import checkpoints, proofs, sequencer
from anchoring.core import notes, tree
from anchoring.models import Checkpoint, Head, Tile
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.rebuild import leaf_hashes, root_of


def test_an_empty_log_has_no_checkpoint(db: None) -> None:
    assert checkpoints.publish() is None
    assert checkpoints.newest() is None


def test_a_checkpoint_says_size_and_root_and_is_signed(store_statements: StoreStatements) -> None:
    store_statements(5)
    sequencer.sequence()
    checkpoints.publish()
    newest = checkpoints.newest()
    assert newest is not None
    opened = notes.open_checkpoint(newest.note, checkpoints.verifier_key())
    assert (opened.origin, opened.size, opened.root) == (
        "keiko.localhost",
        5,
        root_of(leaf_hashes()),
    )


def test_a_log_that_did_not_grow_gets_no_second_checkpoint(
    store_statements: StoreStatements,
) -> None:
    store_statements(2)
    sequencer.sequence()
    assert checkpoints.publish() is not None
    assert checkpoints.publish() is None
    store_statements(1)
    sequencer.sequence()
    assert checkpoints.publish() is not None
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [3, 2]


def test_every_checkpoint_continues_every_earlier_one(store_statements: StoreStatements) -> None:
    for count in (1, 1, 2, 3, 250, 5):
        store_statements(count)
        sequencer.sequence()
        checkpoints.publish()
    made = list(Checkpoint.objects.order_by("size"))
    for old in made:
        for new in made:
            if old.size <= new.size:
                proof = proofs.prove_consistency(old_size=old.size, new_size=new.size)
                tree.verify_consistency(
                    old=old.size,
                    new=new.size,
                    old_root=bytes(old.root),
                    new_root=bytes(new.root),
                    proof=proof,
                )


def test_inclusion_of_every_leaf_is_proven_from_tiles(store_statements: StoreStatements) -> None:
    store_statements(21)
    sequencer.sequence()
    hashes = leaf_hashes()
    for index, leaf in enumerate(hashes):
        tree.verify_inclusion(
            index=index,
            size=21,
            leaf=leaf,
            proof=proofs.prove_inclusion(index=index, size=21),
            root=root_of(hashes),
        )


def test_a_rewritten_history_is_not_signed(store_statements: StoreStatements) -> None:
    store_statements(3)
    sequencer.sequence()
    checkpoints.publish()
    forged = tree.Frontier().extend([bytes([n]) * 32 for n in range(4)])
    Head.objects.update(size=forged.size, frontier=b"".join(forged.hashes))
    Tile.objects.update(hashes=b"".join(bytes([n]) * 32 for n in range(4)))
    with pytest.raises(checkpoints.LogForked, match="restore the database"):
        checkpoints.publish()
    assert Checkpoint.objects.count() == 1


def test_a_bad_signing_key_is_refused_with_advice(
    store_statements: StoreStatements, settings: Settings
) -> None:
    store_statements(1)
    sequencer.sequence()
    settings.LOG_SIGNING_KEY = "abc"
    with pytest.raises(ImproperlyConfigured, match="64 hexadecimal digits"):
        checkpoints.publish()


@pytest.mark.parametrize(
    ("name", "value"), [("LOG_SIGNING_KEY", "22" * 32), ("LOG_ORIGIN", "other.example")]
)
def test_a_log_is_never_continued_under_another_key_or_origin(
    store_statements: StoreStatements, settings: Settings, name: str, value: str
) -> None:
    store_statements(1)
    sequencer.sequence()
    checkpoints.publish()
    store_statements(1)
    sequencer.sequence()
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match="this database was written with"):
        checkpoints.publish()
    assert Checkpoint.objects.count() == 1
