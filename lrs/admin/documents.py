"""Documents in the admin: what clients keep for activities and agents, to look at and to download."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lrs.admin.readonly import LargeListAdmin, every_store, link_to
from lrs.admin.words import DOCUMENT_KINDS
from lrs.agents.identifiers import identifiers_in
from lrs.attachments.serving import sealed
from lrs.dimensions import digest
from lrs.models import Activity, Agent, Document
from lrs.xapi import jsontext
from lrs.xapi.documents import Resource
from lrs.xapi.errors import XapiError

_MOST_SHOWN = 100_000  # characters of a document on a page; more is there to download
_PLACES = {
    Resource.STATE: Q(activity__isnull=False, agent__isnull=False),
    Resource.ACTIVITY_PROFILE: Q(activity__isnull=False, agent__isnull=True),
    Resource.AGENT_PROFILE: Q(activity__isnull=True, agent__isnull=False),
}


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.name.lower(), words) for kind, words in DOCUMENT_KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        chosen = next((kind for kind in Resource if kind.name.lower() == self.value()), None)
        return queryset.filter(_PLACES[chosen]) if chosen else queryset


@admin.register(Document)
class DocumentAdmin(LargeListAdmin):
    list_display = ("name", "kind", "about", "content_type", "size", "updated", "store")
    list_filter = (KindFilter, "store")
    fields = (
        "name",
        "kind",
        "its_activity",
        "its_agent",
        "registration",
        "content_type",
        "size",
        "etag",
        "updated",
        "store",
        "downloading",
        "preview",
    )
    readonly_fields = fields
    search_help_text = _(
        "The whole identifier of a document, the IRI of an activity, or an agent's e-mail, account or identifier"
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Without the contents, of which a list would read megabytes."""
        found: QuerySet[Document] = super().get_queryset(request)
        return (
            found.select_related("store", "activity", "agent")
            .defer("content", "activity__definition")
            .annotate(size=Length("content"))
        )

    def matches(self, term: str) -> Q:
        activities = Activity.objects.filter(store__in=every_store(), digest=digest(term))
        about = Q()
        for pk, store_id in activities.values_list("pk", "store_id"):
            about |= Q(store=store_id, activity=pk)
        digests = [digest(text) for text in identifiers_in(term)]
        agents = Agent.objects.filter(digest__in=digests).values_list("pk", flat=True)
        if agents:
            about |= Q(agent__in=list(agents))
        return Q(digest=digest(term)) | about

    def get_urls(self) -> list[URLPattern]:
        content = path(
            "<int:pk>/content/",
            self.admin_site.admin_view(self.content_view),
            name="lrs_document_content",
        )
        return [content, *super().get_urls()]

    def content_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The document's bytes, as a download that no browser runs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = get_object_or_404(Document, pk=pk)
        body = bytes(document.content)
        return sealed(
            [body],
            content_type=document.content_type,
            length=len(body),
            stem=f"document-{document.pk}",
        )

    @admin.display(description=_("kind"))
    def kind(self, document: Document) -> str:
        return str(DOCUMENT_KINDS[_resource(document)])

    @admin.display(description=_("about"))
    def about(self, document: Document) -> str:
        named = [document.activity.iri if document.activity else "", str(document.agent or "")]
        return " · ".join(text for text in named if text)

    @admin.display(description=_("size"))
    def size(self, document: Any) -> str:
        return filesizeformat(document.size)

    @admin.display(description=_("activity"))
    def its_activity(self, document: Document) -> str:
        return _linked("lrs_activity_change", document.activity)

    @admin.display(description=_("agent"))
    def its_agent(self, document: Document) -> str:
        return _linked("lrs_agent_change", document.agent)

    @admin.display(description=_("content"))
    def downloading(self, document: Document) -> str:
        return link_to("lrs_document_content", gettext("Download it"), document.pk)

    @admin.display(description=_("preview"))
    def preview(self, document: Document) -> str:
        text = readable(bytes(document.content), document.content_type)
        if text is None:
            return gettext("It is no text; download it to look at it.")
        shown = format_html(
            '<pre class="k-raw" tabindex="0" aria-label="{}">{}</pre>',
            gettext("preview"),
            text[:_MOST_SHOWN],
        )
        if len(text) <= _MOST_SHOWN:
            return shown
        return format_html("{}<p>{}</p>", shown, gettext("Only its beginning is shown."))


def readable(content: bytes, content_type: str) -> str | None:
    """The content as text, JSON laid out; None for what is no text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    if "json" in content_type.partition(";")[0].lower():
        try:
            value = jsontext.loads(content)
        except (XapiError, ValueError, RecursionError):
            return text  # a client may call anything JSON; it is shown as it came
        laid_out = json.dumps(value, indent=2, ensure_ascii=False, default=str)
        return laid_out.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    return text


def _resource(document: Document) -> Resource:
    if document.activity_id is None:
        return Resource.AGENT_PROFILE
    return Resource.ACTIVITY_PROFILE if document.agent_id is None else Resource.STATE


def _linked(name: str, row: Activity | Agent | None) -> str:
    return "-" if row is None else link_to(name, row, row.pk)
