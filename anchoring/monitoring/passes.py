"""A pass over the whole log: in windows, each of which can be the last before the process ends.

1. records  every leaf is what its statement and seed give; every statement is in the log
2. log      tiles, checkpoints, the head and what was seen the last time are of one tree
3. anchors  every anchor on the chain is of that tree, and the tables know it
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from anchoring import checkpoints, keys
from anchoring.core import monitor_state
from anchoring.core.files import write_whole
from anchoring.core.monitor import Finding, Head, Kind, rebuild
from anchoring.core.monitor_chain import OnChain
from anchoring.core.monitor_state import Memory
from anchoring.core.printing import check_to_json
from anchoring.core.report import Check, Outcome, worst
from anchoring.core.wording import counted
from anchoring.models import Checkpoint, MonitorRun
from anchoring.monitoring import heads, progress, records
from anchoring.monitoring.progress import Pass
from anchoring.sequencer import read_head
from anchoring.tilestore import tile as read_tile

logger = logging.getLogger(__name__)

WINDOW = 8_192
TELL = (
    "Change nothing. Keep this report and the database as it is, and find out who could write to "
    "it; docs/monitor.md says what each finding means."
)
HERE = "The log in the database"
NO_CHAIN = "Give a node of the chain with --node URL, or set CHAIN_URL."

# Told what is counted, how many are done, and how many there are.
Progress = Callable[[str, int, int | None], None]


def is_due() -> bool:
    """Whether a pass is under way, or the last one began an interval ago."""
    if _pass_file().exists():
        return True
    last = newest_run()
    return last is None or last.begun + settings.MONITOR_INTERVAL <= timezone.now()


def newest_run() -> MonitorRun | None:
    """The last pass that came to its end."""
    return MonitorRun.objects.first()


def advance(
    *,
    nodes: Sequence[str] = (),
    budget: timedelta | None = None,
    restart: bool = False,
    tell: Progress | None = None,
) -> MonitorRun | None:
    """Go on with the pass that is under way, or begin one; its result once it came to its end.

    None where the budget was used up before, or where another process is at it. It can be killed
    at any line: a window that was not finished is done again. `nodes` are asked for the anchors
    instead of CHAIN_URL. Raises StateError where a file in MONITOR_DIR is broken.
    """
    ends = None if budget is None else time.monotonic() + budget.total_seconds()
    with progress.only_one(settings.MONITOR_DIR) as alone:
        if not alone:
            return None
        memory = _read_memory()
        found = (None if restart else progress.read(_pass_file())) or _begin()
        while _next_window(found, tell):
            progress.write(_pass_file(), found)
            if ends is not None and time.monotonic() >= ends:
                return None
        run, learned = _finish(found, memory, nodes)
        run.save()
        if learned:
            write_whole(_memory_file(), monitor_state.serialise(learned))
        _pass_file().unlink(missing_ok=True)
    _log(run)
    return run


def _begin() -> Pass:
    newest = checkpoints.newest()
    return Pass(timezone.now(), newest.size if newest else read_head().size)


def _next_window(found: Pass, tell: Progress | None) -> bool:
    """Check the next records; False where there are no more."""
    if found.frontier.size < found.until and not found.broken:
        until = min(found.until, found.frontier.size + WINDOW)
        found.note(_check_leaves(found, until))
        found.broken = found.frontier.size < until
        if tell:
            tell("leaves", found.frontier.size, found.until)
        return True
    missing, last = records.unlogged(found.seq, WINDOW)
    found.note(
        Finding(Kind.RECORD, f"statement {seq}", "It is neither in the log nor waiting for it.")
        for seq in missing
    )
    if last is None:
        return False
    found.seq = last
    if tell:
        tell("statements, up to number", last, None)
    return True


def _check_leaves(found: Pass, until: int) -> list[Finding]:
    signed, findings = heads.signed_between(found.frontier.size, until)
    findings += heads.check_middles(found.frontier.size, until)
    for step in rebuild(found.frontier, until, read_tile, signed):
        findings += step.findings
        if step.leaves:
            findings += records.check_leaves(step.begin, step.leaves)
        found.frontier = step.frontier
    return findings


def _finish(found: Pass, memory: Memory, nodes: Sequence[str]) -> tuple[MonitorRun, Memory | None]:
    """The result, and what to remember: nothing where something failed."""
    newest = None if found.broken else Head(found.until, found.frontier.root(), HERE)
    if newest:
        remembered = memory.head()
        found.note(heads.check_head(newest))
        found.note(heads.check_heads([remembered] if remembered else [], newest))
    of_records = [each for each in found.findings if each.kind is Kind.RECORD]
    of_log = [each for each in found.findings if each.kind is not Kind.RECORD]
    chain, of_chain = heads.check_chain(newest, memory, nodes)
    found.note(of_chain)
    size = counted(found.frontier.size, "leaf", "leaves")
    checks = (
        _check("records", of_records, f"Statements and seeds give the {size} of the log."),
        _check("log", of_log, f"Tiles, checkpoints and head are of one tree, of {size}."),
        _check_of_chain(chain, of_chain, found),
    )
    run = _result(found, checks)
    if run.outcome == Outcome.FAILED:
        return run, None
    note = Checkpoint.objects.filter(size=found.until).values_list("note", flat=True).first()
    anchor = chain.anchors[-1] if chain.anchors else memory.anchor
    return run, Memory(settings.LOG_ORIGIN, note or "", found.frontier, anchor)


def _result(found: Pass, checks: Sequence[Check]) -> MonitorRun:
    return MonitorRun(
        begun=found.begun,
        finished=timezone.now(),
        outcome=worst(checks),
        size=found.frontier.size,
        checks=[check_to_json(check) for check in checks],
        findings=progress.findings_to_json(found.findings),
        more=found.more,
    )


def _check_of_chain(chain: OnChain, findings: Sequence[Finding], found: Pass) -> Check:
    problem = advice = ""
    if found.broken:
        problem, advice = "The tree could not be built, because a tile is missing.", TELL
    elif not chain.asked:
        problem, advice = " ".join(chain.problems) or "No node was asked.", NO_CHAIN
    if problem and not findings:
        return Check("anchors", Outcome.COULD_NOT_CHECK, problem, advice)
    fit = f"{counted(len(chain.anchors), 'anchor')} on the chain fit."
    return _check("anchors", findings, fit)


def _check(check_id: str, findings: Sequence[Finding], passed: str) -> Check:
    if not findings:
        return Check(check_id, Outcome.PASSED, passed)
    first = f"{findings[0].where}: {findings[0].detail}"
    return Check(check_id, Outcome.FAILED, first, TELL)


def _log(run: MonitorRun) -> None:
    if run.outcome == Outcome.FAILED:
        for found in run.findings:
            logger.error("The log is at fault: %s: %s", found["where"], found["detail"])
    else:
        logger.info("The monitor went over %d leaves: %s.", run.size, run.outcome)


def _read_memory() -> Memory:
    path = _memory_file()
    if not path.exists():
        return Memory(settings.LOG_ORIGIN)
    return monitor_state.parse(path.read_bytes(), keys.known())


def _memory_file() -> Path:
    """One for each log: an installation that went on with a new origin has another memory."""
    return Path(settings.MONITOR_DIR) / f"{settings.LOG_ORIGIN.replace('/', '_')}.json"


def _pass_file() -> Path:
    return Path(settings.MONITOR_DIR) / "pass.json"
