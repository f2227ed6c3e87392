"""No answer tells a store's client anything of another store, and nothing that it sends changes anything there.

Two stores hold the same: statement ids, activities, agents, names of documents, contents of attachments. What each says
of them bears the store's own mark. One asks at every address by every method (tests/lrs/endpoints.py), with its own
names for things and with the other's; then the two change places.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction

from lrs.hierarchy import discovery
from lrs.stores.services import create_store
from tests.lrs.conftest import Xapi, a_statement, basic, client_of, issued_for, new_id, voiding
from tests.lrs.documenting import ACTIVITY, AGENT, RESOURCES, Documents, encoded
from tests.lrs.endpoints import (
    ACCESS,
    METHODS,
    Things,
    address,
    body,
    is_outside,
    nothing_kept,
    routes,
    rules,
)
from tests.lrs.hierarchy.conftest import ALGEBRA, COURSE, MATHS, MONDAY, Rest, follow_all
from tests.lrs.multipart import attachment, json_part, part, post, sha256
from tests.lrs.test_tenants_tokens import token_of

# In both stores, with another text in each.
SAME, VOIDED, REFERRED, REFERRER = (new_id() for _ in range(4))
CONTENT = b"The same essay in both stores."
# In one of the two only.
ONLY_THERE = new_id()
ACTIVITY_THERE = "https://escuela.example/only-there"
AGENT_THERE = {"objectType": "Agent", "mbox": "mailto:only.there@escuela.example"}
VERB_HERE, VERB_THERE = "https://escuela.example/verbs/here", "https://escuela.example/verbs/there"
DOCUMENT_THERE = "only-there"

# What somebody is answered who asks for what is in the other store alone, by the other's own name for it. It is what
# the address says of what is nowhere; where an address is left out here, it takes no name of anything.
ELSEWHERE: dict[str, dict[str, int]] = {
    "xapi/statements": {"GET": 404, "HEAD": 404, "POST": 200, "PUT": 204},
    "xapi/activities/state": {"GET": 404, "HEAD": 404, "POST": 204, "PUT": 204, "DELETE": 204},
    "xapi/activities/profile": {"GET": 404, "HEAD": 404, "POST": 204, "PUT": 204, "DELETE": 204},
    "xapi/agents/profile": {"GET": 404, "HEAD": 404, "POST": 204, "PUT": 204, "DELETE": 204},
    "xapi/activities": {"GET": 200, "HEAD": 200},
    "xapi/agents": {"GET": 200, "HEAD": 200},
    "attachments/<str:sha256>": {"GET": 404, "HEAD": 404},
    "attachments/<slug:slug>/<str:sha256>": {"GET": 403, "HEAD": 403},
    "api/v1/nodes": {"GET": 200, "HEAD": 200, "POST": 400},
    "api/v1/nodes/<int:node_id>": {"GET": 404, "HEAD": 404, "PATCH": 404, "DELETE": 404},
    "api/v1/nodes/<int:node_id>/children": {"GET": 404, "HEAD": 404},
    "api/v1/nodes/<int:node_id>/ancestors": {"GET": 404, "HEAD": 404},
    "api/v1/nodes/<int:node_id>/tree": {"GET": 404, "HEAD": 404},
    "api/v1/nodes/<int:node_id>/statements": {"GET": 404, "HEAD": 404},
    "api/v1/nodes/<int:node_id>/statistics": {"GET": 404, "HEAD": 404},
    "api/v1/nodes/<int:node_id>/export": {"GET": 404, "HEAD": 404},
}
# Addresses that say the same to everybody, or nothing but what is said of the caller's whole store.
NAMELESS = {
    "healthz",
    "xapi/about",
    "xapi/<anything:resource>",
    "oauth/token",
    ".well-known/oauth-authorization-server",
    "api/v1/hierarchy",
    "api/v1/hierarchy/rules",
    "api/v1/<anything:resource>",
    "api/openapi.json",
    "api/docs/",
}


@dataclass
class Tenant:
    """A store with its things, and a client of it. `mark` is in all that it says, `course` a node with statements."""

    xapi: Xapi
    issued: Any
    mark: str
    verb: str
    things: Things
    alone: Things
    course: int

    @property
    def rest(self) -> Rest:
        return Rest(self.xapi)


def tenant(slug: str, verb: str) -> Tenant:
    mark = f"mark-of-{slug}"
    store = create_store(slug=slug, name=mark, default_version="1.0.3")
    issued = issued_for(store)
    xapi = client_of(issued)
    kind, only = f"text/plain; of={mark}", f"An essay of {mark}.".encode()
    essay = attachment(CONTENT, display={"es": mark}, contentType=kind)
    said = {"actor": AGENT | {"name": mark}, "result": {"response": mark}}
    of_it = {"id": ACTIVITY, "definition": {"name": {"es": mark}, "extensions": {f"x:{mark}": 1}}}
    post(
        xapi,
        json_part(a_statement(**said, id=SAME, object=of_it, attachments=[essay])),
        part(CONTENT, Content_Type=kind),
    )
    post(xapi, json_part(a_statement(**said, attachments=[attachment(only)])), part(only))
    tree = [
        one | {"definition": one["definition"] | {"name": {"es": f"{one['id']} {mark}"}}}
        for one in (MATHS, ALGEBRA, MONDAY)
    ]
    context = {"contextActivities": {"grouping": tree}}
    sent = xapi.post(
        [
            a_statement(**said, id=VOIDED),
            a_statement(**said, id=REFERRED, verb={"id": verb}),
            a_statement(**said, id=REFERRER, object={"objectType": "StatementRef", "id": REFERRED}),
            *(a_statement(**said, context=context) for _ in range(3)),
        ]
    )
    assert sent.status_code == 200, sent.content
    for resource in RESOURCES:
        Documents(xapi, resource).keep({"of": mark})
        Documents(xapi, resource).keep({"of": mark}, f"named-{mark}")
    rest = Rest(xapi)
    ruled = rest("PUT", "hierarchy/rules", rules(f"https://escuela.example/{mark}"))
    assert ruled.status_code == 200, ruled.content
    follow_all()
    empty = rest.declare("empty", "course", names={"es": mark})
    here = Things(slug, empty["id"], sha256(CONTENT))
    alone = Things(slug, empty["id"], sha256(only), DOCUMENT_THERE)
    return Tenant(xapi, issued, mark, verb, here, alone, rest.node(MATHS)["id"])


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is undone at its end. Storing may begin its own transaction in it, as in any test."""
    all_of_it: Any = transaction.atomic()
    all_of_it._from_testcase = True  # as Django marks the transaction of a test
    with all_of_it:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=["first", "second"])
def filled(
    request: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Tenant, Tenant]]:
    """Who asks, and who must not be seen: each of the two stores in its turn, filled once for all tests."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, undone():
        patch.setattr(
            discovery, "consistent_through", lambda: datetime.now(UTC) + timedelta(seconds=1)
        )
        first, second = tenant("norte", VERB_HERE), tenant("sur", VERB_THERE)
        own, other = (first, second) if request.param == "first" else (second, first)
        said = {"actor": AGENT_THERE | {"name": other.mark}, "result": {"response": other.mark}}
        there = {"id": ACTIVITY_THERE, "definition": {"name": {"es": other.mark}}}
        alone = a_statement(**said, id=ONLY_THERE, object=there)
        response = other.xapi.post([alone, voiding(VOIDED)])
        assert response.status_code == 200, response.content
        for resource in RESOURCES:
            Documents(other.xapi, resource).keep({"of": other.mark}, DOCUMENT_THERE)
        follow_all()
        yield own, other


@pytest.fixture
def both(filled: tuple[Tenant, Tenant], settings: Any) -> Iterator[tuple[Tenant, Tenant]]:
    """The two stores as they were filled: what a test does to them is undone after it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with undone():
        yield filled


def asked_there(route: str, method: str, other: Tenant) -> tuple[str, dict[str, Any]]:
    """The request for what the other store alone has, by the other's name for it."""
    sent = body(route, method)
    match route, method:
        case "xapi/statements", "POST" | "PUT":
            query = f"?statementId={ONLY_THERE}" if method == "PUT" else ""
            return f"/{route}{query}", json_body(a_statement(id=ONLY_THERE))
        case "xapi/statements", _:
            return f"/{route}?statementId={ONLY_THERE}", sent
        case "xapi/activities", _:
            return f"/{route}?{encoded({'activityId': ACTIVITY_THERE})}", sent
        case "xapi/agents", _:
            return f"/{route}?{encoded({'agent': AGENT_THERE})}", sent
        case "api/v1/nodes", "POST":
            inside = {"activity": "https://escuela.example/k", "level": "class"}
            return f"/{route}", json_body(inside | {"parent": other.things.node_id})
        case "api/v1/nodes", _:
            return f"/{route}?parent={other.course}", sent
    path = address(route, method, other.alone).replace("another", DOCUMENT_THERE)
    return path, sent


def json_body(value: Any) -> dict[str, Any]:
    return {"data": json.dumps(value).encode(), "content_type": "application/json"}


def whole(response: Any) -> bytes:
    """All that an answer tells: its headers and its body."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return "\n".join(f"{name}: {value}" for name, value in response.items()).encode() + content


def state_of(one: Tenant) -> dict[str, bytes]:
    """All that a store answers of itself, without the moments that go on by themselves."""
    paths = [
        address(route, "GET", one.things)
        for route in ACCESS
        if route.startswith(("xapi/", "api/v1/", "attachments/"))
    ]
    paths += [f"/xapi/statements?{key}={one_id}" for key, one_id in _named(SAME, VOIDED, REFERRED)]
    paths += [Documents(one.xapi, resource).path(None) for resource in RESOURCES]
    paths += [f"/api/v1/nodes/{one.course}/{what}" for what in ("statements", "statistics", "tree")]
    paths += [f"/api/v1/nodes/{one.course}/export?format={kind}" for kind in ("jsonl", "csv")]
    return {path: _settled(whole(one.xapi.request("GET", path))) for path in paths}


def _named(*ids: str) -> list[tuple[str, str]]:
    return [(key, one) for key in ("statementId", "voidedStatementId") for one in ids]


def _settled(answer: bytes) -> bytes:
    return re.sub(rb'Consistent-Through: [^\n]*|"through":"[^"]*"', b"", answer)


def secrets_of(other: Tenant) -> list[bytes]:
    """What must be in no answer to anybody else: the mark, and what is made from what bears it."""
    tags = [Documents(other.xapi, resource).get()["ETag"] for resource in RESOURCES]
    return [text.encode() for text in [other.mark, other.issued.key, *tags]]


def test_every_address_says_whether_it_takes_names_of_things() -> None:
    assert {route for route in routes() if not is_outside(route)} == ELSEWHERE.keys() | NAMELESS


@pytest.mark.parametrize("by_token", [False, True], ids=["by secret", "by token"])
def test_no_answer_at_any_address_tells_anything_of_another_store(
    both: tuple[Tenant, Tenant], by_token: bool
) -> None:
    own, other = both
    client = Xapi(f"Bearer {token_of(own.issued)}") if by_token else own.xapi
    hidden, before = secrets_of(other), state_of(other)
    told: list[str] = []
    wrong: dict[tuple[str, str], str] = {}

    def ask(method: str, path: str, sent: dict[str, Any]) -> int:
        response = client.request(method, path, **sent)
        told.extend(f"{method} {path}" for one in hidden if one in whole(response))
        status: int = response.status_code
        return status

    def check(method: str, route: str, request: tuple[str, dict[str, Any]], expected: int) -> None:
        with nothing_kept(route):
            status = ask(method, *request)
        if status != expected:
            wrong[method, request[0]] = f"{status}, not {expected}"

    for route in ACCESS:
        for method in METHODS:
            here = address(route, method, own.things), body(route, method)
            opening, status = ACCESS[route][method]
            if by_token and route == "oauth/token" and method == "POST":
                status = 401  # it takes keys and secrets alone
            check(method, route, here, status if opening else 403)
            if method in ELSEWHERE.get(route, {}):
                there = asked_there(route, method, other)
                check(method, route, there, ELSEWHERE[route][method])
    for route, methods in ELSEWHERE.items():
        for method in methods:
            ask(method, *asked_there(route, method, other))
    assert (told, wrong) == ([], {})
    follow_all()
    assert state_of(other) == before


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"format": "canonical"},
        {"format": "ids"},
        {"attachments": "true"},
        {"related_agents": "true", "agent": AGENT_THERE},
        {"agent": AGENT},
        {"activity": ACTIVITY, "related_activities": "true"},
        {"activity": MATHS["id"], "related_activities": "true"},
        {"statementId": SAME, "attachments": "true", "format": "canonical"},
        {"limit": "2", "ascending": "true"},
    ],
)
def test_no_question_about_statements_finds_those_of_another_store(
    both: tuple[Tenant, Tenant], query: dict[str, Any]
) -> None:
    own, other = both
    path = f"/xapi/statements?{encoded(query)}"
    answer = whole(own.xapi.request("GET", path))
    assert other.mark.encode() not in answer
    if query.get("agent") != AGENT_THERE and query.get("format") != "ids":
        assert own.mark.encode() in answer, "or the test would prove nothing"
    if query.get("format") != "ids":
        assert other.mark.encode() in whole(other.xapi.request("GET", path))


def test_people_and_activities_are_known_as_the_own_store_names_them(
    both: tuple[Tenant, Tenant],
) -> None:
    own, _ = both
    person = own.xapi.request("GET", f"/xapi/agents?{encoded({'agent': AGENT})}").json()
    assert person["name"] == [own.mark]
    found = own.xapi.request("GET", f"/xapi/activities?{encoded({'activityId': ACTIVITY})}").json()
    assert found["definition"]["name"] == {"es": own.mark}
    unknown = own.xapi.request("GET", f"/xapi/agents?{encoded({'agent': AGENT_THERE})}").json()
    assert unknown == {"objectType": "Person", "mbox": [AGENT_THERE["mbox"]]}
    bare = own.xapi.request(
        "GET", f"/xapi/activities?{encoded({'activityId': ACTIVITY_THERE})}"
    ).json()
    assert bare == {"objectType": "Activity", "id": ACTIVITY_THERE}


def test_what_another_store_voids_stays_and_what_is_voided_here_stays_there(
    both: tuple[Tenant, Tenant],
) -> None:
    own, other = both
    assert own.xapi.stored(VOIDED)["result"]["response"] == own.mark
    assert own.xapi.get(voidedStatementId=VOIDED).status_code == 404
    assert other.xapi.get(voidedStatementId=VOIDED).status_code == 200
    assert own.xapi.post([voiding(SAME), voiding(ONLY_THERE)]).status_code == 200
    assert own.xapi.get(statementId=SAME).status_code == 404
    assert other.xapi.stored(SAME)["result"]["response"] == other.mark
    assert other.xapi.stored(ONLY_THERE)["result"]["response"] == other.mark


def test_a_reference_leads_to_the_own_stores_statement_of_that_id(
    both: tuple[Tenant, Tenant],
) -> None:
    own, other = both
    assert own.xapi.ids(verb=own.verb) == [REFERRER, REFERRED]
    assert own.xapi.ids(verb=other.verb) == []
    dangling = new_id()
    reference = {"objectType": "StatementRef", "id": ONLY_THERE}
    own.xapi.post(a_statement(id=dangling, object=reference))
    assert own.xapi.ids(activity=ACTIVITY_THERE) == []


def test_the_etag_of_another_stores_document_fulfils_no_condition(
    both: tuple[Tenant, Tenant],
) -> None:
    own, other = both
    for resource in RESOURCES:
        mine, theirs = Documents(own.xapi, resource), Documents(other.xapi, resource)
        tag = theirs.get()["ETag"]
        assert mine.get(If_None_Match=tag).status_code == 200
        assert mine.put({"of": "x"}, If_Match=tag).status_code == 412
        assert mine.post({"of": "x"}, If_Match=tag).status_code == 412
        assert mine.delete(If_Match=tag).status_code == 412
        assert mine.get().json() == {"of": own.mark}
        assert sorted(mine.names()) == sorted(["one", f"named-{own.mark}"])


def test_all_documents_of_a_state_are_deleted_in_the_own_store_alone(
    both: tuple[Tenant, Tenant],
) -> None:
    mine, theirs = (Documents(one.xapi, RESOURCES[0]) for one in both)
    there = theirs.names()
    assert mine.delete(None).status_code == 204
    assert (mine.names(), theirs.names()) == ([], there)


@pytest.mark.parametrize("path", ["/xapi/statements", "/api/v1/nodes"])
def test_another_stores_place_in_a_list_is_refused(both: tuple[Tenant, Tenant], path: str) -> None:
    own, other = both
    more = other.xapi.request("GET", f"{path}?{urlencode({'limit': 1})}").json()["more"]
    assert other.xapi.request("GET", more).status_code == 200, "or the test would prove nothing"
    response = own.xapi.request("GET", more)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "parameter"


def test_a_file_of_a_node_holds_the_own_stores_statements_alone(
    both: tuple[Tenant, Tenant],
) -> None:
    own, other = both
    for kind in ("jsonl", "csv"):
        path = f"/api/v1/nodes/{own.course}/export?format={kind}"
        answer = whole(own.xapi.request("GET", path))
        assert own.mark.encode() in answer
        assert other.mark.encode() not in answer
    found = own.rest.get("nodes", activity=MATHS["id"])["nodes"]
    assert [node["id"] for node in found] == [own.course]
    assert own.rest.get(f"nodes/{own.course}/statistics")["statements"] == 3
    assert own.rest.get("nodes", search=other.mark)["nodes"] == []


def test_what_one_store_learns_or_rules_changes_nothing_in_another(
    both: tuple[Tenant, Tenant],
) -> None:
    own, other = both
    before = state_of(other)
    renamed = {"id": ACTIVITY, "definition": {"name": {"es": "Otro nombre"}}}
    own.xapi.post(a_statement(actor=AGENT | {"name": "Otra Ana"}, object=renamed))
    own.rest("PATCH", f"nodes/{own.course}", {"names": {"es": "Otro nombre"}})
    own.rest("PUT", "hierarchy/rules", rules(COURSE))
    own.rest("DELETE", "hierarchy/rules")
    follow_all()
    assert state_of(other) == before


def test_a_key_opens_with_the_secret_of_its_own_store_alone(both: tuple[Tenant, Tenant]) -> None:
    own, other = both
    mixed = Xapi(basic(own.issued.key, other.issued.secret))
    assert mixed.get().status_code == 401
    form = {
        "data": b"grant_type=client_credentials",
        "content_type": "application/x-www-form-urlencoded",
    }
    assert mixed.request("POST", "/oauth/token", **form).status_code == 401
