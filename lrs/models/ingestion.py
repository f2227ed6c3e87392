"""How much arrived when: sums that the graphs of the admin are drawn from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.stores import Store


class IngestionSpan(models.Model):
    """What a store took in within a minute or an hour. `store` is empty for requests of no known store."""

    MINUTE = 60
    HOUR = 3600

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    seconds = models.SmallIntegerField(choices=((MINUTE, _("minute")), (HOUR, _("hour"))))
    start = models.DateTimeField(_("from"))
    statements = models.BigIntegerField(_("statements"), default=0)
    bytes = models.BigIntegerField(_("bytes"), default=0)
    rejected = models.BigIntegerField(_("rejected requests"), default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "store", "seconds", "start", name="lrs_ingestion_span_once", nulls_distinct=False
            ),
        )
        indexes = (models.Index("seconds", "start", name="lrs_ingestion_span_by_start"),)

    def __str__(self) -> str:
        return f"{self.statements} statements in {self.seconds} s from {self.start}"


class IngestionProgress(models.Model):
    """The one row that says up to which minute statements were counted (exclusive)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    through = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="lrs_ingestion_progress_is_one"),
        )

    def __str__(self) -> str:
        return f"counted up to {self.through}"
