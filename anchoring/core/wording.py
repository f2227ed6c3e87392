"""Small pieces of the sentences that a report is made of."""

from datetime import UTC, datetime

MOST_NAMED = 5


def first_of(words: list[str], separator: str) -> str:
    rest = len(words) - MOST_NAMED
    return separator.join(words[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def counted(count: int, noun: str, plural: str = "") -> str:
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def sentence(problem: Exception) -> str:
    return str(problem).rstrip(".") + "."
