"""The table of a store's rules: its own and Keiko's, each with the page on which it is changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lrs.hierarchy.ruleset import TypeLine, kind_lines, type_lines
from lrs.models import InteractionKind, KindRule, MentionSlot, NodeLevel, NodeSessionKind, TypeRule


@dataclass(frozen=True, slots=True)
class Line:
    """A rule: of what it speaks, what it says, and where to change it."""

    about: str
    says: str
    address: str


@dataclass(frozen=True, slots=True)
class Table:
    """The store's own rules, and those of Keiko that are in force beside them."""

    title: str
    own: list[Line]
    built_in: list[Line]


def types_table(store_id: int) -> Table:
    """What each activity type is."""
    own = dict(TypeRule.objects.filter(store=store_id).values_list("activity_type", "pk"))
    lines = [
        Line(
            about=one.activity_type,
            says=_type_words(one),
            address=_address(
                "typerule",
                own.get(one.activity_type),
                store=store_id,
                activity_type=one.activity_type,
                level=str(one.level),
                session_kind=str(one.session_kind),
            ),
        )
        for one in type_lines(store_id)
    ]
    return Table(_("Activity types"), lines[: len(own)], lines[len(own) :])


def kinds_table(store_id: int) -> Table:
    """What kind of interaction verbs and types make."""
    own: dict[tuple[str, str], int] = {
        (verb, activity_type): pk
        for verb, activity_type, pk in _keys(KindRule.objects.filter(store=store_id))
    }
    words = dict(InteractionKind.choices)
    lines = [
        Line(
            about=" + ".join(text for text in (one.verb, one.activity_type) if text),
            says=str(words[str(one.kind)]),
            address=_address(
                "kindrule",
                own.get((one.verb, one.activity_type)),
                store=store_id,
                verb=one.verb,
                activity_type=one.activity_type,
                kind=str(one.kind),
            ),
        )
        for one in kind_lines(store_id)
    ]
    return Table(_("Kinds of interaction"), lines[: len(own)], lines[len(own) :])


def _keys(rules: Any) -> Iterable[tuple[str, str, int]]:
    found: Iterable[tuple[str, str, int]] = rules.values_list("verb", "activity_type", "pk")
    return found


def _type_words(line: TypeLine) -> str:
    if not line.level:
        return _("nothing")
    words = str(dict(NodeLevel.choices)[str(line.level)])
    if line.session_kind:
        words = f"{words}: {dict(NodeSessionKind.choices)[str(line.session_kind)]}"
    if not line.slots:
        return words
    where = ", ".join(str(dict(MentionSlot.choices)[str(slot)]) for slot in line.slots)
    return _("%(words)s (only as %(where)s)") % {"words": words, "where": where}


def _address(model: str, pk: int | None, **given: object) -> str:
    """The page of the store's own rule; of Keiko's, the form for one that takes its place."""
    if pk is not None:
        return reverse(f"admin:lrs_{model}_change", args=[pk])
    return f"{reverse(f'admin:lrs_{model}_add')}?{urlencode(given)}"
