"""What is let in: by content type, and by ClamAV where there is one."""

import socket
from collections.abc import Iterable
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from django.conf import settings


class ContentRefused(Exception):
    """A content that may not be stored here; the message says why."""


class ScanUnavailable(Exception):
    """The content could not be scanned, so it was not taken."""


def check_type(content_type: str) -> None:
    """Raises ContentRefused unless the media type fits ATTACHMENT_CONTENT_TYPES (all fit when that is empty)."""
    patterns = settings.ATTACHMENT_CONTENT_TYPES
    essence = content_type.partition(";")[0].strip().lower()
    if patterns and not any(fnmatchcase(essence, pattern.lower()) for pattern in patterns):
        raise ContentRefused(
            f"Attachments of the type {essence[:80]} are not taken here; {', '.join(patterns)} are."
        )


def check_content(chunks: Iterable[bytes]) -> bool:
    """Let ClamAV look at the content, where ATTACHMENT_CLAMD names one; whether it did.

    Raises ContentRefused for what it finds, ScanUnavailable when it gives no verdict: nothing passes unseen.
    """
    if not settings.ATTACHMENT_CLAMD:
        return False
    try:
        with _connect(settings.ATTACHMENT_CLAMD) as clamd:
            verdict = _instream(clamd, chunks)
    except OSError as error:
        raise ScanUnavailable(f"clamd could not be asked: {error}") from error
    if verdict.endswith(" FOUND"):
        name = verdict.removeprefix("stream: ").removesuffix(" FOUND")
        raise ContentRefused(f"The virus scanner found {name[:100]} in an attachment.")
    if verdict != "stream: OK":
        raise ScanUnavailable(f"clamd answered {verdict[:200]!r}")
    return True


def _instream(clamd: socket.socket, chunks: Iterable[bytes]) -> str:
    """clamd's answer to the command INSTREAM (see clamd(8)): chunks with their length, then one of no length."""
    try:
        clamd.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            clamd.sendall(len(chunk).to_bytes(4, "big") + chunk)
        clamd.sendall(bytes(4))
    except BrokenPipeError:
        pass  # clamd says why in its answer: the content is over its StreamMaxLength
    answer = b""
    while b"\0" not in answer and (more := clamd.recv(4096)):
        answer += more
    verdict, end, _ = answer.partition(b"\0")
    if not end:
        raise ScanUnavailable(f"clamd's answer was cut off: {answer[:200]!r}")
    return verdict.decode(errors="replace").strip()


def _connect(address: str) -> socket.socket:
    """`unix:/run/clamav/clamd.ctl` or `tcp://host:3310`."""
    parts = urlsplit(address)
    timeout = settings.ATTACHMENT_CLAMD_TIMEOUT_SECONDS
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout)
