"""manage.py import_statements: the rules of POST for a file, and an import that can be killed at any line."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from keiko.launcher.postgres import EmbeddedPostgres
from lrs.imports import lines, services
from lrs.imports.types import Tally, Terms
from lrs.models import Statement
from tests.lrs.conftest import VOIDED, a_statement, new_id

ROOT = Path(__file__).resolve().parent.parent.parent
START = datetime(2026, 1, 1, tzinfo=UTC)
ME = {"objectType": "Agent", "mbox": "mailto:import@escuela.example"}


def written(path, *statements):
    text = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in statements]
    path.write_bytes(b"\n".join(text) + b"\n")
    return path


def imported(store, path, **terms):
    """What the command does with a file, in this process: its batches one after the other."""
    total = Tally()
    with lines.opened(str(path)) as source:
        read = list(lines.batches(source, longest=1_000_000))
    again = terms.pop("again", False)
    found = services.begin_import(store=store, first=read[0], name=path.name, again=again)
    terms = {"authority": ME, "keep_authority": False, "version": "1.0.3"} | terms
    for batch in read:
        done = services.done_already(import_id=found.pk, batch=batch)
        total += done or services.import_batch(
            terms=Terms(import_id=found.pk, store_id=store.pk, **terms), batch=batch
        )
    return total, {each.line: each for each in found.refused.all()}


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(lines, "BATCH_LINES", 3)


pytestmark = pytest.mark.django_db(transaction=True)


def test_each_line_is_a_statement_that_keeps_its_id_and_time_and_gets_a_stored_of_now(
    xapi, store, tmp_path
):
    given = a_statement(
        id=new_id(), timestamp="2019-05-04T10:00:00.000Z", stored="2019-05-04T10:00:00.000Z"
    )
    total, refused = imported(store, written(tmp_path / "a.jsonl", given, a_statement()))
    assert (total, refused) == (Tally(stored=2), {})
    kept = xapi.stored(given["id"])
    assert kept["timestamp"] == given["timestamp"]
    assert kept["stored"] > "2026"
    assert kept["authority"] == ME


def test_a_line_that_is_refused_is_listed_and_the_others_are_stored(xapi, store, tmp_path):
    path = written(
        tmp_path / "a.jsonl",
        a_statement(),
        b"{not json",
        b"",
        a_statement(actor={"mbox": "mailto:undefined"}),
        b'"a text"',
        b'{"actor": "\xff"}',
        a_statement(verb={"id": VOIDED}),
        a_statement(),
    )
    total, refused = imported(store, path)
    assert (total.stored, total.refused) == (2, 5)
    assert sorted(refused) == [2, 4, 5, 6, 7], "lines are counted from 1, empty ones too"
    assert refused[4].path == "/actor/mbox"
    assert refused[7].path == "/object"
    assert all(each.message for each in refused.values())
    assert len(xapi.ids()) == 2


def test_ids_are_judged_as_by_post(xapi, store, tmp_path, small_batches):
    known, twice, changed = new_id(), new_id(), new_id()
    xapi.post(a_statement(id=known))
    xapi.post(a_statement(id=changed))
    other = {"id": "https://x.example/other"}
    path = written(
        tmp_path / "a.jsonl",
        a_statement(id=known),
        a_statement(id=twice),
        a_statement(id=twice),
        a_statement(id=twice, object=other),
        a_statement(id=changed, object=other),
        a_statement(),
    )
    total, refused = imported(store, path)
    assert total == Tally(stored=2, unchanged=2, refused=2)
    assert {line: each.path for line, each in refused.items()} == {4: "/id", 5: "/id"}
    assert len(xapi.ids()) == 4


def test_a_voiding_statement_and_a_reference_work_as_by_post(xapi, store, tmp_path, small_batches):
    target = new_id()
    reference = {"objectType": "StatementRef", "id": target}
    path = written(
        tmp_path / "a.jsonl",
        a_statement(verb={"id": VOIDED}, object=reference),
        *[a_statement() for _ in range(4)],
        a_statement(id=target, verb={"id": "https://x.example/won"}),
    )
    assert imported(store, path)[0] == Tally(stored=6)
    assert xapi.get(statementId=target).status_code == 404
    assert len(xapi.ids(verb="https://x.example/won")) == 1, "the voiding statement is found"


def test_a_statement_says_its_version_itself(store, tmp_path):
    context = {"contextAgents": [{"objectType": "contextAgent", "agent": ME}]}
    path = written(
        tmp_path / "a.jsonl",
        a_statement(version="2.0.0", context=context),
        a_statement(version="1.0.1"),
        a_statement(context=context),
        a_statement(version="0.9"),
    )
    total, refused = imported(store, path)
    assert total == Tally(stored=2, refused=2)
    assert sorted(refused) == [3, 4]


def test_authority_is_the_importers_unless_the_file_is_trusted(xapi, store, tmp_path):
    theirs = {"objectType": "Agent", "mbox": "mailto:old-lrs@escuela.example"}
    given, without = a_statement(id=new_id(), authority=theirs), a_statement(id=new_id())
    imported(store, written(tmp_path / "a.jsonl", given, without), keep_authority=True)
    assert xapi.stored(given["id"])["authority"] == theirs
    assert xapi.stored(without["id"])["authority"] == ME
    other = a_statement(id=new_id(), authority=theirs)
    imported(store, written(tmp_path / "b.jsonl", other))
    assert xapi.stored(other["id"])["authority"] == ME


def test_a_file_that_was_imported_is_not_imported_again(store, tmp_path, small_batches):
    path = written(tmp_path / "a.jsonl", *[a_statement() for _ in range(7)], b"{")
    first = imported(store, path)
    assert imported(store, path)[0] == first[0]
    assert Statement.objects.count() == 7
    assert imported(store, path, again=True)[0] == first[0]
    assert Statement.objects.count() == 14


def test_another_file_with_the_same_beginning_is_told_from_it(store, tmp_path, small_batches):
    statements = [a_statement() for _ in range(3)]
    imported(store, written(tmp_path / "a.jsonl", *statements, a_statement()))
    different = written(tmp_path / "b.jsonl", *statements, a_statement(result={"success": True}))
    with pytest.raises(services.ImportRefused, match="From line 4 on"):
        imported(store, different)


def test_a_batch_and_the_note_that_it_is_done_are_one(store, tmp_path, monkeypatch):
    path = written(tmp_path / "a.jsonl", *[a_statement() for _ in range(3)])

    def fails(*args, **kwargs):
        raise RuntimeError("the process is killed here")

    monkeypatch.setattr("lrs.statements.store._void_targets", fails)
    with pytest.raises(RuntimeError):
        imported(store, path)
    assert Statement.objects.count() == 0
    monkeypatch.undo()
    assert imported(store, path)[0] == Tally(stored=3)


def test_a_batch_that_was_finished_meanwhile_is_not_doubled(store, tmp_path):
    """By a worker that outlived the process which gave it work."""
    path = written(tmp_path / "a.jsonl", *[a_statement() for _ in range(3)])
    imported(store, path)
    with lines.opened(str(path)) as source:
        (batch,) = lines.batches(source, longest=1_000)
    found = services.begin_import(store=store, first=batch, name="a", again=False)
    terms = Terms(found.pk, store.pk, ME, keep_authority=False, version="1.0.3")
    assert services.import_batch(terms=terms, batch=batch) == Tally(stored=3)
    assert Statement.objects.count() == 3


def test_gzip_is_told_by_its_first_bytes_and_a_line_that_is_too_long_is_refused(store, tmp_path):
    long = a_statement(result={"response": "x" * 1_000_000})
    text = b"\xef\xbb\xbf" + b"\n".join(json.dumps(each).encode() for each in (a_statement(), long))
    path = tmp_path / "a.jsonl"
    path.write_bytes(gzip.compress(text))
    total, refused = imported(store, path)
    assert total == Tally(stored=1, refused=1)
    assert sorted(refused) == [2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"store": "nobody"}, "There is no store"),
        ({"authority": "{"}, "not JSON"),
        ({"authority": "{}"}, "no agent"),
        ({"files": ["/nowhere.jsonl"]}, "No such file"),
    ],
)
def test_what_cannot_begin_says_why(store, tmp_path, changes, message):
    path = str(written(tmp_path / "a.jsonl", a_statement()))
    options = {"files": [path], "store": store.slug} | changes
    files = options.pop("files")
    with pytest.raises(CommandError, match=message):
        call_command("import_statements", *files, **options, stdout=io.StringIO())
    assert Statement.objects.count() == 0


# --- The command itself, killed -------------------------------------------------------------------
@pytest.fixture
def own_database(tmp_path_factory):
    """A database that processes of their own can reach, and its environment."""
    var = tmp_path_factory.mktemp("import")
    server = EmbeddedPostgres(var / "postgres", settings={"fsync": "off"})
    env = {**os.environ, "KEIKO_VAR": str(var), "DATABASE_URL": server.url("keiko")}
    yield env
    server.stop()


def manage(env, *arguments, **extra):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, **extra,
    )  # fmt: skip


def counted(env):
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        (count,) = connection.execute("SELECT count(*) FROM lrs_statement").fetchone()
        (batches,) = connection.execute("SELECT count(*) FROM lrs_import_batch").fetchone()
    return count, batches


def test_an_import_that_is_killed_again_and_again_stores_every_line_once(own_database, tmp_path):
    """By kill -9, wherever it is; the statements have no ids, so that nothing but the notes tells them apart."""
    env = own_database
    assert manage(env, "migrate", "-v0").returncode == 0
    assert manage(env, "create_store", "escuela", "Escuela").returncode == 0
    total, refused = 30_000, (5_000, 29_000)
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        for number in range(1, total + 1):
            moment = START + timedelta(seconds=number)
            one = a_statement(timestamp=moment.isoformat())
            file.write("{\n" if number in refused else json.dumps(one) + "\n")
    command = [sys.executable, "manage.py", "import_statements", str(path), "--store", "escuela"]
    kills, after = 0, 0
    while kills < 3:
        before = counted(env)[1]
        process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 60
        while counted(env)[1] < before + 2 and process.poll() is None:
            assert time.monotonic() < end, "nothing is imported"
            time.sleep(0.01)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        after = counted(env)[0]
        assert after < total, "it was killed before the end"
    assert kills >= 1
    done = manage(env, "import_statements", str(path), "--store", "escuela")
    assert done.returncode == 3, done.stderr
    assert "29,998 stored, 0 there already, 2 refused" in done.stdout
    assert counted(env) == (total - len(refused), total // lines.BATCH_LINES)
    listed = Path(done.stdout.rstrip(".\n").rpartition(" ")[2]).read_text().splitlines()
    assert [json.loads(line)["line"] for line in listed] == list(refused)
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        stored = connection.execute("SELECT timestamp FROM lrs_statement").fetchall()
    lines_stored = {round((moment - START).total_seconds()) for (moment,) in stored}
    assert lines_stored == set(range(1, total + 1)) - set(refused)
    text = json.dumps(a_statement())
    by_pipe = manage(env, "import_statements", "-", "--store", "escuela", input=text)
    assert by_pipe.returncode == 0, by_pipe.stderr
    assert "1 stored" in by_pipe.stdout
