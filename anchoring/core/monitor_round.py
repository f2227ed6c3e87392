"""One look at a public log: four checks, what was found, and what to remember.

1. checkpoint   signed by the known key, and no older than the one seen before
2. anchors      read from the chain, numbered without a gap, never changed, ever growing
3. tree         the tiles are those of one tree, of the size that the checkpoint says
4. consistency  every checkpoint and anchor, seen before and now, is a head of that tree
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from anchoring.core.anchored import confirm
from anchoring.core.errors import NoteError
from anchoring.core.monitor import (
    Finding,
    Head,
    Kind,
    check_behind,
    check_beyond,
    rebuild,
)
from anchoring.core.monitor_chain import OnChain, check_order, follow, missing
from anchoring.core.monitor_http import PublicLog
from anchoring.core.monitor_state import Memory
from anchoring.core.notes import Checkpoint
from anchoring.core.readers import LogProblem
from anchoring.core.report import LATER, Check, CouldNot, Failed, Outcome, Stop, worst
from anchoring.core.tree import Frontier
from anchoring.core.trust import TrustedLog
from anchoring.core.wording import counted, sentence
from chain.light.anchors import FIRST_SEQ
from chain.light.header import Header
from chain.light.rpc import JsonRpc

CHECK_IDS = ("checkpoint", "anchors", "tree", "consistency")
TELL = (
    "Keep the checkpoints below and your state file: they are signed by the log. Tell the "
    "institution, and those who rely on it."
)
GIVE_NODE = "Give the address of a node of the log's chain with --node URL, best one that you run."

# Told how many leaves of how many were read.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Round:
    """What one look gave. `notes` are the checkpoints that contradict each other, where some do;
    `memory` is what to start from the next time: unchanged where something failed."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    checkpoint: Checkpoint | None
    memory: Memory

    @property
    def outcome(self) -> Outcome:
        return worst(self.checks)


def look(
    log: TrustedLog,
    server: PublicLog,
    *,
    nodes: Sequence[JsonRpc],
    memory: Memory,
    full: bool = False,
    progress: Progress | None = None,
) -> Round:
    """Look at the log once, from where `memory` ends; from the first leaf where `full`.

    `nodes` are asked for the anchors; none: the anchors could not be checked. A log that is at
    fault is a Round with findings, not an exception.
    """
    look = _Look(log, server, nodes, memory, full, progress)
    # The chain first: an anchor that is made meanwhile is of a checkpoint that is read later.
    steps = {
        "anchors": look.anchors,
        "checkpoint": look.checkpoint,
        "tree": look.tree,
        "consistency": look.consistency,
    }
    done = {check_id: look.check(check_id, step) for check_id, step in steps.items()}
    checks = tuple(done[check_id] for check_id in CHECK_IDS)
    failed = any(check.outcome is Outcome.FAILED for check in checks)
    return Round(
        checks,
        tuple(look.findings),
        look.notes() if failed else (),
        look.signed,
        memory if failed else look.learned(),
    )


@dataclass
class _Look:
    log: TrustedLog
    server: PublicLog
    nodes: Sequence[JsonRpc]
    memory: Memory
    full: bool
    progress: Progress | None
    findings: list[Finding] = field(default_factory=list)
    chain: OnChain | None = None
    note: str = ""
    signed: Checkpoint | None = None
    frontier: Frontier = field(default_factory=Frontier)

    def check(self, check_id: str, step: Callable[[], str]) -> Check:
        """Make one check. A step returns what it found where it passes, puts what it finds at fault
        into `findings`, and raises CouldNot or LogProblem where it cannot be made."""
        before = len(self.findings)
        try:
            detail = step()
        except LogProblem as problem:
            check = Check(check_id, Outcome.COULD_NOT_CHECK, sentence(problem), LATER)
        except Stop as stop:
            check = Check(check_id, stop.outcome, stop.detail, stop.advice)
        else:
            check = Check(check_id, Outcome.PASSED, detail)
        if found := self.findings[before:]:
            first = f"{found[0].where}: {found[0].detail}"
            more = f" {counted(len(found) - 1, 'further finding')}: see below." * (len(found) > 1)
            return Check(check_id, Outcome.FAILED, first + more, TELL)
        return check

    def anchors(self) -> str:
        before = None if self.full else self.memory.anchor
        self.chain = chain = follow(
            self.log.origin,
            self.log.anchors,
            self.nodes,
            first=before.seq if before else FIRST_SEQ,
        )
        self.findings += chain.findings
        self.findings += check_order(self.memory.anchor, chain.anchors)
        if not chain.asked:
            raise CouldNot(" ".join(chain.problems) or "No node was asked.", GIVE_NODE)
        if before and not chain.anchors:
            self.findings.append(missing(before.seq, before.seq, "this monitor has seen there"))
        self._compare_with_claimed(chain)
        if not chain.anchors:
            return "The chain holds no anchor of this log yet."
        last = chain.anchors[-1]
        silent = f" Not asked: {' '.join(chain.problems)}" if chain.problems else ""
        return (
            f"{counted(last.seq, 'anchor')} on the chain, the newest of {last.size} leaves, by "
            f"{counted(len(chain.asked), 'node')}.{silent}"
        )

    def checkpoint(self) -> str:
        note = self.server.checkpoint()
        remembered = self._remembered()
        if note is None:
            if not remembered and not self._anchored():
                raise CouldNot("The log has no checkpoint yet.", LATER)
            detail = "The log says that it has no checkpoint any more."
            self.findings.append(Finding(Kind.SHORTENED, "checkpoint", detail))
            return detail
        self.note = note
        try:
            self.signed = self.log.open(note)
        except NoteError as error:
            self.findings.append(Finding(Kind.SIGNATURE, "checkpoint", sentence(error)))
            return ""
        self.findings += check_beyond([*remembered, *self._anchored()], self._newest())
        return f"Signed by {self.log.name}: {counted(self.signed.size, 'leaf', 'leaves')}."

    def tree(self) -> str:
        """Compare the tiles with each other and with the newest checkpoint and older heads."""
        newest = self._newest()
        start = Frontier() if self.full else self.memory.frontier
        if newest.size < start.size:
            raise CouldNot("The log is shorter than what was seen of it before.", TELL)
        heads = [newest, *self._remembered(), *self._anchored()]
        self.frontier = start
        for step in rebuild(start, newest.size, self.server.tile, heads):
            self.findings += step.findings
            self.frontier = step.frontier
            if self.progress and step.leaves:
                self.progress(self.frontier.size, newest.size)
        grown = self.frontier.size - start.size
        return f"{counted(grown, 'leaf', 'leaves')} read anew; the tiles lead to the checkpoint's root."

    def consistency(self) -> str:
        newest = self._newest()
        heads = [*self._remembered(), *self._anchored()]
        start = 0 if self.full else self.memory.frontier.size
        # What was remembered was compared when it was first seen.
        before = self.memory.anchor.head() if self.memory.anchor else None
        for head in heads:
            if head != before and head.size < start and head.size <= newest.size:
                found = check_behind(head, newest, self.server.tile)
                self.findings += [found] if found else []
        if self.frontier.size < newest.size:
            raise CouldNot("Not the whole tree could be built.", LATER)
        if self.findings:
            raise CouldNot("Not every head that was seen fits: see the other checks.", TELL)
        return f"{counted(len(heads) + 1, 'head')} are of one tree, which only grew."

    def learned(self) -> Memory:
        """What to remember of a look in which nothing failed."""
        memory = self.memory
        if self.signed and self.frontier.size == self.signed.size:
            memory = replace(memory, note=self.note, frontier=self.frontier)
            # An anchor is remembered only when it was compared with the tree.
            if self.chain and self.chain.anchors:
                memory = replace(memory, anchor=self.chain.anchors[-1])
        return memory

    def notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(note for note in (self.memory.note, self.note) if note))

    def _compare_with_claimed(self, chain: OnChain) -> None:
        """The anchor that the log tells of must be on the chain, unless the node lags behind."""
        claimed = self.server.latest()
        if claimed is None:
            return
        last = chain.anchors[-1].seq if chain.anchors else FIRST_SEQ - 1
        if claimed.anchor.seq <= last:
            return
        try:
            checkpoint = self.log.open(claimed.checkpoint)
            confirm(claimed.anchor, checkpoint, log=self.log, chain=None)
        except NoteError as error:
            self.findings.append(Finding(Kind.SIGNATURE, "newest anchor", sentence(error)))
        except Failed as failed:
            self.findings.append(Finding(Kind.FORK, f"anchor {claimed.anchor.seq}", failed.detail))
        except CouldNot:
            # The evidence is sound, or the chain is one that nobody was asked for.
            number = Header.from_rpc(dict(claimed.anchor.block.header)).number
            if number <= chain.blocks.get(claimed.anchor.chain.genesis, -1):
                self.findings.append(missing(last + 1, claimed.anchor.seq, "the log tells of"))

    def _newest(self) -> Head:
        if self.signed is None:
            raise CouldNot("There is no checkpoint to go by.", LATER)
        return Head(self.signed.size, self.signed.root, "The checkpoint")

    def _remembered(self) -> list[Head]:
        head = self.memory.head()
        return [head] if head else []

    def _anchored(self) -> list[Head]:
        return [anchor.head() for anchor in self.chain.anchors] if self.chain else []
