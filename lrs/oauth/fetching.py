"""Fetching a document of an issuer: from an address that an administrator gave, with bounds, following nothing."""

import time

import requests

_TIMEOUT = (3.0, 5.0)  # seconds to connect, and without a byte
_WHOLE = 10.0  # seconds for all of it
_LONGEST = 256 * 1024


def fetch(url: str) -> bytes:
    """The body of a 200. Raises RequestException, or ValueError for another answer, one too long or too slow."""
    end = time.monotonic() + _WHOLE
    body = b""
    with requests.get(
        url,
        headers={"Accept": "application/json"},
        timeout=_TIMEOUT,
        allow_redirects=False,
        stream=True,
    ) as response:
        if response.status_code != requests.codes.ok:
            raise ValueError(f"the answer was {response.status_code}")
        for chunk in response.iter_content(16 * 1024):
            body += chunk
            if len(body) > _LONGEST or time.monotonic() > end:
                raise ValueError("the answer was too long, or took too long")
    return body
