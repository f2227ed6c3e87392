"""What `verification` asks the world: a chain and the log's server. As protocols, for any means of
asking; and over HTTP, with the standard library."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol

from anchoring.core import strict
from anchoring.core.bundle import Anchor, read_anchor
from anchoring.core.errors import FormatError
from anchoring.core.strict import Place
from chain.light.anchors import Commitment
from chain.light.errors import NodeProblem, NodeUnreachable
from chain.light.evidence import NodeAnswer, check_at_node
from chain.light.rpc import JsonRpc

MOST_BYTES = 16 * 1024 * 1024
MOST_INDEXES = 1_000_000


class LogProblem(Exception):
    """The log's server gave no usable answer: the check could not be made, which is no failure."""


class AnswerError(FormatError):
    """The log's server answered with something else than the format says."""

    document = "answer"


@dataclass(frozen=True, slots=True)
class AnchorQuestion:
    """Is this block (number, hash of 32 bytes) final on the chain with this genesis, and does the
    chain still hold this commitment at this storage key?"""

    genesis: bytes
    block_number: int
    block_hash: bytes
    storage_key: bytes
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class LatestAnchor:
    """The log's newest anchored checkpoint: a signed note, its anchor, and the consistency proof
    (hashes of 32 bytes) to it from the size that was asked for. All unchecked."""

    checkpoint: str
    anchor: Anchor
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ShareStatus:
    """What the server says of a share: active, withdrawn or expired; which records it covers, and
    which were voided or erased since, by index."""

    share: str
    covered: frozenset[int]
    voided: frozenset[int]
    erased: frozenset[int]


class ChainReader(Protocol):
    def confirm(self, question: AnchorQuestion) -> NodeAnswer:
        """The node's answer where it confirms. Raises `chain.light.errors.ProofError` where the
        chain contradicts, `NodeProblem` where no node can tell."""


class LogReader(Protocol):
    def latest_anchor(self, log_url: str, size: int) -> LatestAnchor | None:
        """The newest anchor (None where none reaches `size` yet), with consistency from `size`. Raises
        LogProblem."""

    def status(self, status_url: str) -> ShareStatus:
        """The share's status. Raises LogProblem."""


class NodeReader:
    """Asks all of these nodes: one confirmation is enough, but one node that contradicts is a
    failure, whatever the others say."""

    def __init__(self, nodes: Sequence[JsonRpc]) -> None:
        self.nodes = tuple(nodes)

    def confirm(self, question: AnchorQuestion) -> NodeAnswer:
        answer: NodeAnswer | None = None
        problems: list[NodeProblem] = []
        for node in self.nodes:
            try:
                found = _ask(node, question)
            except NodeProblem as problem:
                problems.append(problem)
            else:
                answer = answer or found
        if answer:
            return answer
        if len(problems) == 1:
            raise problems[0]
        raise NodeUnreachable(" ".join(map(str, problems)) or "No node's address is known.")


class HttpLogReader:
    """Asks the log's server over HTTP. Redirects are not followed: the address is what is
    trusted."""

    def __init__(self, *, timeout: float = 10.0) -> None:
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect)

    def latest_anchor(self, log_url: str, size: int) -> LatestAnchor | None:
        data = self._get(f"{log_url.rstrip('/')}/anchors/latest?from={size}")
        return parse_latest_anchor(data) if data is not None else None

    def status(self, status_url: str) -> ShareStatus:
        data = self._get(status_url)
        if data is None:
            raise LogProblem(f"{status_url} knows no such share.")
        return parse_status(data)

    def _get(self, url: str) -> bytes | None:
        """The body; None where the server says that there is nothing (404)."""
        if not url.startswith(("http://", "https://")):
            raise LogProblem(f"{url!r} is no address that begins with https:// or http://.")
        try:
            with self._opener.open(url, timeout=self._timeout) as response:
                data: bytes = response.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                raise LogProblem(f"{url} answered HTTP {error.code}.") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise LogProblem(f"No answer from {url}: {reason}.") from error
        return data


def parse_latest_anchor(data: bytes) -> LatestAnchor:
    """The answer to `anchors/latest`; LogProblem where it is none."""
    try:
        found = strict.load(data, AnswerError, most=MOST_BYTES).members(
            ("checkpoint", "anchor", "consistency")
        )
        return LatestAnchor(
            found["checkpoint"].text(most=1 << 17),
            read_anchor(found["anchor"]),
            tuple(each.base64(size=32) for each in found["consistency"].items(most=128)),
        )
    except AnswerError as error:
        raise LogProblem(f"The log's newest anchor cannot be read: {error}") from error


def parse_status(data: bytes) -> ShareStatus:
    """The answer at a share's status address; LogProblem where it is none."""
    try:
        found = strict.load(data, AnswerError, most=MOST_BYTES).members(("share", "records"))
        records = found["records"].members(("covered", "voided", "erased"))
        return ShareStatus(
            found["share"].word("active", "withdrawn", "expired"),
            _indexes(records["covered"]),
            _indexes(records["voided"]),
            _indexes(records["erased"]),
        )
    except AnswerError as error:
        raise LogProblem(f"The answer about the share's status cannot be read: {error}") from error


def _indexes(place: Place) -> frozenset[int]:
    return frozenset(each.integer() for each in place.items(most=MOST_INDEXES))


def _ask(rpc: JsonRpc, question: AnchorQuestion) -> NodeAnswer:
    return check_at_node(
        rpc,
        genesis=question.genesis,
        block_number=question.block_number,
        block_hash=question.block_hash,
        storage_key=question.storage_key,
        commitment=question.commitment,
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
