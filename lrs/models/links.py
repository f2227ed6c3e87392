"""What answers the filters: which agents, activities and statements stand where in a statement."""

from django.db import models

from lrs.models.dimensions import Activity, Agent
from lrs.models.stores import Store


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
    AUTHORITY_MEMBER = 8  # one of the pair that vouches; the pair itself is the authority


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
