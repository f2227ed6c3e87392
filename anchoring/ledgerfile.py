"""The ledger of erasures as a file apart from the database: a restored backup has lost its newer rows.

A JSON object on each line: `subject`, `number`, `index` (or null), `reason`, `begun` (RFC 3339).
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from anchoring.models import Erasure


class LedgerUnreadable(Exception):
    """The file is not a ledger of erasures; the message says where."""


@dataclass(frozen=True, slots=True)
class Line:
    """An erasure that was begun; the numbers as in anchoring.models.Erasure."""

    subject: Erasure.Subject
    number: int
    index: int | None
    reason: Erasure.Reason
    begun: datetime


def append(path: Path, rows: Iterable[Erasure]) -> None:
    """Write the rows behind what the file has, and have them on disk. A row may be there twice."""
    text = "".join(
        json.dumps(
            {
                "subject": str(row.subject),
                "number": row.number,
                "index": row.index,
                "reason": int(row.reason),
                "begun": row.begun.isoformat(),
            }
        )
        + "\n"
        for row in rows
    )
    if not text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        if file.tell() and not _ends_whole(path):
            file.write("\n")  # whoever wrote last was killed
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Iterator[Line]:
    """The lines of the file, in order. A last line that was cut off is passed over: what it spoke of was not begun.

    Raises LedgerUnreadable, OSError.
    """
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _line(line)
        except (ValueError, KeyError, TypeError) as error:
            if "}" not in line:  # cut off, and nothing was erased by it
                continue
            raise LedgerUnreadable(
                f"{path}, line {number} is no line of a ledger ({error}). Take the file as Keiko wrote it."
            ) from error


def _line(text: str) -> Line:
    found = json.loads(text)
    begun = datetime.fromisoformat(found["begun"])
    if begun.tzinfo is None:
        raise ValueError("begun has no time zone")
    index = found["index"]
    return Line(
        subject=Erasure.Subject(found["subject"]),
        number=int(found["number"]),
        index=None if index is None else int(index),
        reason=Erasure.Reason(found["reason"]),
        begun=begun,
    )


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
