"""Asking a witness over HTTP, within a time that no witness can stretch."""

import contextlib
import socket
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import urlsplit

from anchoring.core.witness_protocol import MOST_BYTES, Witness, WitnessProblem


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def ask_all(
    questions: Iterable[tuple[Witness, bytes]], *, timeout: float
) -> dict[Witness, Answer | WitnessProblem]:
    """Post each body to its witness, to all at once; what came within `timeout` seconds."""
    executor = ThreadPoolExecutor(max_workers=32, thread_name_prefix="witness")
    asked: dict[Witness, Future[Answer]] = {
        witness: executor.submit(_post, witness, body, timeout) for witness, body in questions
    }
    # A name that does not resolve, or has many addresses, takes its own time: that is not waited for.
    wait(asked.values(), timeout=timeout + 1)
    executor.shutdown(wait=False, cancel_futures=True)
    return {witness: _result(future, timeout) for witness, future in asked.items()}


def _result(future: Future[Answer], timeout: float) -> Answer | WitnessProblem:
    if not future.done():
        return _late(timeout)
    error = future.exception()
    if isinstance(error, WitnessProblem):
        return error
    return future.result()


def _late(timeout: float) -> WitnessProblem:
    return WitnessProblem(f"It gave no whole answer within {timeout:g} s.")


def _post(witness: Witness, body: bytes, timeout: float) -> Answer:
    """One request; redirects are not followed."""
    parts = urlsplit(witness.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    late = Event()
    sockets: list[socket.socket] = []

    def hang_up() -> None:
        # A timeout of the socket alone would begin anew with every byte that drips in.
        late.set()
        for each in filter(None, [connection.sock, *sockets]):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    watchdog = Timer(timeout, hang_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.connect()
        sockets.append(connection.sock)
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        connection.request("POST", f"{parts.path}/add-checkpoint", body, headers)
        response = connection.getresponse()
        data = response.read(MOST_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise (
            _late(timeout)
            if late.is_set()
            else WitnessProblem(f"It cannot be asked: {error or type(error).__name__}.")
        ) from error
    finally:
        watchdog.cancel()
        connection.close()
    if late.is_set():
        raise _late(timeout)
    if len(data) > MOST_BYTES:
        raise WitnessProblem("Its answer is too long.")
    return Answer(response.status, data)
