"""Declaring courses, classes and sessions, and changing the rules of a store.

Everything here takes the store's lock, so that discovery and people change the tree one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from lrs.dimensions import digest
from lrs.hierarchy.discovery import start_reapplying
from lrs.hierarchy.locks import hold
from lrs.hierarchy.placing import detach_children, note, note_with_what_lies_below
from lrs.hierarchy.positions import PARENT_LEVELS
from lrs.hierarchy.types import Level, SessionKind
from lrs.hierarchy.words import names_of, storable, words_of
from lrs.models import Activity, KindRule, Node, StatementPlace, TypeRule


class HierarchyError(ValueError):
    """What was asked for does not fit the hierarchy. `field` is what is wrong; `taken`: it would be right elsewhere, or
    later, as something else is in its way."""

    def __init__(
        self, message: str, *, field: str = "", advice: str = "", taken: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.advice = advice
        self.taken = taken


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is to be said of a node; a property that is not in `given` stays as it is.

    `parent` None: it lies in nothing. `names` per language. `starts` and `ends` with a time zone.
    """

    given: frozenset[str]
    level: Level | None = None
    parent: int | None = None
    names: Mapping[str, str] | None = None
    session_kind: SessionKind | None = None
    starts: datetime | None = None
    ends: datetime | None = None

    @classmethod
    def of(cls, **properties: Any) -> "Declaration":
        return cls(given=frozenset(properties), **properties)


@transaction.atomic
def create_node(*, store_id: int, iri: str, declaration: Declaration) -> Node:
    """Declare a node. One that was discovered is taken over, with the statements that it has.

    Raises HierarchyError when the activity was declared already, or the declaration does not fit.
    """
    hold(store_id)
    activity = _activity(store_id, iri)
    node = Node.objects.filter(pk=activity.pk).first()
    if node is not None and node.declared:
        raise HierarchyError(
            f"{iri} is declared already, as node {node.pk}.",
            field="activity",
            advice=f"Change it by PATCH on node {node.pk}.",
            taken=True,
        )
    is_new = node is None
    if node is None:
        if declaration.level is None:
            raise HierarchyError("A node has a level.", field="level")
        node = Node(activity=activity, store_id=store_id, level=declaration.level)
        node.names = names_of(activity.definition)
    _declare(node, declaration, is_new=is_new)
    return node


@transaction.atomic
def change_node(*, store_id: int, node_id: int, declaration: Declaration) -> Node:
    """Change what is said of a node; a discovered one becomes a declared one.

    Raises Node.DoesNotExist when the store has none of that id, HierarchyError when the change does not fit.
    """
    hold(store_id)
    node = Node.objects.select_related("activity").get(store=store_id, pk=node_id)
    _declare(node, declaration, is_new=False)
    return node


@transaction.atomic
def delete_node(*, store_id: int, node_id: int) -> None:
    """Delete a declared node that holds nothing. Raises Node.DoesNotExist, HierarchyError."""
    hold(store_id)
    node = Node.objects.get(store=store_id, pk=node_id)
    if not node.declared:
        raise HierarchyError(
            "This node was discovered in statements; it would be discovered again.",
            advice="Change the rules of the store for its activity type.",
            taken=True,
        )
    if Node.objects.filter(parent=node).exists():
        raise HierarchyError("The node holds other nodes.", advice="Move them first.", taken=True)
    column = {Level.COURSE: "course_id", Level.CLASS: "class_id", Level.SESSION: "session_id"}
    there = {column[Level(node.level)]: node.pk}
    if StatementPlace.objects.filter(**there).exists() or _is_named(node):
        raise HierarchyError("The node holds statements, which are final.", taken=True)
    node.delete()


@transaction.atomic
def change_rules(*, store_id: int) -> None:
    """Apply the store's rules, which have just been changed in this transaction, to what is stored."""
    hold(store_id)
    start_reapplying(store_id)


@transaction.atomic
def save_rule(*, rule: TypeRule | KindRule) -> None:
    """Save a rule and apply it to what is stored. Raises ValidationError for one that makes no sense."""
    hold(rule.store_id)
    rule.full_clean()
    rule.save()
    start_reapplying(rule.store_id)


@transaction.atomic
def delete_rule(*, rule: TypeRule | KindRule) -> None:
    """Go back to what Keiko's own table says."""
    hold(rule.store_id)
    rule.delete()
    start_reapplying(rule.store_id)


def _activity(store_id: int, iri: str) -> Activity:
    key = digest(iri)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lrs_activity (store_id, digest, iri, type, definition)"
            " VALUES (%s, %s, %s, '', '') ON CONFLICT DO NOTHING",
            [store_id, key, iri],
        )
    return Activity.objects.get(store=store_id, digest=key)


def _declare(node: Node, declaration: Declaration, *, is_new: bool) -> None:
    was = (node.level, node.parent_id)
    node.declared = True
    if "level" in declaration.given and declaration.level != node.level:
        _change_level(node, declaration)
    if "parent" in declaration.given:
        node.parent, node.parent_seq = _parent(node, declaration.parent), None
        node.parent_declared = True
    if "names" in declaration.given:
        node.declared_names = {
            storable(tag): storable(name) for tag, name in (declaration.names or {}).items()
        }
        node.names = {**names_of(node.activity.definition), **node.declared_names}
    _declare_session(node, declaration)
    node.words = words_of(node.names, node.activity.iri)
    node.save(force_insert=is_new)
    if is_new or was[0] != node.level:
        note(node.store_id, [node.pk])
    if was[1] != node.parent_id or "parent" in declaration.given:
        note_with_what_lies_below(node.store_id, [node.pk])


def _change_level(node: Node, declaration: Declaration) -> None:
    if declaration.level is None:
        raise HierarchyError("A node has a level.", field="level")
    if Node.objects.filter(parent=node, parent_declared=True).exists():
        raise HierarchyError(
            "Other nodes were declared to lie in this one.",
            field="level",
            advice="Move them first.",
            taken=True,
        )
    detach_children(node)
    node.level = declaration.level
    if node.parent_id is not None and "parent" not in declaration.given:
        node.parent, node.parent_seq, node.parent_declared = None, None, False
    if node.level != Level.SESSION:
        node.session_kind = ""


def _parent(node: Node, parent_id: int | None) -> Node | None:
    if parent_id is None:
        return None
    parent = Node.objects.filter(store=node.store_id, pk=parent_id).first()
    if parent is None:
        raise HierarchyError(f"There is no node {parent_id} in this store.", field="parent")
    possible = PARENT_LEVELS[Level(node.level)]
    if parent.level not in possible:
        raise HierarchyError(
            f"A {node.level} cannot lie in a {parent.level}.",
            field="parent",
            advice=f"It can lie in a {' or a '.join(possible)}."
            if possible
            else "It lies in nothing.",
        )
    return parent


def _declare_session(node: Node, declaration: Declaration) -> None:
    """Kind and times, which sessions alone have a kind of."""
    if "session_kind" in declaration.given:
        if declaration.session_kind and node.level != Level.SESSION:
            raise HierarchyError("Only a session has a kind of session.", field="session_kind")
        node.session_kind = declaration.session_kind or ""
    if "starts" in declaration.given:
        node.starts = declaration.starts
    if "ends" in declaration.given:
        node.ends = declaration.ends
    if node.starts and node.ends and node.ends < node.starts:
        raise HierarchyError("It ends before it starts.", field="ends")


def _is_named(node: Node) -> bool:
    """Whether any statement names the node's activity, placed already or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM lrs_statement_activity WHERE activity_id = %s)", [node.pk]
        )
        (found,) = cursor.fetchone()
    return bool(found)
