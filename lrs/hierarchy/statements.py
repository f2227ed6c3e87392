"""The statements of a node, those of what lies below it included."""

from django.db import DEFAULT_DB_ALIAS

from lrs.hierarchy.statistics import COLUMN
from lrs.hierarchy.types import Level
from lrs.models import Node
from lrs.statements.query import Page, Visibility, find_page
from lrs.statements.search import Condition
from lrs.xapi.parameters import StatementQuery


def statements_of(
    node: Node,
    *,
    query: StatementQuery,
    limit: int,
    after_seq: int | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Page:
    """A page of the statements that stand in the node and match the query, as xAPI's own filters do."""
    within = Condition("lrs_statement_place", f"x.{COLUMN[Level(node.level)]} = %s", (node.pk,))
    return find_page(
        visible=Visibility(node.store_id),
        query=query,
        limit=limit,
        after_seq=after_seq,
        within=within,
        using=using,
    )
