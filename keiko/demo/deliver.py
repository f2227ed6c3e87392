"""Sends the term to the LRS over HTTP, as its clients do."""

import time
from collections.abc import Callable, Sequence

import requests

from keiko.demo.term import Request

TIMEOUT = 20  # seconds for one request
PATIENCE = 60  # seconds for a server that does not answer yet


class DeliveryError(Exception):
    """The LRS did not take a request; the message says what to do."""


def deliver(
    requests_: Sequence[Request],
    *,
    endpoint: str,
    key: str,
    secret: str,
    progress: Callable[[int, int], None],
) -> int:
    """Send every request in order; returns the number of statements. Sending again is harmless.

    `endpoint` has no slash at its end. Raises DeliveryError.
    """
    sent, total = 0, sum(len(request.statements) for request in requests_)
    with requests.Session() as session:
        session.auth = (key, secret)
        session.headers["X-Experience-API-Version"] = "1.0.3"
        for request in requests_:
            _send(session, f"{endpoint}/statements", request)
            sent += len(request.statements)
            progress(sent, total)
    return sent


def _send(session: requests.Session, url: str, request: Request) -> None:
    """Try again for a while where nobody answers or the server is busy (503)."""
    deadline = time.monotonic() + PATIENCE
    while True:
        problem = _attempt(session, url, request)
        if problem is None:
            return
        if time.monotonic() > deadline:
            raise DeliveryError(problem)
        time.sleep(1)


def _attempt(session: requests.Session, url: str, request: Request) -> str | None:
    """None when it was taken, else a passing problem. Raises DeliveryError for a lasting one."""
    try:
        response = _call(session, url, request)
    except (requests.ConnectionError, requests.Timeout):
        return f"{url} does not answer. Is the web server running, and is PUBLIC_URL its address?"
    if response.status_code in (200, 204):
        return None
    if response.status_code == requests.codes.service_unavailable:
        return f"{url} answered 503 for {PATIENCE} seconds: {response.text[:300]}"
    raise DeliveryError(
        f"{url} answered {response.status_code} to {request.client}: {response.text[:500]}"
    )


def _call(session: requests.Session, url: str, request: Request) -> requests.Response:
    statements = list(request.statements)
    if request.method == "PUT":
        one = statements[0]
        return session.put(url, params={"statementId": one["id"]}, json=one, timeout=TIMEOUT)
    body = statements if request.method == "POST array" else statements[0]
    return session.post(url, json=body, timeout=TIMEOUT)
