"""Numbers and characters that JSON libraries change or refuse are stored as they were sent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.models import Activity, Agent
from lrs.xapi import jsontext
from tests.lrs.conftest import a_statement, new_id

NUMBERS = [
    "12345678901234567890123",
    "-9223372036854775809",
    "18446744073709551616",
    "0.12345678901234567891",
    "1.50",
    "-0.0",
    "1E+400",
    "1E-400",
    "12345678.1234567890123",
]


def body_with(literal, statement_id):
    extension = '"result":{"extensions":{"https://x.example/e":' + literal + "}}"
    text = jsontext.dumps(a_statement(id=statement_id)).decode()
    return (text[:-1] + "," + extension + "}").encode()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_comes_back_with_the_same_value(xapi, number):
    statement_id = new_id()
    assert xapi.post(body_with(number, statement_id)).status_code == 200
    response = xapi.get(statementId=statement_id)
    found = jsontext.loads(response.content)["result"]["extensions"]["https://x.example/e"]
    assert Decimal(str(found)) == Decimal(number)
    assert xapi.post(body_with(number, statement_id)).status_code == 200, "the same again is equal"


_BESIDE = st.sampled_from(["", '"4e123-5E+400",', '"\\"1e999",', "1,", '"a" ,', ' "1.5E3000 ",'])


@given(
    _BESIDE,
    st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?", fullmatch=True),
    _BESIDE,
)
def test_any_number_is_read_exactly_whatever_stands_beside_it(before, number, after):
    found = jsontext.loads(f"[{before}{number},{after}0]".encode())[1 if before else 0]
    assert Decimal(str(found)) == Decimal(number)


def test_the_same_number_written_otherwise_is_equal_and_another_is_not(xapi):
    statement_id = new_id()
    xapi.post(body_with("[1.0, 0.1]", statement_id))
    assert xapi.post(body_with("[1, 0.1000000000000000000000]", statement_id)).status_code == 200
    assert xapi.post(body_with("[true, 0.1]", statement_id)).status_code == 409
    assert xapi.post(body_with("[1, 0.1000000000000000000001]", statement_id)).status_code == 409


def test_a_number_of_five_thousand_digits_is_kept(xapi):
    statement_id, number = new_id(), "9" * 5000
    assert xapi.post(body_with(number, statement_id)).status_code == 200
    assert number.encode() in xapi.get(statementId=statement_id).content


@pytest.mark.parametrize("text", [r'"\ud800"', r'{"\udfff":1}', r'"a\ud83dz"'])
def test_a_lone_surrogate_is_kept_where_it_is_only_text(xapi, text):
    statement_id = new_id()
    assert xapi.post(body_with(text, statement_id)).status_code == 200
    response = xapi.get(statementId=statement_id)
    assert text.encode() in response.content
    for form in ("ids", "canonical"):
        assert xapi.get(statementId=statement_id, format=form).status_code == 200


def test_nul_and_surrogates_are_kept_in_names_and_definitions(xapi):
    statement_id = new_id()
    odd = "a\0b\ud800c"
    statement = a_statement(
        id=statement_id,
        actor={"mbox": "mailto:nul@x.example", "name": odd},
        object={"id": "https://x.example/nul", "definition": {"name": {"en": odd}}},
    )
    assert xapi.post(jsontext.dumps(statement)).status_code == 200
    found = jsontext.loads(xapi.get(statementId=statement_id).content)
    assert found["actor"]["name"] == odd
    assert Agent.objects.get(identifier="mbox:mailto:nul@x.example").name == "a\ufffdb?c"
    definition = Activity.objects.get(iri="https://x.example/nul").definition
    assert jsontext.loads(definition.encode())["name"]["en"] == odd


@pytest.mark.parametrize("character", ["\0", "\ud800"])
@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/verb/id", lambda c: {"verb": {"id": f"http://x.example/{c}"}}),
        ("/object/id", lambda c: {"object": {"id": f"http://x.example/{c}"}}),
        ("/actor/mbox", lambda c: {"actor": {"mbox": f"mailto:a{c}@b.org"}}),
        (
            "/actor/account/name",
            lambda c: {"actor": {"account": {"homePage": "http://x.example", "name": f"a{c}"}}},
        ),
        (
            "/object/definition/type",
            lambda c: {
                "object": {"id": "http://x.example/o", "definition": {"type": f"http://x/{c}"}}
            },
        ),
    ],
)
def test_nul_and_surrogates_in_what_names_something_are_refused_or_harmless(
    xapi, character, path, change
):
    response = xapi.post(jsontext.dumps(a_statement(**change(character))))
    if character == "\ud800" and path.endswith("type"):
        assert response.status_code == 200
        return
    assert response.status_code == 400
    if character == "\0":
        assert response.json()["error"]["path"] == path
    else:
        assert "surrogate" in response.json()["error"]["message"]
