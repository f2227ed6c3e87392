"""clamd for a test: the real one where Debian's clamav-daemon is installed, with one signature of our own.

Elsewhere a stand-in, which speaks INSTREAM as clamd(8) describes it and knows the same "virus".
"""

import shutil
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VIRUS = b"KEIKO-TEST-VIRUS"
LIMIT = 1024 * 1024


@contextmanager
def running_clamd(directory: Path) -> Iterator[str]:
    """The address of a clamd, as ATTACHMENT_CLAMD takes it. `directory` needs a short path: it holds a socket."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    socket = directory / "clamd.sock"
    with _real(program, directory, socket) if program else answering(socket, stand_in):
        yield f"unix:{socket}"


@contextmanager
def answering(socket: Path, answer: object) -> Iterator[None]:
    """A server on a socket; `answer(rfile, wfile)` is called for each connection."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer(self.rfile, self.wfile)

    with socketserver.ThreadingUnixStreamServer(str(socket), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def stand_in(rfile, wfile):
    assert rfile.read(10) == b"zINSTREAM\0"
    content = b""
    while size := int.from_bytes(rfile.read(4), "big"):
        content += rfile.read(size)
        if len(content) > LIMIT:
            wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
            return
    found = VIRUS in content
    wfile.write(b"stream: Keiko.Test.UNOFFICIAL FOUND\0" if found else b"stream: OK\0")


@contextmanager
def _real(program: str, directory: Path, socket: Path) -> Iterator[None]:
    database = directory / "db"
    database.mkdir()
    (database / "own.ndb").write_text(f"Keiko.Test:0:*:{VIRUS.hex()}\n")
    configuration = directory / "clamd.conf"
    configuration.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {database}\nForeground yes\nStreamMaxLength 1M\n"
    )
    with subprocess.Popen(
        [program, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(300):
                if socket.exists():
                    break
                assert process.poll() is None, "clamd does not start"
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
