"""Tenants and what opens them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class XapiVersion(models.TextChoices):
    V1 = "1.0.3", "xAPI 1.0.3"
    V2 = "2.0.0", "xAPI 2.0"


class Store(models.Model):
    """One tenant's set of statements and documents, with its own credentials."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    default_version = models.CharField(
        _("default xAPI version"), max_length=8, choices=XapiVersion, default=XapiVersion.V1
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Credential(models.Model):
    """A key and secret of a store. The secret is kept only as an HMAC (see lrs.stores.services)."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="credentials")
    label = models.CharField(_("label"), max_length=200)
    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)
    secret_hash = models.BinaryField(editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.label} ({self.key})"
