"""Nodes and places are found by following statements, whatever happens meanwhile."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from django.db import connection, transaction

from lrs.hierarchy import discovery, locks, placing, services
from lrs.models import HierarchyProgress, KindRule, Node, StatementPlace, Store, TypeRule
from lrs.stores.services import create_store
from lrs.tasks import follow_hierarchy
from tests.lrs.conftest import in_threads, new_id, second_connection, voiding
from tests.lrs.hierarchy.conftest import (
    ALGEBRA,
    COURSE,
    MATHS,
    MONDAY,
    follow_all,
    rest_of,
    typed,
    within,
)


@pytest.fixture
def store(transactional_db: None) -> Store:
    """Committed for real: what follows statements sees only what is on disk."""
    return create_store(slug="escuela", name="Escuela", default_version="1.0.3")


def statements_in(rest, activity):
    return rest.get(f"nodes/{rest.node(activity)['id']}/statistics")["statements"]


def test_a_statement_makes_the_nodes_that_it_names_and_their_tree(xapi, rest):
    xapi.post(within(MONDAY, ALGEBRA, MATHS))
    follow_all()
    maths, algebra, monday = (rest.node(one) for one in (MATHS, ALGEBRA, MONDAY))
    assert (maths["level"], maths["parent"], maths["origin"]) == ("course", None, "discovered")
    assert maths["names"] == {"es": "Matemáticas", "en": "Mathematics"}
    assert (algebra["level"], algebra["parent"]) == ("class", maths["id"])
    assert (monday["level"], monday["parent"]) == ("session", algebra["id"])
    assert monday["session_kind"] == "tutoring"


def test_a_node_has_the_statements_of_what_lies_below_it(xapi, rest):
    xapi.post([within(MATHS), within(ALGEBRA, MATHS), within(MONDAY, ALGEBRA, MATHS), within()])
    follow_all()
    assert [statements_in(rest, one) for one in (MATHS, ALGEBRA, MONDAY)] == [3, 2, 1]


def test_what_a_statement_leaves_open_the_tree_fills(xapi, rest):
    xapi.post([within(MONDAY), within(MONDAY, ALGEBRA), within(ALGEBRA, MATHS)])
    follow_all()
    assert statements_in(rest, MATHS) == 3
    maths = rest.node(MATHS)["id"]
    assert len(rest.get(f"nodes/{maths}/statements")["statements"]) == 3


def test_a_type_that_is_told_later_counts_for_earlier_statements(xapi, rest):
    xapi.post(within(typed("maths", None)))
    follow_all()
    assert rest.get("nodes")["nodes"] == []
    xapi.post(within(MATHS))
    follow_all()
    assert statements_in(rest, MATHS) == 2


def test_a_new_name_is_taken_over(xapi, rest):
    xapi.post(within(typed("maths", COURSE, es="Mates")))
    follow_all()
    xapi.post(within(typed("maths", COURSE, en="Maths")))
    follow_all()
    assert rest.node(MATHS)["names"] == {"es": "Mates", "en": "Maths"}
    assert rest.get("nodes", search="maths")["nodes"]


def test_names_that_postgresql_cannot_hold_do_not_stop_the_discovery(xapi, rest):
    xapi.post(within(typed("maths", COURSE, es="a\0b\ud800")))
    follow_all()
    assert rest.node(MATHS)["names"] == {"es": "a\N{REPLACEMENT CHARACTER}b?"}


def test_a_statement_of_an_open_writer_is_not_passed_over(xapi, rest, store):
    with second_connection() as other:
        other.autocommit = False
        other.execute("SELECT * FROM lrs_open_write(%s, false, 1)", [store.pk])
        xapi.post(within(MATHS))
        follow_all_that_is_certain(store)
        assert HierarchyProgress.objects.filter(store=store, stored__isnull=False).count() == 0
        other.rollback()
    follow_all()
    assert statements_in(rest, MATHS) == 1


def follow_all_that_is_certain(store):
    while discovery.advance(store.pk):
        pass


def test_it_goes_on_where_it_stopped_however_small_the_steps(xapi, rest, store):
    xapi.post([within(MATHS) for _ in range(7)])
    steps = 0
    while discovery.follow(store.pk, limit=2):
        steps += 1
        assert StatementPlace.objects.count() == min(2 * steps, 7)
    assert steps == 4
    assert statements_in(rest, MATHS) == 7


def test_a_step_that_dies_in_its_middle_did_nothing_and_is_done_again(
    xapi, rest, store, monkeypatch
):
    xapi.post([within(MONDAY, ALGEBRA, MATHS) for _ in range(5)])
    for part in ("settle_nodes", "_grow", "tree_around", "_write", "_withdraw"):
        with monkeypatch.context() as broken:
            broken.setattr(placing, part, _dies)
            with pytest.raises(SystemError, match="pulled"):
                discovery.follow(store.pk)
        assert not Node.objects.exists()
        assert not StatementPlace.objects.exists()
    follow_all()
    assert statements_in(rest, MATHS) == 5


def _dies(*_args, **_named):
    raise SystemError("the plug was pulled")


def test_a_killed_worker_leaves_its_work_to_the_next(xapi, rest, store):
    xapi.post([within(MONDAY, ALGEBRA, MATHS) for _ in range(3)])
    # It places every statement and is killed before it commits.
    program = textwrap.dedent(f"""
        import os, django
        django.setup()
        from django.db import connections, transaction
        from lrs.hierarchy import discovery
        with transaction.atomic():
            assert discovery.follow({store.pk})
            print("placed", flush=True)
            import time; time.sleep(60)
    """)
    settings = connection.settings_dict
    address = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST'].replace('/', '%2F')}"
        f":{settings['PORT']}/{settings['NAME']}"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "keiko.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout.readline().strip() == "placed"
    assert not discovery.follow(store.pk)  # it holds the store; a second worker passes by
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert not Node.objects.exists()
    _wait_until_free(store.pk)
    follow_all()
    assert statements_in(rest, MATHS) == 3


def _wait_until_free(store_id):
    with transaction.atomic():
        locks.hold(store_id)


def test_two_workers_at_once_place_every_statement_once(xapi, rest, store):
    xapi.post([within(MONDAY, ALGEBRA, MATHS) for _ in range(40)])

    def work(_number):
        for _ in range(30):
            discovery.follow(store.pk, limit=3)

    in_threads(work, 2)
    follow_all()
    assert statements_in(rest, MATHS) == StatementPlace.objects.count() == 40


def test_after_a_week_without_a_worker_the_task_catches_up_in_every_store(xapi, rest, store):
    other = rest_of(create_store(slug="otra", name="Otra"))
    for client in (xapi, other.xapi):
        client.post([within(MATHS) for _ in range(5)])
    follow_hierarchy()
    assert statements_in(rest, MATHS) == statements_in(other, MATHS) == 5
    assert discovery.stores_with_work() == []


def test_a_busy_store_does_not_keep_the_others_waiting(xapi, rest, store, monkeypatch):
    other = rest_of(create_store(slug="otra", name="Otra"))
    xapi.post([within(MATHS) for _ in range(5)])
    other.xapi.post(within(MATHS))
    order = []
    real = discovery.advance
    monkeypatch.setattr(discovery, "advance", lambda one: order.append(one) or real(one))
    discovery.catch_up()
    assert len(set(order[:2])) == 2


def test_an_erased_statement_leaves_its_course(xapi, rest, store):
    xapi.post([within(MATHS), within(MATHS)])
    follow_all()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lrs_statement WHERE seq = (SELECT min(seq) FROM lrs_statement)")
    assert statements_in(rest, MATHS) == 1


def test_a_statement_that_is_voided_later_leaves_its_course(xapi, rest):
    gone = new_id()
    xapi.post([within(MATHS, id=gone), within(MATHS)])
    follow_all()
    xapi.post(voiding(gone))
    follow_all()
    assert statements_in(rest, MATHS) == 1


# --- Rules ----------------------------------------------------------------------------------------
WORKSHOP = "https://escuela.example/types/workshop"


def test_a_rule_of_the_store_counts_for_what_is_stored_already(xapi, rest, store):
    workshop = typed("w", WORKSHOP, es="Taller")
    xapi.post([within(workshop, MATHS) for _ in range(3)])
    follow_all()
    assert {node["level"] for node in rest.get("nodes")["nodes"]} == {"course"}
    services.save_rule(
        rule=TypeRule(store=store, activity_type=WORKSHOP, level="session", session_kind="study")
    )
    assert rest.get("hierarchy")["reapplying"] is True
    follow_all()
    assert rest.get("hierarchy")["reapplying"] is False
    node = rest.node(workshop)
    assert (node["level"], node["session_kind"]) == ("session", "study")
    assert node["parent"] == rest.node(MATHS)["id"]
    assert statements_in(rest, workshop) == 3


def test_a_rule_can_take_a_level_away_and_give_it_back(xapi, rest, store):
    xapi.post(within(ALGEBRA, MATHS))
    follow_all()
    rule = TypeRule(store=store, activity_type=ALGEBRA["definition"]["type"], level="")
    services.save_rule(rule=rule)
    follow_all()
    assert [node["activity"] for node in rest.get("nodes")["nodes"]] == [MATHS["id"]]
    assert statements_in(rest, MATHS) == 1
    services.delete_rule(rule=rule)
    follow_all()
    assert statements_in(rest, ALGEBRA) == 1


def test_a_rule_of_one_store_means_nothing_in_another(xapi, rest, store):
    other = rest_of(create_store(slug="otra", name="Otra"))
    services.save_rule(rule=TypeRule(store=store, activity_type=WORKSHOP, level="course"))
    for client in (xapi, other.xapi):
        client.post(within(typed("w", WORKSHOP)))
    follow_all()
    assert len(rest.get("nodes")["nodes"]) == 1
    assert other.get("nodes")["nodes"] == []


@pytest.mark.parametrize(
    ("verb", "activity_type"),
    [
        ("http://adlnet.gov/expapi/verbs/answered", ""),
        ("answered", ""),
        ("answered", "http://adlnet.gov/expapi/activities/question"),
    ],
)
def test_a_store_may_see_another_kind_of_interaction(xapi, rest, store, verb, activity_type):
    xapi.post(within(MATHS))
    services.save_rule(
        rule=KindRule(store=store, verb=verb, activity_type=activity_type, kind="exercise")
    )
    follow_all()
    found = rest.get(f"nodes/{rest.node(MATHS)['id']}/statistics")
    assert found["interactions"] == {"exercise": 1}
    lines = rest.get("hierarchy")["kinds"]
    assert lines[0] == {
        "verb": verb,
        "activity_type": activity_type,
        "kind": "exercise",
        "built_in": False,
    }


def test_the_rules_in_force_are_shown_with_their_origin(rest, store):
    services.save_rule(rule=TypeRule(store=store, activity_type=COURSE, level=""))
    lines = {line["activity_type"]: line for line in rest.get("hierarchy")["types"]}
    assert (lines[COURSE]["level"], lines[COURSE]["built_in"]) == ("", False)
    assert lines["http://adlnet.gov/expapi/activities/course"]["built_in"] is True
