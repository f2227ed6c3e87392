"""A web server for the pages that clients run in: another origin than the LRS, as in life."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

NODE = Path(__file__).parent / "node"
_KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

Answer = tuple[int, bytes]


def _not_found(_path: str) -> Answer:
    return 404, b""


@contextmanager
def serving(files: Mapping[str, Path], post: Callable[[str], Answer] = _not_found) -> Iterator[str]:
    """The URL of a server that gives out the files by path, and answers POST as JSON by `post(path)`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = files.get(urlsplit(self.path).path)
            if file is None:
                self._answer(*_not_found(self.path), "text/plain")
            else:
                self._answer(200, file.read_bytes(), _KINDS[file.suffix])

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(*post(self.path), "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet: the test says what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
