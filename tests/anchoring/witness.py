"""Witnesses that really listen: an honest one by C2SP tlog-witness, and some that lie or dawdle.

The honest one has no code of the log's side: it reads the request, checks the log's signature and the
consistency with what it has seen, and keeps its state, all by itself.
"""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from anchoring.core import notes, tree
from anchoring.core.errors import MerkleError, NoteError
from tests.anchoring.core.witnessing import cosignature, witness_vkey

# A status, and a body: what a witness answers.
Reply = tuple[int, bytes]
Lie = Callable[["HonestWitness", str], Reply | None]


class HonestWitness:
    """Cosigns what continues the checkpoint that it has cosigned before. `lie` may answer first."""

    def __init__(self, name: str, log_key: str, lie: Lie | None = None) -> None:
        self.name, self.vkey, self.url = name, witness_vkey(name), ""
        self.log_key = log_key
        self.lie = lie
        self.seen: notes.Checkpoint | None = None
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def setting(self) -> str:
        """How LOG_WITNESSES names it."""
        return f"{self.url} {self.vkey}"

    def answer(self, body: str) -> Reply:
        self.asked.append(body)
        lied = self.lie(self, body) if self.lie else None
        if lied is not None:
            return lied
        with self._lock:
            return self._judge(body)

    def _judge(self, body: str) -> Reply:
        head, _, note = body.partition("\n\n")
        first, *lines = head.split("\n")
        old, proof = int(first.removeprefix("old ")), [base64.b64decode(line) for line in lines]
        origin = notes.read_unverified(note).origin
        if origin != notes.read_verifier_key(self.log_key)[0]:
            return 404, b"unknown log"
        try:
            new = notes.open_checkpoint(note, self.log_key)
        except NoteError:
            return 403, b"not signed"
        size = self.seen.size if self.seen else 0
        if old > new.size:
            return 400, b"old size too large"
        if old != size:
            return 409, b"%d\n" % size
        if not self._continues(new, proof):
            return 422, b"not consistent"
        self.seen = new
        return 200, cosignature(note, self.name, moment=int(time.time())).encode()

    def _continues(self, new: notes.Checkpoint, proof: list[bytes]) -> bool:
        if self.seen is None:
            return not proof
        try:
            tree.verify_consistency(
                old=self.seen.size,
                new=new.size,
                old_root=self.seen.root,
                new_root=new.root,
                proof=proof,
            )
        except MerkleError:
            return False
        return True


@contextmanager
def listening(witness: HonestWitness) -> Iterator[HonestWitness]:
    """The witness at a socket; its address is `witness.url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = (
                witness.answer(body) if self.path == "/log/add-checkpoint" else (404, b"")
            )
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{witness.url}/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Nothing: a test's output is not the place."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    witness.url = f"http://127.0.0.1:{server.server_port}/log"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield witness
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
