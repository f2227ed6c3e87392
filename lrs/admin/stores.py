"""Stores in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from lrs.models import Store

if TYPE_CHECKING:  # this class takes a type only in its published types
    _StoreAdmin = admin.ModelAdmin[Store]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _StoreAdmin


@admin.register(Store)
class StoreAdmin(_StoreAdmin):
    list_display = ("name", "slug", "default_version", "created")
    readonly_fields = ("created",)
    search_fields = ("name", "slug")

    def has_delete_permission(self, request: HttpRequest, obj: Store | None = None) -> bool:
        return False  # a store's statements are final
