"""Durations: ISO 8601 (Data 4.6). The schema has checked their form."""

import re
from decimal import Decimal

_PART = re.compile(r"(\d+(?:[.,]\d+)?)([YMWDHS])")
_HUNDREDTH = Decimal("0.01")


def comparable(text: str) -> tuple[Decimal, ...]:
    """The duration as (months, days, seconds), each exact, the seconds cut to hundredths.

    Two durations are equal when these are: PT60S is PT1M, and what they say below 0.01 s does not count (Data 4.6).
    A month has no fixed number of days, and a day may have other than 86,400 seconds, so neither becomes the next.
    """
    date, _, time = text.removeprefix("P").partition("T")
    days = _units(date)
    clock = _units(time)
    months = days["Y"] * 12 + days["M"]
    seconds = clock["H"] * 3600 + clock["M"] * 60 + clock["S"]
    # Enough digits for whatever a client writes: quantize would refuse a number longer than the context's precision.
    cut = seconds - seconds % _HUNDREDTH if seconds < 10**20 else seconds
    return months, days["W"] * 7 + days["D"], cut


def _units(text: str) -> dict[str, Decimal]:
    found = dict.fromkeys("YMWDHS", Decimal(0))
    for number, unit in _PART.findall(text):
        found[unit] = Decimal(number.replace(",", "."))
    return found
