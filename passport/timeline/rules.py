"""How records become a timeline: items, sessions, days. No queries here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone

from anchoring.status import RecordStatus
from lrs.hierarchy.rules import Node, Placement, place
from passport.timeline.words import kind_words, last_part, object_words, pick, verb_words

# Verbs that end something well; an answer or an exercise is not yet an achievement.
_ACHIEVED = re.compile(r"[/#](completed|passed|mastered|satisfied)$")
_MOST_DIGITS = 15  # before the point; a longer number is written with an exponent
_MOST_DECIMALS = 6  # after it; what follows is cut, never rounded
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A course, class or session as a page names it."""

    iri: str
    name: str


@dataclass(frozen=True)
class Score:
    """`text` such as `8/10` or `80 %`; `passed` as the statement says, or None."""

    text: str
    passed: bool | None


@dataclass(frozen=True)
class Item:
    """One record as a page shows it."""

    seq: int
    at: datetime | None
    verb: str
    title: str
    kind: str
    score: Score | None
    course: Place | None
    klass: Place | None
    session: Place | None
    status: RecordStatus | None
    achieved: bool = False

    @property
    def place_key(self) -> tuple[str | None, str | None, str | None]:
        return (
            self.course.iri if self.course else None,
            self.klass.iri if self.klass else None,
            self.session.iri if self.session else None,
        )


@dataclass(frozen=True)
class Session:
    """Records that follow each other in one place: a session, a class, or a course."""

    course: Place | None
    klass: Place | None
    session: Place | None
    items: Sequence[Item]


@dataclass(frozen=True)
class Day:
    day: date | None
    sessions: Sequence[Session]


def item_of(
    *,
    seq: int,
    document: Mapping[str, Any],
    at: datetime | None,
    status: RecordStatus | None,
    language: str,
    placement: Placement | None = None,
) -> Item:
    """Read one statement, whole or with slots withheld, for a reader of `language`.

    `placement` is where its store has it. Without one, as on a proof page, it stands where it says itself: what is
    withheld cannot be told from the place then.
    """
    placement = placement or place(document)
    score = score_of(document.get("result"))
    return Item(
        seq=seq,
        at=None if at is None else local_moment(at),
        verb=verb_words(document.get("verb", {}), language),
        title=object_words(document.get("object", {}), language),
        kind=kind_words(placement.kind),
        score=score,
        course=place_of(placement.course, language),
        klass=place_of(placement.klass, language),
        session=place_of(placement.session, language),
        status=status,
        achieved=bool(score and score.passed and _ACHIEVED.search(document["verb"]["id"])),
    )


def place_of(node: Node | None, language: str) -> Place | None:
    return (
        None if node is None else Place(node.iri, pick(node.name, language) or last_part(node.iri))
    )


def score_of(result: Any) -> Score | None:
    """What a result says of how well it went; None where it says nothing."""
    if not isinstance(result, Mapping):
        return None
    success = result.get("success")
    passed = success if isinstance(success, bool) else None
    text = _score_text(result.get("score"))
    return Score(text, passed) if text or passed is not None else None


def _score_text(score: Any) -> str:
    if not isinstance(score, Mapping):
        return ""
    raw, top = score.get("raw"), score.get("max")
    if raw is not None and top:
        return f"{_number_text(raw)}/{_number_text(top)}"
    if score.get("scaled") is not None:
        return f"{_number_text(score['scaled'], shift=2)} %"
    return _number_text(raw) if raw is not None else ""


def _number_text(number: float | Decimal, *, shift: int = 0) -> str:
    """The number times 10^shift as it was reported. Never rounded: 99.99999 is not 100."""
    sign, digits, exponent = Decimal(str(number)).as_tuple()
    if not any(digits) or not isinstance(exponent, int):
        return "0"
    value = Decimal((sign, digits, exponent + shift))
    if abs(value.adjusted()) < _MOST_DIGITS:
        return _cut(f"{value:f}")
    mantissa, _e, power = f"{value:E}".partition("E")
    return f"{_cut(mantissa)}E{power}"


def _cut(text: str) -> str:
    whole, _point, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > _MOST_DECIMALS:
        fraction = f"{fraction[:_MOST_DECIMALS]}…"
    return f"{whole}.{fraction}" if fraction else whole


def by_session(items: Sequence[Item]) -> list[Session]:
    """Neighbours in one place become one card; the order stays."""
    cards = []
    for _key, group in groupby(items, key=lambda item: item.place_key):
        members = list(group)
        first = members[0]
        cards.append(Session(first.course, first.klass, first.session, members))
    return cards


def local_moment(moment: datetime) -> datetime:
    """The moment in the current time zone; where the calendar ends there, the nearest that it has."""
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return timezone.localtime(min(max(moment, _FIRST), _LAST))


def local_day(moment: datetime) -> date:
    return local_moment(moment).date()


def by_day(items: Sequence[Item]) -> list[Day]:
    """Days in the current time zone, in the order of `items`."""
    return [
        Day(day, by_session(list(group)))
        for day, group in groupby(items, key=lambda item: local_day(item.at) if item.at else None)
    ]
