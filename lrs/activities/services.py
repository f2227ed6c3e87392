"""Activities made known to a store by other means than a statement."""

from lrs.dimensions import digest
from lrs.models import Activity


def ensure_activity(*, store_id: int, iri: str) -> int:
    """The id of the store's activity with this IRI, made (without a definition) where it is missing."""
    activity, _ = Activity.objects.get_or_create(
        store_id=store_id, digest=digest(iri), defaults={"iri": iri}
    )
    return activity.pk
