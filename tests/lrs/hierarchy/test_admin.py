"""Courses, classes and sessions in the administration, and the rules by which they are found."""

import pytest

from lrs.models import KindRule, Node, TypeRule
from lrs.stores.services import create_store
from tests.lrs.admin import admin_client, plain_static_files, queries_of, staff, text_of
from tests.lrs.hierarchy.conftest import ALGEBRA, MATHS, MONDAY, follow_all, typed, within

__all__ = ["admin_client", "plain_static_files"]

WORKSHOP = "https://escuela.example/types/workshop"
NODES = "/admin/lrs/node/"


@pytest.fixture
def maths(xapi):
    """A course with a class with a session, and two statements in them."""
    xapi.post(within(MATHS, ALGEBRA, MONDAY, result={"score": {"scaled": 0.5}}))
    xapi.post(within(MATHS, result={"completion": True}))
    follow_all()
    return Node.objects.get(activity__iri=MATHS["id"])


def node(activity):
    return Node.objects.get(activity__iri=activity["id"])


def page_of(client, one):
    page = client.get(f"{NODES}{one.pk}/change/")
    assert page.status_code == 200
    return page


def test_a_course_shows_its_tree_and_what_happened_in_it(admin_client, maths):
    page = page_of(admin_client, maths)
    assert [line["name"] for line in page.context["below"]] == ["Álgebra", "El lunes"]
    assert [line["depth"] for line in page.context["below"]] == [0, 1]
    found = page.context["found"]
    assert (found.statements, found.learners, found.completions) == (2, 1, 1)
    assert page.context["average"] == 50
    assert "Mathematics" in text_of(page)


def test_a_session_shows_what_it_lies_in(admin_client, maths):
    page = page_of(admin_client, node(MONDAY))
    assert [name for name, _ in page.context["above"]] == ["Mathematics", "Álgebra"]
    assert f"{NODES}{maths.pk}/change/" in text_of(page)


def test_the_link_to_the_statements_finds_those_of_the_node(admin_client, maths):
    page = page_of(admin_client, node(ALGEBRA))
    address = f"/admin/lrs/statement/?{page.context['statements']}"
    listed = admin_client.get(address)
    assert listed.status_code == 200
    assert len(listed.context["rows"]) == 1


def test_a_tree_that_is_too_large_says_how_much_is_not_shown(
    admin_client, maths, xapi, monkeypatch
):
    monkeypatch.setattr("lrs.admin.hierarchy._MOST_SHOWN", 3)
    for number in range(4):
        xapi.post(within(MATHS, typed(f"class{number}", ALGEBRA["definition"]["type"])))
    follow_all()
    below = page_of(admin_client, maths).context["below"]
    shown = [line for line in below if line["node"]]
    assert len(shown) == 2  # and the course itself
    assert below[-1]["hidden"] == 3
    assert "(3 more, not shown)" in text_of(page_of(admin_client, maths))


def test_nodes_are_found_by_name_level_and_store(admin_client, maths):
    def found(**query):
        page = admin_client.get(NODES, query)
        return {one.activity.iri.rsplit("/", 1)[1] for one in page.context["cl"].result_list}

    assert found() == {"maths", "algebra", "monday"}
    assert found(q="matem") == {"maths"}
    assert found(level__exact="session") == {"monday"}
    other = create_store(slug="other", name="Other")
    assert found(store__id__exact=other.pk) == set()


def test_the_list_and_the_page_ask_no_more_for_more_nodes(admin_client, maths, xapi):
    pages = (NODES, f"{NODES}{maths.pk}/change/")
    few = [len(queries_of(admin_client, page)) for page in pages]
    for number in range(5):
        xapi.post(within(MATHS, typed(f"class{number}", ALGEBRA["definition"]["type"])))
    follow_all()
    more = [queries_of(admin_client, page) for page in pages]
    assert [len(asked) for asked in more] == few
    assert not any("COUNT(*)" in sql for sql in more[0] if 'FROM "lrs_node"' in sql)


def test_what_a_client_called_a_course_is_text_and_never_markup(admin_client, store, xapi):
    evil = "<script>alert(1)</script>"
    course = typed("evil", MATHS["definition"]["type"], en=evil)
    xapi.post(within(course, typed("class", ALGEBRA["definition"]["type"], en=evil)))
    follow_all()
    add(admin_client, store, activity_type=f"https://x.example/{evil}", level="course")
    pages = (NODES, f"{NODES}{node(course).pk}/change/", f"/admin/lrs/store/{store.pk}/rules/")
    for page in pages:
        source = admin_client.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in source, page
        assert "<script>alert" not in source, page


def test_a_node_is_looked_at_by_who_may_and_changed_by_nobody(admin_client, maths):
    address = f"{NODES}{maths.pk}/change/"
    assert staff("view_node").get(address).status_code == 200
    stranger = staff("view_store")
    assert [stranger.get(one).status_code for one in (NODES, address)] == [403, 403]
    assert admin_client.post(address, {"level": "session"}).status_code == 403
    assert admin_client.get(f"{NODES}99999/change/").status_code == 404
    assert admin_client.get(f"{NODES}x/change/").status_code == 404


def add(client, store, model="typerule", **given):
    return client.post(f"/admin/lrs/{model}/add/", {"store": store.pk, **given})


def test_a_rule_of_the_store_is_made_changed_and_taken_back(admin_client, store, xapi):
    room = typed("room", WORKSHOP)
    xapi.post(within(room))
    follow_all()
    assert not Node.objects.exists()
    answer = add(admin_client, store, activity_type=WORKSHOP, level="course")
    assert answer["Location"] == f"/admin/lrs/store/{store.pk}/rules/"
    assert "A change is being applied" in text_of(admin_client.get(answer["Location"]))
    follow_all()
    assert node(room).level == "course"
    rule = TypeRule.objects.get()
    change = f"/admin/lrs/typerule/{rule.pk}/change/"
    admin_client.post(change, {"level": "session", "session_kind": "study"})
    follow_all()
    assert node(room).level == "session"
    admin_client.post(f"/admin/lrs/typerule/{rule.pk}/delete/", {"post": "yes"})
    follow_all()
    assert not TypeRule.objects.exists()
    assert not Node.objects.exists()


def test_a_type_counts_only_where_its_rule_says(admin_client, store, xapi):
    room = typed("room", WORKSHOP)
    add(admin_client, store, activity_type=WORKSHOP, level="course", slots=["parent"])
    xapi.post(within(room))
    follow_all()
    table = admin_client.get(f"/admin/lrs/store/{store.pk}/rules/").context["types"]
    assert table.own[0].says == "Course (only as Parent)"
    assert page_of(admin_client, node(room)).context["found"].statements == 0
    change = f"/admin/lrs/typerule/{TypeRule.objects.get().pk}/change/"
    admin_client.post(change, {"level": "course", "slots": ["parent", "grouping"]})
    follow_all()
    assert page_of(admin_client, node(room)).context["found"].statements == 1


def test_rules_deleted_together_are_taken_back_too(admin_client, store, maths):
    add(admin_client, store, activity_type=MATHS["definition"]["type"], level="")
    follow_all()
    assert not Node.objects.filter(pk=maths.pk).exists()
    chosen = [rule.pk for rule in TypeRule.objects.all()]
    admin_client.post(
        "/admin/lrs/typerule/",
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )
    follow_all()
    assert node(MATHS).level == "course"


def test_a_rule_for_interactions_counts(admin_client, store, maths):
    add(admin_client, store, "kindrule", verb="answered", activity_type="", kind="reading")
    follow_all()
    assert dict(page_of(admin_client, maths).context["kinds"]) == {"Reading": 2}
    assert KindRule.objects.get().kind == "reading"


@pytest.mark.parametrize(
    ("model", "given", "reason"),
    [
        ("typerule", {"activity_type": "course"}, "An IRI begins with a scheme"),
        ("typerule", {"activity_type": "https://x.example/a b"}, "An IRI begins with a scheme"),
        (
            "typerule",
            {"activity_type": WORKSHOP, "level": "course", "session_kind": "study"},
            "Only a session has a kind of session.",
        ),
        (
            "typerule",
            {"activity_type": WORKSHOP, "level": "", "slots": ["parent"]},
            "Slots mean nothing for a type without a level.",
        ),
        ("kindrule", {"verb": "", "activity_type": "", "kind": "video"}, "Give a verb"),
        ("kindrule", {"verb": "a/b", "activity_type": "", "kind": "video"}, "A verb is an IRI"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(admin_client, store, model, given, reason):
    assert reason in text_of(add(admin_client, store, model, **given))
    assert not TypeRule.objects.exists()
    assert not KindRule.objects.exists()


@pytest.mark.parametrize(
    ("model", "given", "reason"),
    [
        (
            "typerule",
            {"activity_type": "https:", "level": "course"},
            "Esto no es un IRI. Escríbelo entero, con su esquema.",
        ),
        (
            "typerule",
            {"activity_type": WORKSHOP, "level": "", "slots": ["parent"]},
            "«Dónde cuenta» no significa nada en un tipo sin nivel. Quítalos, o da un nivel.",
        ),
        ("kindrule", {"verb": "", "activity_type": "", "kind": "video"}, "Indica un verbo"),
        (
            "kindrule",
            {"verb": "a/b", "activity_type": "", "kind": "video"},
            "Un verbo es un IRI con su esquema, o la última parte de uno. Escribe http",
        ),
    ],
)
def test_a_refusal_is_told_in_the_language_of_whoever_looks(
    admin_client, store, model, given, reason
):
    in_spanish = {"Accept-Language": "es"}
    page = f"/admin/lrs/{model}/add/"
    answer = admin_client.post(page, {"store": store.pk, **given}, headers=in_spanish)
    assert reason in text_of(answer)
    assert not TypeRule.objects.exists()
    assert not KindRule.objects.exists()


def test_a_second_rule_for_a_type_is_refused_but_not_in_another_store(admin_client, store):
    assert add(admin_client, store, activity_type=WORKSHOP, level="course").status_code == 302
    assert add(admin_client, store, activity_type=WORKSHOP, level="class").status_code == 200
    other = create_store(slug="other", name="Other")
    assert add(admin_client, other, activity_type=WORKSHOP, level="class").status_code == 302
    table = admin_client.get(f"/admin/lrs/store/{other.pk}/rules/").context["types"]
    assert [(line.about, line.says) for line in table.own] == [(WORKSHOP, "Class")]


def test_every_line_of_the_table_leads_to_where_it_is_changed(admin_client, store):
    add(admin_client, store, activity_type=WORKSHOP, level="course")
    page = admin_client.get(f"/admin/lrs/store/{store.pk}/rules/")
    types, kinds = page.context["types"], page.context["kinds"]
    assert not kinds.own
    assert types.own[0].address == f"/admin/lrs/typerule/{TypeRule.objects.get().pk}/change/"
    for line in (types.built_in[0], kinds.built_in[0], kinds.built_in[-1]):
        form = admin_client.get(line.address)
        assert form.status_code == 200
        initial = form.context["adminform"].form.initial
        assert line.about == " + ".join(
            initial[name] for name in ("verb", "activity_type") if initial.get(name)
        )


def test_who_may_only_look_sees_the_rules_and_changes_none(store):
    looking = staff("view_store", "view_typerule")
    page = text_of(looking.get(f"/admin/lrs/store/{store.pk}/rules/"))
    assert "Add a rule" not in page
    assert add(looking, store, activity_type=WORKSHOP, level="course").status_code == 403
    assert staff().get(f"/admin/lrs/store/{store.pk}/rules/").status_code == 403
    assert not TypeRule.objects.exists()
