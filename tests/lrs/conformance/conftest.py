"""A store of the version under test, empty, and a client of it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from lrs.models import Statement
from lrs.stores.services import create_store
from lrs.xapi import jsontext
from tests.lrs.conformance.examples import as_returned
from tests.lrs.conformance.table import Ask
from tests.lrs.conftest import Xapi, a_statement, client_of, issued_for, new_id


@dataclass
class Lrs(Xapi):
    """An xAPI client with what the tables ask of it. `version` is the version under test."""

    def ask(self, ask: Ask, **extra: Any) -> Any:
        """The answer to one request. A body that is no bytes is sent as JSON."""
        parameters = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in ask.parameters.items()
        }
        path = f"/xapi/{ask.path}" + (f"?{urlencode(parameters)}" if parameters else "")
        headers = dict(ask.headers)
        if ask.body is not None:
            body = ask.body if isinstance(ask.body, bytes) else json.dumps(ask.body).encode()
            content_type = headers.pop("Content-Type", "application/json")
            extra = {"data": body, "content_type": content_type, **extra}
        version = None if "X-Experience-API-Version" in headers else self.version
        client = Xapi(self.authorization, version, self.http)
        return client.request(ask.method, path, headers=headers, **extra)

    def do(self, method: str, path: str, body: Any = None, /, **parameters: Any) -> Any:
        """The answer to one request; `headers` among the parameters are headers."""
        headers = parameters.pop("headers", {})
        return self.ask(Ask(method, path, parameters, body, headers))

    def takes(self, statement: Any) -> dict[str, Any]:
        """The statement as it comes back after POST; what was sent must be in it unchanged."""
        response = self.post(statement)
        assert response.status_code == 200, response.content
        [identity] = response.json()
        found = jsontext.loads(self.get(statementId=identity).content)
        assert found.items() >= as_returned(statement).items()
        return found

    def refuses(self, statement: Any, *, at: str | None = None) -> dict[str, Any]:
        """The error of a POST that is refused with 400 and changes nothing."""
        response = self.post(statement)
        assert response.status_code == 400, response.content
        error = self.explains(response)
        if at is not None:
            place = error.get("path", "").removeprefix("/0")
            assert place == at or place.startswith(f"{at}/"), error
        assert not Statement.objects.exists()
        return error

    def explains(self, response: Any) -> dict[str, Any]:
        """The error of an answer, which must say what is wrong."""
        error: dict[str, Any] = response.json()["error"]
        assert error["code"]
        assert error["message"]
        return error

    def stores(self, **changes: Any) -> str:
        """The id of a new small statement with these changes."""
        statement = a_statement(**({"id": new_id()} | changes))
        response = self.post(statement)
        assert response.status_code == 200, response.content
        return str(statement["id"])


@pytest.fixture
def version() -> str:
    """Overridden by every table and every requirement."""
    raise AssertionError("A test of a requirement says its versions.")


@pytest.fixture
def lrs(db: None, version: str) -> Lrs:
    store = create_store(slug="conforms", name="Conforms", default_version=version)
    return Lrs(client_of(issued_for(store)).authorization, version)
