"""Statements as stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.dimensions import Activity, Agent, Verb
from lrs.models.stores import Store


class Statement(models.Model):
    """A statement as stored: `document` is the exact JSON that is served, and final.

    A trigger refuses every UPDATE but that of `voided`. References carry no database constraint, for each would
    cost a lookup a row; the rows they name are written first, by the same service, and are never deleted before.
    """

    PLAIN = 0

    seq = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    id = models.UUIDField()
    stored = models.DateTimeField()
    timestamp = models.DateTimeField()
    registration = models.UUIDField(null=True)
    actor = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    verb = models.ForeignKey(
        Verb, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        null=True,
    )
    voided = models.BooleanField(default=False)
    # How `document` is encoded: 0 as it is, n by the compression dictionary n (none so far).
    encoding = models.SmallIntegerField(default=PLAIN)
    document = models.BinaryField()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = (models.UniqueConstraint("store", "id", name="lrs_statement_id"),)
        indexes = (
            models.Index("store", "seq", name="lrs_statement_by_store"),
            models.Index("actor", "timestamp", "seq", name="lrs_statement_by_timeline"),
            models.Index("verb", "seq", name="lrs_statement_by_verb"),
            models.Index(
                "activity",
                "seq",
                name="lrs_statement_by_activity",
                condition=models.Q(activity__isnull=False),
            ),
            models.Index(
                "registration",
                "seq",
                name="lrs_statement_by_registration",
                condition=models.Q(registration__isnull=False),
            ),
            models.Index("store", "stored", name="lrs_statement_by_stored"),
        )

    def __str__(self) -> str:
        return str(self.id)
