"""The dictionaries that documents are compressed with (docs/decisions/0066).

One comes with the code; more are made from a server's own statements, whose names and phrases they know. New
documents take the newest, old ones stay as they are, and so no dictionary is ever changed or deleted. All are in the
table lrs_dictionary, so that a copy of the database can be read without this code.
"""

import hashlib
import time
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files

import zstandard
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from lrs.models import Dictionary, Statement

SHIPPED = 1
# SHA-256 of lrs/statements/shipped/1.zdict. The file never changes: documents all over the world need it.
_SHIPPED_DIGEST = "18d0e750617a5976f453181f3989f44685199afc3b752169afcf06794bcc710c"
_FIRST_OWN = 100  # lower numbers are for dictionaries that come with the code
LEVEL = 3
SIZE = (
    32 * 1024
)  # bytes of a dictionary at most: more gains little, and each process keeps it in memory
FEWEST_SAMPLES = 1_000
_LEARN_FROM = 10_000  # statements, by the periodic task
_WORTHWHILE = 0.8  # of the bytes with the dictionary of today
_NOT_AGAIN_WITHIN = timedelta(days=1)
_LOOK_AGAIN = 60.0  # seconds after which a process looks whether there is a newer dictionary
_newest = (SHIPPED, float("-inf"))  # the number, and when it was looked up


class DictionaryMissing(Exception):
    """A document needs a dictionary that this database does not have, or that was damaged."""


class TooFewStatements(Exception):
    """There are not enough statements to learn from."""


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
            [Dictionary(id=SHIPPED, content=content, digest=_digest(content), samples=0)],
            ignore_conflicts=True,
        )


def train(*, documents: list[bytes]) -> Dictionary:
    """Make a dictionary from these documents (as served); new statements are compressed with it within a minute.

    Raises TooFewStatements below FEWEST_SAMPLES documents, or where they have nothing in common.
    """
    content = make(documents)
    with transaction.atomic():
        newest_own = Dictionary.objects.aggregate(newest=Max("id"))["newest"] or 0
        return Dictionary.objects.create(
            id=max(_FIRST_OWN, newest_own + 1),
            content=content,
            digest=_digest(content),
            samples=len(documents),
        )


def train_if_worthwhile() -> Dictionary | None:
    """Make a dictionary from the newest statements if they would take a fifth less with it, and none was made today.

    The gain is measured on statements that it was not made from.
    """
    documents = newest_documents(_LEARN_FROM)
    if len(documents) < _LEARN_FROM or _made_lately():
        return None
    learnt, others = documents[::2], documents[1::2]
    if bytes_with(make(learnt), others) > _WORTHWHILE * bytes_with(content_of(newest()), others):
        return None
    return train(documents=documents)


def make(documents: list[bytes]) -> bytes:
    """The content of a dictionary for documents like these. Raises TooFewStatements."""
    if len(documents) < FEWEST_SAMPLES:
        message = f"A dictionary needs {FEWEST_SAMPLES:,} statements; there are {len(documents):,}."
        raise TooFewStatements(message)
    try:
        return zstandard.train_dictionary(SIZE, [*documents]).as_bytes()
    except zstandard.ZstdError as error:
        raise TooFewStatements(f"No dictionary comes of these statements ({error}).") from error


def bytes_with(content: bytes, documents: list[bytes]) -> float:
    """How many bytes a document takes on average, compressed with this dictionary."""
    dictionary = zstandard.ZstdCompressionDict(content)
    tool = zstandard.ZstdCompressor(
        level=LEVEL, dict_data=dictionary, write_checksum=True, write_dict_id=False
    )
    return sum(len(tool.compress(document)) for document in documents) / len(documents)


def newest_documents(count: int) -> list[bytes]:
    """The newest statements of all stores, as served."""
    from lrs.statements.documents import decode  # it needs this module

    rows = Statement.objects.order_by("-seq").values_list("encoding", "document")[:count]
    return [decode(encoding, document) for encoding, document in rows]


def content_of(number: int) -> bytes:
    """The dictionary's bytes. Raises DictionaryMissing."""
    return shipped() if number == SHIPPED else _own(number)


def _made_lately() -> bool:
    return Dictionary.objects.filter(
        id__gte=_FIRST_OWN, created__gt=timezone.now() - _NOT_AGAIN_WITHIN
    ).exists()


def _own(number: int) -> bytes:
    found = Dictionary.objects.filter(id=number).first()
    if found is None:
        raise DictionaryMissing(f"The dictionary {number} is not in this database.")
    content = bytes(found.content)
    if _digest(content) != bytes(found.digest):
        raise DictionaryMissing(f"The dictionary {number} was damaged.")
    return content


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
