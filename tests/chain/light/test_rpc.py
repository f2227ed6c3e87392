import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chain.light.errors import NodeError, NodeUnreachable
from chain.light.rpc import JsonRpc

Reply = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[Callable[[Reply], str]]:
    """A server that answers each request as the test says."""
    running: list[ThreadingHTTPServer] = []

    def start(reply: Reply) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                reply(self)

            def log_message(self, *_args: Any) -> None:
                pass

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(http)
        threading.Thread(target=http.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{http.server_port}"

    yield start
    for http in running:
        http.shutdown()
        http.server_close()


def body(text: bytes, status: int = 200) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(text)

    return reply


def test_a_result_is_returned(server: Callable[[Reply], str]) -> None:
    url = server(body(b'{"jsonrpc":"2.0","id":1,"result":[1,null]}'))
    assert JsonRpc(url).call("any") == [1, None]


def test_a_nodes_error_keeps_its_code_and_its_reason(server: Callable[[Reply], str]) -> None:
    answer = b'{"id":1,"error":{"code":1010,"message":"Invalid Transaction","data":"is stale"}}'
    with pytest.raises(NodeError, match="Invalid Transaction: is stale") as caught:
        JsonRpc(server(body(answer))).call("author_submitExtrinsic")
    assert caught.value.code == 1010


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"<html>", 200),
        (b"", 200),
        (b"[]", 200),
        (b"{}", 200),
        (b"[" * 100_000, 200),
        (b"{}", 500),
        (b"{}", 404),
        (b'{"error": "no"}', 200),
        (b"\xff\xfe", 200),
    ],
)
def test_what_is_no_answer_is_a_node_error(
    server: Callable[[Reply], str], text: bytes, status: int
) -> None:
    with pytest.raises(NodeError):
        JsonRpc(server(body(text, status))).call("any")


def test_a_node_that_never_answers_is_given_up_in_time(server: Callable[[Reply], str]) -> None:
    url = server(lambda handler: time.sleep(2))
    began = time.monotonic()
    with pytest.raises(NodeUnreachable):
        JsonRpc(url, timeout=0.3).call("any")
    assert time.monotonic() - began < 1.5


def test_a_node_that_answers_byte_by_byte_is_given_up_in_time(
    server: Callable[[Reply], str],
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(40):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return  # the client has left, as it should

    began = time.monotonic()
    with pytest.raises(NodeUnreachable, match="No whole answer"):
        JsonRpc(server(drip), timeout=0.5).call("any")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1", "ws://127.0.0.1:1", "file:///etc/passwd", "", "http://[", "http://"],
)
def test_an_address_where_nothing_answers_is_unreachable(url: str) -> None:
    with pytest.raises(NodeUnreachable):
        JsonRpc(url, timeout=1).call("any")
