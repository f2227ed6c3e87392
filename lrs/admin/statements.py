"""Statements in the admin: to look at; they cannot be changed here, nor anywhere."""

import json
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from lrs.models import Statement
from lrs.statements.documents import decode
from lrs.xapi import jsontext

if TYPE_CHECKING:  # this class takes a type only in its published types
    _StatementAdmin = admin.ModelAdmin[Statement]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _StatementAdmin


@admin.register(Statement)
class StatementAdmin(_StatementAdmin):
    """Statements to look at; they cannot be changed here, nor anywhere."""

    list_display = ("id", "stored", "store", "actor", "verb", "activity", "voided")
    list_select_related = ("store", "actor", "verb", "activity")
    list_filter = ("store", "voided")
    ordering = ("-seq",)
    show_full_result_count = False
    search_fields = ("id",)
    search_help_text = _("The id of a statement")
    fields = (
        "id", "seq", "store", "stored", "timestamp", "actor", "verb", "activity", "registration",
        "voided", "readable",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("statement"))
    def readable(self, statement: Statement) -> str:
        value = jsontext.loads(decode(statement.encoding, statement.document))
        return format_html(
            "<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False, default=str)
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Statement], search_term: str
    ) -> tuple[QuerySet[Statement], bool]:
        if not search_term:
            return queryset, False
        try:
            return queryset.filter(id=UUID(search_term.strip())), False
        except ValueError:
            return queryset.none(), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return False
