"""Agents made known to a store by other means than a statement."""

from lrs.dimensions import digest
from lrs.models import Agent


def ensure_agent(*, store_id: int, identifier: str) -> int:
    """The id of the store's agent with this identifier (lrs.xapi.actors), made where it is missing."""
    agent, _ = Agent.objects.get_or_create(
        store_id=store_id, digest=digest(identifier), defaults={"identifier": identifier}
    )
    return agent.pk
