"""The formats of returned statements: exact, ids, canonical."""

import pytest

from lrs.xapi import formats
from tests.lrs.conftest import a_statement


def test_ids_keeps_only_what_identifies(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    found = xapi.get(statementId=statement_id, format="ids").json()
    assert found["actor"] == {"objectType": "Agent", "mbox": "mailto:ana@escuela.example"}
    assert found["verb"] == {"id": "http://adlnet.gov/expapi/verbs/answered"}
    assert found["object"] == {"id": "https://escuela.example/quiz/1"}
    assert set(found) >= {"id", "stored", "timestamp", "authority", "version"}


def test_canonical_gives_one_language_by_accept_language(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    for header, display in (("es-MX, en;q=0.5", {"es": "respondió"}), ("en", {"en": "answered"})):
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
    ("header", "tags"),
    [
        ("es-MX, en;q=0.5", ["es-MX", "en"]),
        ("en;q=0.1, fr", ["fr", "en"]),
        ("de;q=x, en;q=0", []),
        ("", []),
    ],
)
def test_accept_language_is_read_best_first(header, tags):
    assert formats.languages_of(header) == tags


@pytest.mark.parametrize(
    ("languages", "best"),
    [
        (["pt"], "pt-BR"),
        (["pt-PT"], "pt-BR"),
        (["en-GB", "en"], "en-GB"),
        (["fi"], "en-GB"),
        ([], "en-GB"),
    ],
)
def test_canonical_takes_the_nearest_language_and_leaves_extensions(languages, best):
    extensions = {"https://x.example/e": {"name": {"en": "a", "es": "b"}}}
    display = {"en-GB": "colour", "pt-BR": "cor"}
    statement = a_statement(
        verb={"id": "https://x.example/v", "display": display}, result={"extensions": extensions}
    )
    canonical = formats.to_canonical(statement, languages)
    assert canonical["verb"]["display"] == {best: display[best]}
    assert canonical["result"]["extensions"] == extensions
