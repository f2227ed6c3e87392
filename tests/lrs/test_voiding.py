"""Voiding (Data 2.3.2): a voided statement is hidden, whichever of the two arrives first."""

from tests.lrs.conftest import VOIDED, a_statement, new_id, voiding


def is_voided(xapi, statement_id):
    hidden = xapi.get(statementId=statement_id).status_code == 404
    shown = xapi.get(voidedStatementId=statement_id).status_code == 200
    assert hidden == shown, "a statement is either voided or not"
    return hidden


def test_a_voided_statement_is_hidden_and_found_by_voided_statement_id(xapi):
    target = new_id()
    xapi.post(a_statement(id=target))
    (voider,) = xapi.post(voiding(target)).json()
    assert is_voided(xapi, target)
    assert xapi.ids() == [voider]


def test_a_target_that_arrives_after_its_voiding_statement_is_voided(xapi):
    target = new_id()
    assert xapi.post(voiding(target)).status_code == 200
    xapi.post(a_statement(id=target))
    assert is_voided(xapi, target)


def test_both_in_one_batch_in_either_order(xapi):
    first, second = new_id(), new_id()
    xapi.post([a_statement(id=first), voiding(first)])
    xapi.post([voiding(second), a_statement(id=second)])
    assert is_voided(xapi, first)
    assert is_voided(xapi, second)


def test_a_voiding_statement_cannot_be_voided_in_either_order(xapi):
    early, late = new_id(), new_id()
    xapi.post(voiding(new_id(), id=early))
    assert xapi.post(voiding(early)).status_code == 200
    xapi.post(voiding(late))
    xapi.post(voiding(new_id(), id=late))
    assert not is_voided(xapi, early)
    assert not is_voided(xapi, late)


def test_a_voided_statement_stays_what_it_was(xapi):
    target = new_id()
    xapi.post(a_statement(id=target))
    before = xapi.get(statementId=target).content
    xapi.post(voiding(target))
    assert xapi.get(voidedStatementId=target).content == before
    assert xapi.post(a_statement(id=target)).status_code == 200
    assert (
        xapi.post(a_statement(id=target, object={"id": "https://x.example/o"})).status_code == 409
    )


def test_a_voiding_statement_needs_a_statement_reference(xapi):
    response = xapi.post(a_statement(verb={"id": VOIDED}))
    assert response.status_code == 400
    assert response.json()["error"]["path"] == "/object"


def test_voiding_reaches_no_other_store(xapi, store):
    from lrs.stores.services import create_store
    from tests.lrs.conftest import client_of, issued_for

    other = client_of(issued_for(create_store(slug="otra", name="Otra", default_version="1.0.3")))
    target = new_id()
    other.post(a_statement(id=target))
    xapi.post(voiding(target))
    assert not is_voided(other, target)
