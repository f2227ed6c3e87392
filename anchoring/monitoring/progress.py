"""How far a pass of the operator's monitor is (keiko-pass/v1), in a file: a killed one goes on."""

import fcntl
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anchoring.core import strict
from anchoring.core.files import write_whole
from anchoring.core.monitor import Finding, Kind
from anchoring.core.monitor_state import StateError
from anchoring.core.tree import HASH_BYTES, Frontier

FORMAT = "keiko-pass/v1"
MOST_KEPT = 100
_MOST_BYTES = 4 * 1024 * 1024


@dataclass
class Pass:
    """A pass over the first `until` leaves: those of `frontier` are done, and so are the statements
    up to `seq`. `broken`: a leaf tile is missing, and nothing behind it can be built. `more` findings
    were counted beyond those kept."""

    begun: datetime
    until: int
    frontier: Frontier = field(default_factory=Frontier)
    broken: bool = False
    seq: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    def note(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            # Of each kind some are kept: a flood of one hides no other.
            if sum(each.kind is finding.kind for each in self.findings) < MOST_KEPT:
                self.findings.append(finding)
            else:
                self.more += 1


def read(path: Path) -> Pass | None:
    """The pass that is under way; None where there is none. StateError where the file is broken."""
    if not path.exists():
        return None
    found = strict.load(path.read_bytes(), StateError, most=_MOST_BYTES).members(
        ("format", "begun", "until", "size", "frontier", "broken", "seq", "findings", "more")
    )
    found["format"].word(FORMAT)
    hashes = [each.base64(size=HASH_BYTES) for each in found["frontier"].items(most=64)]
    try:
        frontier = Frontier(found["size"].integer(), tuple(hashes))
    except ValueError as error:
        found["frontier"].fail(str(error))
    findings = [
        each.members(("kind", "where", "detail"))
        for each in found["findings"].items(most=MOST_KEPT * len(Kind))
    ]
    return Pass(
        found["begun"].moment(),
        found["until"].integer(),
        frontier,
        found["broken"].value is True,
        found["seq"].integer(),
        [
            Finding(Kind(each["kind"].word(*Kind)), each["where"].text(), each["detail"].text())
            for each in findings
        ],
        found["more"].integer(),
    )


def write(path: Path, done: Pass) -> None:
    document = {
        "format": FORMAT,
        "begun": done.begun.isoformat(),
        "until": done.until,
        "size": done.frontier.size,
        "frontier": [b64encode(each).decode() for each in done.frontier.hashes],
        "broken": done.broken,
        "seq": done.seq,
        "findings": findings_to_json(done.findings),
        "more": done.more,
    }
    write_whole(path, json.dumps(document).encode())


def findings_to_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [
        {"kind": str(each.kind), "where": each.where, "detail": each.detail} for each in findings
    ]


@contextmanager
def only_one(directory: Path) -> Iterator[bool]:
    """Whether nobody else works in the directory; nobody else will until the block ends, or the
    process does."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
