"""JSON-RPC 2.0 to a node over HTTP, with the standard library, bounded in time and in size."""

import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Any

from chain.light.errors import NodeError, NodeUnreachable

_MOST_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024


class JsonRpc:
    """A node's address. `timeout` bounds each call as a whole, in seconds."""

    def __init__(self, url: str, timeout: float = 20.0) -> None:
        self.url = url
        self.timeout = timeout

    def call(self, method: str, *params: object) -> Any:
        """The result of one call.

        Raises NodeUnreachable where nothing answers in time, NodeError where the answer is an
        error or no JSON-RPC answer.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        answer = self._parse(self._post(body.encode()))
        if answer.get("error") is not None:
            raise self._error(method, answer["error"])
        if "result" not in answer:
            raise NodeError(f"The node at {self.url} answered {method} without a result.")
        return answer["result"]

    def _error(self, method: str, error: object) -> NodeError:
        """Substrate puts the reason of a refusal into `data`, and a general word into `message`."""
        if not isinstance(error, dict):
            return NodeError(f"The node at {self.url} answered {method} with: {error}")
        code = error.get("code")
        words = ": ".join(str(error[part]) for part in ("message", "data") if error.get(part))
        return NodeError(
            f"The node at {self.url} answered {method} with: {words}",
            code=code if isinstance(code, int) else None,
        )

    def _post(self, body: bytes) -> bytes:
        if not self.url.startswith(("http://", "https://")):
            raise NodeUnreachable(f"A node's address begins with http:// or https://: {self.url!r}")
        deadline = time.monotonic() + self.timeout
        try:
            request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
                self.url, body, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                return self._read(response, deadline)
        except urllib.error.HTTPError as error:
            with error:
                raise NodeError(f"The node at {self.url} answered HTTP {error.code}.") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise NodeUnreachable(f"No answer from the node at {self.url}: {reason}") from error

    def _read(self, response: HTTPResponse, deadline: float) -> bytes:
        parts: list[bytes] = []
        total = 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            total += len(part)
            if total > _MOST_BYTES:
                raise NodeError(f"The node at {self.url} answered with more than 64 MiB.")
            if time.monotonic() > deadline:
                raise NodeUnreachable(f"No whole answer from {self.url} in {self.timeout} s.")
        return b"".join(parts)

    def _parse(self, body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NodeError(f"The answer of {self.url} is not JSON.") from error
        if not isinstance(answer, dict):
            raise NodeError(f"The answer of {self.url} is not a JSON-RPC answer.")
        return answer
