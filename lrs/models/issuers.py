"""Identity providers outside, whose bearer tokens open a store (OpenID Connect)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lrs.models.stores import Store


class TrustedIssuer(models.Model):
    """An issuer of tokens that a store trusts for one audience.

    Issuer and audience together name the store, so no two stores may share them.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="issuers")
    label = models.CharField(_("label"), max_length=200)
    issuer = models.CharField(
        _("issuer"), max_length=500, help_text=_("Exactly as in the tokens' claim “iss”.")
    )
    audience = models.CharField(
        _("audience"), max_length=500, help_text=_("What the tokens' claim “aud” must name.")
    )
    jwks_url = models.CharField(
        _("address of the keys"), max_length=500, help_text=_("The issuer's “jwks_uri”.")
    )
    algorithms = ArrayField(models.CharField(max_length=10), verbose_name=_("algorithms"))
    scopes = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("scopes"),
        help_text=_("The most that a token may have here, whatever it says."),
    )
    scope_claim = models.CharField(_("claim with the scopes"), max_length=200, default="scope")
    scope_map = models.JSONField(
        _("names of scopes"),
        default=dict,
        blank=True,
        help_text=_("From the issuer's name of a scope or role to ours; empty: they are the same."),
    )
    authority_template = models.JSONField(_("authority"), null=True, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("trusted issuer")
        verbose_name_plural = _("trusted issuers")
        ordering = ("label",)
        constraints = (
            models.UniqueConstraint(
                "issuer",
                "audience",
                condition=models.Q(revoked=None),
                name="lrs_trusted_issuer_audience",
            ),
        )

    def __str__(self) -> str:
        return self.label


class TokenSubject(models.Model):
    """Somebody or something that an issuer's tokens were given to, seen here at least once.

    `authorities` is as that of a credential.
    """

    issuer = models.ForeignKey(TrustedIssuer, on_delete=models.PROTECT, related_name="subjects")
    subject = models.CharField(_("subject"), max_length=255)
    authorities = models.JSONField(default=list, editable=False)
    created = models.DateTimeField(_("first seen"), default=timezone.now, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("token subject")
        verbose_name_plural = _("token subjects")
        constraints = (models.UniqueConstraint("issuer", "subject", name="lrs_token_subject"),)

    def __str__(self) -> str:
        return self.subject
