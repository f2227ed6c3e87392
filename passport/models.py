"""Learners, the identities that are theirs, and what they chose to share."""

import uuid
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passport.shares import links


class Learner(models.Model):
    """A person with a passport."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="learner",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=200)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """One xAPI identifier known to belong to a learner (the form of `lrs.xapi.actors.identifier`)."""

    learner = models.ForeignKey(
        Learner, on_delete=models.CASCADE, related_name="identities", verbose_name=_("learner")
    )
    identifier = models.TextField(_("identifier"), unique=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")

    def __str__(self) -> str:
        return self.identifier


class ShareState(StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Ends(models.Model):
    """Until when a share is good."""

    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        abstract = True

    def state(self, now: datetime) -> ShareState:
        if self.withdrawn_at is not None:
            return ShareState.WITHDRAWN
        if self.expires is not None and self.expires <= now:
            return ShareState.EXPIRED
        return ShareState.ACTIVE


class Share(Ends):
    """What a learner disclosed, until when. Its statements are frozen when it is made.

    The link's token is not stored: it is derived from `nonce` under a key of the server, and found
    by its hash (docs/decisions/0040-proof-links.md).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        Learner, on_delete=models.CASCADE, related_name="shares", verbose_name=_("learner")
    )
    nonce = models.BinaryField(max_length=16, default=links.new_nonce, editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    store = models.ForeignKey(
        "lrs.Store", on_delete=models.PROTECT, related_name="+", verbose_name=_("store")
    )
    activity = models.ForeignKey(
        "lrs.Activity", on_delete=models.PROTECT, related_name="+", verbose_name=_("course")
    )
    title = models.TextField(_("title"))
    institution = models.CharField(_("institution"), max_length=200, blank=True)
    withheld = ArrayField(
        models.CharField(max_length=20), verbose_name=_("withheld"), default=list, blank=True
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        indexes = (models.Index(fields=("learner", "-created"), name="passport_share_of_learner"),)

    def __str__(self) -> str:
        return self.title

    @property
    def token(self) -> str | None:
        """The link's token, or None where the key that made it is gone."""
        return links.token_of(nonce=bytes(self.nonce), token_hash=bytes(self.token_hash))

    @property
    def url(self) -> str | None:
        """The proof link, absolute; None where it can no longer be shown (the link still works)."""
        token = self.token
        return None if token is None else f"{settings.PUBLIC_URL}/p/{token}/"


class ShareStatement(models.Model):
    """A share covers this statement. `seq` is a statement's number, without a foreign key: the
    statements' table is written too often to be locked for us.
    """

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="statements")
    seq = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("share", "seq"), name="passport_share_statement"),
        )

    def __str__(self) -> str:
        return str(self.seq)


class ShareView(models.Model):
    """Somebody opened a share: when, and nothing else about them."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="views")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("share", "-at"), name="passport_view_of_share"),)

    def __str__(self) -> str:
        return self.at.isoformat()


class ErasedShare(Ends):
    """What is left of a share when all of its records, or its learner, were erased: so that whoever has its file can
    still ask and hears "erased". Numbers only: `records` are the seqs, which lead nowhere.
    """

    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    records = ArrayField(models.BigIntegerField(), editable=False)

    class Meta:
        verbose_name = _("erased share")
        verbose_name_plural = _("erased shares")

    def __str__(self) -> str:
        return str(self.pk)


class ErasureRequest(models.Model):
    """An erasure under way: what it is about, until that is gone. Then the row goes too, for it names people.

    `target` is what passport.erasure.targets reads. `contents` are attachments whose statements are gone.
    """

    class Subject(models.TextChoices):
        STATEMENTS = "statements", _("statements")
        LEARNER = "learner", _("learner")
        STORE = "store", _("store")
        RETENTION = "retention", _("what was kept long enough")

    subject = models.CharField(_("what"), max_length=10, choices=Subject)
    target = models.JSONField(_("target"))
    reason = models.SmallIntegerField(_("reason"))
    contents = ArrayField(models.BigIntegerField(), default=list, editable=False)
    statements = models.BigIntegerField(_("statements erased"), default=0)
    begun = models.DateTimeField(_("begun"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("erasure under way")
        verbose_name_plural = _("erasures under way")

    def __str__(self) -> str:
        return f"{self.subject}, {self.begun:%Y-%m-%d %H:%M}"


class RetentionRule(models.Model):
    """For how many days a store keeps a statement, counted from when it was stored."""

    store = models.OneToOneField(
        "lrs.Store", on_delete=models.CASCADE, related_name="+", verbose_name=_("store")
    )
    days = models.PositiveIntegerField(
        _("days"),
        validators=[MinValueValidator(1)],
        help_text=_("Older statements are erased for good, within the hour."),
    )

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        constraints = (
            models.CheckConstraint(condition=models.Q(days__gte=1), name="passport_retention_days"),
        )

    def __str__(self) -> str:
        return f"{self.store}: {self.days}"
