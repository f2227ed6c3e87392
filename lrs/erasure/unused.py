"""Rows of agents, verbs and activities that nothing names any more: their text is personal data too."""

from collections.abc import Collection
from typing import Any

from django.db import connection

_VERBS = """
DELETE FROM lrs_verb v WHERE v.store_id = %(store)s AND v.id = ANY(%(verbs)s)
   AND NOT EXISTS (SELECT FROM lrs_statement s WHERE s.verb_id = v.id)
   AND NOT EXISTS (SELECT FROM lrs_echo e WHERE e.verb_id = v.id)
"""
_AGENTS = """
DELETE FROM lrs_agent a WHERE a.store_id = %(store)s AND a.id = ANY(%(agents)s)
   AND NOT EXISTS (SELECT FROM lrs_statement_agent l WHERE l.agent_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_statement s WHERE s.actor_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_echo_agent e WHERE e.agent_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_document d WHERE d.agent_id = a.id)
RETURNING a.id
"""
# A node that was declared stays, and so does one that holds others.
_NODES = """
DELETE FROM lrs_node n WHERE n.store_id = %(store)s AND n.activity_id = ANY(%(activities)s) AND NOT n.declared
   AND NOT EXISTS (SELECT FROM lrs_statement_activity l WHERE l.activity_id = n.activity_id)
   AND NOT EXISTS (SELECT FROM lrs_node child WHERE child.parent_id = n.activity_id)
"""
_UNNAMED = """
SELECT a.id FROM lrs_activity a WHERE a.store_id = %(store)s AND a.id = ANY(%(activities)s)
   AND NOT EXISTS (SELECT FROM lrs_statement_activity l WHERE l.activity_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_echo_activity e WHERE e.activity_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_echo e WHERE e.activity_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_document d WHERE d.store_id = a.store_id AND d.activity_id = a.id)
   AND NOT EXISTS (SELECT FROM lrs_node n WHERE n.activity_id = a.id)
"""


def remove(
    *,
    store_id: int,
    agents: Collection[int],
    verbs: Collection[int] = (),
    activities: Collection[int] = (),
) -> bool:
    """Delete those rows that no statement, document, echo or node names; whether there were any.

    Precondition: the transaction is alone in the store (lrs_open_write) and holds its hierarchy
    (lrs.hierarchy.locks). Whoever calls this calls lrs.statements.dimensions.renumber where it is True.
    """
    given: dict[str, Any] = {
        "store": store_id,
        "agents": list(agents),
        "verbs": list(verbs),
        "activities": list(activities),
    }
    with connection.cursor() as cursor:
        cursor.execute(_VERBS, given)
        removed = cursor.rowcount
        cursor.execute(_AGENTS, given)
        gone = [agent for (agent,) in cursor.fetchall()]
        cursor.execute("DELETE FROM lrs_agent_name WHERE agent_id = ANY(%s)", [gone])
        while True:  # a session, then its class, then its course
            cursor.execute(_NODES, given)
            if not cursor.rowcount:
                break
        cursor.execute(_UNNAMED, given)
        unnamed = [activity for (activity,) in cursor.fetchall()]
        cursor.execute(
            "DELETE FROM lrs_hierarchy_to_be_placed WHERE activity_id = ANY(%s)", [unnamed]
        )
        cursor.execute("DELETE FROM lrs_activity WHERE id = ANY(%s)", [unnamed])
    return bool(removed or gone or unnamed)
