"""Courses, classes and sessions in the admin: what lies where, what happened there, and the rules that find them."""

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from lrs.admin.reading import in_language
from lrs.admin.readonly import LargeListAdmin, whole
from lrs.hierarchy.rule_services import OwnKindRule, OwnRules, OwnTypeRule, check
from lrs.hierarchy.selectors import ancestors_of, tree_of
from lrs.hierarchy.services import HierarchyError, delete_rule, save_rule
from lrs.hierarchy.statistics import placed_through, statistics_of
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot
from lrs.models import InteractionKind, KindRule, MentionSlot, Node, TypeRule

if TYPE_CHECKING:  # these classes take a type only in their published types
    _RuleAdmin = admin.ModelAdmin[Any]
    _RuleForm = forms.ModelForm[Any]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _RuleAdmin

    _RuleForm = forms.ModelForm

_DEPTH, _MOST_SHOWN = 2, 200  # of the tree below a node


@admin.register(Node)
class NodeAdmin(LargeListAdmin):
    """The nodes, newest first; a node's page in place of Django's form."""

    list_display = ("shown_name", "level", "lies_in", "iri", "known_by", "store")
    list_filter = ("level", "declared", "store")
    list_select_related = ("store", "activity", "parent__activity")
    ordering = ("-pk",)
    search_help_text = _("Part of a name or of the IRI")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Node]:
        found: QuerySet[Node] = super().get_queryset(request)
        return found.defer("activity__definition", "parent__activity__definition", "parent__words")

    def matches(self, term: str) -> Q:
        return Q(words__icontains=term)

    @admin.display(description=_("name"))
    def shown_name(self, node: Node) -> str:
        return name_of(node)

    @admin.display(description=_("lies in"))
    def lies_in(self, node: Node) -> str:
        return name_of(node.parent) if node.parent else "-"

    @admin.display(description=_("known by"))
    def known_by(self, node: Node) -> str:
        return gettext("Declared by somebody") if node.declared else gettext("Found in statements")

    @admin.display(description="IRI")
    def iri(self, node: Node) -> str:
        return node.activity.iri

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        number = whole(object_id)
        known = Node.objects.select_related("store", "activity").filter(pk=number).first()
        if number is None or known is None:
            raise Http404
        query = {"store": known.store_id, "activity": known.activity.iri}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": name_of(known),
            "node": known,
            "above": [(name_of(one), one) for one in reversed(ancestors_of(known))],
            "below": _lines(known),
            "through": placed_through(known.store_id),
            "statements": urlencode(query | {"related_activities": "on"}),
            **_figures(known),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/lrs/node/page.html", context)


def name_of(node: Node) -> str:
    """The node's name in the language that is active, else its IRI."""
    return in_language(node.names) or node.activity.iri


def _lines(node: Node) -> list[dict[str, Any]]:
    """What lies below the node, outermost first, each with how deep it lies and how much is not shown."""
    lines: list[dict[str, Any]] = []

    def add(branch: Any, depth: int) -> None:
        for child in branch.children:
            hidden = child.holds - len(child.children)
            lines.append(
                {"node": child.node, "name": name_of(child.node), "depth": depth, "hidden": hidden}
            )
            add(child, depth + 1)

    root = tree_of(node, depth=_DEPTH, limit=_MOST_SHOWN)
    add(root, 0)
    if more := root.holds - len(root.children):
        lines.append({"node": None, "name": "", "depth": 0, "hidden": more})
    return lines


def _figures(node: Node) -> dict[str, Any]:
    found = statistics_of(node)
    words = dict(InteractionKind.choices)
    average = found.average_scaled
    return {
        "found": found,
        "average": None if average is None else round(average * 100),
        "kinds": sorted(
            ((words[kind.value], count) for kind, count in found.interactions.items()),
            key=lambda pair: (-pair[1], str(pair[0])),
        ),
    }


class RuleForm(_RuleForm):
    def clean_activity_type(self) -> str:
        """An IRI, or nothing where the model allows that."""
        iri: str = self.cleaned_data["activity_type"]
        if iri and (":" not in iri or any(letter.isspace() for letter in iri)):
            raise ValidationError(gettext("An IRI begins with a scheme, such as https:"))
        return iri

    def own_rules(self) -> OwnRules:
        """The rule of this form, as the service would be given it."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """What the service refuses of rules is said beside its field."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if self.errors:
            return
        try:
            check(self.own_rules())
        except HierarchyError as error:
            name = error.field.rsplit("/", 1)[-1]
            told = [gettext(text) for text in (error.message, error.advice) if text]
            self.add_error(name if name in self.fields else None, " ".join(told))


class TypeRuleForm(RuleForm):
    slots = forms.MultipleChoiceField(
        label=capfirst(_("where it counts")),
        help_text=_("Where a statement has to name the activity to stand in it. Empty: anywhere."),
        choices=MentionSlot.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        required=False,
    )

    def own_rules(self) -> OwnRules:
        rule: TypeRule = self.instance
        own = OwnTypeRule(
            activity_type=rule.activity_type,
            level=Level(rule.level) if rule.level else None,
            session_kind=SessionKind(rule.session_kind) if rule.session_kind else None,
            slots=frozenset(map(Slot, rule.slots)),
        )
        return OwnRules(types=[own])


class KindRuleForm(RuleForm):
    def own_rules(self) -> OwnRules:
        rule: KindRule = self.instance
        own = OwnKindRule(rule.verb, rule.activity_type, Kind(rule.kind))
        return OwnRules(kinds=[own])


class RuleAdmin(_RuleAdmin):
    """A store's own rules. What a rule speaks of is fixed when it is made; what it says of that can be changed."""

    list_filter: ClassVar[Any] = ("store",)
    list_select_related: ClassVar[Any] = ("store",)
    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.fixed

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_rule(rule=obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_rule(rule=obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for rule in queryset.order_by(
            "store", "pk"
        ):  # whoever waits for another store waits in turn
            delete_rule(rule=rule)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:lrs_store_rules", args=[obj.store_id]))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self.response_post_save_add(request, obj)


@admin.register(TypeRule)
class TypeRuleAdmin(RuleAdmin):
    form = TypeRuleForm
    list_display = ("activity_type", "level", "session_kind", "store")
    search_fields = ("activity_type",)
    fields = ("store", "activity_type", "level", "session_kind", "slots")
    fixed = ("store", "activity_type")


@admin.register(KindRule)
class KindRuleAdmin(RuleAdmin):
    form = KindRuleForm
    list_display = ("shown_verb", "activity_type", "kind", "store")
    search_fields = ("verb", "activity_type")
    fields = ("store", "verb", "activity_type", "kind")
    fixed = ("store", "verb", "activity_type")

    @admin.display(description=_("verb"))
    def shown_verb(self, rule: KindRule) -> str:
        return rule.verb or gettext("any")
