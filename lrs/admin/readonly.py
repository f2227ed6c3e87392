"""Pages of what only clients of xAPI write: to look at, never to change."""

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.paginator import InfinitePaginator

from lrs.models import Store

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LargeListAdmin(ReadOnlyAdmin):
    """A list of a table that may have millions of rows: nothing counts them, and a search is what `matches` says."""

    list_filter: ClassVar[Any] = ("store",)
    list_select_related: ClassVar[Any] = ("store",)
    list_per_page = 50
    ordering = ("-id",)
    paginator = InfinitePaginator
    search_fields = ("id",)  # shows the field; get_search_results says what it finds

    def matches(self, term: str) -> Q:
        """What a search finds. `term` is not empty, and has no U+0000."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().replace("\0", "")
        return (queryset.filter(self.matches(term)) if term else queryset), False


def link_to(name: str, text: object, *args: object, **query: object) -> str:
    """A link to a page of the admin, with its query."""
    address = reverse(f"admin:{name}", args=args)
    if query:
        address = f"{address}?{urlencode(query)}"
    return format_html('<a class="k-link" href="{}">{}</a>', address, text)


def every_store() -> list[int]:
    """The stores by number: to name them all lets a search use an index that begins with the store."""
    return list(Store.objects.values_list("pk", flat=True))


def whole(text: str | None) -> int | None:
    """A number of a row from an address; None for whatever is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
