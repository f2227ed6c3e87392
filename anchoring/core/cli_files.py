"""The files that `keiko-verify` is given, and what it says where one cannot be used."""

import os
from pathlib import Path

from anchoring.core.bundle import MOST_BYTES
from anchoring.core.errors import TrustError
from anchoring.core.trust import Trust, parse_trust


class Cannot(Exception):
    """The command cannot be carried out; the text says why and what to do."""


def find_trust(given: str | None) -> Path | None:
    """The first trust file there is; one that was named must be there."""
    for named in (given, os.environ.get("KEIKO_TRUST")):
        if named:
            return Path(named)
    usual = (Path.home() / ".config" / "keiko" / "trust.json", Path("var") / "trust.json")
    return next((path for path in usual if path.is_file()), None)


def read_trust(path: Path) -> Trust:
    try:
        return parse_trust(read_file(path, "trust file"))
    except TrustError as error:
        raise Cannot(f"{path} is no trust file: {error} {error.advice}") from error


def read_file(path: Path, what: str) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Cannot(f"{path} is larger than any {what} ({MOST_BYTES} bytes).")
        return path.read_bytes()
    except OSError as error:
        raise Cannot(
            f"The {what} {path} cannot be read: {error.strerror}. Give the path of the {what}."
        ) from error
