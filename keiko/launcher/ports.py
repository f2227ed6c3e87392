"""TCP ports: whether one is free, and ports that a checkout keeps from start to start."""

import errno
import socket
from pathlib import Path

from keiko.launcher.errors import LauncherError


def require_free(host: str, port: int) -> None:
    """Raises LauncherError with what to type instead when something listens there already."""
    problem = _why_not(host, port)
    if problem is None:
        return
    if problem == errno.EADDRINUSE:
        raise LauncherError(
            f"port {port} is busy. Stop what listens there, or take another: "
            f"make run PORT={port + 1}"
        )
    if problem == errno.EACCES:
        raise LauncherError(f"port {port} needs root. Take one above 1023: make run PORT=8000")
    raise LauncherError(f"cannot listen on {host}:{port}: {errno.errorcode.get(problem, problem)}")


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def kept_port(file: Path, host: str = "127.0.0.1") -> int:
    """The port written in `file` while it is free, else a new one, which is written there.

    Addresses that were given out (in bundles, in trust files) stay good from start to start.
    """
    try:
        port = int(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        port = 0
    if port == 0 or _why_not(host, port) is not None:
        port = free_port(host)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{port}\n", encoding="ascii")
    return port


def _why_not(host: str, port: int) -> int | None:
    """The error number of listening there; None when the port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error.errno or errno.EINVAL
    return None
