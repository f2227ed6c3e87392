"""Exports of a node: every statement once, with its course, class and session, in forms that other programs read."""

import csv
import io
import json
import tracemalloc

import pytest

from lrs.hierarchy import export
from lrs.hierarchy.export import COLUMNS, csv_lines, exported, in_language, json_lines
from lrs.models import Node
from tests.lrs.conftest import a_statement, new_id, voiding
from tests.lrs.hierarchy.conftest import (
    ALGEBRA,
    ENGLISH,
    MATHS,
    MONDAY,
    follow_all,
    typed,
    within,
)

FORMULA_STARTS = ["=", "+", "-", "@", "\t", "\r", "\n"]


def answer(rest, activity, **query):
    response = rest("GET", f"nodes/{rest.node(activity)['id']}/export", **query)
    assert response.status_code == 200
    return response


def body(rest, activity, **query):
    return b"".join(answer(rest, activity, **query).streaming_content)


def rows(rest, activity, **query):
    text = body(rest, activity, format="csv", **query).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def lines(rest, activity):
    return [json.loads(line) for line in body(rest, activity).decode("utf-8").splitlines()]


def test_a_row_holds_place_kind_and_all_that_came_of_a_statement(rest, xapi):
    one = within(
        MONDAY,
        ALGEBRA,
        MATHS,
        id=new_id(),
        actor={"mbox": "mailto:eva@x.example", "name": "Eva"},
        object={"id": "https://x.example/q", "definition": {"name": {"es": "Una pregunta"}}},
        timestamp="2026-01-02T10:00:00Z",
        result={
            "success": False,
            "completion": True,
            "score": {"scaled": -0.5, "raw": -5, "min": -10, "max": 10},
            "duration": "PT5M",
            "response": "doce",
        },
    )
    one["context"]["registration"] = registration = new_id()
    xapi.post(one)
    follow_all()
    (row,) = rows(rest, MATHS, language="es")
    assert row.pop("stored").startswith("20")
    assert row == {
        "statement": one["id"],
        "timestamp": "2026-01-02T10:00:00Z",
        "course": MATHS["id"],
        "course_name": "Matemáticas",
        "class": ALGEBRA["id"],
        "class_name": "Álgebra",
        "session": MONDAY["id"],
        "session_name": "El lunes",
        "session_kind": "tutoring",
        "kind": "answer",
        "actor": "mbox:mailto:eva@x.example",
        "actor_name": "Eva",
        "verb": one["verb"]["id"],
        "object": "https://x.example/q",
        "object_name": "Una pregunta",
        "success": "false",
        "completion": "true",
        "score_scaled": "-0.5",
        "score_raw": "-5",
        "score_min": "-10",
        "score_max": "10",
        "duration": "PT5M",
        "response": "doce",
        "registration": registration,
    }


def test_a_line_holds_the_place_and_the_statement_byte_by_byte_as_xapi_serves_it(rest, xapi):
    one = within(MONDAY, MATHS, id=new_id(), result={"score": {"raw": 1.50}, "response": "ñ\u2028"})
    xapi.post(one)
    follow_all()
    line = body(rest, MATHS)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert b',"statement":' + xapi.get(statementId=one["id"]).content + b"}" in line
    found = json.loads(line)
    assert found.pop("statement")["id"] == one["id"]
    assert found == {
        "course": {"activity": MATHS["id"], "name": {"es": "Matemáticas", "en": "Mathematics"}},
        "class": None,
        "session": {"activity": MONDAY["id"], "name": {"es": "El lunes"}, "kind": "tutoring"},
        "kind": "answer",
    }


def test_both_forms_hold_what_lies_below_oldest_first_and_nothing_else(rest, xapi):
    gone, ids = new_id(), [new_id() for _ in range(4)]
    xapi.post(
        [
            within(MONDAY, ALGEBRA, MATHS, id=ids[0], timestamp="2026-01-09T00:00:00Z"),
            within(ALGEBRA, MATHS, id=ids[1], timestamp="2026-01-08T00:00:00Z"),
            within(MATHS, id=gone),
            within(MATHS, id=ids[2]),
            within(ENGLISH, id=ids[3]),
            a_statement(),
            voiding(gone),
        ]
    )
    follow_all()
    assert [line["statement"]["id"] for line in lines(rest, MATHS)] == ids[:3]
    assert [row["statement"] for row in rows(rest, MATHS)] == ids[:3]
    assert [row["statement"] for row in rows(rest, ALGEBRA)] == ids[:2]
    assert [(row["class"], row["session"]) for row in rows(rest, MATHS)] == [
        (ALGEBRA["id"], MONDAY["id"]),
        (ALGEBRA["id"], ""),
        ("", ""),
    ]


def test_a_moved_class_is_exported_where_it_lies_now(rest, xapi):
    xapi.post([within(ALGEBRA, MATHS), within(ENGLISH)])
    follow_all()
    english = rest.node(ENGLISH)["id"]
    rest("PATCH", f"nodes/{rest.node(ALGEBRA)['id']}", {"parent": english})
    follow_all()
    assert lines(rest, MATHS) == []
    assert [row["course_name"] for row in rows(rest, ENGLISH)] == ["Inglés", "Inglés"]


def test_an_empty_node_is_a_header_or_nothing(rest):
    rest.declare("maths", "course")
    assert body(rest, MATHS) == b""
    assert body(rest, MATHS, format="csv") == (",".join(COLUMNS) + "\r\n").encode()


def test_a_file_says_what_it_is(rest):
    node = rest.declare("maths", "course")
    for form, kind in (("jsonl", "application/x-ndjson"), ("csv", "text/csv")):
        response = answer(rest, MATHS, format=form)
        assert response.streaming
        assert response["Content-Type"] == f"{kind}; charset=utf-8"
        name = f"node-{node['id']}.{form}"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("column", ["response", "actor_name", "object_name", "course_name"])
def test_no_text_from_a_client_is_a_formula(rest, xapi, start, column):
    text = f"{start}HYPERLINK(1)"
    name = {"es": text} if column == "course_name" else {"es": "x"}
    course = typed("c", MATHS["definition"]["type"], **name)
    statement = within(course, result={"response": text if column == "response" else "x"})
    if column == "actor_name":
        statement["actor"] = {"mbox": "mailto:eva@x.example", "name": text}
    if column == "object_name":
        statement["object"] = {"id": "https://x.example/q", "definition": {"name": {"es": text}}}
    xapi.post(statement)
    follow_all()
    (row,) = rows(rest, course)
    assert row[column] == f"'{text}"


def test_no_cell_of_any_column_begins_as_a_formula_but_numbers(rest, xapi):
    xapi.post(
        within(
            typed("c", MATHS["definition"]["type"], es="=1"),
            actor={
                "objectType": "Agent",
                "account": {"homePage": "https://x.example", "name": "="},
            },
            result={"response": "@x", "score": {"raw": -1, "scaled": -1}},
        )
    )
    follow_all()
    (row,) = rows(rest, typed("c", None))
    begun = {name for name, cell in row.items() if cell[:1] in {*FORMULA_STARTS}}
    assert begun == {"score_raw", "score_scaled"}
    assert float(row["score_raw"]) == -1


@pytest.mark.parametrize(
    "text",
    ['say "hello", twice', "one\r\ntwo\nthree", "a;b\tc", "ñ 漢字 🙂 العربية", "'quoted'", "", " x ",
     "nul\0in it", "\ufeffmark"],
)  # fmt: skip
def test_a_cell_is_read_back_as_it_was(rest, xapi, text):
    xapi.post(within(MATHS, result={"response": text}))
    follow_all()
    (row,) = rows(rest, MATHS)
    assert row["response"] == text
    (line,) = lines(rest, MATHS)
    assert line["statement"]["result"]["response"] == text


def test_a_lone_surrogate_is_replaced_in_csv_and_kept_in_json(rest, xapi):
    xapi.post(json.dumps(within(MATHS, result={"response": "a\ud800b"})).encode())
    follow_all()
    (row,) = rows(rest, MATHS)
    assert row["response"] == "a?b"
    assert json.loads(body(rest, MATHS))["statement"]["result"]["response"] == "a\ud800b"


def test_csv_is_utf_8_without_a_mark_and_its_rows_end_as_the_rfc_says(rest, xapi):
    xapi.post([within(MATHS), within(MATHS)])
    follow_all()
    found = body(rest, MATHS, format="csv")
    assert not found.startswith(b"\xef\xbb\xbf")
    assert found.count(b"\r\n") == found.count(b"\n") == 3


@pytest.mark.parametrize(
    ("target", "cell", "name"),
    [
        ({"objectType": "Agent", "mbox": "mailto:a@x.example", "name": "Ana"},
         "mbox:mailto:a@x.example", "Ana"),
        ({"objectType": "StatementRef", "id": "e05aa883-acaf-40ad-bf54-02c8ce485fb0"},
         "e05aa883-acaf-40ad-bf54-02c8ce485fb0", ""),
        ({"objectType": "SubStatement", "actor": {"mbox": "mailto:a@x.example"},
          "verb": {"id": "https://x.example/v"}, "object": {"id": "https://x.example/q"}}, "", ""),
    ],
)  # fmt: skip
def test_an_object_that_is_no_activity_has_a_row_too(rest, xapi, target, cell, name):
    xapi.post(within(MATHS, object=target))
    follow_all()
    (row,) = rows(rest, MATHS)
    assert (row["object"], row["object_name"]) == (cell, name)


@pytest.mark.parametrize(
    ("language", "name"),
    [("es", "es"), ("ES", "es"), ("es-MX", "es-ES"), ("fr", "en"), ("en-GB", "en")],
)
def test_a_name_is_in_the_language_asked_for_or_the_nearest(language, name):
    names = {"de": "de", "en": "en", "es-ES": "es-ES"} | ({"es": "es"} if name == "es" else {})
    assert in_language(names, language) == name


def test_a_name_in_no_language_that_is_near_is_better_than_none():
    assert in_language({"de": "Mathe"}, "fr") == "Mathe"
    assert in_language({}, "fr") == ""


@pytest.mark.parametrize("language", ["", "e s", "es_ES", "x" * 36, "es-"])
def test_what_is_no_language_is_refused(rest, language):
    node = rest.declare("maths", "course")
    response = rest("GET", f"nodes/{node['id']}/export", format="csv", language=language)
    assert response.status_code == 400


def test_an_export_begins_before_all_of_it_was_read_and_ends_where_it_began(
    rest, xapi, monkeypatch
):
    monkeypatch.setattr(export, "_PAGE", 2)
    ids = [new_id() for _ in range(5)]
    xapi.post([within(MATHS, id=one) for one in ids])
    follow_all()
    stream = exported(Node.objects.get(pk=rest.node(MATHS)["id"]))
    found = [next(stream)]
    xapi.post(within(MATHS))
    follow_all()
    found += stream
    assert [json.loads(one.document)["id"] for one in found] == ids


def test_many_sessions_are_not_all_remembered_and_still_named(rest, xapi, monkeypatch):
    monkeypatch.setattr(export, "_PAGE", 3)
    monkeypatch.setattr(export, "_MOST_NODES", 4)
    sessions = [typed(f"s{n}", MONDAY["definition"]["type"]) for n in range(9)]
    xapi.post([within(one, MATHS) for one in sessions])
    follow_all()
    assert [row["session"] for row in rows(rest, MATHS)] == [one["id"] for one in sessions]
    assert {row["course"] for row in rows(rest, MATHS)} == {MATHS["id"]}


@pytest.mark.parametrize("form", [json_lines, lambda found: csv_lines(found, language="es")])
def test_memory_does_not_grow_with_the_length_of_an_export(rest, xapi, monkeypatch, form):
    monkeypatch.setattr(export, "_PAGE", 50)
    peaks = []
    for _ in range(2):
        for _batch in range(3):
            xapi.post([within(MATHS, result={"response": "x" * 2_000}) for _ in range(150)])
        follow_all()
        node = Node.objects.get(pk=rest.node(MATHS)["id"])
        sum(map(len, form(exported(node))))  # what is made once, such as a cache, is made now
        tracemalloc.start()
        size = sum(map(len, form(exported(node))))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert size > 900 * 2_000
    assert peaks[1] < peaks[0] * 1.3
