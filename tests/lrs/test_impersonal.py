"""A compression dictionary, which stays for ever, learns nothing of people."""

import json

from lrs.statements import training
from lrs.statements.impersonal import without_people
from tests.lrs.conftest import a_statement, new_id

PERSON = "Zuriñe Quijote"
ACCOUNT = {"homePage": "https://moodle.example", "name": "zq-4711"}
AUTHORITY = {
    "objectType": "Agent",
    "account": {"homePage": "https://keiko.example", "name": "moodle"},
}


def of_zurine(number: int) -> bytes:
    statement = a_statement(
        id=new_id(),
        actor={"objectType": "Agent", "name": PERSON, "mbox": "mailto:zurine@escuela.example"},
        result={"response": "setenta y tres", "extensions": {"https://x.example/e": ["solo aqui"]}},
        context={
            "registration": new_id(),
            "instructor": {"name": "Prof. Iturbe", "account": ACCOUNT},
            "team": {"objectType": "Group", "member": [{"mbox": "mailto:otra@escuela.example"}]},
        },
        authority=AUTHORITY,
        timestamp=f"2026-11-24T10:{number % 60:02}:00Z",
    )
    return json.dumps(statement, ensure_ascii=False).encode()


PERSONAL = (PERSON, "zurine", "setenta", "solo aqui", "Iturbe", "zq-4711", "otra@")


def test_a_document_keeps_its_shape_and_loses_its_people() -> None:
    document = json.loads(of_zurine(1))
    found = json.loads(without_people(of_zurine(1)))
    assert found["actor"] == {"objectType": "Agent", "name": "", "mbox": "mailto:"}
    assert found["context"]["instructor"]["account"] == {
        "homePage": ACCOUNT["homePage"],
        "name": "",
    }
    assert found["result"]["extensions"] == {"https://x.example/e": [""]}
    assert (found["id"], found["context"]["registration"]) == ("", "")
    for kept in ("verb", "object", "authority", "timestamp"):
        assert found[kept] == document[kept]
    assert list(found) == list(document)
    text = without_people(of_zurine(1)).decode()
    assert [word for word in PERSONAL if word in text] == []


def test_a_dictionary_of_one_person_s_statements_does_not_name_them() -> None:
    content = training.make([of_zurine(number) for number in range(1_500)])
    assert b"respondi" in content
    assert [word for word in PERSONAL if word.encode() in content] == []
