"""What makes and ends a share."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lrs.hierarchy.courses import in_course
from lrs.models import Activity
from lrs.statements.selectors import seqs_of_agents
from passport.documents import read_document
from passport.learners.selectors import agents_of
from passport.models import Learner, Share, ShareStatement, ShareView
from passport.shares import links
from passport.shares.disclosure import check_withheld
from passport.timeline.words import last_part, pick

_LONGEST_TITLE = 300  # characters; a verifier refuses a file whose title has more than 4,096


class NothingToShare(Exception):
    """The learner has no record in this course."""


@transaction.atomic
def share_course(
    *,
    learner: Learner,
    activity_id: int,
    withheld: Collection[str] = (),
    expires: datetime | None,
    institution: str = "",
    language: str = "en",
) -> Share:
    """Share all that the learner has in a course today; what comes later is not in it.

    `activity_id` is the course's row in `lrs`; `withheld` names statement slots
    (`disclosure.WITHHOLDABLE`); `expires` None means no end. `institution` defaults to the name of the
    store that took the records: a learner does not write it, for a verifier relies on it.
    Raises NothingToShare, `disclosure.CannotWithhold`.
    """
    slots = check_withheld(withheld)
    activity = Activity.objects.select_related("store").get(pk=activity_id)
    agents = agents_of(learner=learner, store_id=activity.store_id)
    seqs = []
    if agents:
        within = in_course(agent_ids=agents, course_id=activity.pk)
        seqs = seqs_of_agents(agent_ids=agents, within=within)
    if not seqs:
        raise NothingToShare(activity.iri)
    nonce = links.new_nonce()
    share = Share.objects.create(
        learner=learner,
        nonce=nonce,
        token_hash=links.token_hash(links.new_token(nonce=nonce)),
        store=activity.store,
        activity=activity,
        title=_title(activity, language),
        institution=institution or activity.store.name,
        withheld=slots,
        expires=expires,
    )
    ShareStatement.objects.bulk_create(
        [ShareStatement(share=share, seq=seq) for seq in sorted(set(seqs))], batch_size=5_000
    )
    return share


def withdraw(*, share: Share) -> None:
    """Close the link at once and for ever. Withdrawing twice keeps the first time."""
    Share.objects.filter(pk=share.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    share.refresh_from_db(fields=["withdrawn_at"])


def record_view(*, share: Share) -> None:
    ShareView.objects.create(share=share)


def _title(activity: Activity, language: str) -> str:
    definition = read_document((activity.definition or "{}").encode())
    title = pick(definition.get("name"), language) or last_part(activity.iri)
    title = title.replace("\0", "\ufffd")  # PostgreSQL keeps no U+0000 in text
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
