"""The chain in the admin: to look at, not to change."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from chain.models import Chain, Submission

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("seq", "size", "state", "block_number", "block_time", "next_attempt_at")
    list_filter = ("state",)
    fields = (
        "seq",
        "size",
        "state",
        "block_number",
        "block_time",
        "evidence",
        "nonce",
        "era_end",
        "scanned_to",
        "attempts",
        "last_error",
        "next_attempt_at",
        "created_at",
        "verified_at",
    )


@admin.register(Chain)
class ChainAdmin(ReadOnlyAdmin):
    list_display = ("name", "node", "development", "first_seen")
    fields = ("name", "node", "development", "first_seen")
