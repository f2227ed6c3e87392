"""A store's own rules as a whole: read, replace, reset.

They say in what the store differs from Keiko's built-in table (lrs.hierarchy.types). A change does not wait for the
statements that are stored: it starts their re-discovery, which lrs.hierarchy.discovery does in steps, each of which
says how far it came, so that one that is interrupted goes on where it stopped (lrs.hierarchy.progress says how far).

What is refused is told in English here, as the interface speaks; the admin translates what is marked.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop as _

from lrs.hierarchy.discovery import start_reapplying
from lrs.hierarchy.locks import hold
from lrs.hierarchy.services import HierarchyError
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot
from lrs.models import KindRule, TypeRule

MOST_RULES = 1_000  # of each sort; every step of discovery reads them
_LONGEST = 600  # characters, as the columns are


@dataclass(frozen=True, slots=True)
class OwnTypeRule:
    """What an activity type means: `level` None, nothing. Its activities are a statement's place where the statement
    names them in one of `slots`; empty, anywhere."""

    activity_type: str
    level: Level | None
    session_kind: SessionKind | None = None
    slots: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class OwnKindRule:
    """What kind of interaction a verb (an IRI or its last part) and an activity type make; an empty one: any."""

    verb: str
    activity_type: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class OwnRules:
    """All of a store's own rules, in the order of what they speak of."""

    types: Sequence[OwnTypeRule] = ()
    kinds: Sequence[OwnKindRule] = ()


def own_rules(*, store_id: int) -> OwnRules:
    """What the store has changed; empty where Keiko's table alone is in force."""
    return OwnRules(
        types=[
            OwnTypeRule(
                activity_type=rule.activity_type,
                level=Level(rule.level) if rule.level else None,
                session_kind=SessionKind(rule.session_kind) if rule.session_kind else None,
                slots=frozenset(map(Slot, rule.slots)),
            )
            for rule in TypeRule.objects.filter(store=store_id).order_by("activity_type")
        ],
        kinds=[
            OwnKindRule(rule.verb, rule.activity_type, Kind(rule.kind))
            for rule in KindRule.objects.filter(store=store_id).order_by("verb", "activity_type")
        ],
    )


@transaction.atomic
def replace_rules(*, store_id: int, rules: OwnRules) -> bool:
    """Make these the store's own rules, all others forgotten; True if that changed any and started a re-discovery.

    Raises HierarchyError, whose `field` is a path such as `types/0/level`, for the first rule that makes no sense.
    """
    check(rules)
    hold(store_id)
    if _as_set(rules) == _as_set(own_rules(store_id=store_id)):
        return False
    TypeRule.objects.filter(store=store_id).delete()
    KindRule.objects.filter(store=store_id).delete()
    TypeRule.objects.bulk_create(
        TypeRule(
            store_id=store_id,
            activity_type=rule.activity_type,
            level=rule.level or "",
            session_kind=rule.session_kind or "",
            slots=sorted(rule.slots),
        )
        for rule in rules.types
    )
    KindRule.objects.bulk_create(
        KindRule(
            store_id=store_id, verb=rule.verb, activity_type=rule.activity_type, kind=rule.kind
        )
        for rule in rules.kinds
    )
    start_reapplying(store_id)
    return True


def reset_rules(*, store_id: int) -> bool:
    """Go back to Keiko's built-in table; True if the store had rules of its own."""
    return replace_rules(store_id=store_id, rules=OwnRules())


def check(rules: OwnRules) -> None:
    """Raises HierarchyError for the first rule that makes no sense."""
    for name, of_sort in (("types", rules.types), ("kinds", rules.kinds)):
        if len(of_sort) > MOST_RULES:
            raise HierarchyError(f"There are at most {MOST_RULES} rules of a sort.", field=name)
    for number, rule in enumerate(rules.types):
        _check_type_rule(rule, f"types/{number}")
    for number, kind_rule in enumerate(rules.kinds):
        _check_kind_rule(kind_rule, f"kinds/{number}")
    _check_once((rule.activity_type for rule in rules.types), "types")
    _check_once(((rule.verb, rule.activity_type) for rule in rules.kinds), "kinds")


def _check_type_rule(rule: OwnTypeRule, path: str) -> None:
    _check_iri(rule.activity_type, f"{path}/activity_type")
    if rule.session_kind and rule.level is not Level.SESSION:
        raise HierarchyError(
            _("Only a session has a kind of session."),
            field=f"{path}/session_kind",
            advice=_("Leave it empty, or give the level session."),
        )
    if rule.slots and rule.level is None:
        raise HierarchyError(
            _("Slots mean nothing for a type without a level."),
            field=f"{path}/slots",
            advice=_("Leave them out, or give a level."),
        )


def _check_kind_rule(rule: OwnKindRule, path: str) -> None:
    if not rule.verb and not rule.activity_type:
        raise HierarchyError(_("Give a verb, an activity type, or both."), field=f"{path}/verb")
    if rule.activity_type:
        _check_iri(rule.activity_type, f"{path}/activity_type")
    if ":" in rule.verb:
        _check_iri(rule.verb, f"{path}/verb")
    elif set(rule.verb) & set("/#") or not _is_word(rule.verb or "any"):
        raise HierarchyError(
            _("A verb is an IRI with its scheme, or the last part of one."),
            field=f"{path}/verb",
            advice=_("Write http://adlnet.gov/expapi/verbs/answered, or answered."),
        )


def _check_iri(text: str, path: str) -> None:
    scheme, colon, rest = text.partition(":")
    if not (scheme and colon and rest and _is_word(text)):
        raise HierarchyError(
            _("This is not an IRI."), field=path, advice=_("Write it whole, with its scheme.")
        )


def _is_word(text: str) -> bool:
    """Whether PostgreSQL can keep it, in the space that there is, and no space is in it."""
    if len(text) > _LONGEST:
        return False
    return not any(c.isspace() or c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def _check_once(keys: Iterable[Hashable], name: str) -> None:
    seen = set()
    for number, key in enumerate(keys):
        if key in seen:
            raise HierarchyError(
                "There is a rule for this already.",
                field=f"{name}/{number}",
                advice="Leave one of the two.",
            )
        seen.add(key)


def _as_set(rules: OwnRules) -> frozenset[OwnTypeRule | OwnKindRule]:
    return frozenset([*rules.types, *rules.kinds])
