"""Courses, classes and sessions after an erasure: no parent by an erased statement, no name by an erased definition."""

from collections.abc import Collection

from lrs.hierarchy.placing import note, note_with_what_lies_below
from lrs.hierarchy.words import names_of, words_of
from lrs.models import Node


def forget_parents(*, store_id: int, seqs: Collection[int], activities: Collection[int]) -> None:
    """Forget discovered parents that erased statements named; other statements decide when they are placed again.

    `activities` are those that the statements named. Precondition: the store's hierarchy is held.
    """
    orphans = Node.objects.filter(pk__in=activities, parent_seq__in=seqs, parent_declared=False)
    found = list(orphans.values_list("pk", flat=True))
    if found:
        orphans.update(parent=None, parent_seq=None)
        note_with_what_lies_below(store_id, found)


def take_over_definitions(*, store_id: int, activities: Collection[int]) -> None:
    """Name these nodes anew by what is left of their definitions, and have their statements placed again.

    Precondition: the store's hierarchy is held.
    """
    nodes = list(Node.objects.select_related("activity").filter(pk__in=activities))
    for node in nodes:
        node.names = {**names_of(node.activity.definition), **node.declared_names}
        node.words = words_of(node.names, node.activity.iri)
        node.save(update_fields=["names", "words"])
    note(store_id, [node.pk for node in nodes])
