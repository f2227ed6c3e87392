"""POST /xapi/statements: what is taken, and what the answer says."""

from tests.lrs.conftest import a_statement, new_id


def test_one_statement_is_answered_with_its_id_and_can_be_read_back(xapi):
    response = xapi.post(a_statement())
    assert response.status_code == 200
    (statement_id,) = response.json()
    found = xapi.stored(statement_id)
    assert found["actor"]["name"] == "Ana Núñez"
    assert found["id"] == statement_id


def test_a_batch_is_answered_with_its_ids_in_order(xapi):
    given = [new_id() for _ in range(5)]
    response = xapi.post([a_statement(id=one) for one in given])
    assert response.json() == given
    assert xapi.ids(ascending="true") != []
    assert set(xapi.ids()) == set(given)


def test_a_statement_gets_what_the_lrs_sets(xapi, issued):
    (statement_id,) = xapi.post(a_statement(stored="2001-01-01T00:00:00Z")).json()
    found = xapi.stored(statement_id)
    assert found["version"] == "1.0.0"
    assert found["timestamp"] == found["stored"] > "2026"
    assert found["authority"]["account"]["name"] == issued.key
