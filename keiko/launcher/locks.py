"""One launcher per directory: a lock that the kernel frees when its holder ends, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import IO

from keiko.launcher.errors import LauncherError


def hold(path: Path, *, busy: str) -> IO[str]:
    """Lock `path` for as long as the returned file is open.

    Raises LauncherError with the text `busy`, where `{pid}` is the number of the holder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        pid = lock.read().strip() or "unknown"
        lock.close()
        raise LauncherError(busy.format(pid=pid)) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
