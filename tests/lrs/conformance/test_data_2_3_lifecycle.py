"""Data 2.3: a statement never changes, and may be voided; 2.0: 4.2.4.2 and 4.2.5."""

import pytest

from tests.lrs.conformance.examples import FULL, GROUP, about, change, substatement, without
from tests.lrs.conformance.table import bad, good, requirement, statements
from tests.lrs.conftest import VOIDED, a_statement, new_id, voiding

_SAME = {
    "the very same": FULL,
    "another timestamp": change("/timestamp", "2026-03-13T10:00:00Z"),
    "an authority of its own": change("/authority", {"mbox": "mailto:me@x.example"}),
    "a stored of its own": change("/stored", "2001-01-01T00:00:00Z"),
    "the verb described otherwise": change("/verb/display", {"fr": "répondit"}),
    "the verb not described": without("/verb/display"),
    "the activity described otherwise": change("/object/definition/name", {"es": "Sumas"}),
    "the activity not described": without("/object/definition"),
    "a context activity alone instead of an array of it": change(
        "/context/contextActivities/parent", {"id": "https://escuela.example/unit/1"}
    ),
    "a duration that differs below a hundredth of a second": change(
        "/result/duration", "PT1M30.5049S"
    ),
    "the id in other letter case": change("/id", FULL["id"].upper()),
    "the objectType of an agent left out": without("/actor/objectType"),
    "a number written otherwise": change("/result/score/raw", 5.0),
}
_OTHER = {
    "another actor": change("/actor/mbox", "mailto:eva@escuela.example"),
    "another verb": change("/verb/id", "http://x.example/v"),
    "another activity": change("/object/id", "https://escuela.example/quiz/2"),
    "another result": change("/result/success", False),
    "no result": without("/result"),
    "another registration": change("/context/registration", "26b1a2c4-0d3e-4f5a-8b6c-7d8e9f0a1b2c"),
    "another extension": change("/result/extensions", {"https://escuela.example/tries": 2}),
    "another duration": change("/result/duration", "PT1M31S"),
    "another attachment": change("/attachments/0/length", 1),
    "another kind of object": about(GROUP),
}


@requirement(
    "Data 2.3.1",
    "A statement that is stored already and says the same is accepted and changes nothing",
)
@pytest.mark.parametrize("again", _SAME.values(), ids=_SAME)
def test_the_same_again(lrs, again):
    lrs.takes(FULL)
    before = lrs.get(statementId=FULL["id"]).content
    assert lrs.post(again).status_code == 200
    assert lrs.put(FULL["id"], again).status_code == 204
    assert lrs.get(statementId=FULL["id"]).content == before


@requirement(
    "Data 2.3.1", "Another statement under an id that is taken is a 409 and changes nothing"
)
@pytest.mark.parametrize("other", _OTHER.values(), ids=_OTHER)
def test_another_under_the_same_id(lrs, other):
    lrs.takes(FULL)
    before = lrs.get(statementId=FULL["id"]).content
    assert lrs.post(other).status_code == 409
    assert lrs.put(FULL["id"], other).status_code == 409
    assert lrs.get(statementId=FULL["id"]).content == before


@requirement("Data 2.3.1", "The order of a group's members is no difference")
def test_order_of_members(lrs):
    first = about(GROUP)
    lrs.takes(first)
    assert lrs.post(about(GROUP | {"member": GROUP["member"][::-1]})).status_code == 200
    assert lrs.post(about(GROUP | {"member": GROUP["member"][:1]})).status_code == 409


@requirement("Data 2.3.1", "A definition that grows later does not change what was stored before")
def test_definitions_grow_beside_statements(lrs):
    lrs.takes(FULL)
    before = lrs.get(statementId=FULL["id"]).content
    lrs.takes(change("/object/definition/name", {"en": "Fractions"}, without("/id")))
    assert lrs.get(statementId=FULL["id"]).content == before


test_a_voiding_statement = statements(
    "Data 2.3.2",
    good("A statement with the verb voided and a StatementRef voids", voiding(new_id())),
    bad(
        "The object of a voiding statement is a StatementRef",
        a_statement(verb={"id": VOIDED}),
        about(GROUP) | {"verb": {"id": VOIDED}},
        substatement() | {"verb": {"id": VOIDED}},
        at="/object",
    ),
    bad(
        "The StatementRef of a voiding statement has an id",
        a_statement(verb={"id": VOIDED}, object={"objectType": "StatementRef"}),
    ),
)


@requirement(
    "Data 2.3.2", "A voided statement is not returned any more; voidedStatementId finds it"
)
def test_voiding_hides(lrs):
    target = lrs.stores()
    voider = voiding(target, id=new_id())
    assert lrs.post(voider).status_code == 200
    assert lrs.get(statementId=target).status_code == 404
    assert lrs.get(voidedStatementId=target).json()["id"] == target
    assert lrs.ids() == [voider["id"]]


@requirement(
    "Data 2.3.2",
    "A voiding statement may arrive before what it voids, and an unknown target is accepted",
)
def test_voiding_first(lrs):
    target = new_id()
    assert lrs.post(voiding(target)).status_code == 200
    lrs.stores(id=target)
    assert lrs.get(statementId=target).status_code == 404
    assert lrs.get(voidedStatementId=target).status_code == 200


@requirement("Data 2.3.2", "A voiding statement cannot be voided")
def test_no_voiding_of_voiding(lrs):
    target, first = lrs.stores(), new_id()
    lrs.post(voiding(target, id=first))
    response = lrs.post(voiding(first))
    assert response.status_code in (200, 400)
    assert lrs.get(statementId=first).status_code == 200
    assert lrs.get(voidedStatementId=target).status_code == 200


@requirement("Data 2.3.2", "voidedStatementId finds no statement that is not voided")
def test_voided_only(lrs):
    assert lrs.get(voidedStatementId=lrs.stores()).status_code == 404


@requirement("Data 2.3.2", "A statement that names a voided one stays visible")
def test_referrers_stay(lrs):
    target = lrs.stores()
    referrer = lrs.stores(object={"objectType": "StatementRef", "id": target})
    lrs.post(voiding(target))
    assert lrs.get(statementId=referrer).status_code == 200
    assert referrer in lrs.ids()


@requirement("Data 2.3.2", "Voiding within a substatement does nothing")
def test_voiding_in_a_substatement(lrs):
    target = lrs.stores()
    inner = {key: value for key, value in voiding(target).items() if key != "id"}
    lrs.takes(a_statement(object={"objectType": "SubStatement", **inner}))
    assert lrs.get(statementId=target).status_code == 200
