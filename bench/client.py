"""A light HTTP client for loads: raw sockets, requests built beforehand, many connections in one thread."""

import base64
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"


class LoadError(Exception):
    """An answer is no success: the figures of this load would mean nothing."""


@dataclass(frozen=True)
class Target:
    """What the loads are sent at: all on this machine."""

    port: int
    key: str
    secret: str
    database: str

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        basic = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {HOST}:{self.port}",
            f"Authorization: Basic {basic}",
            "X-Experience-API-Version: 1.0.3",
        ]
        if body or method in ("POST", "PUT"):
            headers = {"Content-Type": "application/json", **headers}
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One connection that is kept alive; `ask` waits, `send` and `received` do not."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def received(self) -> tuple[int, bytes, float] | None:
        """Status, body and seconds of the answer when it is there as a whole."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise LoadError("The server closed a connection.")
        self._buffer += data
        head, separator, body = bytes(self._buffer).partition(b"\r\n\r\n")
        if not separator:
            return None
        if b"transfer-encoding: chunked" in head.lower():
            if not body.endswith(b"0\r\n\r\n"):
                return None
            body = _unchunked(body)
        elif len(body) < _length(head):
            return None
        self._buffer.clear()
        return int(head[9:12]), body, time.perf_counter() - self.sent_at

    def ask(self, request: bytes) -> tuple[int, bytes, float]:
        self.send(request)
        while (answer := self.received()) is None:
            pass
        return answer

    def close(self) -> None:
        self.socket.close()


def _length(head: bytes) -> int:
    if head[9:12] == b"204":
        return 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise LoadError(f"An answer without a length: {head[:200]!r}")


def _unchunked(body: bytes) -> bytes:
    parts = []
    while True:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return b"".join(parts)
        parts.append(rest[:length])
        body = rest[length + 2 :]


@dataclass
class Seen:
    """What a load saw."""

    answers: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0
    latencies: list[float] = field(default_factory=list)


def drive(
    target: Target,
    connections: int,
    request: Callable[[int], bytes],
    *,
    seconds: float,
    most: int,
) -> Seen:
    """Keep so many connections busy, each with its next request as soon as the one before is answered.

    `request` gives the bytes by a number that counts up. Ends by time or by count; what is under way is awaited.
    """
    seen, number = Seen(), 0
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            one = Connection(target.port)
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.send(request(number))
            number += 1
        busy = connections
        while busy:
            for key, _ in selector.select(60):
                one = key.data
                answer = one.received()
                if answer is None:
                    continue
                status, body, took = answer
                seen.answers += 1
                seen.latencies.append(took)
                if status not in (200, 204):
                    seen.errors.append(f"{status}: {body[:200]!r}")
                if number < most and time.perf_counter() - began < seconds:
                    one.send(request(number))
                    number += 1
                else:
                    busy -= 1
                    selector.unregister(one.socket)
                    one.close()
    seen.seconds = time.perf_counter() - began
    return seen
