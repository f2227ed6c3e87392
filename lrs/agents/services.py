"""What becomes known of agents, beside the rows that their statements need."""

from collections.abc import Mapping

from django.db import connection

from lrs.dimensions import digest
from lrs.models import Agent

MOST_NAMES = 50  # of one agent; a client that invents names must not fill the database
_MOST_REMEMBERED = 50_000
# Hashes of (agent, name) that this process need not write again: almost every name was heard before.
_heard: set[int] = set()

_LEARN = """
INSERT INTO lrs_agent_name (agent_id, digest, name)
SELECT agent, digest, name FROM unnest(%s::int[], %s::bytea[], %s::text[]) AS new(agent, digest, name)
 WHERE (SELECT count(*) FROM lrs_agent_name k WHERE k.agent_id = new.agent) < %s
 ORDER BY agent, digest
ON CONFLICT DO NOTHING
"""


def ensure_agent(*, store_id: int, identifier: str) -> int:
    """The id of the store's agent with this identifier (lrs.xapi.actors), made where it is missing."""
    agent, _ = Agent.objects.get_or_create(
        store_id=store_id, digest=digest(identifier), defaults={"identifier": identifier}
    )
    return agent.pk


def learn_names(*, names: Mapping[int, str]) -> None:
    """Remember a name for each agent (by its row id), beside those known; the first MOST_NAMES of an agent stay.

    A short statement of its own, its rows sorted, so that two writers cannot deadlock. Precondition: no open
    transaction.
    """
    new = {hash(item): item for item in names.items() if hash(item) not in _heard}
    if not new:
        return
    agents, texts = zip(*new.values(), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _LEARN, [list(agents), [digest(text) for text in texts], list(texts), MOST_NAMES]
        )
    if len(_heard) > _MOST_REMEMBERED:
        _heard.clear()
    _heard.update(new)
