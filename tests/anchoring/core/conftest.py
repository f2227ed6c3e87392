"""Hypothesis, for a machine that runs other things as well; and a server that really listens."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from anchoring.core.bundle import Chain, serialise
from anchoring.core.trust import Trust, serialise_trust
from tests.anchoring.core import example, world

# A busy machine is no reason to fail; the first example also waits for Hypothesis to write down
# all of Unicode.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@dataclass
class Server:
    """Nodes and a log behind one address; `pages` may be changed by a test. The node at `/` is a good one,
    that at `/forked` has another block where the anchor is."""

    url: str
    pages: dict[str, tuple[int, Any]]


def _forked() -> list[dict[str, Any]]:
    answers = world.node_answers()
    for answer in answers:
        if (answer["method"], answer["params"]) == ("chain_getBlockHash", [example.BLOCK]):
            answer["result"] = "0x" + "00" * 32
    return answers


_NODES = {"/": world.node_answers(), "/forked": _forked()}


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server("", {})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, page = found.pages.get(self.path, (404, {}))
            self._answer(status, page)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            for answer in _NODES.get(self.path, ()):
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


@pytest.fixture
def local(server: Server, tmp_path: Path) -> Path:
    """A directory with a bundle and a trust file that name this server."""
    course, chain = example.course(), Chain("Local", example.CHAIN.genesis, (server.url,))
    share = replace(course.share, status_url=f"{server.url}/p/token/status", expires=None)
    (tmp_path / "course.keiko.json").write_bytes(serialise(replace(course, share=share)))
    [log] = example.trust_policy().logs
    [anchors] = log.anchors
    known = replace(log, url=f"{server.url}/log", anchors=(replace(anchors, chain=chain),))
    (tmp_path / "trust.json").write_bytes(serialise_trust(Trust((known,))))
    return tmp_path
