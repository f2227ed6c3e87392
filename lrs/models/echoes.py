"""What a statement answers for because of the statements that it refers to (see lrs.statements.references).

An echo is a row of a statement (`seq`) with what a filter asks of another (`origin`), which the first one reaches
through its StatementRef, or through a chain of them. Tables of their own: few statements refer to others, and all
others pay nothing.
"""

from django.db import models

from lrs.models.dimensions import Activity, Agent, Verb
from lrs.models.links import ActivityRole, AgentRole
from lrs.models.stores import Store


class Echo(models.Model):
    """`seq` refers to `origin` over `distance` references; with distance 0 the two are one, a statement that is
    referred to.
    """

    pk = models.CompositePrimaryKey("seq", "origin")
    seq = models.BigIntegerField()
    origin = models.BigIntegerField()
    distance = models.SmallIntegerField()
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
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
    registration = models.UUIDField(null=True)

    class Meta:
        db_table = "lrs_echo"
        indexes = (
            models.Index("origin", name="lrs_echo_by_origin"),
            models.Index("verb", "seq", name="lrs_echo_by_verb"),
            models.Index("activity", "seq", name="lrs_echo_by_activity"),
            models.Index("registration", "seq", name="lrs_echo_by_registration"),
        )

    def __str__(self) -> str:
        return f"statement {self.origin} in statement {self.seq}"


class EchoAgent(models.Model):
    """An agent of `origin`, as StatementAgent has it."""

    pk = models.CompositePrimaryKey("agent_id", "seq", "origin", "role")
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.BigIntegerField()
    origin = models.BigIntegerField()
    role = models.SmallIntegerField(choices=AgentRole)

    class Meta:
        db_table = "lrs_echo_agent"
        indexes = (models.Index("seq", "origin", name="lrs_echo_agent_by_seq"),)

    def __str__(self) -> str:
        return f"agent {self.agent_id} of statement {self.origin} in statement {self.seq}"


class EchoActivity(models.Model):
    """An activity of `origin`, as StatementActivity has it."""

    pk = models.CompositePrimaryKey("activity_id", "seq", "origin", "role")
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.BigIntegerField()
    origin = models.BigIntegerField()
    role = models.SmallIntegerField(choices=ActivityRole)

    class Meta:
        db_table = "lrs_echo_activity"
        indexes = (models.Index("seq", "origin", name="lrs_echo_activity_by_seq"),)

    def __str__(self) -> str:
        return f"activity {self.activity_id} of statement {self.origin} in statement {self.seq}"
