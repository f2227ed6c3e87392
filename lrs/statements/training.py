"""Dictionaries are made of a server's own statements (lrs.statements.dictionaries keeps and loads them)."""

from datetime import timedelta

import zstandard
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from lrs.models import Dictionary, Statement
from lrs.statements.dictionaries import FIRST_OWN, LEVEL, content_of, digest, newest
from lrs.statements.documents import decode
from lrs.statements.impersonal import without_people

# Bytes of a dictionary at most: more gains little, and each process keeps it in memory.
SIZE = 32 * 1024
FEWEST_SAMPLES = 1_000
_LEARN_FROM = 10_000  # statements, by the periodic task
_WORTHWHILE = 0.8  # of the bytes with the dictionary of today
_NOT_AGAIN_WITHIN = timedelta(days=1)


class TooFewStatements(Exception):
    """There are not enough statements to learn from."""


def train(*, documents: list[bytes]) -> Dictionary:
    """Make a dictionary from these documents (as served); new statements are compressed with it within a minute.

    Raises TooFewStatements below FEWEST_SAMPLES documents, or where they have nothing in common.
    """
    content = make(documents)
    with transaction.atomic():
        newest_own = Dictionary.objects.aggregate(newest=Max("id"))["newest"] or 0
        return Dictionary.objects.create(
            id=max(FIRST_OWN, newest_own + 1),
            content=content,
            digest=digest(content),
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
    """The content of a dictionary for documents like these, without their people. Raises TooFewStatements."""
    if len(documents) < FEWEST_SAMPLES:
        message = f"A dictionary needs {FEWEST_SAMPLES:,} statements; there are {len(documents):,}."
        raise TooFewStatements(message)
    try:
        return zstandard.train_dictionary(SIZE, [*map(without_people, documents)]).as_bytes()
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
    rows = Statement.objects.order_by("-seq").values_list("encoding", "document")[:count]
    return [decode(encoding, document) for encoding, document in rows]


def _made_lately() -> bool:
    return Dictionary.objects.filter(
        id__gte=FIRST_OWN, created__gt=timezone.now() - _NOT_AGAIN_WITHIN
    ).exists()
