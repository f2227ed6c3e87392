"""Secrets that are made once and then stay: one small file each, readable by us alone."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def load_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in `path`; when there is none, write what `make` returns first.

    Two processes may start at once: the file appears whole (hard link of a finished
    temporary file), and whoever comes second reads what the first wrote.
    """
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first; its secret counts
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    return path.read_text(encoding="utf-8").strip()
