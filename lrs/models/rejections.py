"""Requests that were refused, and why: for whoever runs the client that sent them. Kept for a short time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.stores import Credential, Store


class RejectionCause(models.Model):
    """Rejected requests with the same cause (lrs.rejections.facts.fingerprint), counted; the newest one's words.

    `store` is empty where no store is known: the request carried no credential, or a key that is nobody's.
    """

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    fingerprint = models.BinaryField(editable=False)
    credential = models.ForeignKey(
        Credential, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    # As it was sent, which may be no key of ours; never with a secret.
    key = models.CharField(_("key"), max_length=64, blank=True)
    method = models.CharField(_("method"), max_length=16)
    resource = models.CharField(_("resource"), max_length=200)
    status = models.SmallIntegerField(_("status"))
    code = models.CharField(_("code"), max_length=64)
    path = models.TextField(_("JSON path"), blank=True)
    message = models.TextField(_("reason"))
    advice = models.TextField(_("advice"), blank=True)
    count = models.BigIntegerField(_("how often"))
    # How many of those were counted only, because too many came at once.
    not_kept = models.BigIntegerField(_("counted only"), default=0)
    first = models.DateTimeField(_("first"))
    last = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("rejected request")
        verbose_name_plural = _("rejected requests")
        constraints = (
            models.UniqueConstraint(
                "store", "fingerprint", name="lrs_rejection_cause_once", nulls_distinct=False
            ),
        )
        indexes = (models.Index("store", "last", name="lrs_rejection_cause_newest"),)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.method} {self.resource}"


class Rejection(models.Model):
    """One rejected request, with the first bytes of its body where its sender was known."""

    store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    cause = models.ForeignKey(RejectionCause, on_delete=models.CASCADE, related_name="rejections")
    moment = models.DateTimeField(_("when"))
    path = models.TextField(_("JSON path"), blank=True)
    message = models.TextField(_("reason"))
    parameters = models.TextField(_("names of the parameters"), blank=True)
    user_agent = models.CharField(_("client"), max_length=300, blank=True)
    version = models.CharField(_("version header"), max_length=40, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    size = models.BigIntegerField(_("bytes"), null=True)
    body = models.BinaryField(_("beginning of the body"))

    class Meta:
        verbose_name = _("rejected request, each")
        verbose_name_plural = _("rejected requests, each")
        indexes = (
            models.Index("store", "id", name="lrs_rejection_by_store"),
            models.Index("moment", name="lrs_rejection_by_moment"),
        )

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M:%S} {self.message}"
