"""The dictionaries that documents are compressed with (docs/decisions/0066).

One comes with the code; more are made of a server's own statements (lrs.statements.training). New documents take the
newest, old ones stay as they are, and so no dictionary is ever changed or deleted. All are in the
table lrs_dictionary, so that a copy of the database can be read without this code.
"""

import hashlib
import time
from functools import lru_cache
from importlib.resources import files

import zstandard
from django.db.models import Max

from lrs.models import Dictionary

SHIPPED = 1
# SHA-256 of lrs/statements/shipped/1.zdict. The file never changes: documents all over the world need it.
_SHIPPED_DIGEST = "18d0e750617a5976f453181f3989f44685199afc3b752169afcf06794bcc710c"
FIRST_OWN = 100  # lower numbers are for dictionaries that come with the code
LEVEL = 3
_LOOK_AGAIN = 60.0  # seconds after which a process looks whether there is a newer dictionary
_newest = (SHIPPED, float("-inf"))  # the number, and when it was looked up


class DictionaryMissing(Exception):
    """A document needs a dictionary that this database does not have, or that was damaged."""


def newest() -> int:
    """The dictionary that new documents take; looked up once a minute in each process."""
    global _newest
    number, looked = _newest
    if time.monotonic() - looked > _LOOK_AGAIN:
        own = Dictionary.objects.aggregate(newest=Max("id"))["newest"]
        number = max(SHIPPED, own or SHIPPED)
        _newest = number, time.monotonic()
    return number


@lru_cache(maxsize=64)
def load(number: int) -> zstandard.ZstdCompressionDict:
    """The dictionary, ready for use by every thread. Raises DictionaryMissing."""
    found = zstandard.ZstdCompressionDict(content_of(number))
    found.precompute_compress(level=LEVEL)
    return found


def shipped() -> bytes:
    """The content of the dictionary that comes with the code. Raises DictionaryMissing when the file was changed."""
    content = files("lrs.statements").joinpath("shipped", f"{SHIPPED}.zdict").read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHIPPED_DIGEST:
        raise DictionaryMissing("The dictionary that comes with the code was changed.")
    return content


def keep_shipped() -> None:
    """Have the dictionary that comes with the code in the table as well."""
    if not Dictionary.objects.filter(id=SHIPPED).exists():
        content = shipped()
        Dictionary.objects.bulk_create(
            [Dictionary(id=SHIPPED, content=content, digest=digest(content), samples=0)],
            ignore_conflicts=True,
        )


def content_of(number: int) -> bytes:
    """The dictionary's bytes. Raises DictionaryMissing."""
    return shipped() if number == SHIPPED else _own(number)


def _own(number: int) -> bytes:
    found = Dictionary.objects.filter(id=number).first()
    if found is None:
        raise DictionaryMissing(f"The dictionary {number} is not in this database.")
    content = bytes(found.content)
    if digest(content) != bytes(found.digest):
        raise DictionaryMissing(f"The dictionary {number} was damaged.")
    return content


def digest(content: bytes) -> bytes:
    """What tells that a dictionary is whole: its SHA-256."""
    return hashlib.sha256(content).digest()
