"""A store's own rules: read, replaced and reset by REST, checked, and applied to what is stored."""

import pytest

from lrs.hierarchy import discovery, types
from lrs.hierarchy.rule_services import (
    MOST_RULES,
    OwnKindRule,
    OwnRules,
    OwnTypeRule,
    own_rules,
    replace_rules,
    reset_rules,
)
from lrs.hierarchy.services import HierarchyError
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot
from lrs.models import (
    InteractionKind,
    KindRule,
    MentionSlot,
    NodeLevel,
    NodeSessionKind,
    TypeRule,
)
from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, new_id
from tests.lrs.hierarchy.conftest import (
    ALGEBRA,
    CLASS,
    COURSE,
    MATHS,
    MONDAY,
    SESSION,
    follow_all,
    rest_of,
    typed,
    within,
)
from tests.lrs.hierarchy.test_rest import error_of

WORKSHOP = "https://escuela.example/types/workshop"
STUDY = {"activity_type": WORKSHOP, "level": "session", "session_kind": "study", "slots": []}
PRACTISED = {"verb": "practised", "activity_type": WORKSHOP, "kind": "exercise"}
NONE = {"types": [], "kinds": []}


def put(rest, *, types=(), kinds=()):
    response = rest("PUT", "hierarchy/rules", {"types": list(types), "kinds": list(kinds)})
    assert response.status_code == 200, response.content
    return response.json()


def count(rest, activity):
    return rest.get(f"nodes/{rest.node(activity)['id']}/statistics")["statements"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (types.Kind, InteractionKind),
        (types.Level, NodeLevel),
        (types.SessionKind, NodeSessionKind),
        (types.Slot, MentionSlot),
    ],
)
def test_the_models_choices_are_those_of_the_rules(ours, theirs):
    assert [one.value for one in ours] == list(theirs.values)


def test_every_kind_is_kept_under_a_number_of_its_own():
    assert sorted(types.KINDS_BY_NUMBER) == sorted(types.Kind)


# --- Reading, replacing, resetting ----------------------------------------------------------------
def test_a_store_begins_without_rules_of_its_own(rest):
    assert rest.get("hierarchy/rules") == NONE


def test_rules_are_read_as_they_were_put_and_can_be_put_so_again(rest):
    given = {
        "types": [{**STUDY, "slots": ["grouping", "parent"]}, {**STUDY, "activity_type": "x:y"}],
        "kinds": [PRACTISED, {"verb": "", "activity_type": WORKSHOP, "kind": "reading"}],
    }
    found = put(rest, **given)
    assert sorted(map(str, found["types"])) == sorted(map(str, given["types"]))
    assert rest.get("hierarchy/rules") == found == put(rest, **found)


def test_what_is_left_out_of_a_rule_has_a_default(rest):
    found = put(rest, types=[{"activity_type": WORKSHOP, "level": "course"}])
    assert found["types"] == [
        {"activity_type": WORKSHOP, "level": "course", "session_kind": "", "slots": []}
    ]


def test_rules_that_are_put_take_the_place_of_all_that_there_were(rest, store):
    put(rest, types=[STUDY], kinds=[PRACTISED])
    other = {**STUDY, "activity_type": "https://escuela.example/types/other"}
    assert put(rest, types=[other]) == {"types": [other], "kinds": []}
    assert TypeRule.objects.filter(store=store).count() == 1
    assert not KindRule.objects.filter(store=store).exists()


def test_resetting_goes_back_to_the_built_in_table(rest):
    before = rest.get("hierarchy")
    put(rest, types=[STUDY, {"activity_type": COURSE, "level": ""}], kinds=[PRACTISED])
    assert rest.get("hierarchy")["types"] != before["types"]
    assert rest("DELETE", "hierarchy/rules").status_code == 204
    follow_all()
    assert rest.get("hierarchy/rules") == NONE
    assert rest.get("hierarchy")["types"] == before["types"]
    assert rest("DELETE", "hierarchy/rules").status_code == 204


def test_the_rules_in_force_show_the_slots(rest):
    put(rest, types=[{**STUDY, "slots": ["parent"]}])
    lines = {line["activity_type"]: line for line in rest.get("hierarchy")["types"]}
    assert lines[WORKSHOP]["slots"] == ["parent"]
    assert lines[COURSE]["slots"] == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/types"),
        ({"types": []}, "/kinds"),
        ({**NONE, "colours": []}, "/colours"),
        ({"types": {}, "kinds": []}, "/types"),
        ({"types": [{"level": "course"}], "kinds": []}, "/types/0/activity_type"),
        ({"types": [{"activity_type": WORKSHOP}], "kinds": []}, "/types/0/level"),
        ({"types": [{**STUDY, "level": "school"}], "kinds": []}, "/types/0/level"),
        ({"types": [{**STUDY, "slots": ["nowhere"]}], "kinds": []}, "/types/0/slots/0"),
        ({"types": [{**STUDY, "slots": "parent"}], "kinds": []}, "/types/0/slots"),
        ({"types": [{**STUDY, "colour": "red"}], "kinds": []}, "/types/0/colour"),
        (
            {"types": [{**STUDY, "activity_type": "workshop"}], "kinds": []},
            "/types/0/activity_type",
        ),
        (
            {"types": [{**STUDY, "activity_type": "x:" + "y" * 600}], "kinds": []},
            "/types/0/activity_type",
        ),
        ({"types": [{**STUDY, "level": "class"}], "kinds": []}, "/types/0/session_kind"),
        (
            {"types": [{"activity_type": WORKSHOP, "level": "", "slots": ["parent"]}], "kinds": []},
            "/types/0/slots",
        ),
        ({"types": [STUDY, STUDY], "kinds": []}, "/types/1"),
        ({"types": [], "kinds": [PRACTISED, PRACTISED]}, "/kinds/1"),
        ({"types": [], "kinds": [{"kind": "exercise"}]}, "/kinds/0/verb"),
        ({"types": [], "kinds": [{**PRACTISED, "kind": "game"}]}, "/kinds/0/kind"),
        ({"types": [], "kinds": [{**PRACTISED, "verb": "verbs/asked"}]}, "/kinds/0/verb"),
        ({"types": [], "kinds": [{**PRACTISED, "verb": "two words"}]}, "/kinds/0/verb"),
        ({"types": [], "kinds": [{**PRACTISED, "verb": "\ud800"}]}, "/kinds/0/verb"),
        ({"types": [], "kinds": [{**PRACTISED, "verb": ":asked"}]}, "/kinds/0/verb"),
        ([], ""),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_their_path_and_change_nothing(rest, body, path):
    was = put(rest, types=[STUDY])
    error = error_of(rest("PUT", "hierarchy/rules", body), 400)
    assert error.get("path", "") == path
    assert rest.get("hierarchy/rules") == was


def test_there_are_only_so_many_rules(rest):
    many = [{**STUDY, "activity_type": f"x:{n}"} for n in range(MOST_RULES + 1)]
    error = error_of(rest("PUT", "hierarchy/rules", {"types": many, "kinds": []}), 400)
    assert error["path"] == "/types"
    assert len(put(rest, types=many[1:])["types"]) == MOST_RULES


def test_the_rules_of_one_store_are_not_those_of_another(rest, store):
    other = rest_of(create_store(slug="otra", name="Otra"))
    mine = put(rest, types=[STUDY])
    assert other.get("hierarchy/rules") == NONE
    other("DELETE", "hierarchy/rules")
    assert rest.get("hierarchy/rules") == mine


def test_a_service_refuses_what_the_rest_interface_refuses(store):
    rules = OwnRules(types=[OwnTypeRule(WORKSHOP, Level.CLASS, SessionKind.STUDY)])
    with pytest.raises(HierarchyError) as refused:
        replace_rules(store_id=store.pk, rules=rules)
    assert refused.value.field == "types/0/session_kind"
    assert own_rules(store_id=store.pk) == OwnRules(types=[], kinds=[])


# --- What happens to what is stored ---------------------------------------------------------------
def test_new_rules_are_applied_to_what_is_stored_and_progress_says_so(rest, xapi):
    workshop = typed("w", WORKSHOP)
    xapi.post([within(workshop, MATHS) for _ in range(3)])
    follow_all()
    put(rest, types=[STUDY], kinds=[{"verb": "answered", "activity_type": "", "kind": "exercise"}])
    assert rest.get("hierarchy")["reapplying"] is True
    follow_all()
    assert rest.get("hierarchy")["reapplying"] is False
    found = rest.get(f"nodes/{rest.node(workshop)['id']}/statistics")
    assert (found["statements"], found["interactions"]) == (3, {"exercise": 3})
    rest("DELETE", "hierarchy/rules")
    follow_all()
    assert [node["activity"] for node in rest.get("nodes")["nodes"]] == [MATHS["id"]]
    found = rest.get(f"nodes/{rest.node(MATHS)['id']}/statistics")
    assert found["interactions"] == {"answer": 3}


def test_rules_that_change_nothing_start_nothing(rest, store):
    put(rest, types=[STUDY])
    follow_all()
    put(rest, types=[STUDY])
    assert rest.get("hierarchy")["reapplying"] is False
    assert reset_rules(store_id=store.pk) is True
    assert reset_rules(store_id=store.pk) is False


def test_the_re_discovery_goes_on_where_it_stopped(rest, xapi, store):
    workshop = typed("w", WORKSHOP)
    xapi.post([within(workshop) for _ in range(7)])
    follow_all()
    put(rest, types=[STUDY])
    shares = []
    while discovery.reapply(store.pk, limit=2):
        discovery.place_again(store.pk, limit=2)
        shares.append(rest.get("hierarchy")["done"])
    assert len(shares) > 4
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    follow_all()
    assert count(rest, workshop) == 7


def test_rules_that_change_while_others_are_applied_are_the_ones_that_count(rest, xapi, store):
    workshop = typed("w", WORKSHOP)
    xapi.post([within(workshop) for _ in range(5)])
    follow_all()
    put(rest, types=[STUDY])
    discovery.reapply(store.pk, limit=2)
    discovery.reapply(store.pk, limit=2)
    put(rest, types=[{"activity_type": WORKSHOP, "level": "course"}])
    follow_all()
    assert rest.node(workshop)["level"] == "course"
    assert count(rest, workshop) == 5


# --- Slots ----------------------------------------------------------------------------------------
SLOTS = ("parent", "grouping", "other", "category")


@pytest.mark.parametrize("slot", SLOTS)
def test_a_type_counts_only_in_the_slots_of_its_rule(rest, xapi, slot):
    ids = {one: new_id() for one in SLOTS}
    xapi.post(
        [a_statement(id=ids[one], context={"contextActivities": {one: [MONDAY]}}) for one in SLOTS]
        + [a_statement(object=MONDAY)]
    )
    follow_all()
    assert count(rest, MONDAY) == 5
    put(rest, types=[{"activity_type": SESSION, "level": "session", "slots": [slot]}])
    follow_all()
    path = f"nodes/{rest.node(MONDAY)['id']}/statements"
    assert [one["id"] for one in rest.get(path)["statements"]] == [ids[slot]]
    rest("DELETE", "hierarchy/rules")
    follow_all()
    assert count(rest, MONDAY) == 5


def test_a_rule_that_names_the_object_counts_only_there(rest, xapi):
    xapi.post([a_statement(object=MONDAY), within(MONDAY)])
    put(rest, types=[{"activity_type": SESSION, "level": "session", "slots": ["object"]}])
    follow_all()
    assert count(rest, MONDAY) == 1


def test_the_first_activity_that_counts_is_the_place(rest, xapi):
    nearer, farther = typed("nearer", CLASS), typed("farther", COURSE)
    workshop = typed("w", WORKSHOP)
    xapi.post(
        a_statement(
            context={"contextActivities": {"parent": [workshop, nearer], "category": [farther]}}
        )
    )
    put(rest, types=[{"activity_type": WORKSHOP, "level": "course", "slots": ["category"]}])
    follow_all()
    assert count(rest, farther) == 1
    assert count(rest, workshop) == 0


def test_a_parent_that_was_named_where_it_no_longer_counts_is_taken_back(rest, xapi):
    xapi.post(
        a_statement(context={"contextActivities": {"parent": [ALGEBRA], "category": [MATHS]}})
    )
    follow_all()
    assert rest.node(ALGEBRA)["parent"] == rest.node(MATHS)["id"]
    put(rest, types=[{"activity_type": COURSE, "level": "course", "slots": ["grouping"]}])
    follow_all()
    assert rest.node(ALGEBRA)["parent"] is None
    assert count(rest, MATHS) == 0


def test_an_activity_that_changes_its_type_takes_the_slots_of_the_new_one(rest, xapi):
    put(rest, types=[{"activity_type": WORKSHOP, "level": "session", "slots": ["parent"]}])
    xapi.post(within(MONDAY))
    follow_all()
    assert count(rest, MONDAY) == 1
    changed = {**MONDAY, "definition": {**MONDAY["definition"], "type": WORKSHOP}}
    xapi.post(a_statement(context={"contextActivities": {"parent": [changed]}}))
    follow_all()
    assert count(rest, MONDAY) == 1


def test_kinds_are_given_in_the_service_as_in_the_rest_interface(rest, store):
    rules = OwnRules(
        types=[OwnTypeRule(WORKSHOP, Level.SESSION, SessionKind.STUDY, frozenset({Slot.PARENT}))],
        kinds=[OwnKindRule("practised", WORKSHOP, Kind.EXERCISE)],
    )
    assert replace_rules(store_id=store.pk, rules=rules) is True
    assert rest.get("hierarchy/rules") == {
        "types": [{**STUDY, "slots": ["parent"]}],
        "kinds": [PRACTISED],
    }
