"""Attachments whose content came with a statement."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lrs.models.stores import Store


class Attachment(models.Model):
    """A content that a store keeps once, whatever number of statements has it.

    The bytes lie in the storage `attachments` under `name`. The row is committed before the bytes are written, so the
    storage never holds bytes without a row; a row without a link is what a crash or an erasure left, and goes with its
    bytes (see lrs.attachments.services.prune).
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    sha2 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    content_type = models.TextField(_("content type"))
    length = models.BigIntegerField(_("length in bytes"))
    stored = models.DateTimeField(_("stored"), default=timezone.now, editable=False)
    # When a request last said that it is about to use the row; young claims are never pruned.
    claimed = models.DateTimeField(default=timezone.now, editable=False)
    # When the scanner last found nothing in it; empty: there was no scanner when it came.
    scanned = models.DateTimeField(_("scanned"), null=True, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = (models.UniqueConstraint("store", "sha2", name="lrs_attachment_content"),)
        indexes = (models.Index("claimed", name="lrs_attachment_by_claim"),)

    def __str__(self) -> str:
        return self.sha2

    @property
    def name(self) -> str:
        """Where the storage keeps the bytes."""
        return f"{self.store_id}/{self.sha2[:2]}/{self.sha2}"


class StatementAttachment(models.Model):
    """A statement has a content. `sha2` and `content_type` are as the statement says them."""

    pk = models.CompositePrimaryKey("seq", "sha2")
    seq = models.BigIntegerField()
    sha2 = models.CharField(max_length=128)
    content_type = models.TextField()
    # RESTRICT in the database too: bytes can go only when nothing needs them.
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="links")

    class Meta:
        db_table = "lrs_statement_attachment"

    def __str__(self) -> str:
        return f"attachment {self.sha2} of statement {self.seq}"
