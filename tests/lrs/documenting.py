"""A client of the document resources: names a document once, then does with it what a test asks."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.lrs.conftest import Xapi

AGENT = {"objectType": "Agent", "mbox": "mailto:ana@escuela.example"}
ACTIVITY = "https://escuela.example/course/1"

STATE = "activities/state"
ACTIVITY_PROFILE = "activities/profile"
AGENT_PROFILE = "agents/profile"
RESOURCES = (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)
PROFILES = (ACTIVITY_PROFILE, AGENT_PROFILE)

_PARAMETERS: dict[str, dict[str, Any]] = {
    STATE: {"activityId": ACTIVITY, "agent": AGENT},
    ACTIVITY_PROFILE: {"activityId": ACTIVITY},
    AGENT_PROFILE: {"agent": AGENT},
}
NEW = {"If-None-Match": "*"}


def encoded(parameters: dict[str, Any]) -> str:
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
    }
    return "&".join(f"{name}={quote(text, safe='')}" for name, text in texts.items())


@dataclass
class Documents:
    """The documents of one resource; `changes` to its parameters: None leaves one out."""

    xapi: Xapi
    resource: str
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def id_parameter(self) -> str:
        return "stateId" if self.resource == STATE else "profileId"

    def at(self, **changes: Any) -> "Documents":
        return Documents(self.xapi, self.resource, {**self.changes, **changes})

    def path(self, name: str | None) -> str:
        parameters = _PARAMETERS[self.resource] | {self.id_parameter: name} | self.changes
        kept = {key: value for key, value in parameters.items() if value is not None}
        return f"/xapi/{self.resource}?{encoded(kept)}"

    def send(self, method: str, name: str | None, body: Any = b"", **headers: str) -> Any:
        """JSON unless the body is bytes; a header is named with underscores."""
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.xapi.request(
            method,
            self.path(name),
            data=data,
            content_type=given.pop("Content-Type", kind),
            headers=given,
        )

    def get(self, name: str | None = "one", **headers: str) -> Any:
        return self.send("GET", name, **headers)

    def put(self, body: Any, name: str | None = "one", **headers: str) -> Any:
        return self.send("PUT", name, body, **headers)

    def post(self, body: Any, name: str | None = "one", **headers: str) -> Any:
        return self.send("POST", name, body, **headers)

    def delete(self, name: str | None = "one", **headers: str) -> Any:
        return self.send("DELETE", name, **headers)

    def keep(self, body: Any, name: str = "one", **headers: str) -> str:
        """Write a document that is not there yet; its ETag as served."""
        response = self.put(body, name, If_None_Match="*", **headers)
        assert response.status_code == 204, response.content
        tag: str = self.get(name)["ETag"]
        return tag

    def names(self, **changes: Any) -> list[str]:
        response = self.at(**changes).get(None)
        assert response.status_code == 200, response.content
        found: list[str] = response.json()
        return found
