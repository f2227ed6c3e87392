"""The sequencer, one call at a time."""

import logging
from functools import partial

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from anchoring import leaves, seeds, sequencer, tilestore
from anchoring.core import multiproof
from anchoring.core.tiles import Tile as TilePlace
from anchoring.core.tree import Reader
from anchoring.core.tree import root_of as root_of_tree
from anchoring.models import Head, Kind, Pending, Tile
from anchoring.proofs import prove_records
from lrs.models import Statement
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.rebuild import (
    assert_log_holds_every_statement_once,
    leaf_hashes,
    logged,
    logged_records,
    root_of,
)


def subtrees_of(hashes: list[bytes]) -> Reader:
    """Complete subtrees by the definition of the tree."""
    return lambda level, index: root_of(hashes[index << level : index + 1 << level])


def test_a_stored_statement_waits_in_the_queue(store_statements: StoreStatements) -> None:
    seqs = store_statements(3)
    assert list(Pending.objects.order_by("seq").values_list("seq", flat=True)) == seqs


def test_an_insert_that_conflicts_queues_nothing(store_statements: StoreStatements) -> None:
    store_statements(1)
    rows = list(Statement.objects.all())
    Statement.objects.bulk_create(rows, ignore_conflicts=True)
    assert Pending.objects.count() == 1


def test_copy_fills_the_queue_too(store_statements: StoreStatements) -> None:
    store_statements(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT store_id, stored, timestamp, actor_id, verb_id, voided, encoding, document"
            "  FROM lrs_statement"
        )
        row = cursor.fetchone()
        with cursor.copy(
            "COPY lrs_statement (id, store_id, stored, timestamp, actor_id, verb_id, voided,"
            " encoding, document) FROM STDIN"
        ) as copy:
            copy.write_row(["00000000-0000-0000-0000-00000000ffff", *row])
    assert Pending.objects.count() == 2


def test_pending_statements_become_leaves_in_order(store_statements: StoreStatements) -> None:
    seqs = store_statements(5)
    assert sequencer.sequence() == 5
    assert [(leaf.index, leaf.record) for leaf in logged()] == list(enumerate(seqs))
    assert leaves.index_of(kind=Kind.STATEMENT, records=seqs) == {
        seq: index for index, seq in enumerate(seqs)
    }
    assert not Pending.objects.exists()
    assert_log_holds_every_statement_once()


def test_nothing_to_do_writes_nothing(db: None) -> None:
    assert sequencer.sequence() == 0
    assert not Head.objects.exists()


def test_a_limit_leaves_the_rest_for_the_next_call(store_statements: StoreStatements) -> None:
    store_statements(5)
    assert [sequencer.sequence(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert_log_holds_every_statement_once()


@pytest.mark.parametrize("batches", [(255, 1, 1), (256, 256), (300, 400), (1, 600)])
def test_tiles_give_the_root_however_the_log_grew(
    batches: tuple[int, ...], store_statements: StoreStatements
) -> None:
    for count in batches:
        store_statements(count)
        sequencer.sequence()
    hashes = leaf_hashes()
    for size in {1, 2, batches[0], sum(batches) - 1, sum(batches)}:
        assert tilestore.with_subtrees(partial(root_of_tree, size), size=size) == root_of(
            hashes[:size]
        )
        wanted = sorted({0, size // 3, size - 1})
        expected = multiproof.prove(wanted, size, subtrees_of(hashes))
        assert tilestore.with_middles(partial(multiproof.prove, wanted, size)) == expected
        assert prove_records(indexes=wanted, size=size) == expected
    Tile.objects.update(middle=b"")  # as in rows that are older than it
    wanted = [0, sum(batches) - 1]
    assert prove_records(indexes=wanted, size=sum(batches)) == multiproof.prove(
        wanted, sum(batches), subtrees_of(hashes)
    )
    widths = {(row.level, row.index): len(row.hashes) // 32 for row in Tile.objects.all()}
    total = sum(batches)
    assert widths[0, 0] == min(total, 256)
    assert widths.get((1, 0), 0) == total // 256


def test_reading_many_subtrees_is_one_query(
    store_statements: StoreStatements, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    store_statements(600)
    sequencer.sequence()
    with django_assert_num_queries(1):
        tilestore.with_subtrees(
            lambda get: [get(0, 5), get(3, 40), get(8, 1), get(0, 599)], size=600
        )


def test_a_subtree_beyond_the_log_is_refused(store_statements: StoreStatements) -> None:
    store_statements(3)
    sequencer.sequence()
    with pytest.raises(tilestore.TilesMissing):
        tilestore.with_subtrees(lambda get: get(0, 3), size=4)
    with pytest.raises(tilestore.TilesMissing):
        tilestore.with_subtrees(lambda get: get(8, 0), size=256)


def test_a_damaged_tile_stops_the_sequencer_with_advice(store_statements: StoreStatements) -> None:
    store_statements(3)
    sequencer.sequence()
    Tile.objects.filter(level=0, index=0).delete()
    store_statements(1)
    with pytest.raises(tilestore.TilesMissing, match="restore the database"):
        sequencer.sequence()
    assert Pending.objects.count() == 1


def test_a_statement_deleted_before_it_was_logged_is_passed_over(
    store_statements: StoreStatements,
) -> None:
    first, second = store_statements(2)
    Statement.objects.filter(seq=first).delete()
    sequencer.sequence()
    assert logged_records() == [second]
    assert not Pending.objects.exists()


def test_a_logged_statement_can_be_deleted_and_the_tree_stays(
    store_statements: StoreStatements,
) -> None:
    first, _ = store_statements(2)
    sequencer.sequence()
    before = sequencer.frontier_of(sequencer.read_head()).root()
    Statement.objects.filter(seq=first).delete()
    assert leaves.forget(indexes=[0]) == 1
    store_statements(1)
    sequencer.sequence()
    assert tilestore.with_subtrees(partial(root_of_tree, 2), size=2) == before


def test_one_statement_that_cannot_be_committed_to_stops_nobody_else(
    store_statements: StoreStatements, caplog: pytest.LogCaptureFixture
) -> None:
    (strange,) = store_statements(1, **{"not a slot": "secret text"})
    (plain,) = store_statements(1)
    with caplog.at_level(logging.ERROR):
        assert sequencer.sequence() == 2
    assert logged_records() == [plain]
    waiting = Pending.objects.get()
    assert waiting.seq == strange
    assert "cannot be committed to" in waiting.problem
    assert str(strange) in caplog.text
    assert "secret text" not in caplog.text
    assert sequencer.sequence() == 0
    assert sequencer.retry_set_aside() == 1
    assert sequencer.sequence() == 1


def test_seeds_are_sealed_and_appear_in_no_log_line(
    store_statements: StoreStatements,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = bytes(range(32))
    monkeypatch.setattr(sequencer, "new_seed", lambda: known)
    store_statements(1)
    with caplog.at_level(logging.DEBUG):
        sequencer.sequence()
    [leaf] = logged()
    assert known not in leaf.sealed
    assert known.hex() not in caplog.text.lower()


def test_a_tile_gives_no_more_than_it_has(store_statements: StoreStatements) -> None:
    store_statements(3)
    sequencer.sequence()
    whole = tilestore.tile(TilePlace(0, 0, 3))
    assert whole == b"".join(leaf_hashes())
    assert tilestore.tile(TilePlace(0, 0, 2)) == whole[:64]
    assert tilestore.tile(TilePlace(0, 0, 4)) is None
    assert tilestore.tile(TilePlace(0, 1, 1)) is None


def test_nothing_is_sealed_under_another_key_than_the_logs(
    store_statements: StoreStatements, settings: Settings
) -> None:
    store_statements(1)
    sequencer.sequence()
    store_statements(1)
    settings.SEED_KEY = "33" * 32
    with pytest.raises(seeds.SeedNotReadable):
        sequencer.sequence()
    assert len(logged()) == Pending.objects.count() == 1
