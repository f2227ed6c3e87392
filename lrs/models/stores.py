"""Tenants and what opens them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class XapiVersion(models.TextChoices):
    V1 = "1.0.3", "xAPI 1.0.3"
    V2 = "2.0.0", "xAPI 2.0"


class Store(models.Model):
    """One tenant's set of statements and documents, with its own credentials.

    `generation` counts up, by a trigger, with every change of who may do what here. A process that remembers a
    credential remembers the generation with it, and asks for it in each request (lrs.stores.known).
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    default_version = models.CharField(
        _("default xAPI version"), max_length=8, choices=XapiVersion, default=XapiVersion.V1
    )
    authority_template = models.JSONField(
        _("authority"),
        null=True,
        blank=True,
        help_text=_("The agent that vouches for a credential's statements; empty: the usual one."),
    )
    generation = models.IntegerField(default=1, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Credential(models.Model):
    """A key of a store, with what it may do; its secrets are rows of their own.

    `authorities` are those under which it has been able to store statements, each as a text
    (lrs.xapi.actors.authority_identity): so `statements/read/mine` finds them when the template has changed.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="credentials")
    label = models.CharField(_("label"), max_length=200)
    note = models.TextField(
        _("note"), blank=True, help_text=_("For administrators: who has it, and for what.")
    )
    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    authorities = models.JSONField(default=list, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.label} ({self.key})"


class CredentialSecret(models.Model):
    """A secret of a credential, kept only as an HMAC (lrs.stores.hashing). Two at most are good at a time."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="secrets")
    digest = models.BinaryField(editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    withdrawn = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        ordering = ("created", "pk")

    def __str__(self) -> str:
        return f"{self.credential.label}, {self.created:%Y-%m-%d %H:%M}"
