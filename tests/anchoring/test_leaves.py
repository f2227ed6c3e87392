"""Where leaves lie: blocks give back what was put into them, and keep nothing of what was forgotten."""

import threading
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from anchoring import leaves, runs, seeds, sequencer
from anchoring.leaves import AlreadyLogged, Leaf
from anchoring.models import Kind, LeafBlock, RecordBlock
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.rebuild import assert_log_holds_every_statement_once, logged

NUMBERS = st.dictionaries(st.integers(0, 255), st.integers(0, 2**64 - 1))


def leaf(index: int, record: int) -> Leaf:
    sealed = seeds.seal(seed=index.to_bytes(32, "big"), index=index)
    return Leaf(index=index, kind=Kind.STATEMENT, record=record, sealed=sealed)


@given(NUMBERS)
def test_runs_give_back_what_was_packed(numbers: dict[int, int]) -> None:
    packed = runs.pack(numbers)
    assert runs.unpack(packed) == numbers
    assert len(packed) <= runs.RUN_BYTES * len(numbers)


@given(st.integers(0, 255), st.integers(1, 256), st.integers(0, 2**63))
def test_what_counts_upwards_is_one_run(first: int, length: int, number: int) -> None:
    whole = {at: number + at for at in range(first, min(256, first + length))}
    assert len(runs.pack(whole)) == runs.RUN_BYTES


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_blocks_hold_what_a_row_for_each_leaf_would(seed: int) -> None:
    """Batches of any size, records with gaps and out of order, erasures between: compared with a dict."""
    rng = Random(seed)
    expected: dict[int, Leaf] = {}
    records = rng.sample(range(5_000), 900)
    size = 0
    while records:
        count = rng.choice((1, 2, 31, 33, 200))
        batch, records = sorted(records[:count]), records[count:]
        size += rng.choice((0, 0, 1, 40))  # leaves without a record, as erasure markers are
        added = [leaf(size + place, record) for place, record in enumerate(batch)]
        leaves.write(leaves=added)
        expected |= {each.index: each for each in added}
        size += len(batch)
        gone = rng.sample(sorted(expected), rng.randrange(len(expected) + 1) // 8)
        assert leaves.forget(indexes=[*gone, size + 99]) == len(gone)
        for index in gone:
            del expected[index]
    assert {each.index: each for each in leaves.between(begin=0, end=size)} == expected
    assert leaves.between(begin=100, end=300) == [
        each for index, each in sorted(expected.items()) if 100 <= index < 300
    ]
    asked = range(5_000)
    by_record = {each.record: each for each in expected.values()}
    assert leaves.of_records(kind=Kind.STATEMENT, records=asked) == by_record
    places = leaves.index_of(kind=Kind.STATEMENT, records=asked)
    assert places == {record: each.index for record, each in by_record.items()}
    assert leaves.newest() == expected[max(expected)]


@pytest.mark.django_db
def test_nothing_of_what_was_forgotten_is_left_in_a_block() -> None:
    added = [leaf(index, index + 1_000) for index in range(40)]
    leaves.write(leaves=added)
    leaves.forget(indexes=[3, 39])
    kept = b"".join(bytes(block.seeds) for block in LeafBlock.objects.all())
    assert [each.index for each in added if each.sealed not in kept] == [3, 39]
    leaves.forget(indexes=range(40))
    assert not LeafBlock.objects.exists()
    assert not RecordBlock.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("again", [(0, 500), (100, 7)])
def test_neither_a_leaf_nor_a_record_is_taken_twice(again: tuple[int, int]) -> None:
    leaves.write(leaves=[leaf(0, 7)])
    with pytest.raises(AlreadyLogged), transaction.atomic():
        leaves.write(leaves=[leaf(*again)])
    assert [(each.index, each.record) for each in logged()] == [(0, 7)]
    with pytest.raises(AlreadyLogged), transaction.atomic():
        leaves.write(leaves=[leaf(1, 8), leaf(2, 8)])


@pytest.mark.django_db(transaction=True)
def test_the_sequencer_does_not_bring_back_what_is_erased_meanwhile(
    store_statements: StoreStatements,
) -> None:
    """Both change the last block; whoever comes second waits, then goes on from what the first one left."""
    first, *_ = store_statements(5)
    sequencer.sequence()
    store_statements(5)

    def sequence() -> None:
        sequencer.sequence()
        connection.close()

    with transaction.atomic():
        leaves.forget(indexes=[0])
        thread = threading.Thread(target=sequence)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(30)
    assert [each.index for each in logged()] == list(range(1, 10))
    assert not leaves.index_of(kind=Kind.STATEMENT, records=[first])
    assert bytes(LeafBlock.objects.get().seeds)[: seeds.SEALED_BYTES] == bytes(seeds.SEALED_BYTES)


@pytest.mark.django_db(transaction=True)
def test_leaves_move_from_rows_into_blocks_and_back(store_statements: StoreStatements) -> None:
    store_statements(300)
    sequencer.sequence()
    leaves.forget(indexes=[17])
    before = logged()
    try:
        call_command("migrate", "anchoring", "0003", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), max(index), sum(record) FROM anchoring_leaf")
            assert cursor.fetchone() == (299, 299, sum(each.record for each in before))
    finally:
        call_command("migrate", "anchoring", verbosity=0)
    assert logged() == before
    leaves.forget(indexes=[18])
    store_statements(1)
    sequencer.sequence()
    assert len(logged()) == 299


@pytest.mark.django_db(transaction=True)
def test_a_move_that_was_killed_goes_on_where_it_stopped(store_statements: StoreStatements) -> None:
    """Half of the leaves are in blocks, the other half in rows: what a kill between two batches leaves."""
    store_statements(100)
    sequencer.sequence()
    before = logged()
    try:
        call_command("migrate", "anchoring", "0004", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE late AS SELECT * FROM anchoring_leaf WHERE index >= 50"
            )
            cursor.execute("DELETE FROM anchoring_leaf WHERE index >= 50")
            call_command("migrate", "anchoring", "0005", verbosity=0)
            cursor.execute("INSERT INTO anchoring_leaf SELECT * FROM late")
        call_command("migrate", "anchoring", "0004", "--fake", verbosity=0)
    finally:
        call_command("migrate", "anchoring", verbosity=0)
    assert logged() == before
    assert_log_holds_every_statement_once()
