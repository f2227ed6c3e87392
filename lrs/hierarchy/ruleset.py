"""The rules of a store: Keiko's own table, with what the store's administrator has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from lrs.hierarchy.rules import DEFAULTS, Rules
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot
from lrs.models import KindRule, TypeRule


def rules_of(store_id: int) -> Rules:
    """The rules in force."""
    types = list(TypeRule.objects.filter(store=store_id))
    kinds = list(KindRule.objects.filter(store=store_id))
    if not types and not kinds:
        return DEFAULTS
    changed = {rule.activity_type for rule in types}
    return Rules(
        levels={
            **{iri: level for iri, level in DEFAULTS.levels.items() if iri not in changed},
            **{rule.activity_type: Level(rule.level) for rule in types if rule.level},
        },
        slots={
            rule.activity_type: frozenset(map(Slot, rule.slots)) for rule in types if rule.slots
        },
        session_kinds={
            **{iri: kind for iri, kind in DEFAULTS.session_kinds.items() if iri not in changed},
            **{
                rule.activity_type: SessionKind(rule.session_kind)
                for rule in types
                if rule.session_kind
            },
        },
        kind_by_verb_and_type={
            **DEFAULTS.kind_by_verb_and_type,
            **{
                (rule.verb, rule.activity_type): Kind(rule.kind)
                for rule in kinds
                if rule.verb and rule.activity_type
            },
        },
        kind_by_verb={
            **DEFAULTS.kind_by_verb,
            **{rule.verb: Kind(rule.kind) for rule in kinds if not rule.activity_type},
        },
        kind_by_type={
            **DEFAULTS.kind_by_type,
            **{rule.activity_type: Kind(rule.kind) for rule in kinds if not rule.verb},
        },
    )


@dataclass(frozen=True, slots=True)
class TypeLine:
    """What an activity type means; `level` is empty where it means nothing, `built_in` where it is Keiko's own rule.

    A statement stands in an activity of the type only where it names it in one of `slots`; none stands for all.
    """

    activity_type: str
    level: str
    session_kind: str
    built_in: bool
    slots: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class KindLine:
    """What kind of interaction a verb, a type, or both make; one that is empty stands for any."""

    verb: str
    activity_type: str
    kind: str
    built_in: bool


def type_lines(store_id: int) -> list[TypeLine]:
    """The table of activity types in force, the store's own rules first."""
    own = {rule.activity_type: rule for rule in TypeRule.objects.filter(store=store_id)}
    return [
        *(
            TypeLine(iri, rule.level, rule.session_kind, False, rule.slots)
            for iri, rule in sorted(own.items())
        ),
        *(
            TypeLine(iri, level, DEFAULTS.session_kinds.get(iri, ""), True)
            for iri, level in DEFAULTS.levels.items()
            if iri not in own
        ),
    ]


def kind_lines(store_id: int) -> list[KindLine]:
    """The table of kinds in force, the store's own rules first.

    Of the lines that fit a statement the one with a verb and a type counts, then the one with a verb.
    """
    own = {
        (rule.verb, rule.activity_type): rule.kind
        for rule in KindRule.objects.filter(store=store_id)
    }
    built_in = {
        **DEFAULTS.kind_by_verb_and_type,
        **{(verb, ""): kind for verb, kind in DEFAULTS.kind_by_verb.items()},
        **{("", iri): kind for iri, kind in DEFAULTS.kind_by_type.items()},
    }
    return [
        *(KindLine(*key, kind, False) for key, kind in sorted(own.items())),
        *(KindLine(*key, kind, True) for key, kind in built_in.items() if key not in own),
    ]
