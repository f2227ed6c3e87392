"""What is known of a learner."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from lrs.agents.selectors import agent_ids
from passport.models import Learner


def learner_of(*, user: AbstractBaseUser | AnonymousUser) -> Learner | None:
    return Learner.objects.filter(user_id=user.pk).first() if user.pk else None


def agents_of(*, learner: Learner, store_id: int | None = None) -> list[int]:
    """The ids of the LRS's agents that are this learner, in one store or in all."""
    identifiers = list(learner.identities.values_list("identifier", flat=True))
    if not identifiers:
        return []
    return agent_ids(identifiers=identifiers, store_ids=None if store_id is None else [store_id])
