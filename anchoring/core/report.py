"""What a verification found: a list of checks, in order, each with one of three outcomes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from anchoring.core.notes import Checkpoint
from anchoring.core.trust import TrustedLog
from chain.light.evidence import CheckedAnchor, NodeAnswer


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT_CHECK = "could_not_check"


# The exit status of a program that checks.
EXIT_STATUS = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.COULD_NOT_CHECK: 2}

# In the order in which they are made. If one of the first three fails, the bundle proves nothing,
# and no later check says anything of it.
CHECK_IDS = ("records", "inclusion", "checkpoint", "anchor", "consistency", "status")
BASIC_IDS = CHECK_IDS[:3]

# What a reader can do next.
GET_TRUST = (
    "Get the trust file from the institution's own site (its address ends in /log/trust.json), "
    "make sure that it is really theirs, and give it with --trust FILE."
)
ASK_HOLDER = (
    "Do not rely on this file. Ask the learner for the proof link and download the bundle there."
)
OTHER_KEY = (
    "Do not rely on this. If the institution has changed the key of its log, its newer trust file "
    "names both keys: get it from its own site. Otherwise ask the learner for the proof link."
)
NOT_WITNESSED = (
    "Ask the learner to download the bundle again later. If this stays so, ask the institution why "
    "its witnesses do not cosign."
)
REPORT = "Do not rely on this bundle, and tell the institution what you see here."
ASK_NODE = "Give the address of a node of this chain with --node URL, best one that you run."
LATER = "Try again later."


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what came out, what that means, and what to do next (may be empty)."""

    id: str
    outcome: Outcome
    detail: str
    advice: str = ""


def worst(checks: Iterable[Check]) -> Outcome:
    """Failed beats could-not-check, which beats passed."""
    found = {check.outcome for check in checks}
    for outcome in (Outcome.FAILED, Outcome.COULD_NOT_CHECK):
        if outcome in found:
            return outcome
    return Outcome.PASSED


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, in the order of CHECK_IDS, and what they established.

    `log` is the trusted log whose key signed the checkpoint; `anchor` is the block that a node
    confirmed and `node` its answer; `signed` is the checkpoint. Each is None unless its check
    passed: what a page or a person may rely on is read from here, never from the bundle alone.
    """

    checks: tuple[Check, ...]
    signed: Checkpoint | None = None
    log: TrustedLog | None = None
    anchor: CheckedAnchor | None = None
    node: NodeAnswer | None = None

    @property
    def outcome(self) -> Outcome:
        return worst(self.checks)

    @property
    def proves_nothing(self) -> bool:
        """Whether one of the first three checks failed: no content of the bundle may be shown as
        if it were a record."""
        return any(c.outcome is Outcome.FAILED for c in self.checks if c.id in BASIC_IDS)

    def __getitem__(self, check_id: str) -> Check:
        return next(check for check in self.checks if check.id == check_id)


class Stop(Exception):
    """A step of a check did not pass: what was found, and what to do."""

    outcome: Outcome

    def __init__(self, detail: str, advice: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.advice = advice


class Failed(Stop):
    outcome = Outcome.FAILED


class CouldNot(Stop):
    outcome = Outcome.COULD_NOT_CHECK
