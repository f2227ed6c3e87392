"""How far an import has come: written in the transaction of the statements that it speaks of."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lrs.models.stores import Store


class StatementImport(models.Model):
    """A file of statements, told from others by the SHA-256 of its first batch."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    source = models.BinaryField(editable=False)
    name = models.TextField(_("name"))
    began = models.DateTimeField(_("began"), default=timezone.now, editable=False)
    finished = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        db_table = "lrs_import"
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (models.UniqueConstraint("store", "source", name="lrs_import_source"),)

    def __str__(self) -> str:
        return self.name


class ImportedBatch(models.Model):
    """Lines that are done: `first_line` (from 1) says which, the SHA-256 of their bytes that they are the same."""

    pk = models.CompositePrimaryKey("source_id", "first_line")
    source = models.ForeignKey(
        StatementImport, on_delete=models.CASCADE, related_name="batches", db_index=False
    )
    first_line = models.BigIntegerField()
    digest = models.BinaryField(editable=False)
    stored = models.IntegerField()
    unchanged = models.IntegerField()
    refused = models.IntegerField()

    class Meta:
        db_table = "lrs_import_batch"

    def __str__(self) -> str:
        return f"from line {self.first_line}"


class RefusedLine(models.Model):
    """A line that is no statement of this store, and why."""

    pk = models.CompositePrimaryKey("source_id", "line")
    source = models.ForeignKey(
        StatementImport, on_delete=models.CASCADE, related_name="refused", db_index=False
    )
    line = models.BigIntegerField()
    path = models.TextField(_("place"), blank=True)
    message = models.TextField(_("message"))
    advice = models.TextField(_("advice"), blank=True)

    class Meta:
        db_table = "lrs_import_refused"

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"
