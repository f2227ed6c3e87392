"""State, activity profile and agent profile: what is kept, found, listed, merged and deleted."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import pytest

from lrs.models import Activity, Agent, Document
from lrs.stores.services import create_store
from lrs.xapi import timestamps
from tests.lrs.conftest import Xapi, client_of, issued_for, new_id
from tests.lrs.documenting import (
    ACTIVITY,
    AGENT,
    AGENT_PROFILE,
    PROFILES,
    RESOURCES,
    STATE,
    Documents,
)
from tests.lrs.test_refusals import error_of


@pytest.fixture(params=["1.0.3", "2.0.0"])
def client(issued, request) -> Xapi:
    return client_of(issued, request.param)


@pytest.fixture(params=RESOURCES)
def documents(client, request) -> Documents:
    return Documents(client, request.param)


@pytest.fixture
def state(client) -> Documents:
    return Documents(client, STATE)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{ "page" : 3 }', "application/json"),
        (b'{"a":1,"a":2}', "application/json; charset=utf-8"),
        (b"[1, 2]", "application/json"),
        (rb'"\ud83d"', "application/json"),
        (b"2Z1s|3|x", "text/plain;charset=UTF-8"),
        (bytes(range(256)), "application/octet-stream"),
        (b"", "application/octet-stream"),
        (b"<script>alert(1)</script>", "text/html"),
        ("niño".encode("latin-1"), 'text/plain; charset="iso-8859-1"; x=Y'),
    ],
)
def test_a_document_comes_back_byte_for_byte_with_the_type_that_it_was_sent_with(
    documents, body, content_type
):
    documents.keep(body, Content_Type=content_type)
    response = documents.get()
    assert response.status_code == 200
    assert response.content == body
    assert response["Content-Type"] == content_type


def test_a_document_without_a_type_is_bytes(documents):
    response = documents.xapi.request(
        "PUT", documents.path("one"), data=b"{", content_type="", headers={"If-None-Match": "*"}
    )
    assert response.status_code == 204
    assert documents.get()["Content-Type"] == "application/octet-stream"


def test_the_tag_is_the_quoted_sha_1_of_the_content(documents):
    documents.keep(b"abc")
    expected = f'"{hashlib.sha1(b"abc").hexdigest()}"'  # noqa: S324 (the specification's choice)
    assert documents.get()["ETag"] == expected


def test_last_modified_says_when_the_document_was_last_changed(documents):
    before = datetime.now(UTC) - timedelta(seconds=1)
    documents.keep({"a": 1})
    written = parsedate_to_datetime(documents.get()["Last-Modified"])
    assert before <= written <= datetime.now(UTC)
    Document.objects.update(updated=datetime(2026, 1, 1, tzinfo=UTC))
    assert documents.post({"b": 2}).status_code == 204
    assert parsedate_to_datetime(documents.get()["Last-Modified"]) >= before


def test_head_has_the_headers_of_get_and_no_body(documents):
    documents.keep(b"abc", Content_Type="text/plain")
    got, head = documents.get(), documents.send("HEAD", "one")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("ETag", "Last-Modified", "Content-Type"):
        assert head[name] == got[name]
    assert head["Content-Length"] == "3"


def test_a_document_that_is_not_there_is_a_404(documents):
    assert error_of(documents.get("other"))["code"] == "unknown-document"
    assert documents.get("other").status_code == 404
    assert documents.send("HEAD", "other").status_code == 404


def test_a_stored_page_cannot_act_in_a_browser_as_one_of_ours(documents):
    documents.keep(b"<script>alert(1)</script>", Content_Type="text/html")
    response = documents.get()
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_list_names_the_documents_and_is_empty_where_there_are_none(documents):
    assert documents.names() == []
    assert documents.get(None).has_header("ETag")
    documents.keep(b"1", "eins")
    documents.keep(b"2", "zwei/2 ñ?&=#")
    assert documents.names() == ["eins", "zwei/2 ñ?&=#"]
    assert documents.send("HEAD", None).status_code == 200


def test_the_list_says_when_the_latest_of_its_documents_was_changed(documents):
    documents.keep(b"1", "old")
    Document.objects.update(updated=datetime(2026, 3, 1, tzinfo=UTC))
    documents.keep(b"2", "new")
    Document.objects.filter(name="new").update(updated=datetime(2026, 5, 1, tzinfo=UTC))
    assert documents.get(None)["Last-Modified"] == "Fri, 01 May 2026 00:00:00 GMT"


def test_since_leaves_out_what_was_changed_at_that_time_or_before(documents):
    documents.keep(b"1", "old")
    at = Document.objects.get(name="old").updated
    documents.keep(b"2", "new")
    assert documents.names(since=timestamps.render(at - timedelta(seconds=1))) == ["old", "new"]
    assert documents.names(since=at.isoformat().replace("+00:00", "Z")) == ["new"]
    assert documents.names(since="2090-01-01T00:00:00Z") == []


def test_a_post_takes_the_place_of_properties_one_level_deep(documents):
    documents.keep({"car": {"make": "Ford", "model": "Escape"}, "driver": "Dale", "n": 1})
    assert documents.post({"car": {"make": "Dodge"}, "new": [None]}).status_code == 204
    assert documents.get().json() == {
        "car": {"make": "Dodge"}, "driver": "Dale", "n": 1, "new": [None]
    }  # fmt: skip


def test_a_merge_keeps_numbers_and_texts_that_a_double_or_utf_8_could_not(documents):
    body = b'{"big":12345678901234567890123,"e":1E+400,"half":"\\ud800"}'
    documents.keep(body, Content_Type="application/json")
    assert documents.post({"more": 1}).status_code == 204
    assert documents.get().content == body[:-1] + b',"more":1}'


def test_a_post_where_there_is_no_document_stores_it_as_it_came(documents):
    body = b'{ "a" : 1 }'
    assert documents.post(body, Content_Type="application/json").status_code == 204
    assert documents.get().content == body


@pytest.mark.parametrize(
    ("stored", "stored_type", "posted", "posted_type"),
    [
        (b'{"a":1}', "application/json", b"abc", "application/octet-stream"),
        (b'{"a":1}', "application/json", b'{"b":2}', "text/plain"),
        (b'{"a":1}', "application/json", b'{"b":2}{', "application/json"),
        (b'{"a":1}', "application/json", b"[1]", "application/json"),
        (b'{"a":1}', "application/json", b"", "application/json"),
        (b"{}", "application/octet-stream", b'{"b":2}', "application/json"),
        (b"[1]", "application/json", b'{"b":2}', "application/json"),
        (b'"x"', "application/json", b'{"b":2}', "application/json"),
    ],
)
def test_a_post_is_refused_and_changes_nothing_unless_both_are_json_objects(
    documents, stored, stored_type, posted, posted_type
):
    tag = documents.keep(stored, Content_Type=stored_type)
    response = documents.post(posted, Content_Type=posted_type)
    assert response.status_code == 400
    error_of(response)
    assert documents.get().content == stored
    assert documents.get()["ETag"] == tag


def test_a_post_of_anything_but_a_json_object_stores_no_new_document(documents):
    for body, kind in ((b"abc", "text/plain"), (b"[1]", "application/json")):
        assert documents.post(body, Content_Type=kind).status_code == 400
    assert not Document.objects.exists()


@pytest.mark.parametrize("body", [b"{", b" ", b"nope", b"\xff", b'{"a":NaN}'])
def test_what_says_that_it_is_json_and_is_not_is_refused(documents, body):
    response = documents.put(body, Content_Type="application/json", If_None_Match="*")
    assert response.status_code == 400
    error_of(response)
    assert not Document.objects.exists()


def test_a_deleted_document_is_gone_and_the_others_stay(documents):
    documents.keep(b"1", "one")
    documents.keep(b"2", "two")
    assert documents.delete("one").status_code == 204
    assert documents.get("one").status_code == 404
    assert documents.get("two").content == b"2"
    assert documents.delete("one").status_code == 204  # it is as gone as before


def test_a_state_lies_under_its_registration(state):
    registration = new_id()
    state.keep(b"without")
    state.at(registration=registration).keep(b"with")
    assert state.get().content == b"without"
    assert state.at(registration=registration).get().content == b"with"
    assert state.at(registration=registration.upper()).get().content == b"with"
    assert state.at(registration=new_id()).get().status_code == 404


def test_a_list_of_states_is_of_one_registration_or_of_all(state):
    first, second = new_id(), new_id()
    state.keep(b"0", "none")
    state.at(registration=first).keep(b"1", "both")
    state.at(registration=second).keep(b"2", "both")
    assert state.names(registration=first) == ["both"]
    assert state.names() == ["none", "both"]


def test_a_delete_without_a_state_id_clears_a_registration_or_all(state):
    first, second = new_id(), new_id()
    state.keep(b"0", "a")
    state.at(registration=first).keep(b"1", "b")
    state.at(registration=second).keep(b"2", "c")
    other = state.at(activityId="https://escuela.example/course/2")
    other.keep(b"3", "d")
    assert state.at(registration=first).delete(None).status_code == 204
    assert state.names() == ["a", "c"]
    assert state.delete(None).status_code == 204
    assert state.names() == []
    assert other.names() == ["d"]


def test_a_condition_on_clearing_many_is_refused_for_it_is_about_one(state):
    state.keep(b"0")
    assert state.delete(None, If_Match='"x"').status_code == 400
    assert state.get().status_code == 200


def test_a_document_belongs_to_the_identifier_however_the_agent_is_written(client):
    for resource in (STATE, AGENT_PROFILE):
        documents = Documents(client, resource)
        documents.keep(b"1")
        written = {"name": "Ana", "mbox": AGENT["mbox"]}
        assert documents.at(agent=written).get().content == b"1"
        other = {"mbox": "mailto:Ana@escuela.example"}
        assert documents.at(agent=other).get().status_code == 404


def test_documents_are_kept_for_agents_and_activities_that_nobody_spoke_of(documents):
    documents.keep(b"1")
    assert Agent.objects.count() == (documents.resource != "activities/profile")
    assert Activity.objects.count() == (documents.resource != AGENT_PROFILE)


def test_the_three_resources_share_no_document(client):
    for number, resource in enumerate(RESOURCES):
        Documents(client, resource).keep(str(number).encode())
    for number, resource in enumerate(RESOURCES):
        assert Documents(client, resource).get().content == str(number).encode()
        assert Documents(client, resource).names() == ["one"]


def test_a_group_is_known_by_its_identifier_in_2_0_and_refused_in_1_0_3(issued):
    group = {"objectType": "Group", "mbox": "mailto:team@escuela.example"}
    for resource in (STATE, AGENT_PROFILE):
        new = Documents(client_of(issued, "2.0.0"), resource).at(agent=group)
        new.keep(b"1")
        assert new.get().content == b"1"
        old = Documents(client_of(issued, "1.0.3"), resource).at(agent=group)
        assert old.get().status_code == 400


def test_another_stores_documents_do_not_exist(documents):
    documents.keep({"secret": 1})
    stranger = client_of(
        issued_for(create_store(slug="other", name="Other")), documents.xapi.version
    )
    theirs = Documents(stranger, documents.resource)
    assert theirs.get().status_code == 404
    assert theirs.names() == []
    assert theirs.delete().status_code == 204
    assert theirs.put({"own": 2}, If_None_Match="*").status_code == 204
    assert theirs.post({"more": 3}).status_code == 204
    assert documents.get().json() == {"secret": 1}
    assert theirs.get().json() == {"own": 2, "more": 3}


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_what_is_needed_is_asked_for_by_name(documents, method):
    for name in ("activityId", "agent", documents.id_parameter):
        if name not in documents.path("one"):
            continue
        optional = name == "stateId" and method == "DELETE"
        if (name == documents.id_parameter and method == "GET") or optional:
            continue
        response = documents.at(**{name: None}).send(method, "one", {}, If_None_Match="*")
        assert response.status_code == 400
        assert name in error_of(response)["message"]


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agent", "true"),
        ("agent", "{"),
        ("agent", {}),
        ("agent", {"name": "Ana"}),
        ("agent", {"mbox": "mailto:undefined"}),
        ("agent", {"mbox": "mailto:a@b.org", "openid": "https://a.example"}),
        ("agent", {"objectType": "Person", "mbox": ["mailto:a@b.org"]}),
        ("agent", {"objectType": "Group", "member": [AGENT]}),
        ("activityId", "no-scheme"),
        ("activityId", ""),
        ("registration", "true"),
        ("registration", "6f61a0f6-bd46-4a8e-9fa6"),
        ("stateId", ""),
        ("stateId", "a\0b"),
    ],
)
def test_a_parameter_that_is_none_of_its_kind_is_refused(state, method, name, value):
    response = state.at(**{name: value}).send(method, "one", {"a": 1})
    assert response.status_code == 400
    error_of(response)
    assert not Document.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_parameters_that_a_resource_does_not_have_are_refused(documents, method):
    wrong = ["activityid", "stateID", "since" if method != "GET" else "until", "Agent", "limit"]
    if documents.resource in PROFILES:
        wrong += ["registration", "stateId"]
    if documents.resource == AGENT_PROFILE:
        wrong.append("activityId")
    for name in wrong:
        response = documents.at(**{name: new_id()}).send(method, "one", {}, If_None_Match="*")
        assert response.status_code == 400, name
        assert error_of(response)["code"] == "parameter"
    assert not Document.objects.exists()


def test_since_is_for_lists_and_a_time(documents):
    documents.keep(b"1")
    assert documents.at(since="2026-01-01T00:00:00Z").get("one").status_code == 400
    assert documents.at(since="yesterday").get(None).status_code == 400


def test_a_parameter_that_is_given_twice_is_refused(documents):
    path = f"{documents.path('one')}&{documents.id_parameter}=two"
    assert documents.xapi.request("GET", path).status_code == 400


def test_an_agent_whose_quotes_were_lost_on_the_way_is_refused(state):
    broken = quote(json.dumps(AGENT)).replace("%3A", "%22", 1)
    path = f"/xapi/{STATE}?activityId={quote(ACTIVITY)}&stateId=1&agent={broken}"
    response = state.xapi.request("POST", path, data=b"{}", content_type="application/json")
    assert response.status_code == 400


def test_a_document_over_the_limit_is_a_413_also_when_it_would_grow_by_a_post(documents, settings):
    settings.XAPI_MAX_DOCUMENT_BYTES = 1024
    assert documents.put(b"x" * 1025, If_None_Match="*").status_code == 413
    documents.keep({"a": "x" * 600})
    response = documents.post({"b": "x" * 600})
    assert response.status_code == 413
    assert error_of(response)["code"] == "document-too-large"
    assert documents.get().json() == {"a": "x" * 600}


@pytest.mark.parametrize(
    ("scopes", "resource", "may_read", "may_write"),
    [
        (["state"], STATE, True, True),
        (["state"], AGENT_PROFILE, False, False),
        (["profile"], AGENT_PROFILE, True, True),
        (["profile"], "activities/profile", True, True),
        (["profile"], STATE, False, False),
        (["all/read"], STATE, True, False),
        (["all/read"], AGENT_PROFILE, True, False),
        (["statements/read", "statements/write", "define"], STATE, False, False),
    ],
)
def test_a_scope_opens_its_own_documents(store, scopes, resource, may_read, may_write):
    documents = Documents(client_of(issued_for(store, *scopes)), resource)
    Documents(client_of(issued_for(store)), resource).keep({"a": 1})
    assert (documents.get().status_code == 200) is may_read
    assert (documents.get(None).status_code == 200) is may_read
    writes = [
        documents.put({}, "new", If_None_Match="*"),
        documents.post({"b": 1}),
        documents.delete("new"),
    ]
    assert [r.status_code for r in writes] == [204 if may_write else 403] * 3


def test_a_name_of_any_length_names_a_document_of_its_own(state):
    long = "x" * 5000
    state.keep(b"1", long)
    state.keep(b"2", long + "y")
    assert state.get(long).content == b"1"
    assert sorted(state.names()) == [long, long + "y"]
