"""Statements in courses, classes and sessions, and a client of the REST interface."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lrs.hierarchy import discovery
from lrs.models import Store
from lrs.stores.services import IssuedCredential, create_store
from tests.lrs.conftest import Xapi, a_statement, client_of, issued_for

TINCAN = "http://id.tincanapi.com/activitytype"
COURSE, CLASS, SESSION = f"{TINCAN}/lms/course", f"{TINCAN}/section", f"{TINCAN}/tutor-session"


def typed(name: str, type_: str | None, **names: str) -> dict[str, Any]:
    """An activity of a type; with None it is only named by its id."""
    iri = f"https://escuela.example/{name}"
    if type_ is None:
        return {"id": iri}
    return {"id": iri, "definition": {"type": type_, "name": names or {"es": name}}}


MATHS = typed("maths", COURSE, es="Matemáticas", en="Mathematics")
ENGLISH = typed("english", COURSE, es="Inglés")
ALGEBRA = typed("algebra", CLASS, es="Álgebra")
MONDAY = typed("monday", SESSION, es="El lunes")


def within(*activities: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A statement whose context groups it under the activities."""
    return a_statement(context={"contextActivities": {"grouping": list(activities)}}, **changes)


def follow_all() -> None:
    """What the worker does, until there is nothing left to do."""
    while stores := discovery.stores_with_work():
        for store_id in stores:
            discovery.advance(store_id)


@dataclass
class Rest:
    """A client of /api/v1/ with one credential."""

    xapi: Xapi

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        extra: dict[str, Any] = {}
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            extra = {"data": data, "content_type": "application/json"}
        if query:
            extra["query_params"] = {name: str(value) for name, value in query.items()}
        return self.xapi.request(method, path if path[0] == "/" else f"/api/v1/{path}", **extra)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a page that is there."""
        response = self("GET", path, **query)
        assert response.status_code == 200, response.content
        return response.json()

    def node(self, activity: dict[str, Any]) -> dict[str, Any]:
        (node,) = self.get("nodes", activity=activity["id"])["nodes"]
        return dict(node)

    def declare(self, activity: str, level: str, **properties: Any) -> dict[str, Any]:
        iri = f"https://escuela.example/{activity}"
        response = self("POST", "nodes", {"activity": iri, "level": level, **properties})
        assert response.status_code == 201, response.content
        return dict(response.json())


@pytest.fixture
def store(db: None, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in a test's own transaction, whose open writers would keep the consistent point back until its end.

    So statements are followed up to the present there; test_discovery.py has the real point, with real commits.
    """
    monkeypatch.setattr(
        discovery, "consistent_through", lambda: datetime.now(UTC) + timedelta(seconds=1)
    )
    return create_store(slug="escuela", name="Escuela", default_version="1.0.3")


@pytest.fixture
def rest(issued: IssuedCredential) -> Rest:
    return Rest(client_of(issued))


def rest_of(store: Store, *scopes: str) -> Rest:
    return Rest(client_of(issued_for(store, *scopes)))
