"""Erasing what a store keeps of somebody beside statements: documents, notes of refused requests, names."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from lrs.erasure import unused
from lrs.erasure.statements import be_alone
from lrs.hierarchy.locks import hold
from lrs.models import Document
from lrs.statements.dimensions import renumber


def forget_agents(
    *, store_id: int, agent_ids: Collection[int], before: datetime | None = None
) -> None:
    """Delete the agents' documents, and the agents, their names and activities that nothing names any more.

    With `before`, documents that were changed later stay. Precondition: an open transaction; their statements are gone.
    """
    be_alone(store_id)
    hold(store_id)
    documents = Document.objects.filter(store=store_id, agent__in=agent_ids)
    if before is not None:
        documents = documents.filter(updated__lt=before)
    activities = set(documents.exclude(activity=None).values_list("activity_id", flat=True))
    documents.delete()
    if unused.remove(store_id=store_id, agents=agent_ids, activities=activities):
        renumber(store_id=store_id)


# An authority is an identifier, or `pair:` and two of them (lrs.xapi.actors.authority_identity).
_VOUCHED = """
EXISTS (SELECT FROM jsonb_array_elements_text(t.authorities) a, unnest(%(identifiers)s::text[]) w
         WHERE a = w OR a LIKE 'pair:%%' AND strpos(' ' || substr(a, 6) || ' ', ' ' || w || ' ') > 0)
"""


def forget_subjects(*, identifiers: Collection[str]) -> None:
    """Delete whom issuers' tokens were given to where they vouched for statements under one of these identifiers.

    One that was shut out stays, or the next token would open again; but not what it vouched under.
    """
    given = {"identifiers": list(identifiers)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM lrs_tokensubject t WHERE revoked IS NULL AND {_VOUCHED}", given
        )
        cursor.execute(f"UPDATE lrs_tokensubject t SET authorities = '[]' WHERE {_VOUCHED}", given)


# The beginning of a body may end within a word, so it is not searched: all of the store's go. They are kept for three
# days at most anyway (XAPI_REJECTIONS_BODY_HOURS).
_NAMES_ONE = "EXISTS (SELECT FROM unnest(%(words)s::text[]) w WHERE strpos(concat({}), w) > 0)"
_OF_REJECTION = _NAMES_ONE.format("r.message, r.path")
_OF_CAUSE = _NAMES_ONE.format("c.message, c.advice, c.path, c.key")
_OF_LINE = _NAMES_ONE.format("f.message, f.advice, f.path")
_NOTES = (
    "UPDATE lrs_rejection SET body = '' WHERE store_id = %(store)s AND body <> ''",
    f"DELETE FROM lrs_rejection r WHERE store_id = %(store)s AND {_OF_REJECTION}",
    (
        "DELETE FROM lrs_rejection r USING lrs_rejectioncause c"
        f" WHERE r.cause_id = c.id AND c.store_id = %(store)s AND {_OF_CAUSE}"
    ),
    f"DELETE FROM lrs_rejectioncause c WHERE store_id = %(store)s AND {_OF_CAUSE}",
    (
        "DELETE FROM lrs_import_refused f USING lrs_import i"
        f" WHERE f.source_id = i.id AND i.store_id = %(store)s AND {_OF_LINE}"
    ),
)


def forget_notes(*, store_id: int, words: Collection[str]) -> None:
    """Delete what notes of refused requests and lines of the store could hold of these words (identifiers, ids)."""
    given: dict[str, Any] = {
        "store": store_id,
        "words": [word for word in words if word and "\0" not in word],
    }
    with connection.cursor() as cursor:
        for command in _NOTES:
            cursor.execute(command, given)
