"""Statements and links lie in parts by seq: made ahead, nothing refused, read newest first by index alone."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from anchoring.models import Pending
from lrs.models import Agent, Statement, StatementActivity, StatementAgent, StatementId
from lrs.statements import partitions
from tests.lrs.conftest import a_statement, new_id, second_connection, voiding

pytestmark = pytest.mark.django_db
FAR = 7 * partitions.SIZE


def jump_to(seq):
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('lrs_statement_seq_seq', %s, false)", [seq])


def names(table):
    return [part.name for part in partitions.parts() if part.table == table]


def where(seq):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM lrs_statement WHERE seq = %s", [seq])
        return cursor.fetchone()[0]


@pytest.fixture
def seq_afterwards():
    """The sequence is outside of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('lrs_statement_seq_seq')")
        (before,) = cursor.fetchone()
    yield
    jump_to(before)
    with connection.cursor() as cursor:
        for part in partitions.parts():
            if part.end > 2 * partitions.SIZE:
                cursor.execute(f"DROP TABLE {part.name}")


def test_the_first_part_and_one_ahead_are_there_from_the_beginning():
    for table in partitions.TABLES:
        assert names(table)[:2] == [f"{table}_from_0", f"{table}_from_{partitions.SIZE}"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("beyond", [FAR, FAR + 3 * partitions.SIZE - 1])
def test_a_statement_for_which_no_part_is_there_is_taken_all_the_same(xapi, seq_afterwards, beyond):
    jump_to(beyond)
    (statement_id,) = xapi.post(a_statement()).json()
    seq = Statement.objects.get().seq
    assert where(seq) == f"lrs_statement_from_{seq // partitions.SIZE * partitions.SIZE}"
    assert (
        f"lrs_statement_agent_from_{beyond // partitions.SIZE * partitions.SIZE + partitions.SIZE}"
        in names("lrs_statement_agent")
    )
    assert xapi.stored(statement_id)["id"] == statement_id
    assert xapi.ids(agent=json.dumps({"mbox": "mailto:ana@escuela.example"})) == [statement_id]
    partitions.make_ahead()
    assert partitions.make_ahead() == []


def test_pages_go_on_from_one_part_to_the_next(xapi, seq_afterwards):
    jump_to(partitions.SIZE - 2)
    ids = [xapi.post(a_statement()).json()[0] for _ in range(4)]
    assert {where(partitions.SIZE - 2), where(partitions.SIZE)} == {
        "lrs_statement_from_0",
        f"lrs_statement_from_{partitions.SIZE}",
    }
    assert xapi.ids() == ids[::-1]
    page = xapi.get(limit=3).json()
    rest = xapi.request("GET", page["more"]).json()["statements"]
    assert [statement["id"] for statement in rest] == ids[:1]


def test_an_id_is_unique_whatever_part_its_statement_is_in(xapi, seq_afterwards):
    statement = a_statement(id=new_id())
    assert xapi.post(statement).status_code == 200
    jump_to(partitions.SIZE + 1)
    assert xapi.post(statement).status_code == 200
    assert Statement.objects.count() == 1
    other = a_statement(id=statement["id"], verb={"id": "https://x.example/other"})
    assert xapi.post(other).status_code == 409


def test_new_parts_are_as_final_and_as_queued_as_the_first(xapi, seq_afterwards):
    jump_to(FAR)
    partitions.make_ahead()
    xapi.post(a_statement())
    assert where(FAR) == f"lrs_statement_from_{FAR}"
    assert list(Pending.objects.values_list("seq", flat=True)) == [FAR]
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Statement.objects.update(document=b"{}")


def test_who_erases_a_statement_frees_its_id(xapi):
    statement = a_statement(id=new_id())
    xapi.post(statement)
    Statement.objects.all().delete()
    assert not StatementId.objects.exists()
    assert xapi.post({**statement, "verb": {"id": "https://x.example/other"}}).status_code == 200


FILL = """
INSERT INTO lrs_statement (seq, store_id, id, stored, timestamp, registration, actor_id, verb_id, activity_id, voided,
                           encoding, document)
SELECT seq, 1 + seq % 2, gen_random_uuid(), now(), now(), lpad((seq % 250)::text, 32, '0')::uuid, seq % 100, seq % 100,
       seq % 100, false, 0, '{{}}'
  FROM generate_series({begin} + 1, {begin} + 5000) seq;
INSERT INTO lrs_statement_agent (agent_id, seq, role)
SELECT seq % 100, seq, 0 FROM generate_series({begin} + 1, {begin} + 5000) seq;
INSERT INTO lrs_statement_activity (activity_id, seq, role)
SELECT seq % 100, seq, 0 FROM generate_series({begin} + 1, {begin} + 5000) seq;
"""


@pytest.fixture
def filled_parts(db):
    """Rows in both parts, and the planner's numbers of them: in empty tables any plan is as good as another, and which
    one is taken would depend on what other tests left."""
    with connection.cursor() as cursor:
        for begin in (0, partitions.SIZE):
            cursor.execute(FILL.format(begin=begin))
        cursor.execute(f"ANALYZE {', '.join(partitions.TABLES)}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT seq FROM lrs_statement WHERE store_id = 1 AND seq < 15000000 ORDER BY seq DESC LIMIT 50",
        "SELECT seq FROM lrs_statement WHERE verb_id = 1 ORDER BY seq DESC LIMIT 50",
        "SELECT seq FROM lrs_statement WHERE activity_id = 1 ORDER BY seq DESC LIMIT 50",
        "SELECT seq FROM lrs_statement WHERE registration = '00000000-0000-0000-0000-000000000001' ORDER BY seq",
        "SELECT seq FROM lrs_statement_agent WHERE agent_id = 1 ORDER BY seq DESC LIMIT 50",
        "SELECT DISTINCT seq FROM lrs_statement_activity WHERE activity_id = 1 ORDER BY seq DESC LIMIT 50",
    ],
)
def test_the_newest_are_read_part_by_part_in_order_without_a_sort(filled_parts, query):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Sort" not in plan, plan
    assert "Append" in plan, plan
    assert "Merge" not in plan, plan
    assert "Seq Scan" not in plan, plan


def test_the_command_shows_the_parts(capsys):
    call_command("partitions")
    said = capsys.readouterr().out
    assert "lrs_statement_from_0 " in said
    assert "10,000,000 to 20,000,000" in said


@pytest.fixture
def archive(db):
    """A tablespace beside the others. It has to be empty to be removed, and belongs to all databases of the server."""
    with second_connection() as other:
        other.execute("SET allow_in_place_tablespaces = on")
        other.execute("CREATE TABLESPACE archive LOCATION ''")
        yield "archive"
        connection.close()
        for begin in (0, partitions.SIZE):
            list(partitions.move(begin=begin, tablespace="pg_default"))
        other.execute("DROP TABLESPACE archive")


def places_of(part):
    """The tablespaces of a part and of its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(t.spcname, 'pg_default') FROM pg_class c"
            " LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.oid = %(part)s::regclass"
            " OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %(part)s::regclass)",
            {"part": part},
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_an_old_part_is_moved_with_its_indexes_and_reads_and_voids_as_before(
    xapi, archive, seq_afterwards, capsys
):
    jump_to(partitions.SIZE - 2)
    ids = [xapi.post(a_statement()).json()[0] for _ in range(4)]
    call_command("partitions", move=0, tablespace=archive)
    said = capsys.readouterr().out
    assert "moved lrs_statement_from_0\n" in said
    for table in partitions.TABLES:
        assert places_of(f"{table}_from_0") == {archive}
        assert places_of(f"{table}_from_{partitions.SIZE}") == {"pg_default"}
    assert xapi.ids() == ids[::-1]
    assert xapi.ids(agent=json.dumps({"mbox": "mailto:ana@escuela.example"})) == ids[::-1]
    assert xapi.stored(ids[0])["id"] == ids[0]
    (new,) = xapi.post(voiding(ids[0])).json()
    assert xapi.ids() == [new, *ids[:0:-1]]
    call_command("partitions", move=0, tablespace=archive)
    assert "moved" not in capsys.readouterr().out, "what is there stays there"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"move": 5, "tablespace": "pg_default"}, "No part begins at 5"),
        ({"move": 0, "tablespace": "nowhere"}, "CREATE TABLESPACE"),
        ({"move": 0}, "together"),
    ],
)
def test_a_move_that_cannot_be_says_why(options, said):
    with pytest.raises(CommandError, match=said), transaction.atomic():
        call_command("partitions", **options)


def test_what_was_stored_before_the_tables_had_parts_is_the_first_part(xapi):
    """The migration over tables as they were: a plain table with rows, its sequence, its triggers."""
    ids = [xapi.post(a_statement(id=new_id())).json()[0] for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW lrs_readable_statement; DROP TABLE lrs_statement_id")
        _undivide(cursor)
        cursor.execute("DROP FUNCTION lrs_forget_ids")
    migration = import_module("lrs.migrations.0012_partitions")
    with connection.schema_editor() as editor:
        migration.divide(apps, editor)
        editor.create_model(StatementId)
        for statement in migration.FORGET_IDS.split("\n\n"):
            editor.execute(statement)
    assert xapi.ids() == ids[::-1]
    assert [xapi.stored(one)["id"] for one in ids] == ids
    (new,) = xapi.post(a_statement()).json()
    assert xapi.ids()[0] == new
    assert where(Statement.objects.earliest("seq").seq) == "lrs_statement_from_0"
    assert Pending.objects.count() == 4
    assert StatementAgent.objects.count() == 4 * 2
    assert StatementActivity.objects.count() == 4
    assert Agent.objects.count() == 2
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Statement.objects.update(document=b"{}")


def _undivide(cursor):
    """The tables as migration 0011 left them."""
    cursor.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'lrs_statement'::regclass"
        " AND NOT tgisinternal AND tgname <> 'lrs_statement_ids_forgotten'"
    )
    triggers = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT last_value FROM lrs_statement_seq_seq")
    (last,) = cursor.fetchone()
    for table in partitions.TABLES:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'",
            [table],
        )
        indexes = [row[0].replace(" ON ONLY ", " ON ") for row in cursor.fetchall()]
        cursor.execute(f"CREATE TEMP TABLE kept ON COMMIT DROP AS TABLE {table}")
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(f"CREATE TABLE {table} (LIKE kept)")
        cursor.execute(f"INSERT INTO {table} TABLE kept")
        cursor.execute("DROP TABLE kept")
        key = {"lrs_statement": "seq"}.get(table) or (
            f"{table.removeprefix('lrs_statement_')}_id, seq, role"
        )
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({key})")
        for definition in indexes:
            cursor.execute(definition)
    for column in ("store_id", "stored", "timestamp", "id", "actor_id", "verb_id", "encoding",
                   "voided", "document"):  # fmt: skip
        cursor.execute(f"ALTER TABLE lrs_statement ALTER COLUMN {column} SET NOT NULL")
    cursor.execute(
        "ALTER TABLE lrs_statement ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY"
    )
    cursor.execute("SELECT setval('lrs_statement_seq_seq', %s)", [last])
    cursor.execute("CREATE UNIQUE INDEX lrs_statement_id ON lrs_statement (store_id, id)")
    for definition in triggers:
        cursor.execute(definition)
