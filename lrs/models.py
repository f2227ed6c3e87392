"""The tables of the LRS.

Written for the paths of docs/decisions/0002: one integer `seq` orders every statement; actors, verbs and activities are
integer ids in a table per store; link tables answer the `related` filters and "the newest N" by index alone.
Rows of the dimension tables are found by the SHA-256 of their text, so that an IRI may have any length.
"""

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


class Agent(models.Model):
    """An actor known to a store by one inverse functional identifier (lrs.xapi.actors.identifier)."""

    id = models.AutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    identifier = models.TextField(_("identifier"))
    digest = models.BinaryField(editable=False)
    name = models.TextField(_("name"), blank=True)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = (models.UniqueConstraint("store", "digest", name="lrs_agent_identifier"),)
        indexes = (models.Index("digest", name="lrs_agent_digest"),)

    def __str__(self) -> str:
        return self.name or self.identifier


class Verb(models.Model):
    id = models.AutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    iri = models.TextField(_("IRI"))
    digest = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("verb")
        verbose_name_plural = _("verbs")
        constraints = (models.UniqueConstraint("store", "digest", name="lrs_verb_iri"),)

    def __str__(self) -> str:
        return self.iri


class Activity(models.Model):
    """An activity of a store, with the last definition that a statement gave."""

    id = models.AutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    iri = models.TextField(_("IRI"))
    digest = models.BinaryField(editable=False)
    type = models.TextField(_("type"), blank=True)
    # JSON as text: jsonb would refuse the character U+0000, which xAPI allows.
    definition = models.TextField(_("definition"), blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = (models.UniqueConstraint("store", "digest", name="lrs_activity_iri"),)
        indexes = (
            # The courses of a store, and what else has a type of the hierarchy.
            models.Index("store", "type", name="lrs_activity_type", condition=~models.Q(type="")),
        )

    def __str__(self) -> str:
        return self.iri


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


class AgentRole(models.IntegerChoices):
    """Where in a statement an agent stands, itself or as the member of a group that stands there."""

    ACTOR = 0
    OBJECT = 1
    AUTHORITY = 2
    INSTRUCTOR = 3
    TEAM = 4
    CONTEXT_AGENT = 5
    CONTEXT_GROUP = 6
    SUBSTATEMENT = 7


class ActivityRole(models.IntegerChoices):
    """Where in a statement an activity stands."""

    OBJECT = 0
    PARENT = 1
    GROUPING = 2
    CATEGORY = 3
    OTHER = 4
    SUBSTATEMENT = 5


class StatementAgent(models.Model):
    pk = models.CompositePrimaryKey("agent_id", "seq", "role")
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.BigIntegerField()
    role = models.SmallIntegerField(choices=AgentRole)

    class Meta:
        db_table = "lrs_statement_agent"

    def __str__(self) -> str:
        return f"agent {self.agent_id} in statement {self.seq}"


class StatementActivity(models.Model):
    pk = models.CompositePrimaryKey("activity_id", "seq", "role")
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.BigIntegerField()
    role = models.SmallIntegerField(choices=ActivityRole)

    class Meta:
        db_table = "lrs_statement_activity"

    def __str__(self) -> str:
        return f"activity {self.activity_id} in statement {self.seq}"


class StatementReference(models.Model):
    """A statement whose object is a StatementRef; `target` may arrive later, or never."""

    pk = models.CompositePrimaryKey("store_id", "target", "seq")
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    target = models.UUIDField()
    seq = models.BigIntegerField()
    voids = models.BooleanField()

    class Meta:
        db_table = "lrs_statement_reference"

    def __str__(self) -> str:
        return f"{self.target} from statement {self.seq}"
