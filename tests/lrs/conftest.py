"""A store, its credential, and a client that speaks xAPI as a real one does: by HTTP requests."""

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from lrs.models import Store
from lrs.stores.services import IssuedCredential, create_store, issue_credential

ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def a_statement(**changes: Any) -> dict[str, Any]:
    """A small valid statement without an id; `changes` replace properties, None removes one."""
    statement = {
        "actor": {"objectType": "Agent", "mbox": "mailto:ana@escuela.example", "name": "Ana Núñez"},
        "verb": {"id": ANSWERED, "display": {"es": "respondió", "en": "answered"}},
        "object": {
            "objectType": "Activity",
            "id": "https://escuela.example/quiz/1",
            "definition": {
                "name": {"es": "Fracciones"},
                "type": "http://adlnet.gov/expapi/activities/question",
            },
        },
    } | changes
    return {name: value for name, value in statement.items() if value is not None}


def voiding(target: str, **changes: Any) -> dict[str, Any]:
    return a_statement(
        verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": target}, **changes
    )


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Xapi:
    """An xAPI client of one credential."""

    authorization: str
    version: str | None = "1.0.3"
    http: Client = field(
        default_factory=lambda: Client(raise_request_exception=False, SERVER_NAME="localhost")
    )

    def request(self, method: str, path: str, **extra: Any) -> Any:
        headers = {"Authorization": self.authorization, **extra.pop("headers", {})}
        if self.version:
            headers["X-Experience-API-Version"] = self.version
        headers = {name: value for name, value in headers.items() if value is not None}
        return self.http.generic(method, path, headers=headers, **extra)

    def post(self, body: Any, content_type: str = "application/json", **extra: Any) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request(
            "POST", "/xapi/statements", data=data, content_type=content_type, **extra
        )

    def put(self, statement_id: str, body: Any, **extra: Any) -> Any:
        path = f"/xapi/statements?statementId={statement_id}"
        data = json.dumps(body).encode()
        return self.request("PUT", path, data=data, content_type="application/json", **extra)

    def get(self, **parameters: Any) -> Any:
        extra = parameters.pop("extra", {})
        return self.request(
            "GET",
            "/xapi/statements",
            query_params={k: str(v) for k, v in parameters.items()},
            **extra,
        )

    def stored(self, statement_id: str) -> dict[str, Any]:
        response = self.get(statementId=statement_id)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = response.json()
        return found

    def ids(self, **parameters: Any) -> list[str]:
        response = self.get(**parameters)
        assert response.status_code == 200, response.content
        return [statement["id"] for statement in response.json()["statements"]]


def issued_for(store: Store, *scopes: str) -> IssuedCredential:
    return issue_credential(store=store, label="Moodle", scopes=scopes or ["all"])


def client_of(issued: IssuedCredential, version: str | None = "1.0.3") -> Xapi:
    return Xapi(basic(issued.key, issued.secret), version)


@pytest.fixture
def store(db: None) -> Store:
    return create_store(slug="escuela", name="Escuela", default_version="1.0.3")


@pytest.fixture
def issued(store: Store) -> IssuedCredential:
    return issued_for(store)


@pytest.fixture
def xapi(issued: IssuedCredential) -> Xapi:
    return client_of(issued)


@contextmanager
def second_connection() -> Iterator[psycopg.Connection]:
    """Another client of the test database, outside of Django and its transactions."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    known = {name: parameters[name] for name in names if parameters.get(name)}
    with closing(psycopg.connect(**known, autocommit=True)) as other:
        yield other


def in_threads(work: Callable[[int], Any], count: int) -> list[Any]:
    """The results of `work(0)` to `work(count - 1)`, run at once; each thread gives back its connection."""

    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, n) for n in range(count)]]
