"""PUT /xapi/statements."""

import uuid

from tests.lrs.conftest import a_statement, new_id


def test_a_statement_is_put_under_its_id_and_answered_without_a_body(xapi):
    statement_id = new_id()
    response = xapi.put(statement_id, a_statement())
    assert (response.status_code, response.content) == (204, b"")
    assert xapi.stored(statement_id)["id"] == statement_id


def test_the_same_statement_again_is_fine(xapi):
    statement_id = new_id()
    xapi.put(statement_id, a_statement())
    assert xapi.put(statement_id, a_statement(id=statement_id)).status_code == 204
    assert xapi.ids() == [statement_id]


def test_another_statement_under_the_same_id_is_a_conflict_and_the_first_stays(xapi):
    statement_id = new_id()
    xapi.put(statement_id, a_statement())
    other = a_statement(verb={"id": "http://adlnet.gov/expapi/verbs/asked"})
    response = xapi.put(statement_id, other)
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "conflict"
    assert response.json()["error"]["path"] == "/id"
    assert xapi.stored(statement_id)["verb"]["id"].endswith("answered")


def test_an_upper_case_id_is_the_same_id(xapi):
    statement_id = new_id()
    assert xapi.put(statement_id.upper(), a_statement(id=statement_id)).status_code == 204
    assert xapi.put(statement_id, a_statement(id=statement_id.upper())).status_code == 204
    assert uuid.UUID(xapi.ids()[0]) == uuid.UUID(statement_id)
    assert xapi.stored(statement_id.upper())["id"] == statement_id


def test_an_id_in_the_statement_that_is_another_is_refused(xapi):
    response = xapi.put(new_id(), a_statement(id=new_id()))
    assert response.status_code == 400
    assert response.json()["error"]["path"] == "/id"


def test_without_the_statement_id_or_with_another_parameter_it_is_refused(xapi):
    body = {"data": b"{}", "content_type": "application/json"}
    assert xapi.request("PUT", "/xapi/statements", **body).status_code == 400
    path = f"/xapi/statements?statementId={new_id()}&agent=x"
    assert xapi.request("PUT", path, **body).status_code == 400
    assert xapi.put("not-a-uuid", a_statement()).status_code == 400
    assert xapi.put(new_id(), [a_statement()]).status_code == 400
