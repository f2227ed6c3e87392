"""Timestamps: ISO 8601 in 1.0.3 (Data 4.5), RFC 3339 in 2.0. The schema has checked their form."""

import re
from datetime import UTC, datetime, timedelta, timezone

_PARTS = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,  # a digit of another script is none here
)
# What nearly all clients send, and Python reads in a tenth of the time.
_USUAL = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:Z|[+-]\d\d:[0-5]\d)", re.ASCII
)


def parse(text: str) -> datetime:
    """The moment of a timestamp, to the microsecond, in UTC; without a zone it is UTC.

    A leap second counts as the second after it. Raises ValueError for text of another form or for a date
    that does not exist.
    """
    if _USUAL.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # a leap second, or what does not exist: below
    match = _PARTS.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not an ISO 8601 timestamp.")
    year, month, day, hour, minute, second = (int(match[i] or 0) for i in range(1, 7))
    micros = int((match[7] or "0")[:6].ljust(6, "0"))
    leap = second == 60
    try:
        moment = datetime(
            year, month, day, hour, minute, 59 if leap else second, micros, _zone(match[8])
        )
        return (moment + timedelta(seconds=1 if leap else 0)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is a date or time that does not exist.") from None


def render(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, the form of `stored`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if minutes > 59:
        raise ValueError(f"an offset has no {minutes} minutes")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
