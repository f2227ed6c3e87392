"""The shapes of the hierarchy's REST interface."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from lrs.api.rest.fields import IriField, NamesField
from lrs.api.rest.framework import StrictSerializer
from lrs.hierarchy.selectors import Branch
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot
from lrs.models import Node

_LEVELS = [level.value for level in Level]
_SESSION_KINDS = [kind.value for kind in SessionKind]
_SLOTS = [slot.value for slot in Slot]
_SLOTS_HELP = "A statement has to name the activity there to stand in it; none stands for all."
_HIGHEST_ID = 2**31 - 1
MOST_NODES = 1_000


class NodeSerializer(serializers.Serializer[Node]):
    """A course, class or session."""

    id = serializers.IntegerField(source="pk", help_text="The node's number in this store.")
    activity = serializers.CharField(source="activity.iri", help_text="The xAPI activity's IRI.")
    level = serializers.ChoiceField(_LEVELS)
    names = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    type = serializers.CharField(source="activity.type", help_text="The activity's type, or empty.")
    session_kind = serializers.ChoiceField([*_SESSION_KINDS, ""])
    starts = serializers.DateTimeField(allow_null=True)
    ends = serializers.DateTimeField(allow_null=True)
    origin = serializers.SerializerMethodField(help_text="declared, or discovered in statements")

    def get_fields(self) -> dict[str, Any]:  # a field has a parent of its own
        parent = serializers.IntegerField(
            source="parent_id", allow_null=True, help_text="The node that it lies in."
        )
        return {**super().get_fields(), "parent": parent}

    def get_origin(self, node: Node) -> str:
        return "declared" if node.declared else "discovered"


class ChangeSerializer(StrictSerializer):
    """What can be said of a node. A property that is left out stays as it is."""

    level = serializers.ChoiceField(_LEVELS, required=False)
    names = NamesField(required=False)
    session_kind = serializers.ChoiceField([*_SESSION_KINDS, ""], required=False)
    starts = serializers.DateTimeField(required=False, allow_null=True)
    ends = serializers.DateTimeField(required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        parent = serializers.IntegerField(
            required=False, allow_null=True, min_value=1, max_value=_HIGHEST_ID
        )
        return {**super().get_fields(), "parent": parent}


class CreationSerializer(ChangeSerializer):
    """A node to declare."""

    activity = IriField(help_text="The xAPI activity's IRI.")
    level = serializers.ChoiceField(_LEVELS)


class BranchSerializer(NodeSerializer):
    """A node with the tree below it."""

    holds = serializers.IntegerField(help_text="The nodes that lie directly in it.")
    children = serializers.ListField(
        child=serializers.DictField(), help_text="Branches, of the same shape."
    )


class NodePageSerializer(serializers.Serializer[Any]):
    """A page of nodes; `more` is the address of the next one, empty at the end."""

    nodes = NodeSerializer(many=True)
    more = serializers.CharField(allow_blank=True)


class StatisticsSerializer(serializers.Serializer[Any]):
    """What happened in a node, of statements stored up to `through`."""

    statements = serializers.IntegerField()
    learners = serializers.IntegerField(help_text="Different actors.")
    interactions = serializers.DictField(
        child=serializers.IntegerField(),
        help_text=f"Statements by kind: {', '.join(kind.value for kind in Kind)}.",
    )
    first = serializers.DateTimeField(allow_null=True, help_text="The earliest timestamp.")
    last = serializers.DateTimeField(allow_null=True, help_text="The latest timestamp.")
    scores = serializers.IntegerField(help_text="Statements with a score.")
    average_scaled = serializers.FloatField(allow_null=True, help_text="Their mean, -1 to 1.")
    completions = serializers.IntegerField()
    through = serializers.DateTimeField(allow_null=True)


class TypeLineSerializer(serializers.Serializer[Any]):
    """What an activity type means in the store; an empty level: nothing."""

    activity_type = serializers.CharField()
    level = serializers.ChoiceField([*_LEVELS, ""])
    session_kind = serializers.ChoiceField([*_SESSION_KINDS, ""])
    slots = serializers.ListField(child=serializers.ChoiceField(_SLOTS), help_text=_SLOTS_HELP)
    built_in = serializers.BooleanField(help_text="Keiko's own rule, not one of the store.")


class KindLineSerializer(serializers.Serializer[Any]):
    """What kind of interaction a verb, an activity type, or both make; an empty one stands for any."""

    verb = serializers.CharField()
    activity_type = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    built_in = serializers.BooleanField()


class HierarchySerializer(serializers.Serializer[Any]):
    """The rules of a store, and how far they have been applied."""

    through = serializers.DateTimeField(
        allow_null=True, help_text="What was stored up to then has its place."
    )
    reapplying = serializers.BooleanField(help_text="A change is being applied to what is stored.")
    done = serializers.FloatField(help_text="How far, from 0 to 1.")
    types = TypeLineSerializer(many=True)
    kinds = KindLineSerializer(many=True)


class TypeRuleSerializer(StrictSerializer):
    """What an activity type is to mean in the store."""

    activity_type = IriField(help_text="The type's IRI.")
    level = serializers.ChoiceField(
        [*_LEVELS, ""], help_text="Empty: activities of this type are no course, class or session."
    )
    session_kind = serializers.ChoiceField([*_SESSION_KINDS, ""], default="")
    slots = serializers.ListField(
        child=serializers.ChoiceField(_SLOTS), default=list, help_text=_SLOTS_HELP
    )


class KindRuleSerializer(StrictSerializer):
    """What kind of interaction a verb, an activity type, or both are to make in the store."""

    verb = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        help_text="An IRI, or its last part, such as answered. Empty: any verb.",
    )
    activity_type = IriField(default="", allow_blank=True, help_text="Empty: any type.")
    kind = serializers.ChoiceField([kind.value for kind in Kind])


class RulesSerializer(StrictSerializer):
    """The rules of a store's own; of what they do not speak, Keiko's built-in table does."""

    types = TypeRuleSerializer(many=True)
    kinds = KindRuleSerializer(many=True)


class NodeListQuery(StrictSerializer):
    """Which nodes to list."""

    level = serializers.ChoiceField(_LEVELS, required=False)
    origin = serializers.ChoiceField(["declared", "discovered"], required=False)
    top = serializers.BooleanField(required=False, help_text="Only those that lie in nothing.")
    activity = IriField(required=False)
    search = serializers.CharField(
        required=False, help_text="Is in a name, in any language, or in the IRI."
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST_NODES, default=100)
    cursor = serializers.CharField(required=False, help_text="As `more` gives it.")

    def get_fields(self) -> dict[str, Any]:
        parent = serializers.IntegerField(required=False, min_value=1, max_value=_HIGHEST_ID)
        return {**super().get_fields(), "parent": parent}


class ChildrenQuery(StrictSerializer):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST_NODES, default=100)
    cursor = serializers.CharField(required=False, help_text="As `more` gives it.")


class TreeQuery(StrictSerializer):
    depth = serializers.IntegerField(required=False, min_value=0, max_value=2, default=2)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST_NODES, default=500)


class StatisticsQuery(StrictSerializer):
    below = serializers.BooleanField(
        required=False, default=True, help_text="With what lies in smaller nodes."
    )


class ExportQuery(StrictSerializer):
    format = serializers.ChoiceField(["jsonl", "csv"], required=False, default="jsonl")
    language = serializers.RegexField(
        r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*\Z",
        required=False,
        default="en",
        max_length=35,
        help_text="Of the names in CSV, such as es or en-GB.",
    )


class NoQuery(StrictSerializer):
    """No parameters."""


def nodes_data(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    """Nodes as NodeSerializer shows them. One serializer for all: to make one takes longer than to show a node."""
    form = NodeSerializer()
    return [form.to_representation(node) for node in nodes]


def tree_data(branch: Branch, form: NodeSerializer | None = None) -> dict[str, Any]:
    """A node with `children` in it, and how many it has altogether in `holds`."""
    form = form or NodeSerializer()
    return {
        **form.to_representation(branch.node),
        "holds": branch.holds,
        "children": [tree_data(child, form) for child in branch.children],
    }
