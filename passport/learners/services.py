"""What changes a learner."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from passport.models import Identity, Learner


@transaction.atomic
def create_learner(
    *, user: AbstractBaseUser, identifiers: Iterable[str], name: str = ""
) -> Learner:
    """Give `user` a passport that holds the records of these identifiers.

    `identifiers` have the form of `lrs.xapi.actors.identifier`, for example `mbox:mailto:a@b.org`.
    Raises ValidationError, and changes nothing, if one belongs to a learner already.
    """
    learner = Learner.objects.create(
        user_id=user.pk, name=name or getattr(user, "name", "") or user.get_username()
    )
    for identifier in identifiers:
        link_identity(learner=learner, identifier=identifier)
    return learner


@transaction.atomic
def link_identity(*, learner: Learner, identifier: str) -> Identity:
    """Say that `identifier` is this learner. Linking it twice is one link."""
    identity, _made = Identity.objects.get_or_create(
        identifier=identifier, defaults={"learner": learner}
    )
    if identity.learner_id != learner.pk:
        raise ValidationError(
            _("“%(identifier)s” belongs to another learner already. Unlink it there first."),
            code="taken",
            params={"identifier": identifier},
        )
    return identity
