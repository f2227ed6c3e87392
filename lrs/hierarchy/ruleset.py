"""The rules of a store: Keiko's own table, with what the store's administrator has changed."""

from lrs.hierarchy.rules import DEFAULTS, Rules
from lrs.hierarchy.types import Kind, Level, SessionKind
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
