"""Reading JSON documents strictly: each step says what it expects and names the place if not.

Refused everywhere: names that are not expected, names that occur twice, wrong types, NaN, bytes
after the document, text that is not UTF-8, more bytes than the limit.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from anchoring.core.canonical import LARGEST_INTEGER
from anchoring.core.errors import FormatError
from anchoring.core.statement import json_integer

MOST_TEXT = 4096

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*", re.ASCII)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a document, and where it is. `error` is raised where it is not as expected."""

    value: Any
    path: str
    error: type[FormatError]

    def fail(self, problem: str) -> NoReturn:
        raise self.error(self.path, problem)

    def members(self, required: Sequence[str], optional: Sequence[str] = ()) -> "dict[str, Place]":
        """The members of an object that has all required names and no further ones."""
        found = self._of(dict)
        for name in required:
            if name not in found:
                self.fail(f'"{name}" is missing.')
        for name in found:
            if name not in required and name not in optional:
                self._at(name).fail("This name does not belong here.")
        return {name: self._at(name) for name in found}

    def names(self) -> frozenset[str]:
        return frozenset(self._of(dict))

    def items(self, *, least: int = 0, most: int) -> "list[Place]":
        """The elements of a list."""
        found = self._of(list)
        if not least <= len(found) <= most:
            self.fail(f"A list of {least} to {most} elements is expected, not of {len(found)}.")
        return [Place(value, f"{self.path}[{at}]", self.error) for at, value in enumerate(found)]

    def text(self, *, most: int = MOST_TEXT, empty: bool = False) -> str:
        found: str = self._of(str)
        if not found and not empty:
            self.fail("The text is empty.")
        if len(found) > most:
            self.fail(f"The text is longer than {most} characters.")
        try:
            found.encode()
        except UnicodeEncodeError:
            self.fail("The text holds half of a surrogate pair.")
        return found

    def word(self, *allowed: str) -> str:
        """A text that is one of a few."""
        found: str = self._of(str)
        if found not in allowed:
            self.fail(f"Expected {' or '.join(map(repr, allowed))}, found {found[:80]!r}.")
        return found

    def integer(self, *, most: int = LARGEST_INTEGER) -> int:
        """A whole number from 0, written without a fraction or an exponent."""
        found: int = self._of(int)
        if not 0 <= found <= most:
            self.fail(f"A whole number from 0 to {most} is expected.")
        return found

    def true(self) -> None:
        if self.value is not True:
            self.fail("Only true is allowed here.")

    def base64(self, *, size: int) -> bytes:
        """Bytes in standard base64 with padding."""
        found = self._of(str)
        try:
            data = base64.b64decode(found, validate=True)
        except (binascii.Error, ValueError):
            self.fail("This is not base64.")
        if base64.b64encode(data).decode() != found:
            self.fail("This is not the standard form of base64.")
        if len(data) != size:
            self.fail(f"{size} bytes are expected, not {len(data)}.")
        return data

    def hexadecimal(self, *, size: int | None = None, most: int = 1 << 16) -> bytes:
        """Bytes as 0x and lower-case hexadecimal digits."""
        found = self._of(str)
        if not _HEX.fullmatch(found):
            self.fail("This is not 0x and pairs of lower-case hexadecimal digits.")
        data = bytes.fromhex(found[2:])
        if size is not None and len(data) != size:
            self.fail(f"{size} bytes are expected, not {len(data)}.")
        if len(data) > most:
            self.fail(f"More than {most} bytes.")
        return data

    def moment(self) -> datetime:
        """A point in time with its zone, as RFC 3339 writes it."""
        found = self._of(str)
        wrong = "This is not a date and time of RFC 3339, like 2026-05-01T12:00:00Z."
        if not _RFC3339.fullmatch(found):
            self.fail(wrong)
        try:
            return datetime.fromisoformat(found)
        except ValueError:
            self.fail(wrong)

    def _of(self, kind: type) -> Any:
        # Exactly this type: true is no number, and 1.0 is no whole number here.
        if type(self.value) is not kind:
            self.fail(f"Expected {_KINDS[kind]}, found {describe(self.value)}.")
        return self.value

    def _at(self, name: str) -> "Place":
        return Place(self.value[name], _below(self.path, name), self.error)


def describe(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, float):
        return "a number with a fraction or an exponent, or too large"
    return _KINDS.get(type(value), "something else")


def load(data: bytes, error: type[FormatError], *, most: int) -> Place:
    """The document in `data` (UTF-8 JSON); raises `error` where it is no strict JSON."""
    whole = Place(None, "$", error)
    if len(data) > most:
        whole.fail(f"The {error.document} has {len(data)} bytes; the limit is {most}.")
    repeated: list[str] = []

    def note_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                repeated.append(name)
                break
            seen.add(name)
        return _Repeated(found)

    def no_constant(text: str) -> NoReturn:
        raise ValueError(f"{text} is not JSON")

    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=note_repeated,
            parse_constant=no_constant,
            parse_int=json_integer,
        )
    except UnicodeDecodeError as problem:
        whole.fail(f"Byte {problem.start} is not UTF-8.")
    except RecursionError:
        whole.fail("The document is nested too deeply.")
    except ValueError as problem:
        whole.fail(f"This is not JSON: {problem}.")
    if repeated:
        raise error(_path_of_repeated(value), f'The name "{repeated[0]}" occurs twice.')
    return Place(value, "$", error)


class _Repeated(dict[str, Any]):
    """An object in which a name occurred twice."""


def _path_of_repeated(value: object) -> str:
    try:
        return _find_repeated(value, "$") or "$"
    except RecursionError:
        # Deeper than a walk can go; that it is there is enough to refuse it.
        return "$"


def _find_repeated(value: object, path: str) -> str | None:
    if isinstance(value, _Repeated):
        return path
    inner: list[tuple[str, object]] = []
    if isinstance(value, dict):
        inner = [(_below(path, name), each) for name, each in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{at}]", each) for at, each in enumerate(value)]
    found = (_find_repeated(each, below) for below, each in inner)
    return next((each for each in found if each), None)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if _PLAIN_NAME.fullmatch(name) else f"{path}[{json.dumps(name)}]"
