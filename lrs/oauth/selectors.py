"""Reads of the issuers that stores trust."""

from django.db.models import QuerySet

from lrs.models import Store, TrustedIssuer


def issuers_of(
    store: Store | None = None, *, issuer: str | None = None, audience: str | None = None
) -> QuerySet[TrustedIssuer]:
    """The issuers that are trusted now, of one store or of all."""
    found = TrustedIssuer.objects.filter(revoked=None).select_related("store")
    asked = {"store": store, "issuer": issuer, "audience": audience}
    given = {name: value for name, value in asked.items() if value is not None}
    return found.filter(**given).order_by("store__slug", "issuer", "audience")
