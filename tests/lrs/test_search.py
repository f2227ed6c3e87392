"""Pages of several conditions, compared with what a list in Python gives, whichever way the search takes."""

import itertools
import random
from dataclasses import dataclass

import pytest
from django.db import connection

from lrs.models import Statement
from lrs.statements import query as reads
from lrs.statements import search
from lrs.statements.store import store_statements
from lrs.xapi import parameters
from tests.lrs.conftest import second_connection

pytestmark = pytest.mark.django_db(transaction=True)

AUTHORITY = {"objectType": "Agent", "mbox": "mailto:lms@escuela.example"}
VERBS = {"often": 0.6, "at times": 0.35, "rare": 0.05}
COURSES = {"whole": 0.5, "half": 0.4, "few": 0.1}
COUNT = 300


@dataclass(frozen=True)
class Said:
    agent: str
    verb: str
    course: str


def agent(name):
    return {"mbox": f"mailto:{name}@escuela.example"}


def iri(kind, name):
    return f"https://escuela.example/{kind}/{name.replace(' ', '-')}"


def statement(said):
    course = {"id": iri("course", said.course)}
    return {
        "actor": agent(said.agent),
        "verb": {"id": iri("verb", said.verb)},
        "object": {"id": iri("activity", said.course + said.agent)},
        "context": {"contextActivities": {"grouping": [course]}},
    }


@pytest.fixture
def said(store):
    """What statements say, by seq. Verbs are said at any time, but "never" and the course "apart" never meet."""
    chance = random.Random(7)

    def pick(shares):
        return chance.choices(list(shares), list(shares.values()))[0]

    found = [Said(pick({"ana": 1, "bo": 30}), pick(VERBS), pick(COURSES)) for _ in range(COUNT)]
    found += [
        Said("bo", "never", "whole") if each % 2 else Said("bo", "often", "apart")
        for each in range(100)
    ]
    batch = [*map(statement, found)]
    store_statements(store_id=store.id, authority=AUTHORITY, version="1.0.3", batch=batch)
    return dict(
        zip(Statement.objects.order_by("seq").values_list("seq", flat=True), found, strict=True)
    )


@pytest.fixture
def ways(monkeypatch):
    """Which leads went on after the race, each time; turns are so short that most searches get there."""
    monkeypatch.setattr(search, "_TURN", 1)
    monkeypatch.setattr(search, "_LOOK_UP_COST", 5)
    taken = []
    led_by = search.Search.led_by

    def spy(self, leads, span, count):
        if len(self.conditions) > 1:
            taken.append(len(leads))
        return led_by(self, leads, span, count)

    monkeypatch.setattr(search.Search, "led_by", spy)
    return taken


def asked(agent_name, verb, course, *, ascending):
    given = {"limit": "3", "related_activities": "true", "ascending": str(ascending).lower()}
    if agent_name:
        given["agent"] = f'{{"mbox": "mailto:{agent_name}@escuela.example"}}'
    if verb:
        given["verb"] = iri("verb", verb)
    if course:
        given["activity"] = iri("course", course)
    return parameters.parse(given, "1.0.3")


def pages(store, query, limit):
    seqs, after = [], None
    while True:
        page = reads.find_page(
            visible=reads.Visibility(store.id), query=query, limit=limit, after_seq=after
        )
        seqs.append(page.seqs)
        after = page.next_seq
        if after is None:
            return seqs


@pytest.mark.parametrize("ascending", [False, True])
def test_each_page_is_what_a_list_gives(store, said, ways, ascending):
    limit = 3
    for agent_name, verb, course in itertools.product(
        (None, "ana", "bo"), (None, *VERBS, "never"), (None, *COURSES, "apart")
    ):
        expected = [
            seq
            for seq, each in said.items()
            if agent_name in (None, each.agent)
            and verb in (None, each.verb)
            and course in (None, each.course)
        ]
        if not ascending:
            expected.reverse()
        found = pages(store, asked(agent_name, verb, course, ascending=ascending), limit)
        assert [seq for page in found for seq in page] == expected
        assert all(len(page) == limit for page in found[:-1])
    assert set(ways) == {1, 2}, (
        "one lead that is sparse, and two side by side, must both have gone on"
    )


@pytest.mark.parametrize("ascending", [False, True])
def test_an_erasure_between_the_steps_of_a_search_hides_nothing_else(store, monkeypatch, ascending):
    monkeypatch.setattr(search, "_TURN", 1)
    apart = [Said("bo", "rare", "whole"), *[Said("bo", "often", "half")] * 2]
    both = Said("bo", "often", "whole")
    batch = [statement(both if each % 20 == 0 else apart[each % 3]) for each in range(200)]
    store_statements(store_id=store.id, authority=AUTHORITY, version="1.0.3", batch=batch)
    seqs = list(Statement.objects.order_by("seq").values_list("seq", flat=True))
    matching = seqs[::20]
    if not ascending:
        seqs.reverse()
        matching.reverse()
    erased = set(seqs[:100])

    def erase(execute, sql, *rest):
        found = execute(sql, *rest)
        if "DISTINCT l.seq" in sql and erased.intersection(seqs):
            with second_connection() as other:
                for delete in (
                    "DELETE FROM lrs_statement WHERE seq = ANY(%s)",
                    "DELETE FROM lrs_statement_agent WHERE seq = ANY(%s)",
                    "DELETE FROM lrs_statement_activity WHERE seq = ANY(%s)",
                ):
                    other.execute(delete, [list(erased)])
            del seqs[:100]
        return found

    with connection.execute_wrapper(erase):
        found = pages(store, asked(None, "often", "whole", ascending=ascending), 3)
    assert len(seqs) == 100
    assert [seq for page in found for seq in page] == [each for each in matching if each in seqs]
