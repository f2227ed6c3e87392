"""A small cmi5 LMS: prepares a launch in the LRS, serves the unit to a browser, gives out its token once.

Source: `AICC/CMI-5_Spec_Current` `cmi5_spec.md`, sections 8 (launch), 9.3 (verbs), 10 (launch data), 11 (preferences).
"""

import base64
import json
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from keiko.demo import school
from keiko.demo.shapes import cmi5
from keiko.demo.shapes.parts import activity
from tests.clients.asking import Asking
from tests.clients.pages import NODE, serving

_FILES = {
    "/unit.html": NODE / "cmi5-unit.html",
    "/Cmi5.umd.js": NODE / "node_modules/@xapi/cmi5/dist/Cmi5.umd.js",
}
JSON = {"Content-Type": "application/json"}
PREFERENCES = {"languagePreference": "es-ES,en", "audioPreference": "off"}


class Lms:
    """A launch of one unit. `own` is the credential of the LMS; the unit gets another by the fetch URL."""

    def __init__(self, url: str, own: Asking, unit_key: str, unit_secret: str) -> None:
        self.url = url
        self.own = own
        self.token = base64.b64encode(f"{unit_key}:{unit_secret}".encode()).decode()
        self.fetch_path = f"/fetch/{secrets.token_urlsafe()}"
        self.fetched = 0
        unit = cmi5.Unit(
            iri=f"{url}/units/{uuid.uuid4()}",
            publisher="https://publisher.example/units/fractions",
            title="Fracciones",
            launch_url=f"{url}/unit.html",
            course=f"{url}/courses/{uuid.uuid4()}",
            course_title="Matemáticas",
            language="es",
            mastery=0.6,
            within=(activity(f"{url}/class/3b", "http://adlnet.gov/expapi/activities/course"),),
        )
        self.launch = cmi5.Launch(
            unit=unit,
            site=url,
            who=school.LUCIA,
            registration=str(uuid.uuid4()),
            session=str(uuid.uuid4()),
        )

    def answer(self, path: str) -> tuple[int, bytes]:
        """The fetch URL gives the token once (section 8.2)."""
        if path != self.fetch_path:
            return 404, b""
        self.fetched += 1
        if self.fetched > 1:
            return 200, b'{"error-code":"1","error-text":"The token was fetched already."}'
        return 200, json.dumps({"auth-token": self.token}).encode()

    @property
    def agent(self) -> dict[str, Any]:
        who = self.launch.who
        account = {"homePage": self.launch.site, "name": who.username}
        return {"objectType": "Agent", "name": who.name, "account": account}

    @property
    def state(self) -> dict[str, Any]:
        return {
            "activityId": self.launch.unit.iri,
            "agent": self.agent,
            "registration": self.launch.registration,
        }

    def prepare(self) -> None:
        """What an LMS must have done before it launches: launch data, preferences, the statement "launched"."""
        sent = cmi5.launched(self.launch, datetime.now(UTC))
        activities = sent["context"]["contextActivities"]
        key = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
        data = {
            "contextTemplate": {
                "contextActivities": {"grouping": activities["grouping"]},
                "extensions": {key: self.launch.session},
            },
            "launchMode": "Normal",
            "moveOn": "CompletedAndPassed",
            "masteryScore": self.launch.unit.mastery,
        }
        put = self.own.send(
            "PUT", "activities/state", **self.state, stateId="LMS.LaunchData",
            body=json.dumps(data), headers=JSON,
        )  # fmt: skip
        assert put.status_code == 204, put.text
        put = self.own.send(
            "PUT", "agents/profile", agent=self.agent, profileId="cmi5LearnerPreferences",
            body=json.dumps(PREFERENCES), headers={**JSON, "If-None-Match": "*"},
        )  # fmt: skip
        assert put.status_code == 204, put.text
        self.say(sent)

    def say(self, statement: dict[str, Any]) -> None:
        posted = self.own.send("POST", "statements", body=json.dumps([statement]), headers=JSON)
        assert posted.status_code == 200, posted.text

    def launch_url(self) -> str:
        parameters = {
            "endpoint": f"{self.own.lrs.endpoint}/",
            "fetch": f"{self.url}{self.fetch_path}",
            "actor": json.dumps(self.agent),
            "registration": self.launch.registration,
            "activityId": self.launch.unit.iri,
        }
        return f"{self.launch.unit.launch_url}?{urlencode(parameters)}"


@contextmanager
def cmi5_lms(own: Asking, unit_key: str, unit_secret: str) -> Iterator[Lms]:
    """An LMS that serves the unit's page."""
    launching: list[Lms] = []
    with serving(_FILES, lambda path: launching[0].answer(path)) as url:
        launching.append(Lms(url, own, unit_key, unit_secret))
        yield launching[0]
