"""What statements name: agents, verbs and activities, an integer id each, per store.

Rows are found by the SHA-256 of their text, so that an IRI may have any length.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.stores import Store


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
