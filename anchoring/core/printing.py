"""A report as text for people, and as JSON for programs.

What is proven and what is only said are kept apart. Nothing of a bundle that proves nothing is
shown. Text from a bundle reaches the terminal without its control characters.
"""

import json
import textwrap
from collections.abc import Iterable
from typing import Any

from anchoring.core.bundle import Bundle
from anchoring.core.report import Check, Outcome, Report
from anchoring.core.slots import Disclosed, Exact, Record
from anchoring.core.wording import time_text

WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.COULD_NOT_CHECK: "could not check",
}
_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.COULD_NOT_CHECK: "?"}
_SUMMARIES = {
    Outcome.PASSED: "Everything was checked, and everything holds.",
    Outcome.FAILED: "Do not rely on this bundle; what failed is told above.",
    Outcome.COULD_NOT_CHECK: "Nothing failed, but not everything could be checked; see above.",
}
_WIDTH = 100
_MOST_SHOWN = 300


def as_text(bundle: Bundle, report: Report, *, trusted_from: str | None) -> str:
    """The report for people. `trusted_from` is the trust file's name, None where there is none."""
    parts = [_who(bundle, report, trusted_from), checks_as_text(report.checks)]
    if report.proves_nothing:
        parts.append("Nothing that this bundle shows is proven, so none of it is printed here.")
    else:
        parts += [_when(bundle, report), _records(bundle, report), _said(bundle)]
    parts.append(f"Result: {WORDS[report.outcome]}. {_SUMMARIES[report.outcome]}")
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(bundle: Bundle, report: Report, *, trusted_from: str | None) -> str:
    """The report for programs; docs/verify.md tells its members."""
    anchor = report.anchor
    document: dict[str, Any] = {
        "outcome": report.outcome,
        "origin": bundle.origin,
        "log": report.log.name if report.log else None,
        "trust": trusted_from,
        "checks": [check_to_json(check) for check in report.checks],
        "existed_no_later_than": anchor.time.isoformat() if anchor else None,
        "block": anchor and {"number": anchor.number, "hash": "0x" + anchor.block_hash.hex()},
        "node": report.node.node if report.node else None,
        "records": []
        if report.proves_nothing
        else [{"index": each.index, "withheld": each.withheld()} for each in bundle.records],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def printable(text: str) -> str:
    """The text without what could move a terminal's cursor or hide other text."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def check_to_json(check: Check) -> dict[str, str]:
    """A check as reports for programs have it."""
    return {
        "id": check.id,
        "outcome": check.outcome,
        "detail": check.detail,
        "advice": check.advice,
    }


def _who(bundle: Bundle, report: Report, trusted_from: str | None) -> str:
    origin = printable(bundle.origin)
    if report.log:
        return (
            f"Log {origin}, run by {printable(report.log.name)}: known from your trust file "
            f"{trusted_from}."
        )
    if report.proves_nothing:
        return f"The bundle says that it comes from the log {origin}; it does not hold."
    known = f"which is not in your trust file {trusted_from}" if trusted_from else "unknown to you"
    return f"The bundle says that it comes from the log {origin}, {known}."


def checks_as_text(checks: Iterable[Check]) -> str:
    """The checks for people, each with what to do; the same advice is told once."""
    lines: list[str] = []
    told = ""
    for check in checks:
        head = f"{_SIGNS[check.outcome]} {WORDS[check.outcome]:<16}{check.id:<12} "
        lines += wrapped(head, printable(check.detail))
        if check.advice and check.advice != told:
            lines += wrapped(" " * len(head), f"What to do: {check.advice}")
        told = check.advice
    return "\n".join(lines)


def _when(bundle: Bundle, report: Report) -> str:
    if not report.anchor or not bundle.anchor:
        return ""
    return (
        f"Proven: these records existed no later than {time_text(report.anchor.time)}, the time of "
        f"block\n{report.anchor.number} of the chain {printable(bundle.anchor.chain.name)}."
    )


def _records(bundle: Bundle, report: Report) -> str:
    head = (
        "The records, as the log has them:"
        if report.signed
        else "The records, as the bundle shows them (nobody whom you trust has signed for them):"
    )
    return "\n".join([head, *(line for record in bundle.records for line in _record(record))])


def _record(record: Record) -> list[str]:
    facts = [_shown(record, "timestamp"), _named(record, "actor"), _named(record, "verb"),
             _named(record, "object")]  # fmt: skip
    lines = wrapped(f"  record {record.index}: ", " | ".join(fact for fact in facts if fact))
    if result := _shown(record, "result"):
        lines += wrapped("    result: ", result)
    if withheld := record.withheld():
        lines += wrapped("    withheld by the learner: ", ", ".join(withheld))
    return lines


def _named(record: Record, slot: str) -> str:
    """The name of what the slot shows, where it has one in a usual place."""
    match record.slots[slot]:
        case Disclosed(value={"name": str(name)}):
            return printable(name)
        case Disclosed(value={"definition": {"name": {**names}}} | {"display": {**names}}) if names:
            return printable(str(next(iter(names.values()))))
        case Disclosed(value={"id": str(name)} | {"mbox": str(name)}):
            return printable(name)
    return _shown(record, slot)


def _shown(record: Record, slot: str) -> str:
    match record.slots[slot]:
        case Disclosed(value=str(text)) | Exact(text=text):
            pass
        case Disclosed(value=value):
            text = json.dumps(value, ensure_ascii=False)
        case _:
            return ""
    return printable(textwrap.shorten(text, _MOST_SHOWN, placeholder=" …"))


def _said(bundle: Bundle) -> str:
    share = bundle.share
    ends = time_text(share.expires) if share.expires else "no end"
    return "\n".join(
        [
            "Said by the institution's server, not proven:",
            f"  title        {printable(share.title)}",
            f"  learner      {printable(share.learner)}",
            f"  institution  {printable(share.institution)}",
            f"  shared       {time_text(share.created)}, until: {ends}",
        ]
    )


def wrapped(head: str, text: str) -> list[str]:
    """The text in lines of a terminal, below each other behind `head`."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head),
        break_long_words=False, break_on_hyphens=False,
    ) or [head.rstrip()]  # fmt: skip
