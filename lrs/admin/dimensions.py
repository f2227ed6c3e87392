"""What statements name, in the admin: agents, activities and verbs, to look at.

The tables may have millions of rows, so nothing here counts them, and a search is for a whole identifier or IRI (by its
digest) or for the beginning of a name.
"""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from lrs.admin.readonly import ReadOnlyAdmin
from lrs.agents.identifiers import identifiers_in, parts
from lrs.dimensions import digest
from lrs.models import Activity, Agent, Verb
from lrs.xapi import jsontext


class DimensionAdmin(ReadOnlyAdmin):
    list_filter = ("store",)
    list_select_related = ("store",)
    list_per_page = 50
    ordering = ("-id",)
    paginator = InfinitePaginator
    search_fields = ("id",)  # shows the field; get_search_results says what it finds
    statement_filter = ""

    def matches(self, term: str) -> Q:
        return Q(digest=digest(term))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().replace("\0", "")
        return (queryset.filter(self.matches(term)) if term else queryset), False

    @admin.display(description=_("statements"))
    def its_statements(self, row: Any) -> str:
        query = urlencode({"store": row.store_id, self.statement_filter: self.filter_value(row)})
        address = reverse("admin:lrs_statement_changelist")
        return format_html(
            '<a class="k-link" href="{}?{}">{}</a>', address, query, _("See its statements")
        )

    def filter_value(self, row: Any) -> str:
        return str(row.iri)


@admin.register(Agent)
class AgentAdmin(DimensionAdmin):
    """Agents under their names; a person may be several of them (Learners, in the passport, join those)."""

    list_display = ("shown_name", "kind", "value", "store", "its_statements")
    fields = ("name", "kind", "value", "store", "its_statements")
    readonly_fields = fields
    search_help_text = _(
        "An e-mail address, an openid, an account's name, an identifier, or a name"
    )
    statement_filter = "agent"

    def matches(self, term: str) -> Q:
        found = Q(digest__in=[digest(text) for text in identifiers_in(term)])
        return found | Q(name__istartswith=term) | Q(identifier__endswith=f" {term}")

    def filter_value(self, row: Any) -> str:
        return str(row.identifier)

    @admin.display(description=_("name"))
    def shown_name(self, agent: Agent) -> str:
        return agent.name or str(_("(no name)"))

    @admin.display(description=_("kind of identifier"))
    def kind(self, agent: Agent) -> str:
        return parts(agent.identifier)[0]

    @admin.display(description=_("identifier"))
    def value(self, agent: Agent) -> str:
        return parts(agent.identifier)[1]


@admin.register(Activity)
class ActivityAdmin(DimensionAdmin):
    list_display = ("shown_name", "iri", "type", "store", "its_statements")
    fields = ("iri", "shown_name", "type", "store", "readable_definition", "its_statements")
    readonly_fields = fields
    search_help_text = _("The whole IRI of an activity")
    statement_filter = "activity"

    @admin.display(description=_("name"))
    def shown_name(self, activity: Activity) -> str:
        names = _definition(activity).get("name")
        if isinstance(names, dict) and names:
            return str(next(iter(names.values())))
        return str(_("(no name)"))

    @admin.display(description=_("definition"))
    def readable_definition(self, activity: Activity) -> str:
        text = json.dumps(_definition(activity), indent=2, ensure_ascii=False, default=str)
        return format_html('<pre class="k-raw" tabindex="0">{}</pre>', text)


@admin.register(Verb)
class VerbAdmin(DimensionAdmin):
    list_display = ("iri", "store", "its_statements")
    fields = ("iri", "store", "its_statements")
    readonly_fields = fields
    search_help_text = _("The whole IRI of a verb")
    statement_filter = "verb"


def _definition(activity: Activity) -> dict[str, Any]:
    if not activity.definition:
        return {}
    value = jsontext.loads(activity.definition.encode())
    return value if isinstance(value, dict) else {}
