"""The formats of returned statements: exact, ids, canonical."""

import pytest

from lrs.stores.services import create_store
from lrs.xapi import formats
from tests.lrs.conftest import a_statement, client_of, issued_for


def test_ids_keeps_only_what_identifies(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    found = xapi.get(statementId=statement_id, format="ids").json()
    assert found["actor"] == {"objectType": "Agent", "mbox": "mailto:ana@escuela.example"}
    assert found["verb"] == {"id": "http://adlnet.gov/expapi/verbs/answered"}
    assert found["object"] == {"id": "https://escuela.example/quiz/1"}
    assert set(found) >= {"id", "stored", "timestamp", "authority", "version"}


def test_canonical_gives_one_language_by_accept_language(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    for header, display in (("es-MX, es;q=0.9", {"es": "respondió"}), ("en", {"en": "answered"})):
        response = xapi.get(
            statementId=statement_id,
            format="canonical",
            extra={"headers": {"Accept-Language": header}},
        )
        assert response.json()["verb"]["display"] == display


def test_exact_is_the_default_and_the_bytes_as_stored(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    exact = xapi.get(statementId=statement_id, format="exact").content
    assert exact == xapi.get(statementId=statement_id).content
    assert exact in xapi.get().content


def test_ids_reaches_groups_contexts_and_substatements():
    person = {"mbox": "mailto:a@b.org", "name": "A"}
    activity = {"id": "https://x.example/a", "definition": {"name": {"en": "A"}}}
    inner = {
        "objectType": "SubStatement",
        "actor": {"objectType": "Group", "member": [person], "name": "G"},
        "verb": {"id": "https://x.example/v", "display": {"en": "v"}},
        "object": {"objectType": "Agent", **person},
        "context": {
            "contextActivities": {"parent": [activity]},
            "contextAgents": [{"objectType": "contextAgent", "agent": person}],
            "instructor": {
                "objectType": "Group",
                "mbox": "mailto:g@b.org",
                "name": "Tutors",
                "member": [person],
            },
        },
    }
    reduced = formats.to_ids(a_statement(object=inner))["object"]
    only = {"mbox": "mailto:a@b.org"}
    assert reduced["actor"] == {"objectType": "Group", "member": [only]}
    assert reduced["verb"] == {"id": "https://x.example/v"}
    assert reduced["object"] == {"objectType": "Agent", **only}
    assert reduced["context"] == {
        "contextActivities": {"parent": [{"id": "https://x.example/a"}]},
        "contextAgents": [{"objectType": "contextAgent", "agent": only}],
        "instructor": {"objectType": "Group", "mbox": "mailto:g@b.org"},
    }


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("en-GB, en", "en-GB"),
        ("en, en-GB;q=0.1", "en-US"),
        ("zh-Hant", "zh-Hant-TW"),
        ("zh-Hant-HK, fi", "zh-Hant-TW"),
        ("fi", "en-GB"),
        ("", "en-GB"),
        ("*", "en-GB"),
        ("*;q=0.1, pt;q=0.5", "pt-BR"),
        ("en;q=0, *;q=0.5", "pt-BR"),
        ("en-GB;q=0", "en-US"),
        ("pt;q=0.5, EN-US;q=0.9", "en-US"),
        ("pt;q=x, en-US;q=0.1", "en-US"),
        (",;,q=1", "en-GB"),
    ],
)
def test_accept_language_is_applied_to_each_map_as_http_says(header, best):
    texts = dict.fromkeys(["en-GB", "en-US", "pt-BR", "zh-Hans", "zh-Hant-TW"], "x")
    statement = a_statement(verb={"id": "https://x.example/v", "display": texts})
    canonical = formats.to_canonical(statement, formats.languages_of(header))
    assert list(canonical["verb"]["display"]) == [best]


@pytest.mark.parametrize(
    ("languages", "best"),
    [
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("en-GB, en", "en-GB"),
        ("fi", "en-GB"),
        ("", "en-GB"),
    ],
)
def test_canonical_takes_the_nearest_language_and_leaves_extensions(languages, best):
    extensions = {"https://x.example/e": {"name": {"en": "a", "es": "b"}}}
    display = {"en-GB": "colour", "pt-BR": "cor"}
    statement = a_statement(
        verb={"id": "https://x.example/v", "display": display}, result={"extensions": extensions}
    )
    canonical = formats.to_canonical(statement, formats.languages_of(languages))
    assert canonical["verb"]["display"] == {best: display[best]}
    assert canonical["result"]["extensions"] == extensions


def test_canonical_gives_the_definition_that_the_store_knows_and_exact_what_was_sent(xapi):
    activity = {"id": "https://escuela.example/quiz/9"}
    question = "http://adlnet.gov/expapi/activities/question"
    definitions = [
        {"name": {"es": "Fracciones"}, "type": question},
        {"name": {"en": "Fractions"}, "description": {"en": "A quiz"}},
        None,
    ]
    ids = [
        xapi.post(a_statement(object=activity | ({"definition": one} if one else {}))).json()[0]
        for one in definitions
    ]
    whole = {"name": {"en": "Fractions"}, "description": {"en": "A quiz"}, "type": question}
    english = {"headers": {"Accept-Language": "en"}}
    for one in ids:
        found = xapi.get(statementId=one, format="canonical", extra=english).json()
        assert found["object"] == activity | {"definition": whole}
    page = xapi.get(format="canonical", extra=english).json()["statements"]
    assert [one["object"]["definition"] for one in page] == [whole] * 3
    assert xapi.stored(ids[2])["object"] == activity


def test_canonical_reaches_context_activities_and_substatements(xapi):
    known = {"id": "https://escuela.example/course/1"}
    xapi.post(a_statement(object=known | {"definition": {"name": {"es": "Curso", "en": "Course"}}}))
    context = {"contextActivities": {"parent": [known]}}
    inner = {"objectType": "SubStatement", **a_statement(object=known, context=context)}
    (one,) = xapi.post(a_statement(object=inner, context=context)).json()
    spanish = {"headers": {"Accept-Language": "es"}}
    found = xapi.get(statementId=one, format="canonical", extra=spanish).json()
    defined = known | {"definition": {"name": {"es": "Curso"}}}
    assert found["context"]["contextActivities"]["parent"] == [defined]
    assert found["object"]["object"] == defined
    assert found["object"]["context"]["contextActivities"]["parent"] == [defined]


def test_a_definition_of_another_store_is_not_shown(xapi):
    other = client_of(issued_for(create_store(slug="otra", name="Otra")))
    other.post(a_statement())
    (one,) = xapi.post(a_statement(object={"id": a_statement()["object"]["id"]})).json()
    found = xapi.get(statementId=one, format="canonical").json()
    assert "definition" not in found["object"]
