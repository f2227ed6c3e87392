"""The REST interface of the hierarchy: every address, its refusals, and who may use it."""

import json
from urllib.parse import urlsplit

import pytest

from lrs.hierarchy import discovery
from lrs.models import Node
from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, new_id, voiding
from tests.lrs.hierarchy.conftest import (
    ALGEBRA,
    COURSE,
    ENGLISH,
    MATHS,
    MONDAY,
    Rest,
    follow_all,
    rest_of,
    typed,
    within,
)

ADDRESSES = [
    ("GET", "nodes"),
    ("POST", "nodes"),
    ("GET", "nodes/{id}"),
    ("PATCH", "nodes/{id}"),
    ("DELETE", "nodes/{id}"),
    ("GET", "nodes/{id}/children"),
    ("GET", "nodes/{id}/ancestors"),
    ("GET", "nodes/{id}/tree"),
    ("GET", "nodes/{id}/statements"),
    ("GET", "nodes/{id}/statistics"),
    ("GET", "nodes/{id}/export"),
    ("GET", "hierarchy"),
    ("GET", "hierarchy/rules"),
    ("PUT", "hierarchy/rules"),
    ("DELETE", "hierarchy/rules"),
]


def error_of(response, status):
    assert response.status_code == status, response.content
    error = response.json()["error"]
    assert error["code"]
    assert error["message"]
    return error


# --- Declaring ------------------------------------------------------------------------------------
def test_a_declared_course_is_there_at_once(rest):
    created = rest(
        "POST",
        "nodes",
        {"activity": "https://e.example/c", "level": "course", "names": {"es": "Química"}},
    )
    assert created.status_code == 201
    node = rest.get(created["Location"])
    assert node == created.json()
    assert node["names"] == {"es": "Química"}
    assert (node["origin"], node["parent"], node["starts"]) == ("declared", None, None)


def test_a_session_is_declared_with_its_class_its_kind_and_its_times(rest):
    course = rest.declare("c", "course")
    klass = rest.declare("k", "class", parent=course["id"])
    session = rest.declare(
        "s",
        "session",
        parent=klass["id"],
        session_kind="ai-tutor",
        starts="2026-03-01T09:00:00Z",
        ends="2026-03-01T10:00:00Z",
    )
    assert session["session_kind"] == "ai-tutor"
    assert session["starts"] == "2026-03-01T09:00:00Z"
    above = rest.get(f"nodes/{session['id']}/ancestors")["nodes"]
    assert [node["id"] for node in above] == [klass["id"], course["id"]]


def test_a_discovered_node_can_be_declared_and_keeps_its_statements(rest, xapi):
    xapi.post(within(MATHS))
    follow_all()
    found = rest.node(MATHS)
    taken_over = rest.declare("maths", "course", names={"fr": "Maths"})
    assert (taken_over["id"], taken_over["origin"]) == (found["id"], "declared")
    assert taken_over["names"] == {"es": "Matemáticas", "en": "Mathematics", "fr": "Maths"}
    assert rest.get(f"nodes/{found['id']}/statistics")["statements"] == 1


def test_statements_that_name_a_declared_node_by_its_id_alone_are_found_in_it(rest, xapi):
    bare = typed("bare", None)
    xapi.post(within(bare))
    follow_all()
    node = rest.declare("bare", "course")
    xapi.post(within(bare))
    follow_all()
    assert rest.get(f"nodes/{node['id']}/statistics")["statements"] == 2


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"level": "course"}, "/activity"),
        ({"activity": "https://e.example/c"}, "/level"),
        ({"activity": "no-scheme", "level": "course"}, "/activity"),
        ({"activity": "https://e.example/\ud800", "level": "course"}, "/activity"),
        ({"activity": "https://e.example/c", "level": "school"}, "/level"),
        ({"activity": "https://e.example/c", "level": "course", "colour": "red"}, "/colour"),
        ({"activity": "https://e.example/c", "level": "course", "names": {"¡": "x"}}, "/names"),
        ({"activity": "https://e.example/c", "level": "course", "names": ["x"]}, "/names"),
        ({"activity": "https://e.example/c", "level": "course", "names": {"es": 7}}, "/names"),
        ({"activity": "https://e.example/c", "level": "class", "parent": 2**40}, "/parent"),
        ({"activity": "https://e.example/c", "level": "class", "parent": 99_999}, "/parent"),
        (
            {"activity": "https://e.example/c", "level": "course", "session_kind": "study"},
            "/session_kind",
        ),
        (
            {
                "activity": "https://e.example/c",
                "level": "session",
                "starts": "2026-01-02T00:00:00Z",
                "ends": "2026-01-01T00:00:00Z",
            },
            "/ends",
        ),
        ({"activity": "https://e.example/c", "level": "session", "starts": "yesterday"}, "/starts"),
        ([], ""),
    ],
)
def test_what_cannot_be_declared_is_refused_with_its_path(rest, body, path):
    error = error_of(rest("POST", "nodes", body), 400)
    assert error.get("path", "") == path
    assert not Node.objects.exists()


@pytest.mark.parametrize("body", [b"{", b'{"level":"course","level":"class"}', b"\xff", b"NaN"])
def test_a_body_that_is_no_json_is_refused(rest, body):
    error_of(rest("POST", "nodes", body), 400)


def test_another_content_type_is_refused(rest):
    response = rest.xapi.request(
        "POST",
        "/api/v1/nodes",
        data=b"level=course",
        content_type="application/x-www-form-urlencoded",
    )
    error_of(response, 415)


def test_a_node_is_declared_once(rest):
    first = rest.declare("c", "course")
    again = rest("POST", "nodes", {"activity": first["activity"], "level": "course"})
    assert str(first["id"]) in error_of(again, 409)["advice"]


def test_a_course_lies_in_nothing_and_a_class_only_in_a_course(rest):
    course = rest.declare("c", "course")
    klass = rest.declare("k", "class")
    inside = {"activity": "https://e.example/x", "parent": course["id"]}
    assert error_of(rest("POST", "nodes", {**inside, "level": "course"}), 400)["path"] == "/parent"
    deeper = {"activity": "https://e.example/x", "level": "class", "parent": klass["id"]}
    assert error_of(rest("POST", "nodes", deeper), 400)["path"] == "/parent"


# --- Changing and deleting ------------------------------------------------------------------------
def test_a_change_leaves_the_rest_as_it_is(rest):
    node = rest.declare("s", "session", session_kind="study", names={"es": "Uno"})
    changed = rest("PATCH", f"nodes/{node['id']}", {"names": {"es": "Dos"}}).json()
    assert changed == {**node, "names": {"es": "Dos"}}
    cleared = rest("PATCH", f"nodes/{node['id']}", {"session_kind": ""}).json()
    assert cleared["session_kind"] == ""


def test_a_class_that_is_moved_takes_its_statements_and_sessions_along(rest, xapi):
    xapi.post([within(ALGEBRA, MATHS), within(MONDAY, ALGEBRA, MATHS), within(ENGLISH)])
    follow_all()
    maths, english, algebra = (rest.node(one)["id"] for one in (MATHS, ENGLISH, ALGEBRA))
    assert rest("PATCH", f"nodes/{algebra}", {"parent": english}).status_code == 200
    follow_all()
    assert rest.get(f"nodes/{english}/statistics")["statements"] == 3
    assert rest.get(f"nodes/{maths}/statistics")["statements"] == 0
    assert (
        rest.get(f"nodes/{english}/tree")["children"][0]["children"][0]["activity"] == MONDAY["id"]
    )


def test_what_was_declared_stays_whatever_statements_say(rest, xapi):
    course = rest.declare("c", "course")
    rest.declare("algebra", "class", parent=course["id"], names={"es": "Nuestra álgebra"})
    xapi.post(within(ALGEBRA, MATHS))
    follow_all()
    algebra = rest.node(ALGEBRA)
    assert algebra["parent"] == course["id"]
    assert algebra["names"] == {"es": "Nuestra álgebra"}


def test_a_course_becomes_a_class_only_when_nothing_was_declared_in_it(rest):
    course = rest.declare("c", "course")
    klass = rest.declare("k", "class", parent=course["id"])
    change = {"level": "class"}
    assert error_of(rest("PATCH", f"nodes/{course['id']}", change), 409)["path"] == "/level"
    rest("PATCH", f"nodes/{klass['id']}", {"parent": None})
    assert rest("PATCH", f"nodes/{course['id']}", change).json()["level"] == "class"


def test_only_a_declared_node_that_holds_nothing_is_deleted(rest, xapi):
    empty = rest.declare("c", "course")
    assert rest("DELETE", f"nodes/{empty['id']}").status_code == 204
    error_of(rest("GET", f"nodes/{empty['id']}"), 404)
    holder = rest.declare("c", "course")
    rest.declare("k", "class", parent=holder["id"])
    error_of(rest("DELETE", f"nodes/{holder['id']}"), 409)
    xapi.post(within(MATHS))
    follow_all()
    error_of(rest("DELETE", f"nodes/{rest.node(MATHS)['id']}"), 409)
    rest.declare("maths", "course")
    error_of(rest("DELETE", f"nodes/{rest.node(MATHS)['id']}"), 409)


# --- Reading --------------------------------------------------------------------------------------
def test_nodes_are_listed_by_level_origin_parent_and_search(rest, xapi):
    xapi.post([within(MONDAY, ALGEBRA, MATHS), within(ENGLISH)])
    follow_all()
    declared = rest.declare("declared", "course", names={"es": "Física", "en": "Physics"})

    def listed(**query):
        return {node["activity"] for node in rest.get("nodes", **query)["nodes"]}

    assert listed(level="course") == {MATHS["id"], ENGLISH["id"], declared["activity"]}
    assert listed(origin="declared") == listed(search="physICS") == {declared["activity"]}
    assert listed(parent=rest.node(MATHS)["id"]) == {ALGEBRA["id"]}
    assert listed(top="true", search="matem") == {MATHS["id"]}
    assert listed(search="%") == set()


def test_pages_of_nodes_together_are_the_whole(rest):
    made = [rest.declare(f"c{n}", "course")["id"] for n in range(5)]
    seen, address = [], "/api/v1/nodes?limit=2&level=course"
    while address:
        parts = urlsplit(address)
        page = rest("GET", f"{parts.path}?{parts.query}").json()
        seen += [node["id"] for node in page["nodes"]]
        address = page["more"]
    assert seen == made


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "level=school", "colour=red", "level=course&level=class",
     "cursor=abc", "search=%00", "parent=99999999999", "origin=both", "activity=x", "top=maybe"],
)  # fmt: skip
def test_a_parameter_that_means_nothing_is_refused(rest, query):
    error_of(rest("GET", f"nodes?{query}"), 400)


def test_a_tree_is_bounded_in_depth_and_size_and_says_what_it_leaves_out(rest):
    course = rest.declare("c", "course")
    klass = rest.declare("k", "class", parent=course["id"])
    for n in range(3):
        rest.declare(f"s{n}", "session", parent=klass["id"])
    path = f"nodes/{course['id']}/tree"
    whole = rest.get(path)
    assert [one["id"] for one in whole["children"]] == [klass["id"]]
    assert len(whole["children"][0]["children"]) == 3
    shallow = rest.get(path, depth=1)["children"][0]
    assert (shallow["holds"], shallow["children"]) == (3, [])
    small = rest.get(path, limit=3)["children"][0]
    assert (small["holds"], len(small["children"])) == (3, 1)


def test_children_are_paged(rest):
    course = rest.declare("c", "course")
    made = [rest.declare(f"k{n}", "class", parent=course["id"])["id"] for n in range(3)]
    first = rest.get(f"nodes/{course['id']}/children", limit=2)
    second = rest.get(first["more"].partition("?")[0], **dict([*parameters_of(first["more"])]))
    assert [node["id"] for node in first["nodes"] + second["nodes"]] == made
    assert second["more"] == ""


def parameters_of(address):
    from urllib.parse import parse_qsl

    return parse_qsl(urlsplit(address).query)


def test_statistics_count_statements_learners_kinds_times_scores_and_completions(rest, xapi):
    gone = new_id()
    xapi.post(
        [
            within(MATHS, timestamp="2026-01-02T10:00:00Z", result={"score": {"scaled": 0.5}}),
            within(
                MATHS,
                timestamp="2026-01-01T10:00:00Z",
                result={"score": {"raw": 10, "min": 0, "max": 10}, "completion": True},
            ),
            within(
                ALGEBRA,
                MATHS,
                actor={"mbox": "mailto:eva@x.example"},
                verb={"id": "http://adlnet.gov/expapi/verbs/completed"},
                object={"id": "https://x.example/thing"},
                timestamp="2026-01-03T10:00:00Z",
            ),
            within(MATHS, id=gone),
            voiding(gone),
        ]
    )
    follow_all()
    path = f"nodes/{rest.node(MATHS)['id']}/statistics"
    found = rest.get(path)
    assert found.pop("through").startswith("20")
    assert found == {
        "statements": 3,
        "learners": 2,
        "interactions": {"answer": 2, "completion": 1},
        "first": "2026-01-01T10:00:00Z",
        "last": "2026-01-03T10:00:00Z",
        "scores": 2,
        "average_scaled": 0.75,
        "completions": 2,
    }
    assert rest.get(path, below="false")["statements"] == 2


def test_an_empty_node_has_statistics_too(rest):
    found = rest.get(f"nodes/{rest.declare('c', 'course')['id']}/statistics")
    assert (found["statements"], found["learners"], found["average_scaled"]) == (0, 0, None)
    assert found["first"] is None


def test_the_statements_of_a_node_are_filtered_and_paged_as_in_xapi(rest, xapi):
    eva = {"mbox": "mailto:eva@x.example"}
    asked = {"id": "http://adlnet.gov/expapi/verbs/asked"}
    ids = [new_id() for _ in range(5)]
    xapi.post(
        [
            within(ALGEBRA, MATHS, id=ids[0]),
            within(MATHS, id=ids[1], actor=eva),
            within(MATHS, id=ids[2], verb=asked),
            within(MATHS, id=ids[3], actor=eva, verb=asked),
            within(ENGLISH, id=ids[4], actor=eva, verb=asked),
        ]
    )
    follow_all()
    path = f"nodes/{rest.node(MATHS)['id']}/statements"

    def found(**query):
        return [one["id"] for one in rest.get(path, **query)["statements"]]

    assert found() == ids[3::-1]
    assert found(ascending="true", limit=2) == ids[:2]
    assert found(agent=json.dumps(eva)) == [ids[3], ids[1]]
    assert found(verb=asked["id"], agent=json.dumps(eva)) == [ids[3]]
    assert found(until="2020-01-01T00:00:00Z") == []
    assert found(verb="https://never.example/heard") == []
    page, seen = rest.get(path, limit=3), []
    while True:
        seen += [one["id"] for one in page["statements"]]
        if not page["more"]:
            break
        page = rest.get(page["more"].partition("?")[0], **dict(parameters_of(page["more"])))
    assert seen == ids[3::-1]
    assert rest("GET", path)["X-Experience-API-Consistent-Through"]


@pytest.mark.parametrize(
    "query", ["statementId=6f1b7d0e-2f7c-4c55-9f43-8d6f0a2b9c11", "activity=https://x.example/", "limit=-1", "agent=x",
              "since=x", "colour=red", "verb=x&verb=y", "cursor=x", "format=ids"],
)  # fmt: skip
def test_a_filter_that_means_nothing_for_a_node_is_refused(rest, query):
    node = rest.declare("c", "course")
    error_of(rest("GET", f"nodes/{node['id']}/statements?{query}"), 400)


# --- Who may do what ------------------------------------------------------------------------------
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_nobody_gets_in_without_a_credential(rest, method, path):
    stranger = Rest(rest.xapi.__class__(None))
    response = stranger(method, path.format(id=1))
    error_of(response, 401)
    assert response["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
@pytest.mark.parametrize("scope", ["statements/write", "statements/read/mine", "state", "profile"])
def test_other_scopes_do_not_open_the_hierarchy(store, method, path, scope):
    node = rest_of(store).declare("c", "course")
    error = error_of(rest_of(store, scope)(method, path.format(id=node["id"]), _body(method)), 403)
    assert "all" in error["advice"]
    assert Node.objects.filter(pk=node["id"]).exists()


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_reading_and_defining_are_scopes_of_their_own(store, method, path):
    node = rest_of(store).declare("c", "course")
    path = path.format(id=node["id"])
    reads, defines = (
        rest_of(store, scope)(method, path, _body(method)).status_code
        for scope in ("statements/read", "define")
    )
    assert (reads == 403) == (method != "GET")
    assert (defines == 403) == (method == "GET")


def _body(method):
    bodies = {"POST": {"names": {}}, "PATCH": {"names": {}}, "PUT": {"types": [], "kinds": []}}
    return bodies.get(method)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_another_store_s_node_is_not_there(store, rest, method, path):
    other = rest_of(create_store(slug="otra", name="Otra"))
    node = rest.declare("c", "course")
    response = other(method, path.format(id=node["id"]), _body(method))
    if "{id}" in path:
        error_of(response, 404)
    assert node["activity"].encode() not in response.getvalue()
    assert rest.get(f"nodes/{node['id']}") == node


def test_a_node_of_another_store_cannot_be_a_parent_nor_its_activity_be_taken(store, rest):
    other = rest_of(create_store(slug="otra", name="Otra"))
    course = rest.declare("c", "course")
    inside = {"activity": "https://e.example/k", "level": "class", "parent": course["id"]}
    assert error_of(other("POST", "nodes", inside), 400)["path"] == "/parent"
    assert other.declare("c", "class")["id"] != course["id"]


@pytest.mark.parametrize("node_id", ["0", "99999999999999999999", "4294967296"])
@pytest.mark.parametrize(("method", "path"), [one for one in ADDRESSES if "{id}" in one[1]])
def test_a_node_that_never_was_is_not_there(rest, method, path, node_id):
    error_of(rest(method, path.format(id=node_id), _body(method)), 404)


def test_an_address_or_a_method_that_is_not_there_is_answered_in_json(rest):
    error_of(rest("GET", "nothing"), 404)
    response = rest("PUT", "nodes", {"names": {}})
    error_of(response, 405)
    assert "POST" in response["Allow"]


def test_a_session_of_the_admin_opens_nothing(rest, admin_client):
    rest.declare("c", "course")
    error_of(admin_client.get("/api/v1/nodes"), 401)


def test_progress_says_up_to_when_statements_are_placed(rest, xapi, store):
    xapi.post(a_statement(object=typed("c", COURSE)))
    assert rest.get("hierarchy")["through"] is None
    discovery.advance(store.pk)
    assert rest.get("hierarchy")["through"] is not None
