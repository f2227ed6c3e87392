"""Documents are kept compressed by dictionaries, and served byte for byte."""

import io
import json

import pytest
import zstandard
from django.core.management import CommandError, call_command
from django.db import connection

from lrs.models import Dictionary, Statement
from lrs.statements import dictionaries, training
from lrs.statements.documents import PLAIN, DocumentUnreadable, decode, encode
from lrs.statements.samples import samples
from tests.lrs.conftest import a_statement, new_id

FIRST_FRAME = "28b52ffd2436850000487b706173736564227d0100563285103ffc0f68"
UNUSED_BITS = 4  # of the frame: a byte with one that means nothing (RFC 8878, 3.1.1.1.1)
ENDING = b',"stored":"2026-11-24T10:00:00.000Z"}'


@pytest.fixture
def own(db, monkeypatch):
    """A dictionary made from statements like these, in use at once."""
    monkeypatch.setattr(dictionaries, "_newest", (dictionaries.SHIPPED, float("-inf")))
    made = training.train(documents=[text + ENDING for text in samples(1_500, seed=5)])
    yield made
    dictionaries.load.cache_clear()


def test_what_is_stored_is_the_text_that_was_checked_and_then_the_ending(xapi):
    statement = a_statement(id=new_id(), result={"response": "á" * 300})
    xapi.post(statement)
    row = Statement.objects.get()
    assert row.encoding == dictionaries.newest()
    assert len(row.document) < len(json.dumps(statement)) / 3
    served = xapi.get(statementId=statement["id"]).content
    assert served == decode(row.encoding, row.document)
    # By the format's description alone: a frame, then plain text.
    content = bytes(Dictionary.objects.get(id=row.encoding).content)
    frame = zstandard.ZstdDecompressor(zstandard.ZstdCompressionDict(content)).decompressobj()
    assert frame.decompress(bytes(row.document)) + frame.unused_data == served
    assert frame.unused_data.startswith(b',"timestamp":"')


@pytest.mark.parametrize("encoding", [PLAIN, dictionaries.SHIPPED])
@pytest.mark.parametrize(
    "text", [b'{"a":1', b'{"a":"' + b"x" * 1_000_000 + b'"', "{'á': \u2028".encode()]
)
def test_every_text_comes_back_as_it_was(encoding, text):
    assert decode(encoding, encode(encoding, text) + ENDING) == text + ENDING


def test_a_document_that_was_damaged_is_never_handed_out():
    (text,) = samples(1)
    whole = encode(dictionaries.SHIPPED, text) + ENDING
    frame = len(whole) - len(ENDING)
    for place in range(frame):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        if place == UNUSED_BITS:
            continue
        with pytest.raises(DocumentUnreadable, match="damaged"):
            decode(dictionaries.SHIPPED, bytes(damaged))
    for length in (0, 3, frame // 2, frame, len(whole) - 1):
        with pytest.raises(DocumentUnreadable, match="damaged"):
            decode(dictionaries.SHIPPED, whole[:length])


def test_the_shipped_dictionary_is_the_one_that_documents_were_written_with():
    """Its bytes are part of the format: a document of the first release must always be readable."""
    content = dictionaries.shipped()
    assert len(content) <= training.SIZE
    frame = bytes.fromhex(FIRST_FRAME)
    assert (
        decode(1, frame + ENDING)
        == b'{"verb":{"id":"http://adlnet.gov/expapi/verbs/passed"}' + ENDING
    )


def test_the_database_holds_every_dictionary_itself(db):
    assert bytes(Dictionary.objects.get(id=dictionaries.SHIPPED).content) == dictionaries.shipped()


def test_a_page_of_documents_that_compress_a_thousandfold_stays_small(xapi):
    long = {"response": "x" * 3_000_000}
    ids = [xapi.post(a_statement(id=new_id(), result=long)).json()[0] for _ in range(5)]
    assert sum(len(row.document) for row in Statement.objects.all()) < 20_000
    page = xapi.get().json()
    seen = [statement["id"] for statement in page["statements"]]
    assert seen == ids[:2:-1]
    while page["more"]:
        page = xapi.request("GET", page["more"]).json()
        seen += [statement["id"] for statement in page["statements"]]
    assert seen == ids[::-1]


def test_a_trained_dictionary_serves_new_statements_and_old_ones_stay(xapi, own, monkeypatch):
    old = dictionaries.SHIPPED
    before = decode(old, encode(old, b'{"a":1') + ENDING)
    xapi.post(a_statement())
    row = Statement.objects.get()
    assert row.encoding == own.pk >= 100
    assert xapi.get().json()["statements"][0]["verb"] == a_statement()["verb"]
    assert decode(old, encode(old, b'{"a":1') + ENDING) == before


def test_a_dictionary_of_its_own_statements_makes_them_smaller(own):
    others = samples(300, seed=6)
    ours = training.bytes_with(bytes(own.content), others)
    assert ours < training.bytes_with(dictionaries.shipped(), others) * 1.1
    assert ours < sum(map(len, others)) / len(others) / 3


def test_a_damaged_or_missing_dictionary_is_said_so(own):
    document = encode(own.pk, b'{"a":1') + ENDING
    dictionaries.load.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lrs_dictionary SET content = content || 'x' WHERE id >= 100")
    from lrs.statements import documents

    documents._of_thread.by_number.clear()
    with pytest.raises(DocumentUnreadable, match=f"dictionary {own.pk} was damaged"):
        decode(own.pk, document)
    Dictionary.objects.filter(id=own.pk).delete()
    with pytest.raises(DocumentUnreadable, match=f"dictionary {own.pk} is not in this database"):
        decode(own.pk, document)


def test_the_command_wants_enough_statements(db):
    with pytest.raises(CommandError, match="1,000 statements; there are 0"):
        call_command("train_dictionary")


def test_the_command_learns_from_the_newest_statements(xapi, monkeypatch):
    monkeypatch.setattr(training, "FEWEST_SAMPLES", 100)
    xapi.post([a_statement(result={"response": f"{n} {n * 7919}"}) for n in range(200)])
    said = io.StringIO()
    call_command("train_dictionary", stdout=said)
    made = Dictionary.objects.latest("id")
    assert made.pk == 100
    assert made.samples == 200
    assert "Dictionary 100, from 200 statements." in said.getvalue()


def test_the_periodic_task_trains_once_when_there_is_much_to_gain(xapi, monkeypatch):
    monkeypatch.setattr(training, "FEWEST_SAMPLES", 50)
    monkeypatch.setattr(training, "_LEARN_FROM", 400)
    assert training.train_if_worthwhile() is None
    # In the activity's words: a response is somebody's own, and no dictionary learns it (lrs.statements.impersonal).
    phrase = "La alumna explica el teorema con sus propias palabras y un dibujo de la plaza. "
    task = {
        "id": "https://escuela.example/tarea/1",
        "definition": {"description": {"es": phrase * 3}},
    }
    xapi.post([a_statement(object=task, result={"duration": f"PT{n}S"}) for n in range(400)])
    made = training.train_if_worthwhile()
    assert made is not None
    assert training.train_if_worthwhile() is None, "one a day is enough"


def test_whoever_opens_the_database_reads_names_and_documents(xapi):
    statement = a_statement(id=new_id())
    xapi.post(statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT store, actor, verb, activity FROM lrs_readable_statement")
        assert cursor.fetchall() == [
            (
                "escuela",
                "mbox:mailto:ana@escuela.example",
                statement["verb"]["id"],
                statement["object"]["id"],
            )
        ]
    said = io.StringIO()
    call_command("print_statements", stdout=said)
    assert said.getvalue().encode() == xapi.get(statementId=statement["id"]).content + b"\n"
    for arguments, count in ((["--store", "escuela"], 1), (["--store", "x"], 0), ([new_id()], 0)):
        said = io.StringIO()
        call_command("print_statements", *arguments, stdout=said)
        assert said.getvalue().count("\n") == count
