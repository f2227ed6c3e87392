"""Who may overwrite what: If-Match and If-None-Match, in both versions, and when writers meet."""

import pytest

from lrs.documents import services
from lrs.models import Document
from lrs.xapi import documents as rules
from lrs.xapi.documents import Refusal, Resource
from tests.lrs.conftest import client_of, in_threads
from tests.lrs.documenting import PROFILES, RESOURCES, STATE, Documents
from tests.lrs.test_refusals import error_of

OTHER = '"1111111111111111111111111111111111111111"'


@pytest.fixture(params=["1.0.3", "2.0.0"])
def client(issued, request):
    return client_of(issued, request.param)


@pytest.fixture(params=RESOURCES)
def documents(client, request) -> Documents:
    return Documents(client, request.param)


def refused(response, status: int, code: str) -> None:
    assert response.status_code == status, response.content
    error = error_of(response)
    assert error["code"] == code
    assert error["advice"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_right_tag_in_if_match_lets_a_change_through(documents, method):
    tag = documents.keep({"a": 1})
    assert documents.send(method, "one", {"a": 2}, If_Match=tag).status_code == 204
    if method == "DELETE":
        assert documents.get().status_code == 404
    else:
        assert documents.get().json() == {"a": 2}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("header", [OTHER, '"', ",", OTHER + ", W/" + OTHER])
def test_a_tag_that_is_not_the_documents_is_a_412_and_changes_nothing(documents, method, header):
    documents.keep({"a": 1})
    response = documents.send(method, "one", {"a": 2}, If_Match=header)
    refused(response, 412, "condition-failed")
    assert documents.get().json() == {"a": 1}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_if_match_on_a_document_that_is_not_there_is_a_412(documents, method):
    for header in (OTHER, "*"):
        response = documents.send(method, "one", {"a": 2}, If_Match=header)
        refused(response, 412, "condition-failed")
    assert not Document.objects.exists()


def test_a_tag_that_a_proxy_weakened_or_a_client_unquoted_still_names_the_content(documents):
    tag = documents.keep({"a": 1})
    for number, written in enumerate([f"W/{tag}", tag.strip('"'), f"{OTHER}, {tag}", "*"]):
        response = documents.put({"a": 1, "n": number}, If_Match=written)
        assert response.status_code == 204, written
        assert documents.put({"a": 1}, If_Match="*").status_code == 204


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_if_none_match_any_writes_a_new_document_and_no_other(documents, method):
    assert documents.send(method, "one", {"a": 1}, If_None_Match="*").status_code == 204
    response = documents.send(method, "one", {"a": 2}, If_None_Match="*")
    refused(response, 412, "condition-failed")
    assert documents.get().json() == {"a": 1}


def test_a_put_without_condition_over_a_document_is_a_409_but_for_state_in_1_0_3(documents):
    documents.keep({"a": 1})
    response = documents.put({"a": 2})
    if documents.resource == STATE and documents.xapi.version == "1.0.3":
        assert response.status_code == 204
        assert documents.get().json() == {"a": 2}
    else:
        refused(response, 409, "document-exists")
        assert "ETag" in error_of(response)["advice"]
        assert documents.get().json() == {"a": 1}


def test_a_put_without_condition_of_a_new_document_is_a_400_for_profiles_in_1_0_3(documents):
    response = documents.put({"a": 1})
    if documents.resource in PROFILES and documents.xapi.version == "1.0.3":
        refused(response, 400, "condition-missing")
        assert not Document.objects.exists()
    else:
        assert response.status_code == 204
        assert documents.get().json() == {"a": 1}


def test_post_and_delete_need_no_condition(documents):
    documents.keep({"a": 1})
    assert documents.post({"b": 2}).status_code == 204
    assert documents.get().json() == {"a": 1, "b": 2}
    assert documents.delete().status_code == 204


def test_a_changed_document_has_another_tag_and_the_same_content_the_same(documents):
    first = documents.keep({"a": 1})
    documents.put({"a": 2}, If_Match=first)
    assert documents.get()["ETag"] != first
    documents.put({"a": 1}, If_Match="*")
    assert documents.get()["ETag"] == first


def test_a_client_that_has_the_content_gets_none(documents):
    tag = documents.keep({"a": 1})
    response = documents.get(If_None_Match=tag)
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == tag
    assert documents.get(If_None_Match=OTHER).json() == {"a": 1}
    assert documents.get(If_Match=OTHER).status_code == 412
    listed = documents.get(None)["ETag"]
    assert documents.get(None, If_None_Match=listed).status_code == 304


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("resource", RESOURCES)
def test_of_many_that_write_a_new_document_at_once_one_succeeds(issued, resource):
    documents = Documents(client_of(issued, "2.0.0"), resource)
    statuses = in_threads(lambda n: documents.put({"n": n}, If_None_Match="*").status_code, 8)
    assert sorted(statuses) == [204] + [412] * 7
    winner = statuses.index(204)
    assert documents.get().json() == {"n": winner}
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("resource", RESOURCES)
def test_of_many_that_replace_the_same_content_at_once_one_succeeds(issued, resource):
    documents = Documents(client_of(issued, "1.0.3"), resource)
    tag = documents.keep({"n": "first"})
    statuses = in_threads(lambda n: documents.put({"n": n}, If_Match=tag).status_code, 8)
    assert sorted(statuses) == [204] + [412] * 7
    assert documents.get().json() == {"n": statuses.index(204)}


@pytest.mark.django_db(transaction=True)
def test_merges_at_once_lose_nothing(issued):
    documents = Documents(client_of(issued, "2.0.0"), STATE)
    statuses = in_threads(lambda n: documents.post({f"p{n}": n}).status_code, 12)
    assert statuses == [204] * 12
    assert documents.get().json() == {f"p{n}": n for n in range(12)}


@pytest.mark.django_db(transaction=True)
def test_states_written_at_once_without_a_condition_are_all_taken_and_one_stays(issued):
    documents = Documents(client_of(issued, "1.0.3"), STATE)
    statuses = in_threads(lambda n: documents.put({"n": n}).status_code, 8)
    assert statuses == [204] * 8
    assert Document.objects.get().revision == 8


def test_a_document_that_never_stands_still_is_a_503_with_advice(xapi, monkeypatch):
    # No real rival is that persistent: each look finds the document changed since.
    monkeypatch.setattr(services, "_replace", lambda stored, content: False)
    documents = Documents(xapi, STATE)
    documents.keep({"a": 1})
    refused(documents.put({"a": 2}), 503, "busy")
    assert documents.get().json() == {"a": 1}


@pytest.mark.parametrize(
    ("version", "resource", "match", "none_match", "current", "refusal"),
    [
        ("1.0.3", Resource.STATE, None, None, None, None),
        ("1.0.3", Resource.STATE, None, None, "t", None),
        ("1.0.3", Resource.STATE, '"x"', None, "t", Refusal.MISMATCH),
        ("1.0.3", Resource.AGENT_PROFILE, None, None, None, Refusal.UNCONDITIONAL),
        ("1.0.3", Resource.AGENT_PROFILE, None, None, "t", Refusal.EXISTS),
        ("1.0.3", Resource.ACTIVITY_PROFILE, None, '"x"', "t", None),
        ("1.0.3", Resource.ACTIVITY_PROFILE, None, '"x", "t"', "t", Refusal.MISMATCH),
        ("1.0.3", Resource.ACTIVITY_PROFILE, '"t"', "*", "t", Refusal.MISMATCH),
        ("2.0.0", Resource.STATE, None, None, None, None),
        ("2.0.0", Resource.STATE, None, None, "t", Refusal.EXISTS),
        ("2.0.0", Resource.AGENT_PROFILE, None, None, None, None),
        ("2.0.0", Resource.AGENT_PROFILE, "*", None, "t", None),
        ("2.0.0", Resource.AGENT_PROFILE, "", None, "t", Refusal.MISMATCH),
    ],
)
def test_the_rule_of_a_put(version, resource, match, none_match, current, refusal):
    given = rules.conditions(if_match=match, if_none_match=none_match)
    try:
        rules.check_put(given, current=current, resource=resource, version=version)
        found = None
    except rules.ChangeRefused as error:
        found = error.refusal
    assert found is refusal
