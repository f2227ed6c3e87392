"""Bar charts as SVG that is part of the page: no script, and a table beside for those who cannot see it.

Positions are whole units of the drawing's own space (WIDTH × HEIGHT); the browser scales it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 720, 200
_LEFT, _BOTTOM, _TOP = 48, 24, 8
_LABELS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A tick: where it is, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    unit: str
    tone: str
    bars: tuple[Bar, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    total: int

    width = WIDTH
    height = HEIGHT
    left = _LEFT
    base = HEIGHT - _BOTTOM

    @property
    def filled(self) -> tuple[Bar, ...]:
        """The bars of which there is something to see."""
        return tuple(bar for bar in self.bars if bar.value)


def bar_chart(
    *,
    title: str,
    unit: str,
    values: Sequence[tuple[datetime, int]],
    label: Callable[[datetime], str],
    tone: str = "",
) -> Chart:
    """A chart with a bar a value, oldest left. `unit` names what is counted, in the plural."""
    top = ceiling(max((value for _, value in values), default=0))
    room = WIDTH - _LEFT
    step = room / max(len(values), 1)
    space = HEIGHT - _BOTTOM - _TOP
    bars = []
    for place, (moment, value) in enumerate(values):
        height = max(space * value / top, 1.5 if value else 0)
        bars.append(
            Bar(
                x=round(_LEFT + place * step + step * 0.1, 2),
                y=round(HEIGHT - _BOTTOM - height, 2),
                width=round(step * 0.8, 2),
                height=round(height, 2),
                value=value,
                label=label(moment),
            )
        )
    every = max(1, -(-len(bars) // _LABELS))
    across = tuple(Mark(round(bar.x + bar.width / 2, 2), bar.label) for bar in bars[::every])
    up = tuple(
        Mark(round(HEIGHT - _BOTTOM - space * part / top, 2), short(part))
        for part in {0, top // 2, top}
    )
    total = sum(value for _, value in values)
    return Chart(
        title, unit, tone, tuple(bars), across, tuple(sorted(up, key=lambda mark: mark.at)), total
    )


def ceiling(value: int) -> int:
    """The next number of the form 2, 4 or 10 times a power of ten, at least 2: where the scale ends."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if value <= step * power:
                return step * power
        power *= 10


def short(value: int) -> str:
    """A number of a scale: 4, 200, 20k, 4M."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if value >= size and value % (size // 10) == 0:
            return f"{value / size:g}{letter}"
    return str(value)
