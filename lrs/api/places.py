"""Where a `more` link goes on: signed, so that a mistyped or foreign one is refused rather than misread.

A link never gets old: it names a place, and holds nothing that could end. xAPI asks for 24 hours at least (Data 2.5).
"""

from dataclasses import dataclass

from django.core import signing


@dataclass(frozen=True, slots=True)
class Place:
    """After the statement `seq`. `reached`: the WAL position that a replica must have come to, to go on from there."""

    seq: int
    reached: int | None = None


def signed(place: Place, *, salt: str) -> str:
    """The place as a text for an address. It is good under the same salt only."""
    value = place.seq if place.reached is None else [place.seq, place.reached]
    return signing.dumps(value, salt=salt)


def place_in(text: str, *, salt: str) -> Place:
    """The place that such a text names. Raises django.core.signing.BadSignature for any other text."""
    value = signing.loads(text, salt=salt)
    return Place(*value) if isinstance(value, list) else Place(value)
