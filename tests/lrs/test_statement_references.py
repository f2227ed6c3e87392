"""StatementRefs in filters (Communication 2.1.3): a statement is found by what the one that it refers to says."""

import itertools
import json
import random
import time

import pytest

from lrs.statements import references
from lrs.stores.services import create_store
from tests.lrs.conftest import (
    ANSWERED,
    a_statement,
    client_of,
    in_threads,
    issued_for,
    new_id,
    voiding,
)

CONFIRMED = "https://w3id.org/xapi/verbs/confirmed"
BEN = {"mbox": "mailto:ben@escuela.example"}
ANDREW = {"mbox": "mailto:andrew@escuela.example"}
TUTOR = {"openid": "https://id.example/carmen"}
COURSE = "https://escuela.example/course/7"
REGISTRATION = "1f0e2c3d-0000-4000-8000-00000000abcd"


def passed(**changes):
    """Ben did it, in a course, under a registration, with a tutor."""
    context = {
        "registration": REGISTRATION,
        "instructor": TUTOR,
        "contextActivities": {"grouping": [{"id": COURSE}]},
    }
    return a_statement(actor=BEN, context=context, **changes)


def confirms(target, **changes):
    reference = {"objectType": "StatementRef", "id": target}
    return a_statement(
        **{"actor": ANDREW, "verb": {"id": CONFIRMED}, "object": reference} | changes
    )


def sent(xapi, *statements):
    response = xapi.post(list(statements))
    assert response.status_code == 200, response.content
    return response.json()


EVERY_FILTER = [
    {"agent": json.dumps(BEN)},
    {"agent": json.dumps(TUTOR), "related_agents": "true"},
    {"verb": ANSWERED},
    {"activity": "https://escuela.example/quiz/1"},
    {"activity": COURSE, "related_activities": "true"},
    {"registration": REGISTRATION},
    {"agent": json.dumps(BEN), "verb": ANSWERED, "registration": REGISTRATION},
    {"agent": json.dumps(BEN), "activity": COURSE, "related_activities": "true"},
]


@pytest.mark.parametrize("filters", EVERY_FILTER)
def test_every_filter_that_finds_a_statement_finds_who_refers_to_it(xapi, filters):
    target, referrer = new_id(), new_id()
    sent(xapi, passed(id=target))
    sent(xapi, confirms(target, id=referrer), confirms(new_id()))
    assert xapi.ids(**filters) == [referrer, target]
    assert xapi.ids(**filters, ascending="true") == [target, referrer]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_a_chain_is_followed_in_whatever_order_it_arrives(xapi, order, together):
    first, second, third = new_id(), new_id(), new_id()
    chain = [confirms(second, id=first), confirms(third, id=second), passed(id=third)]
    arriving = [chain[each] for each in order]
    if together:
        sent(xapi, *arriving)
    else:
        for each in arriving:
            sent(xapi, each)
    expected = [each["id"] for each in arriving]
    for filters in EVERY_FILTER:
        assert xapi.ids(**filters, ascending="true") == expected


def test_since_and_until_are_asked_of_the_referring_statement(xapi):
    target, referrer = new_id(), new_id()
    sent(xapi, passed(id=target))
    time.sleep(0.01)
    sent(xapi, confirms(target, id=referrer))
    moment = xapi.stored(target)["stored"]
    assert xapi.ids(verb=ANSWERED, since=moment) == [referrer]
    assert xapi.ids(verb=ANSWERED, until=moment) == [target]


def test_a_reference_elsewhere_than_in_the_object_does_not_count(xapi):
    target = new_id()
    reference = {"objectType": "StatementRef", "id": target}
    in_context = confirms(target, object={"id": "https://x.example/o"})
    in_context["context"] = {"statement": reference}
    in_substatement = confirms(
        target, object={"objectType": "SubStatement", **a_statement(object=reference)}
    )
    in_substatement["object"]["verb"] = {"id": CONFIRMED}
    sent(xapi, passed(id=target), in_context, in_substatement)
    assert xapi.ids(registration=REGISTRATION) == [target]
    assert xapi.ids(verb=ANSWERED) == [target]


def test_one_statement_must_fulfil_all_that_is_asked(xapi):
    """Whose verb is the referring statement's and whose agent is the target's is neither of the two."""
    target = new_id()
    sent(xapi, passed(id=target), confirms(target))
    assert xapi.ids(verb=CONFIRMED, agent=json.dumps(BEN)) == []


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_circle_ends(xapi, length):
    ids = [new_id() for _ in range(length)]
    circle = [confirms(ids[(each + 1) % length], id=ids[each]) for each in range(length)]
    outside = new_id()
    sent(xapi, *circle)
    sent(xapi, confirms(ids[0], id=outside))
    assert sorted(xapi.ids(verb=CONFIRMED)) == sorted([*ids, outside])
    sent(xapi, confirms(outside, verb={"id": "https://x.example/liked"}))
    assert len(xapi.ids(verb=CONFIRMED)) == length + 2


def test_a_long_chain_is_followed_to_its_end(xapi):
    ids = [new_id() for _ in range(120)]
    chain = [confirms(target, id=one) for one, target in itertools.pairwise(ids)]
    random.Random(1).shuffle(chain)
    sent(xapi, *chain[:60])
    sent(xapi, passed(id=ids[-1]))
    sent(xapi, *chain[60:])
    assert len(xapi.ids(registration=REGISTRATION)) == 120


def test_a_chain_is_followed_so_far_and_no_further(xapi, monkeypatch):
    """Else whoever sends a long one could fill the disk: every statement of it answers for all that follow."""
    monkeypatch.setattr(references, "LONGEST_CHAIN", 3)
    ids = [new_id() for _ in range(6)]
    sent(xapi, passed(id=ids[-1]), *[confirms(to, id=one) for one, to in itertools.pairwise(ids)])
    assert set(xapi.ids(registration=REGISTRATION)) == set(ids[-4:])


def test_who_is_reached_in_many_ways_appears_once_on_every_page(xapi):
    """Each of the chain matches by itself and by all that follow."""
    ids = [new_id() for _ in range(9)]
    sent(xapi, passed(id=ids[0], verb={"id": CONFIRMED}))
    for before, one in itertools.pairwise(ids):
        sent(xapi, confirms(before, id=one))
    for ascending in ("true", "false"):
        response = xapi.get(verb=CONFIRMED, limit=2, ascending=ascending)
        seen = []
        while True:
            page = response.json()
            seen += [statement["id"] for statement in page["statements"]]
            if not page["more"]:
                break
            response = xapi.request("GET", page["more"])
        assert seen == (ids if ascending == "true" else ids[::-1])


def test_who_refers_to_a_voided_statement_is_still_found_and_so_is_who_voided_it(xapi):
    target, referrer, voider = new_id(), new_id(), new_id()
    sent(xapi, passed(id=target))
    sent(xapi, voiding(target, actor=ANDREW, id=voider), confirms(target, id=referrer))
    for filters in EVERY_FILTER:
        assert xapi.ids(**filters) == [referrer, voider]


def test_a_voided_statement_is_not_found_by_what_it_refers_to(xapi):
    target, referrer = new_id(), new_id()
    sent(xapi, passed(id=target), confirms(target, id=referrer))
    sent(xapi, voiding(referrer))
    found = xapi.ids(registration=REGISTRATION)
    assert target in found
    assert referrer not in found


def test_references_do_not_reach_into_another_store(xapi):
    other = client_of(issued_for(create_store(slug="otra", name="Otra", default_version="1.0.3")))
    target = new_id()
    sent(xapi, passed(id=target))
    sent(other, confirms(target), a_statement())
    assert other.ids(registration=REGISTRATION) == []
    assert xapi.ids(registration=REGISTRATION) == [target]


def test_who_reads_only_its_own_statements_learns_nothing_of_others_by_referring_to_them(
    xapi, store
):
    own = client_of(issued_for(store, "statements/write", "statements/read/mine"))
    theirs, mine = new_id(), new_id()
    sent(xapi, passed(id=theirs))
    sent(own, passed(id=mine))
    (to_mine, _) = sent(own, confirms(mine), confirms(theirs))
    sent(xapi, confirms(mine))
    assert own.ids(registration=REGISTRATION) == [to_mine, mine]
    assert len(xapi.ids(registration=REGISTRATION)) == 5


@pytest.mark.django_db(transaction=True)
def test_a_statement_and_who_refers_to_it_find_each_other_when_they_arrive_at_once(issued):
    pairs = [(new_id(), new_id()) for _ in range(12)]
    todo = [passed(id=target) for target, _ in pairs]
    todo += [confirms(target, id=referrer) for target, referrer in pairs]
    random.Random(3).shuffle(todo)

    def send(number):
        xapi = client_of(issued)
        for statement in todo[number::6]:
            assert xapi.post(statement).status_code == 200

    in_threads(send, 6)
    found = client_of(issued).ids(registration=REGISTRATION)
    assert sorted(found) == sorted(each for pair in pairs for each in pair)


def the_slow_way(statements, matches):
    """The ids that match, in order: by following each statement's references one by one."""
    by_id = {one["id"]: one for one in statements}

    def reaches(one):
        seen = set()
        while one and one["id"] not in seen:
            if matches(one):
                return True
            seen.add(one["id"])
            reference = one["object"]
            is_reference = reference.get("objectType") == "StatementRef"
            one = by_id.get(reference["id"]) if is_reference else None
        return False

    return [one["id"] for one in statements if reaches(one)]


@pytest.mark.parametrize("seed", range(6))
def test_any_web_of_references_is_found_as_by_following_each(xapi, seed):
    chance = random.Random(seed)
    ids = [new_id() for _ in range(40)]
    people = [BEN, ANDREW, {"mbox": "mailto:luz@escuela.example"}]
    statements = []
    for one in ids:
        changes = {"id": one, "actor": chance.choice(people), "verb": {"id": ANSWERED}}
        if chance.random() < 0.3:
            changes["verb"] = {"id": CONFIRMED}
        if chance.random() < 0.7:
            target = chance.choice([*ids, new_id()])
            changes["object"] = {"objectType": "StatementRef", "id": target}
        statements.append(a_statement(**changes))
    rest = statements
    while rest:
        count = chance.choice([1, 1, 2, 7])
        sent(xapi, *rest[:count])
        rest = rest[count:]
    for person in people:
        found = xapi.ids(agent=json.dumps(person), ascending="true", limit=100)
        assert found == the_slow_way(statements, lambda one, who=person: one["actor"] == who)
        for verb in (ANSWERED, CONFIRMED):
            found = xapi.ids(agent=json.dumps(person), verb=verb, ascending="true", limit=100)
            assert found == the_slow_way(
                statements,
                lambda one, who=person, what=verb: (
                    one["actor"] == who and one["verb"]["id"] == what
                ),
            )
