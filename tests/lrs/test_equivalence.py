"""When two statements with one id say the same (Data 2.3.1)."""

import copy

import pytest

from lrs.xapi.durations import comparable
from lrs.xapi.equivalence import equivalent
from tests.lrs.conftest import a_statement, new_id

BASE = a_statement(
    id=new_id(),
    actor={
        "objectType": "Group",
        "member": [{"mbox": "mailto:a@b.org"}, {"mbox": "mailto:c@d.org"}],
    },
    result={"duration": "PT1M", "score": {"raw": 5}, "extensions": {"https://x.example/e": True}},
    context={
        "registration": new_id(),
        "contextActivities": {"parent": [{"id": "https://x.example/p"}]},
    },
)

SAME = {
    "what the LRS sets": {
        "id": new_id(), "stored": "2026-01-01T00:00:00Z", "timestamp": "2026-01-01T00:00:00Z",
        "authority": {"mbox": "mailto:lrs@x.example"}, "version": "1.0.0",
    },
    "the verb's display": {"verb": {"id": BASE["verb"]["id"], "display": {"fr": "répondit"}}},
    "the activity's definition": {"object": {"id": BASE["object"]["id"]}},
    "the order of a group": {
        "actor": {"objectType": "Group", "member": [{"mbox": "mailto:c@d.org"}, {"mbox": "mailto:a@b.org"}]}
    },
    "a single context activity": {
        "context": {
            "registration": BASE["context"]["registration"].upper(),
            "contextActivities": {"parent": {"id": "https://x.example/p"}, "other": []},
        }
    },
    "another way to write the duration": {
        "result": {**BASE["result"], "duration": "PT60.001S"}
    },
    "another way to write a number": {"result": {**BASE["result"], "score": {"raw": 5.0}}},
}  # fmt: skip

OTHER = {
    "another verb": {"verb": {"id": "http://x.example/v"}},
    "another member": {"actor": {"objectType": "Group", "member": [{"mbox": "mailto:a@b.org"}]}},
    "another activity": {"object": {"id": "https://x.example/other"}},
    "another context activity": {
        "context": {**BASE["context"], "contextActivities": {"parent": [{"id": "https://x.example/q"}]}}
    },
    "a longer duration": {"result": {**BASE["result"], "duration": "PT60.01S"}},
    "another score": {"result": {**BASE["result"], "score": {"raw": 5.01}}},
    "one is not true": {"result": {**BASE["result"], "extensions": {"https://x.example/e": 1}}},
    "no result": {"result": {}},
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_says_the_same(name):
    assert equivalent(BASE, copy.deepcopy(BASE) | SAME[name])
    assert equivalent(copy.deepcopy(BASE) | SAME[name], BASE)


@pytest.mark.parametrize("name", OTHER)
def test_says_something_else(name):
    assert not equivalent(BASE, copy.deepcopy(BASE) | OTHER[name])


def test_a_substatements_timestamp_counts_as_a_moment():
    inner = {"objectType": "SubStatement", **a_statement(timestamp="2026-01-01T12:00:00Z")}
    one = a_statement(object=inner)
    assert equivalent(one, a_statement(object=inner | {"timestamp": "2026-01-01T13:00:00+01:00"}))
    assert not equivalent(one, a_statement(object=inner | {"timestamp": "2026-01-01T13:00:00Z"}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PT60S", "PT1M"),
        ("P1Y", "P12M"),
        ("P1W", "P7D"),
        ("PT0.999S", "PT0.99S"),
        ("PT1,5H", "PT90M"),
    ],
)
def test_durations_that_are_equal(one, other):
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("PT24H", "P1D"), ("P30D", "P1M"), ("PT0.99S", "PT1S")])
def test_durations_that_are_not_equal(one, other):
    assert comparable(one) != comparable(other)


def test_context_agents_are_compared_by_who_they_are():
    def with_agent(**agent):
        entry = {"objectType": "contextAgent", "agent": agent}
        return a_statement(context={"contextAgents": [entry]})

    one = with_agent(mbox_sha1sum="ab" * 20)
    assert equivalent(one, with_agent(objectType="Agent", mbox_sha1sum="AB" * 20))
    assert not equivalent(one, with_agent(mbox_sha1sum="cd" * 20))


def test_references_are_equal_in_any_letter_case():
    target = new_id()
    one = a_statement(object={"objectType": "StatementRef", "id": target})
    assert equivalent(one, a_statement(object={"objectType": "StatementRef", "id": target.upper()}))
    assert not equivalent(one, a_statement(object={"objectType": "StatementRef", "id": new_id()}))
