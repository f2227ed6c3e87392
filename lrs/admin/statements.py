"""Statements in the admin: to look at; they cannot be changed here, nor anywhere."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lrs.admin import browser
from lrs.admin.reading import reading
from lrs.admin.readonly import ReadOnlyAdmin, whole
from lrs.models import Statement, Store
from lrs.statements.documents import decode
from lrs.xapi import jsontext

_MOST_SHOWN = 500_000  # bytes of a statement on a page; more is there to download


@dataclass(frozen=True, slots=True)
class Standing:
    """What another application says of a statement, in which tone (passed, failed, unknown), and where to see more."""

    label: str
    text: str
    tone: str = "unknown"
    address: str = ""


# Functions from a statement's seq to its standings; anchoring adds its own, which the LRS knows nothing of.
standings: list[Callable[[int], list[Standing]]] = []


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """The browser and the page of a statement, in place of Django's list and form."""

    def get_urls(self) -> list[URLPattern]:
        exact = path(
            "<int:seq>/exact.json",
            self.admin_site.admin_view(self.exact_view),
            name="lrs_statement_exact",
        )
        return [exact, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        self._check(request)
        given = request.GET.copy()
        first = Store.objects.first()
        if not given.get("store") and first:
            given["store"] = str(first.pk)
        form = browser.FilterForm(given)
        found = browser.Found()
        store: Store | None = form.cleaned_data.get("store") if form.is_valid() else None
        if store:
            found = browser.find(wanted=form.cleaned_data, after_seq=whole(given.get("after")))
        given.pop("after", None)
        filters = {name: value for name, value in given.items() if value}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Statements"),
            "form": form,
            "found": found,
            "rows": [(row, parse_datetime(row.stored)) for row in found.rows],
            "store": store,
            "verbs": browser.verbs_of(store or first) if first else [],
            "filtered": bool(filters.keys() - {"store"}),
            "first_page": f"?{urlencode(filters)}" if request.GET.get("after") else "",
            "next_page": f"?{urlencode({**filters, 'after': found.next_seq})}"
            if found.next_seq
            else "",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/lrs/statement/browse.html", context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._check(request)
        if object_id is None or request.method == "POST":
            raise PermissionDenied
        row = self._statement(whole(object_id))
        document = decode(row.encoding, row.document)
        statement = jsontext.loads(document)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(row.id),
            "row": row,
            "reading": reading(statement),
            "standings": [one for of in standings for one in of(row.seq)],
            "size": len(document),
            "pretty": _pretty(statement) if len(document) <= _MOST_SHOWN else "",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/lrs/statement/page.html", context)

    def exact_view(self, request: HttpRequest, seq: int) -> HttpResponse:
        """The bytes exactly as the API serves them."""
        self._check(request)
        row = self._statement(seq)
        response = HttpResponse(decode(row.encoding, row.document), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="statement-{row.id}.json"'
        response["Cache-Control"] = "no-store"
        return response

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _statement(self, seq: int | None) -> Statement:
        if seq is None:
            raise Http404
        return get_object_or_404(Statement.objects.select_related("store"), seq=seq)


def _pretty(statement: Any) -> str:
    return json.dumps(statement, indent=2, ensure_ascii=False, default=str)
