"""Writing rejected requests down, and forgetting them again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lrs.ingestion.services import add_rejected
from lrs.models import Credential, Rejection, RejectionCause
from lrs.rejections.facts import Facts, cause_path, fingerprint

_MOST_CAUSES = 500  # of a store


@dataclass(frozen=True, slots=True)
class Counted:
    """Rejected requests of one cause that are not kept: the newest of them, and how many they were."""

    facts: Facts
    times: int


@transaction.atomic
def keep(*, kept: Sequence[Facts], counted: Sequence[Counted] = ()) -> None:
    """Write rejected requests down: each with its cause, and each store's newest XAPI_REJECTIONS_KEPT.

    A request that carried the key of a credential of ours, with a wrong secret or after it was revoked, is noted for
    that credential's store.
    """
    notes = [Counted(facts, 1) for facts in kept]
    owners = _owners([one.facts for one in (*notes, *counted)])
    notes = [replace(one, facts=_owned(one.facts, owners)) for one in notes]
    only_counted = [replace(one, facts=_owned(one.facts, owners)) for one in counted]
    causes = _add_to_causes(notes, only_counted)
    Rejection.objects.bulk_create(
        Rejection(
            store_id=one.facts.store_id,
            cause_id=causes[one.facts.store_id, fingerprint(one.facts)],
            moment=one.facts.moment,
            path=one.facts.path,
            message=one.facts.message,
            parameters=one.facts.parameters,
            user_agent=one.facts.user_agent,
            version=one.facts.version,
            content_type=one.facts.content_type,
            size=one.facts.size,
            body=one.facts.body,
        )
        for one in notes
    )
    add_rejected(
        [(one.facts.store_id, one.facts.moment, one.times) for one in (*notes, *only_counted)]
    )
    for store_id in {one.facts.store_id for one in (*notes, *only_counted)}:
        _forget_beyond(store_id)


def purge(*, now: datetime | None = None) -> int:
    """Forget what is older than the settings say; how many rejected requests that were.

    The beginnings of bodies go after XAPI_REJECTIONS_BODY_HOURS, the rest after XAPI_REJECTIONS_DAYS.
    """
    now = now or timezone.now()
    bodies = now - timedelta(hours=settings.XAPI_REJECTIONS_BODY_HOURS)
    Rejection.objects.filter(moment__lt=bodies).exclude(body=b"").update(body=b"")
    oldest = now - timedelta(days=settings.XAPI_REJECTIONS_DAYS)
    deleted, _ = Rejection.objects.filter(moment__lt=oldest).delete()
    RejectionCause.objects.filter(last__lt=oldest).delete()
    return deleted


def _owners(all_facts: Sequence[Facts]) -> dict[str, tuple[int, int]]:
    keys = {facts.key for facts in all_facts if facts.store_id is None and facts.key}
    rows = Credential.objects.filter(key__in=keys).values_list("key", "store_id", "pk")
    return {key: (store_id, credential_id) for key, store_id, credential_id in rows}


def _owned(facts: Facts, owners: dict[str, tuple[int, int]]) -> Facts:
    if facts.store_id is not None or facts.key not in owners:
        return facts
    store_id, credential_id = owners[facts.key]
    return replace(facts, store_id=store_id, credential_id=credential_id)


def _add_to_causes(
    notes: Sequence[Counted], only_counted: Sequence[Counted]
) -> dict[tuple[int | None, bytes], int]:
    """The id of each cause. Written sorted, so that no two processes wait for each other in a ring."""
    sums: dict[tuple[int | None, bytes], tuple[Facts, int, int]] = {}
    for group, kept in ((notes, True), (only_counted, False)):
        for one in group:
            cause = one.facts.store_id, fingerprint(one.facts)
            _, count, not_kept = sums.get(cause, (one.facts, 0, 0))
            sums[cause] = one.facts, count + one.times, not_kept + (0 if kept else one.times)
    ids = {}
    with connection.cursor() as cursor:
        for cause in sorted(sums, key=lambda cause: (cause[0] or 0, cause[1])):
            facts, count, not_kept = sums[cause]
            cursor.execute(
                """
                INSERT INTO lrs_rejectioncause AS c (store_id, fingerprint, credential_id, key, method, resource,
                    status, code, path, message, advice, count, not_kept, first, last)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (store_id, fingerprint) DO UPDATE SET
                    count = c.count + excluded.count, not_kept = c.not_kept + excluded.not_kept,
                    last = greatest(c.last, excluded.last), message = excluded.message, advice = excluded.advice
                RETURNING id
                """,
                [
                    *cause, facts.credential_id, facts.key, facts.method, facts.resource, facts.status, facts.code,
                    cause_path(facts.path), facts.message, facts.advice, count, not_kept, facts.moment, facts.moment,
                ],
            )  # fmt: skip
            ids[cause] = int(cursor.fetchone()[0])
    return ids


def _forget_beyond(store_id: int | None) -> None:
    rejections = Rejection.objects.filter(store=store_id)
    beyond = rejections.order_by("-id").values_list("id", flat=True)
    if newest := list(beyond[settings.XAPI_REJECTIONS_KEPT :][:1]):
        rejections.filter(id__lte=newest[0]).delete()
    causes = RejectionCause.objects.filter(store=store_id).order_by("-last", "-id")
    RejectionCause.objects.filter(
        pk__in=list(causes.values_list("pk", flat=True)[_MOST_CAUSES:])
    ).delete()
