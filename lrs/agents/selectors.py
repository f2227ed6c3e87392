"""Reads about agents."""

from collections.abc import Collection

from lrs.dimensions import digest
from lrs.models import Agent, AgentName


def agent_ids(
    *, identifiers: Collection[str], store_ids: Collection[int] | None = None
) -> list[int]:
    """The agents that carry one of these identifiers, in every store or in the given ones."""
    agents = Agent.objects.filter(digest__in=[digest(text) for text in identifiers])
    if store_ids is not None:
        agents = agents.filter(store_id__in=store_ids)
    return list(agents.order_by("id").values_list("id", flat=True))


def names_of(*, store_id: int, identifier: str) -> list[str]:
    """The names that the store knows for the agent with this identifier, in the order in which it heard them."""
    found = AgentName.objects.filter(agent__store_id=store_id, agent__digest=digest(identifier))
    return list(found.order_by("id").values_list("name", flat=True))


def names_of_agents(*, agent_ids: Collection[int]) -> list[str]:
    """Every name that is known for one of these agents (row ids)."""
    known = AgentName.objects.filter(agent__in=agent_ids).values_list("name", flat=True)
    given = Agent.objects.filter(pk__in=agent_ids).exclude(name="").values_list("name", flat=True)
    return sorted({*known, *given})
