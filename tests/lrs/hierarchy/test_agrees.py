"""Whatever happens in whatever order, tree, statements, statistics and export agree with an obvious reading."""

import itertools
import json
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lrs.hierarchy import discovery, services
from lrs.models import Node, TypeRule
from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, new_id, voiding
from tests.lrs.hierarchy.conftest import CLASS, COURSE, SESSION, follow_all, rest_of, typed
from tests.lrs.hierarchy.obvious import Declared, hierarchy_of

EXAMPLES = int(os.environ.get("KEIKO_HIERARCHY_EXAMPLES", "12"))
_numbers = itertools.count()
UNHEARD_OF = "https://escuela.example/types/workshop"
NAMES = ["course-a", "course-b", "class-a", "class-b", "session-a", "session-b", "odd"]
TYPES = {"course": COURSE, "class": CLASS, "session": SESSION, "odd": UNHEARD_OF}


def activity(name, says_its_type):
    return typed(name, TYPES[name.split("-")[0]] if says_its_type else None)


activities = st.builds(activity, st.sampled_from(NAMES), st.booleans())
statements = st.builds(
    lambda grouping, parent: a_statement(
        id=new_id(), context={"contextActivities": {"grouping": grouping, "parent": parent}}
    ),
    st.lists(activities, max_size=4, unique_by=lambda one: one["id"]),
    st.lists(activities, max_size=1),
)
# What happens: a statement comes, the n-th last is voided, the worker does some steps; a node is declared, a rule
# changes. Rules last, for they have every statement placed again, which would hide a place that was not mended before.
ARRIVING = [
    statements.map(lambda one: ("statement", one)),
    statements.map(lambda one: ("statement", one)),
    statements.map(lambda one: ("statement", one)),
    st.integers(1, 4).map(lambda n: ("void", n)),
    st.integers(1, 3).map(lambda n: ("step", n)),
    st.just(("step", 100)),
]
DECLARING = [
    st.sampled_from(
        [
            ("course-b", "course", ...),
            ("class-a", "class", "course-b"),
            ("class-b", "class", ...),
            ("session-a", "session", "class-b"),
            ("session-b", "session", None),
            ("odd", "course", ...),
        ]
    ).map(lambda one: ("declare", one))
]
RULING = [
    st.sampled_from(["course", "class", "session", None]).map(lambda one: ("rule", one)),
]


class World:
    """A store to which things happen, and what happened to it."""

    def __init__(self):
        name = f"world-{next(_numbers)}"
        self.store = create_store(slug=name, name=name, default_version="1.0.3")
        self.rest = rest_of(self.store)
        self.xapi = self.rest.xapi
        self.statements, self.voided = [], set()
        self.declared, self.changed = {}, {}

    def statement(self, one):
        assert self.xapi.post(one).status_code == 200
        self.statements.append(one)

    def void(self, n):
        if n <= len(self.statements):
            target = self.statements[-n]["id"]
            self.xapi.post(voiding(target))
            self.voided.add(target)

    def step(self, limit):
        discovery.follow(self.store.pk, limit=limit)
        discovery.place_again(self.store.pk, limit=limit)
        discovery.reapply(self.store.pk, limit=limit)

    def declare(self, said):
        name, level, parent = said
        iri = f"https://escuela.example/{name}"
        properties = {}
        if parent is not ...:
            above = Node.objects.filter(
                store=self.store, activity__iri=f"https://escuela.example/{parent}"
            ).first()
            if parent and (above is None or not above.declared):
                return  # declared nodes in declared nodes alone: the oracle knows no others
            properties["parent"] = above.pk if above else None
        response = self.rest("POST", "nodes", {"activity": iri, "level": level, **properties})
        if response.status_code == 201:
            known = f"https://escuela.example/{parent}" if isinstance(parent, str) else parent
            self.declared[iri] = Declared(level, known)

    def rule(self, level):
        rule = TypeRule.objects.filter(store=self.store, activity_type=UNHEARD_OF).first()
        rule = rule or TypeRule(store=self.store, activity_type=UNHEARD_OF)
        rule.level = level or ""
        services.save_rule(rule=rule)
        self.changed[UNHEARD_OF] = level

    def expected(self):
        return hierarchy_of(
            self.statements, voided=self.voided, declared=self.declared, changed=self.changed
        )


def iris_by_id(world):
    return {node["id"]: node for node in world.rest.get("nodes", limit=1000)["nodes"]}


@pytest.mark.parametrize(
    "kinds", [ARRIVING, ARRIVING + DECLARING, ARRIVING + DECLARING + RULING], ids=["a", "ad", "adr"]
)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[
        Phase.generate
    ],  # an example takes half a second, and to make it smaller would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_hierarchy_agrees_with_an_obvious_reading_of_all_statements(
    transactional_db, kinds, data
):
    world = World()
    for what, detail in data.draw(st.lists(st.one_of(kinds), min_size=6, max_size=25)):
        getattr(world, what)(detail)
    follow_all()
    expected = world.expected()
    nodes = iris_by_id(world)
    assert {node["activity"]: node["level"] for node in nodes.values()} == expected.levels
    assert {
        node["activity"]: nodes[node["parent"]]["activity"] if node["parent"] else None
        for node in nodes.values()
    } == expected.parents
    assert_contents(world, nodes, expected)


def assert_contents(world, nodes, expected):
    position = {"course": 0, "class": 1, "session": 2}
    for node in nodes.values():
        there = {
            one: spot
            for one, spot in expected.places.items()
            if spot[position[node["level"]]] == node["activity"]
        }
        path = f"nodes/{node['id']}"
        listed = world.rest.get(f"{path}/statements")["statements"]
        assert {one["id"] for one in listed} == set(there)
        assert world.rest.get(f"{path}/statistics")["statements"] == len(there)
        lines = b"".join(world.rest("GET", f"{path}/export").streaming_content).splitlines()
        exported = {}
        for line in map(json.loads, lines):
            spot = [line[level] for level in ("course", "class", "session")]
            exported[line["statement"]["id"]] = tuple(one and one["activity"] for one in spot)
        assert exported == there


@pytest.mark.parametrize("times", [1, 2])
def test_rules_applied_again_change_nothing_where_they_are_the_same(transactional_db, times):
    world = World()
    for number in range(6):
        world.statement(
            a_statement(
                id=new_id(),
                context={
                    "contextActivities": {
                        "grouping": [activity(NAMES[n], n != number) for n in (0, 2, 4)]
                    }
                },
            )
        )
    follow_all()
    for _ in range(times):
        services.change_rules(store_id=world.store.pk)
        follow_all()
    assert_contents(world, iris_by_id(world), world.expected())
