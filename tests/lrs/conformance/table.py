"""Tables of requirements: what a row says, how it becomes tests, and what `docs/conformance.md` knows of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

V1, V2 = "1.0.3", "2.0.0"
BOTH = (V1, V2)
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Requirement:
    """A row of docs/conformance.md. `section` as in xAPI 1.0.3, with the one of 2.0 where it has no like there."""

    section: str
    sentence: str
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A requirement that single requests show: each example is sent alone and gets `status`.

    `at` is where the error points; a tuple names several places that would do.
    """

    sentence: str
    examples: tuple[Any, ...]
    status: int
    versions: tuple[str, ...]
    at: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def good(sentence: str, *statements: Any, only: str | None = None) -> Row:
    """Each of the statements is accepted and comes back as it was sent."""
    return Row(sentence, statements, 200, (only,) if only else BOTH)


def bad(sentence: str, *statements: Any, at: str | None = None, only: str | None = None) -> Row:
    """Each of the statements is refused with 400, the error points to `at`, and nothing is stored."""
    return Row(sentence, statements, 400, (only,) if only else BOTH, at)


def statements(section: str, *rows: Row) -> Callable[..., None]:
    """A test that sends every statement of the rows by POST, in every version that its row holds for."""
    cases = [
        pytest.param(version, example, row, id=f"{row.sentence} - {version} - {number}")
        for row in rows
        for version in row.versions
        for number, example in enumerate(row.examples, 1)
    ]

    @pytest.mark.parametrize(("version", "statement", "row"), cases)
    def test(lrs: Any, version: str, statement: Any, row: Row) -> None:
        if row.status == 200:
            lrs.takes(statement)
        else:
            lrs.refuses(statement, at=row.at)

    test.requirements = [Requirement(section, row.sentence, row.versions) for row in rows]
    return test


@dataclass(frozen=True)
class Ask:
    """One request, without what every request has (credential, version)."""

    method: str
    path: str
    parameters: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def answers(status: int, sentence: str, *asks: Ask, only: str | None = None) -> Row:
    """Each of the requests, made of an empty store, is answered with `status`."""
    return Row(sentence, asks, status, (only,) if only else BOTH)


def requests(section: str, *rows: Row) -> Callable[..., None]:
    """A test that makes every request of the rows, in every version that its row holds for."""
    cases = [
        pytest.param(version, ask, row.status, id=f"{row.sentence} - {version} - {number}")
        for row in rows
        for version in row.versions
        for number, ask in enumerate(row.examples, 1)
    ]

    @pytest.mark.parametrize(("version", "ask", "status"), cases)
    def test(lrs: Any, version: str, ask: Ask, status: int) -> None:
        response = lrs.ask(ask)
        assert response.status_code == status, response.content
        if status >= 400 and ask.method != "HEAD":
            lrs.explains(response)

    test.requirements = [Requirement(section, row.sentence, row.versions) for row in rows]
    return test


def requirement(section: str, sentence: str, *, only: str | None = None) -> Callable[[F], F]:
    """Mark a test function, which takes `lrs`, as the test of a requirement; it runs once for each version."""
    versions: Sequence[str] = (only,) if only else BOTH

    def decorate(function: F) -> F:
        function.requirements = [Requirement(section, sentence, tuple(versions))]
        return pytest.mark.parametrize("version", versions)(function)

    return decorate
