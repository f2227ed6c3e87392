"""A dump of the database by pg_dump, read as somebody would who looks for a person in it."""

import base64
import contextlib
import os
import re
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from keiko.launcher.postgres import programs
from lrs.statements.documents import decode

_ESCAPED = re.compile(rb"\\([\\bfnrtv])")
_LETTERS = {
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"\\": b"\\",
}


def url(database: str | None = None) -> str:
    """The address of the database under test, or of another one on its server."""
    name = database or str(connection.settings_dict["NAME"])
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


def dump(database: str | None = None) -> bytes:
    """The database as pg_dump writes it, in plain text."""
    return subprocess.run(
        [programs() / "pg_dump", "--no-owner", url(database)],
        check=True,
        capture_output=True,
        env=os.environ,
    ).stdout


def restore(dumped: bytes, database: str) -> None:
    """A new database from a dump."""
    subprocess.run(
        [programs() / "psql", "-q", url("postgres"), "-c", f'CREATE DATABASE "{database}"'],
        check=True,
    )
    subprocess.run(
        [programs() / "psql", "-q", "-v", "ON_ERROR_STOP=1", url(database)],
        input=dumped,
        check=True,
        capture_output=True,
    )


def drop(database: str) -> None:
    subprocess.run(
        [
            programs() / "psql",
            "-q",
            url("postgres"),
            "-c",
            f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)',
        ],
        check=True,
    )


def found_in(dumped: bytes, words: Iterable[bytes]) -> set[bytes]:
    """Those of the words that are in the dump: in its own text, in the bytes that its values stand for, or in a
    statement's document as it was served."""
    left, found = set(words), set[bytes]()
    for text in (dumped, *_values(dumped)):
        here = {word for word in left if word in text}
        found |= here
        left -= here
    return found


def _values(dumped: bytes) -> Iterator[bytes]:
    """The bytes of every bytea, and every statement decompressed."""
    columns: list[bytes] = []
    for line in dumped.split(b"\n"):
        if line.startswith(b"COPY "):
            columns = line[line.index(b"(") + 1 : line.index(b")")].split(b", ")
        elif line == b"\\.":
            columns = []
        elif columns:
            fields = dict(zip(columns, line.split(b"\t"), strict=True))
            values = {name: _bytes(value) for name, value in fields.items()}
            yield from values.values()
            if b"encoding" in fields and b"document" in fields:
                yield decode(int(fields[b"encoding"]), values[b"document"])


def _bytes(field: bytes) -> bytes:
    plain = _ESCAPED.sub(lambda match: _LETTERS[match[1]], field)
    return bytes.fromhex(plain[2:].decode()) if plain.startswith(b"\\x") else plain


def forms(*texts: str) -> set[bytes]:
    """A text as it may lie in a database: UTF-8, JSON's escapes, base64; of a UUID the 16 bytes and the digits too."""
    found: set[bytes] = set()
    for text in texts:
        raw = text.encode()
        found |= {
            raw,
            text.encode("ascii", "backslashreplace"),
            base64.b64encode(raw).rstrip(b"=")[:-2] or raw,
        }
        with contextlib.suppress(ValueError):
            found |= {uuid.UUID(text).bytes, uuid.UUID(text).hex.encode()}
    return found
