"""Hypothesis, for a machine that runs other things as well; and a server that really listens."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.anchoring.core import example, world

# A busy machine is no reason to fail; the first example also waits for Hypothesis to write down
# all of Unicode.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@dataclass
class Server:
    """A node and a log behind one address; `pages` may be changed by a test."""

    url: str
    pages: dict[str, tuple[int, Any]]


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server("", {})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, page = found.pages.get(self.path, (404, {}))
            self._answer(status, page)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            for answer in world.node_answers():
                if (answer["method"], answer["params"]) == (asked["method"], asked["params"]):
                    self._answer(200, {"jsonrpc": "2.0", "id": 1, "result": answer["result"]})
                    return
            self._answer(200, {"jsonrpc": "2.0", "id": 1, "error": {"message": "unknown"}})

        def _answer(self, status: int, page: Any) -> None:
            body = page if isinstance(page, bytes) else json.dumps(page).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Nothing: a test's output is not the place."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{listening.server_port}"
    found.pages[f"/log/anchors/latest?from={example.SIZE}"] = (200, world.latest_anchor())
    found.pages["/p/token/status"] = (200, world.active())
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    yield found
    listening.shutdown()
    listening.server_close()
    thread.join()
