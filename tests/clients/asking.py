"""Asks a running Keiko what it holds, by plain HTTP requests."""

import json
from typing import Any

import requests

from tests.clients.conftest import Lrs


class Asking:
    """A reader of a store in one version; parameters that are objects are sent as JSON."""

    def __init__(self, lrs: Lrs, version: str = "1.0.3") -> None:
        self.lrs = lrs
        self.version = version

    def send(self, method: str, path: str, *, headers: Any = None, **parameters: Any) -> Any:
        body = parameters.pop("body", None)
        given = {
            name: value if isinstance(value, str | int) else json.dumps(value)
            for name, value in parameters.items()
        }
        return requests.request(
            method,
            f"{self.lrs.endpoint}/{path}",
            params=given,
            data=body,
            auth=(self.lrs.key, self.lrs.secret),
            headers={"X-Experience-API-Version": self.version, **(headers or {})},
            timeout=20,
        )

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of what is there."""
        response = self.send("GET", path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def statements(self, **parameters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("statements", **parameters)["statements"]
        return found

    def statement(self, statement_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get("statements", statementId=statement_id)
        return found
