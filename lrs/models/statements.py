"""Statements as stored."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lrs.models.dimensions import Activity, Agent, Verb
from lrs.models.stores import Store


class Statement(models.Model):
    """A statement as stored: `document` holds the exact JSON that is served (lrs.statements.documents), and is final.

    A trigger refuses every UPDATE but that of `voided`. References carry no database constraint, for each would
    cost a lookup a row; the rows they name are written first, by the same service, and are never deleted before.

    In the database the table is in parts by `seq` (lrs.statements.partitions), so no constraint of its own can hold
    an id unique: StatementId does.
    """

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
    # How `document` is kept: 0 as it is, n compressed with the dictionary n.
    encoding = models.SmallIntegerField(default=0)
    document = models.BinaryField()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        indexes = (
            # With `stored`, by which a search passes over what lies beside a span of time.
            models.Index("store", "seq", name="lrs_statement_by_store", include=("stored",)),
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


class StatementId(models.Model):
    """Where a statement is found by its id, which is unique in its store.

    Written with the statement by lrs_insert_statements, and deleted with it by a trigger.
    """

    pk = models.CompositePrimaryKey("id", "store_id")
    id = models.UUIDField()
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.BigIntegerField()

    class Meta:
        db_table = "lrs_statement_id"

    def __str__(self) -> str:
        return f"{self.id} is statement {self.seq}"


class Dictionary(models.Model):
    """A compression dictionary (lrs.statements.dictionaries). Never changed nor deleted: documents need it."""

    id = models.SmallIntegerField(primary_key=True)
    content = models.BinaryField()
    # SHA-256 of the content: it is checked each time that it is loaded.
    digest = models.BinaryField()
    samples = models.IntegerField(_("statements that it was made from"))
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("dictionary")
        verbose_name_plural = _("dictionaries")

    def __str__(self) -> str:
        return f"dictionary {self.id}"


class DimensionGeneration(models.Model):
    """Counts up when a store's agents, verbs or activities get other rows: what processes remember of them is void then
    (lrs.statements.dimensions). No row means 0."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    number = models.IntegerField()

    class Meta:
        db_table = "lrs_dimension_generation"

    def __str__(self) -> str:
        return f"generation {self.number} of store {self.store_id}"
