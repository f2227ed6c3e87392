"""A small cmi5 LMS: prepares a launch in the LRS, serves the unit to a browser, gives out its token once.

Source: `AICC/CMI-5_Spec_Current` `cmi5_spec.md`, sections 8 (launch), 9.3 (verbs), 10 (launch data), 11 (preferences).
"""

import base64
import json
import secrets
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from keiko.demo import school
from keiko.demo.shapes import cmi5
from keiko.demo.shapes.parts import activity
from tests.clients.asking import Asking

NODE = Path(__file__).parent / "node"
_FILES = {
    "/unit.html": (NODE / "cmi5-unit.html", "text/html; charset=utf-8"),
    "/Cmi5.umd.js": (NODE / "node_modules/@xapi/cmi5/dist/Cmi5.umd.js", "text/javascript"),
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
def serving(own: Asking, unit_key: str, unit_secret: str) -> Iterator[Lms]:
    """An LMS on a free port of its own, so that the LRS is another origin to the unit."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file, kind = _FILES.get(urlsplit(self.path).path, (None, ""))
            self._answer(200 if file else 404, file.read_bytes() if file else b"", kind)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path != lms.fetch_path:
                self._answer(404, b"", "text/plain")
                return
            lms.fetched += 1
            token = {"auth-token": lms.token}
            used = {"error-code": "1", "error-text": "The token was fetched already."}
            self._answer(
                200, json.dumps(token if lms.fetched == 1 else used).encode(), "application/json"
            )

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet: the test says what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lms = Lms(f"http://127.0.0.1:{server.server_port}", own, unit_key, unit_secret)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield lms
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
