"""The formats of returned statements: exact, ids, canonical."""

from tests.lrs.conftest import a_statement


def test_ids_keeps_only_what_identifies(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    found = xapi.get(statementId=statement_id, format="ids").json()
    assert found["actor"] == {"objectType": "Agent", "mbox": "mailto:ana@escuela.example"}
    assert found["verb"] == {"id": "http://adlnet.gov/expapi/verbs/answered"}
    assert found["object"] == {"objectType": "Activity", "id": "https://escuela.example/quiz/1"}
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
