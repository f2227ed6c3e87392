"""The names under which a store's statements speak of an agent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.dimensions import Agent


class AgentName(models.Model):
    """A name of an agent; the lower `id` was heard first. Found by its SHA-256, so that it may have any length."""

    agent = models.ForeignKey(
        Agent,
        verbose_name=_("agent"),
        on_delete=models.CASCADE,
        related_name="names",
        db_constraint=False,
        db_index=False,
    )
    name = models.TextField(_("name"))
    digest = models.BinaryField(editable=False)

    class Meta:
        db_table = "lrs_agent_name"
        verbose_name = _("name of an agent")
        verbose_name_plural = _("names of agents")
        constraints = (models.UniqueConstraint("agent", "digest", name="lrs_agent_name_once"),)

    def __str__(self) -> str:
        return self.name
