"""`keiko-verify monitor URL`: follows a public log, and tells where it was forked or rewritten.

Exit status as of `keiko-verify`: 0 all is well, 1 the log is at fault, 2 something could not be
checked. Between two looks it remembers the newest checkpoint and the tree's frontier in a file.
"""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from anchoring.core import monitor_state
from anchoring.core.cli_files import Cannot, find_trust, read_file, read_trust
from anchoring.core.errors import TrustError
from anchoring.core.files import write_whole
from anchoring.core.monitor_http import HttpLog
from anchoring.core.monitor_round import Progress, Round, look
from anchoring.core.monitor_state import Memory, StateError
from anchoring.core.printing import WORDS, check_to_json, checks_as_text, printable, wrapped
from anchoring.core.readers import LogProblem
from anchoring.core.report import EXIT_STATUS, Outcome
from anchoring.core.trust import Trust, TrustedLog, parse_trust, serialise_trust
from anchoring.core.wording import sentence, time_text
from chain.light.rpc import JsonRpc

_MOST_SHOWN = 20
_INTERVAL = 300.0


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; its exit status. Raises Cannot."""
    chosen = _parser().parse_args(arguments)
    url = chosen.url.rstrip("/")
    path = Path(chosen.state) if chosen.state else _usual_state(url)
    server = HttpLog(url)
    log, memory, known_from = _begin(server, path, chosen.trust)
    urls = chosen.node or [node for place in log.anchors for node in place.chain.nodes]
    nodes = [JsonRpc(each, timeout=20.0) for each in dict.fromkeys(urls)]
    if not chosen.json:
        sys.stdout.write(f"Log {printable(log.origin)} at {url}; key from {known_from}.\n\n")
    full = chosen.full
    while True:
        found = look(
            log, server, nodes=nodes, memory=memory, full=full, progress=_progress(chosen.json)
        )
        if found.outcome is not Outcome.FAILED:
            memory, full = found.memory, False
            write_whole(path, monitor_state.serialise(memory))
        _print(found, log, as_document=chosen.json, once=chosen.once)
        if chosen.once or found.outcome is Outcome.FAILED:
            return EXIT_STATUS[found.outcome]
        try:
            time.sleep(chosen.interval)
        except KeyboardInterrupt:
            return EXIT_STATUS[found.outcome]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="keiko-verify monitor",
        description="Follow a Keiko log: build its tree again from its tiles, and compare it with "
        "every checkpoint and every anchor on the chain.",
        epilog="Exit status: 0 all is well, 1 the log was forked, shortened or rewritten, "
        "2 something could not be checked.",
    )
    parser.add_argument("url", metavar="URL", help="the log's address: https://…/log")
    parser.add_argument("--once", action="store_true", help="look once, and end")
    parser.add_argument(
        "--interval",
        type=_seconds,
        metavar="SECONDS",
        default=_INTERVAL,
        help=f"time between two looks ({_INTERVAL:.0f})",
    )
    parser.add_argument(
        "--full", action="store_true", help="read the whole log again, from its first leaf"
    )
    parser.add_argument(
        "--trust", metavar="FILE", help="the trust file that names the log's key and its chain"
    )
    parser.add_argument(
        "--node",
        metavar="URL",
        action="append",
        default=[],
        help="ask this node of the chain instead of those in the trust file; may be repeated",
    )
    parser.add_argument(
        "--state", metavar="FILE", help="what is remembered; else below ~/.local/state/keiko/"
    )
    parser.add_argument("--json", action="store_true", help="print each look as one JSON document")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds <= 7 * 86400:
        raise argparse.ArgumentTypeError("between 1 second and a week")
    return seconds


def _usual_state(url: str) -> Path:
    home = os.environ.get("XDG_STATE_HOME")
    base = Path(home) if home else Path.home() / ".local" / "state"
    return base / "keiko" / f"monitor-{re.sub('[^A-Za-z0-9.-]+', '_', url)}.json"


def _begin(server: HttpLog, path: Path, trust: str | None) -> tuple[TrustedLog, Memory, str]:
    """The log, what is remembered of it, and where its key is known from."""
    memory = _read_memory(path)
    log, known_from = _trusted_log(server, memory, trust)
    if memory is None:
        memory = Memory(log.origin)
    elif memory.origin != log.origin:
        raise Cannot(f"{path} is of the log {memory.origin}, not of {log.origin}: give another.")
    if known_from == server.url:
        memory = replace(memory, trust=serialise_trust(Trust((log,))).decode())
        known_from = f"the log itself: compare it with what the institution publishes\n{log.key}\n"
    _check_memory(path, log)
    return log, memory, known_from


def _trusted_log(
    server: HttpLog, memory: Memory | None, trust: str | None
) -> tuple[TrustedLog, str]:
    file = find_trust(trust)
    if file and (log := _at(read_trust(file), server.url)):
        return log, f"your trust file {file}"
    if trust:
        raise Cannot(f"{file} names no log at {server.url}. Get the trust file of that log.")
    if memory and memory.trust:
        return parse_trust(memory.trust.encode()).logs[0], "the first look"
    try:
        log = _at(parse_trust(server.trust()), server.url)
    except (LogProblem, TrustError) as error:
        raise Cannot(f"{sentence(error)} Give the log's trust file with --trust FILE.") from error
    if log is None:
        raise Cannot(f"The trust file of {server.url} names a log at another address; follow that.")
    return log, server.url


def _at(trust: Trust, url: str) -> TrustedLog | None:
    return next((log for log in trust.logs if log.url.rstrip("/") == url), None)


def _read_memory(path: Path) -> Memory | None:
    if not path.exists():
        return None
    try:
        return monitor_state.parse(read_file(path, "state file"))
    except StateError as error:
        raise Cannot(f"{path}: {error} {error.advice}") from error


def _check_memory(path: Path, log: TrustedLog) -> None:
    try:
        if path.exists():
            monitor_state.parse(read_file(path, "state file"), log.keys)
    except StateError as error:
        raise Cannot(f"{path}: {error} {error.advice}") from error


def _progress(quiet: bool) -> Progress | None:
    if quiet or not sys.stderr.isatty():
        return None

    def show(done: int, all_of_them: int) -> None:
        end = "\n" if done == all_of_them else ""
        sys.stderr.write(f"\r{done} of {all_of_them} leaves{end}")

    return show


def _print(found: Round, log: TrustedLog, *, as_document: bool, once: bool) -> None:
    now = datetime.now(UTC)
    if as_document:
        indent = 2 if once else None
        document = _document(found, log, now)
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=indent) + "\n")
    elif found.outcome is Outcome.PASSED and not once:
        size = found.checkpoint.size if found.checkpoint else 0
        sys.stdout.write(f"{time_text(now)}  passed  {size} leaves\n")
    else:
        sys.stdout.write(_text(found, now))
    sys.stdout.flush()


def _document(found: Round, log: TrustedLog, now: datetime) -> dict[str, object]:
    checkpoint, anchor = found.checkpoint, found.memory.anchor
    return {
        "outcome": found.outcome,
        "time": now.isoformat(timespec="seconds"),
        "origin": log.origin,
        "size": checkpoint.size if checkpoint else None,
        "root": checkpoint.root.hex() if checkpoint else None,
        "anchor": {"seq": anchor.seq, "size": anchor.size} if anchor else None,
        "checks": [check_to_json(check) for check in found.checks],
        "findings": [
            {"kind": each.kind, "where": each.where, "detail": each.detail}
            for each in found.findings
        ],
        "checkpoints": list(found.notes),
    }


def _text(found: Round, now: datetime) -> str:
    parts = [checks_as_text(found.checks)]
    if found.findings:
        shown = found.findings[:_MOST_SHOWN]
        lines = [
            line
            for each in shown
            for line in wrapped(f"  {each.kind:<10}", printable(f"{each.where}: {each.detail}"))
        ]
        if rest := len(found.findings) - len(shown):
            lines.append(f"  and {rest} more")
        parts.append("\n".join(["What was found:", *lines]))
    parts += [f"A checkpoint that the log signed:\n\n{note.rstrip()}" for note in found.notes]
    parts.append(f"{time_text(now)}  Result: {WORDS[found.outcome]}.")
    return "\n\n".join(parts) + "\n"
