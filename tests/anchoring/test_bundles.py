"""Bundles of logged records, built without a chain."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from anchoring import bundles, checkpoints, leaves, sequencer, trust
from anchoring.bundles import BundleNotBuilt, NotYetLogged, RecordSelection
from anchoring.core import bundle as core
from anchoring.core.commitments import SLOTS
from anchoring.core.report import Outcome
from anchoring.core.trust import parse_trust
from anchoring.core.verification import verify
from anchoring.models import Checkpoint, Kind
from lrs.models import Statement
from tests.anchoring.conftest import StoreStatements, document_of

pytestmark = pytest.mark.django_db

SHARE = bundles.ShareDescription(
    title="Álgebra",
    learner="Ana Núñez",
    institution="",
    created=datetime(2026, 11, 24, 8, tzinfo=UTC),
    expires=datetime(2027, 11, 24, 8, tzinfo=UTC),
    status_url="https://keiko.example/p/abc/status",
)


@pytest.fixture
def logged(store_statements: StoreStatements) -> list[int]:
    """The seqs of 20 statements in a signed log."""
    seqs = store_statements(20)
    sequencer.sequence()
    checkpoints.publish()
    return seqs


def offline(data: bytes) -> dict[str, Outcome]:
    report = verify(
        core.parse(data),
        trust=parse_trust(trust.trust_policy()),
        chain=None,
        log=None,
        now=timezone.now(),
    )
    return {check.id: check.outcome for check in report.checks}


def test_a_bundle_passes_the_first_three_checks_offline(logged: list[int]) -> None:
    records = [RecordSelection(seq) for seq in reversed(logged[3:9])]
    found = offline(bundles.build(records=records, share=SHARE))
    assert [found[check] for check in ("records", "inclusion", "checkpoint")] == [
        Outcome.PASSED
    ] * 3
    assert Outcome.FAILED not in found.values()


def test_disclosed_values_are_those_of_the_stored_statement(logged: list[int]) -> None:
    data = bundles.build(records=[RecordSelection(logged[4])], share=SHARE)
    (record,) = core.parse(data).records
    shown = {
        name: slot.value for name, slot in record.slots.items() if isinstance(slot, core.Disclosed)
    }
    assert shown == document_of(5)
    absent = {name for name, slot in record.slots.items() if isinstance(slot, core.Absent)}
    assert absent == {"attachments", "context"}


def test_withheld_slots_show_nothing_of_their_value(logged: list[int]) -> None:
    record = RecordSelection(logged[4], frozenset({"actor", "result"}))
    data = bundles.build(records=[record], share=SHARE)
    assert b"alumna" not in data
    assert b"scaled" not in data
    (shown,) = core.parse(data).records
    assert shown.withheld() == ["actor", "result"]
    assert offline(data)["records"] == Outcome.PASSED


def test_every_slot_can_be_withheld(logged: list[int]) -> None:
    record = RecordSelection(logged[0], frozenset(SLOTS))
    assert offline(bundles.build(records=[record], share=SHARE))["inclusion"] == Outcome.PASSED


def test_values_beyond_rfc_8785_are_shown_exactly(store_statements: StoreStatements) -> None:
    (seq,) = store_statements(1, result={"extensions": {"https://x.example/n": 2**60}})
    sequencer.sequence()
    checkpoints.publish()
    data = bundles.build(records=[RecordSelection(seq)], share=SHARE)
    (record,) = core.parse(data).records
    assert isinstance(record.slots["result"], core.Exact)
    assert str(2**60) in record.slots["result"].text
    assert offline(data)["records"] == Outcome.PASSED


def test_records_before_the_log_are_refused_with_a_time(
    logged: list[int], store_statements: StoreStatements, settings: Settings
) -> None:
    settings.LOG_INTERVAL = timedelta(seconds=30)
    (late,) = store_statements(1)
    records = [RecordSelection(logged[0]), RecordSelection(late)]
    with pytest.raises(NotYetLogged) as caught:
        bundles.build(records=records, share=SHARE)
    assert caught.value.waiting == 1
    assert timedelta(0) < caught.value.expected_by - timezone.now() <= timedelta(minutes=1)


def test_a_logged_record_without_a_checkpoint_is_not_ready_either(
    store_statements: StoreStatements,
) -> None:
    (seq,) = store_statements(1)
    sequencer.sequence()
    with pytest.raises(NotYetLogged):
        bundles.build(records=[RecordSelection(seq)], share=SHARE)


def test_a_deleted_record_is_named_as_such(logged: list[int]) -> None:
    Statement.objects.filter(seq=logged[0]).delete()
    with pytest.raises(BundleNotBuilt, match="1 of the records were deleted"):
        bundles.build(records=[RecordSelection(logged[0])], share=SHARE)
    places = leaves.index_of(kind=Kind.STATEMENT, records=logged[:1])
    leaves.forget(indexes=places.values())
    with pytest.raises(BundleNotBuilt, match="deleted"):
        bundles.build(records=[RecordSelection(logged[0])], share=SHARE)


@pytest.mark.parametrize(
    ("selection", "why"),
    [
        (lambda seq: [], "at least one"),
        (lambda seq: [RecordSelection(seq), RecordSelection(seq)], "named twice"),
        (lambda seq: [RecordSelection(seq, frozenset({"score"}))], "no slot 'score'"),
    ],
)
def test_a_selection_that_makes_no_sense_is_refused(
    logged: list[int], selection: Callable[[int], list[RecordSelection]], why: str
) -> None:
    with pytest.raises(BundleNotBuilt, match=why):
        bundles.build(records=selection(logged[0]), share=SHARE)


def test_a_statement_changed_in_the_database_is_never_handed_out(logged: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lrs_statement DISABLE TRIGGER lrs_statement_final")
        cursor.execute(
            "UPDATE lrs_statement SET document = convert_to(replace(convert_from(document, 'UTF8'),"
            " '0.85', '0.95'), 'UTF8') WHERE seq = %s",
            [logged[0]],
        )
        cursor.execute("ALTER TABLE lrs_statement ENABLE TRIGGER lrs_statement_final")
    with pytest.raises(BundleNotBuilt, match="changed in the database from outside"):
        bundles.build(records=[RecordSelection(logged[0])], share=SHARE)
    assert bundles.build(records=[RecordSelection(logged[1])], share=SHARE)


def test_a_bundle_of_many_records_takes_few_queries(
    logged: list[int], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Leaves, anchor, checkpoint, cosignatures, documents, tiles, and which are deleted.
    with django_assert_max_num_queries(7):
        bundles.build(records=[RecordSelection(seq) for seq in logged], share=SHARE)


def test_the_smallest_checkpoint_is_enough_for_the_smallest_log(
    store_statements: StoreStatements,
) -> None:
    (seq,) = store_statements(1)
    sequencer.sequence()
    checkpoints.publish()
    assert Checkpoint.objects.get().size == 1
    data = bundles.build(records=[RecordSelection(seq)], share=SHARE)
    assert core.parse(data).proof == ()
    assert offline(data)["inclusion"] == Outcome.PASSED
