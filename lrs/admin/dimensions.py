"""What statements name, in the admin: agents, activities and verbs, to look at.

The tables may have millions of rows, so nothing here counts them, and a search is for a whole identifier or IRI (by its
digest) or for the beginning of a name.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lrs.admin.reading import in_language
from lrs.admin.readonly import LargeListAdmin, every_store, link_to
from lrs.agents.identifiers import agent_of, identifiers_in, parts
from lrs.agents.selectors import names_of
from lrs.dimensions import digest
from lrs.models import Activity, Agent, Verb
from lrs.xapi import jsontext
from lrs.xapi.actors import person


class DimensionAdmin(LargeListAdmin):
    statement_filter = ""

    def matches(self, term: str) -> Q:
        return Q(store__in=every_store(), digest=digest(term))

    @admin.display(description=_("statements"))
    def its_statements(self, row: Any) -> str:
        query = {"store": row.store_id, self.statement_filter: self.filter_value(row)}
        return link_to("lrs_statement_changelist", _("See its statements"), **query)

    def filter_value(self, row: Any) -> str:
        return str(row.iri)


@dataclass(frozen=True, slots=True)
class SomebodyKnown:
    """A person to whom another application knows identifiers to belong, and where that is changed."""

    name: str
    identifiers: list[str]
    address: str


@dataclass(frozen=True, slots=True)
class People:
    """Another application's knowledge of who bears an identifier, for who has the permission."""

    permission: str
    find: Callable[[str], SomebodyKnown | None]


# The passport adds its learners, which the LRS knows nothing of.
people: list[People] = []


@admin.register(Agent)
class AgentAdmin(DimensionAdmin):
    """Agents under their names; a person may be several of them (Learners, in the passport, join those)."""

    list_display = ("shown_name", "kind", "value", "store", "its_statements")
    fields = (
        "shown_name",
        "kind",
        "value",
        "store",
        "its_statements",
        "its_documents",
        "its_names",
        "its_person",
    )
    readonly_fields = (*fields, "belongs_to")
    search_help_text = _(
        "An e-mail address, an openid, an account's name, an identifier, or a name"
    )
    statement_filter = "agent"

    def get_fields(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        knows = any(request.user.has_perm(one.permission) for one in people)
        return (*self.fields[:-2], "belongs_to", *self.fields[-2:]) if knows else self.fields

    @admin.display(description=_("belongs to"))
    def belongs_to(self, agent: Agent) -> str:
        known = [found for one in people if (found := one.find(agent.identifier))]
        if not known:
            return gettext("Nobody is known to be this agent.")
        return format_html_join("", "{}", ((_somebody(one, agent),) for one in known))

    @admin.display(description=_("names"))
    def its_names(self, agent: Agent) -> str:
        names = names_of(store_id=agent.store_id, identifier=agent.identifier)
        return ", ".join(names) or "-"

    @admin.display(description=_("person"))
    def its_person(self, agent: Agent) -> str:
        """The Person object as the agents resource gives it."""
        names = names_of(store_id=agent.store_id, identifier=agent.identifier)
        return _as_json(person(agent_of(agent.identifier), names), gettext("person"))

    @admin.display(description=_("documents"))
    def its_documents(self, agent: Agent) -> str:
        return _documents_of(agent.store_id, agent.identifier)

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
    fields = (
        "iri",
        "shown_name",
        "description",
        "type",
        "store",
        "its_statements",
        "within",
        "its_documents",
        "readable_definition",
    )
    readonly_fields = fields
    search_help_text = _("The whole IRI of an activity")
    statement_filter = "activity"

    @admin.display(description=_("name"))
    def shown_name(self, activity: Activity) -> str:
        return in_language(_definition(activity).get("name")) or str(_("(no name)"))

    @admin.display(description=_("description"))
    def description(self, activity: Activity) -> str:
        return in_language(_definition(activity).get("description")) or "-"

    @admin.display(description=_("where it is the context"))
    def within(self, activity: Activity) -> str:
        query = {"store": activity.store_id, "activity": activity.iri, "related_activities": "on"}
        return link_to("lrs_statement_changelist", _("See the statements within it"), **query)

    @admin.display(description=_("documents"))
    def its_documents(self, activity: Activity) -> str:
        return _documents_of(activity.store_id, activity.iri)

    @admin.display(description=_("definition"))
    def readable_definition(self, activity: Activity) -> str:
        return _as_json(_definition(activity), gettext("definition"))


@admin.register(Verb)
class VerbAdmin(DimensionAdmin):
    list_display = ("iri", "store", "its_statements")
    fields = ("iri", "store", "its_statements")
    readonly_fields = fields
    search_help_text = _("The whole IRI of a verb")
    statement_filter = "verb"


def _somebody(known: SomebodyKnown, agent: Agent) -> str:
    """The person, with the agents of the same store that are this person too."""
    digests = [digest(text) for text in known.identifiers]
    rows = Agent.objects.filter(store=agent.store_id, digest__in=digests).order_by("pk")
    links: list[tuple[Any, ...]] = [
        (link_to("lrs_agent_change", " ".join(parts(row.identifier)), row.pk),) for row in rows
    ]
    return format_html(
        '<a class="k-link" href="{}">{}</a><ul>{}</ul>',
        known.address,
        known.name,
        format_html_join("", "<li>{}</li>", links),
    )


def _documents_of(store_id: int, term: str) -> str:
    return link_to(
        "lrs_document_changelist", _("See its documents"), store__id__exact=store_id, q=term
    )


def _as_json(value: Any, label: str) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    shown = text.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    return format_html('<pre class="k-raw" tabindex="0" aria-label="{}">{}</pre>', label, shown)


def _definition(activity: Activity) -> dict[str, Any]:
    if not activity.definition:
        return {}
    value = jsontext.loads(activity.definition.encode())
    return value if isinstance(value, dict) else {}
