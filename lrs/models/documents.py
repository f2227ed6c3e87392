"""Documents: what clients keep for an activity, an agent, or an agent in an activity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.dimensions import Activity, Agent
from lrs.models.stores import Store


class Document(models.Model):
    """A document as its client sent it: state has an activity and an agent, a profile one of the two.

    Found by the SHA-256 of its name (stateId, profileId), so that a name may have any length. References carry no
    database constraint, as with statements: a lock on an agent's or activity's row could wait for a writer of
    statements.
    """

    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("activity"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        null=True,
    )
    agent = models.ForeignKey(
        Agent,
        verbose_name=_("agent"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        null=True,
    )
    registration = models.UUIDField(_("registration"), null=True)
    name = models.TextField(_("identifier"))
    digest = models.BinaryField(editable=False)
    content_type = models.TextField(_("content type"))
    content = models.BinaryField(_("content"))
    etag = models.CharField(max_length=40, editable=False)
    # Counts the changes: a writer changes what it has read, or nothing.
    revision = models.PositiveBigIntegerField(default=1, editable=False)
    updated = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = (
            models.UniqueConstraint(
                fields=("store", "activity", "agent", "registration", "digest"),
                nulls_distinct=False,
                name="lrs_document_name",
            ),
            models.CheckConstraint(
                name="lrs_document_place",
                condition=models.Q(activity__isnull=False, registration__isnull=True)
                | models.Q(agent__isnull=False, registration__isnull=True)
                | models.Q(activity__isnull=False, agent__isnull=False),
            ),
        )
        # For who looks for a document by its name alone.
        indexes = (models.Index("digest", name="lrs_document_digest"),)

    def __str__(self) -> str:
        return self.name
