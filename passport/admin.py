"""Learners and their shares, for administrators."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lrs.admin.dimensions import People, SomebodyKnown, people
from passport.models import Identity, Learner, RetentionRule, Share
from passport.shares.services import withdraw

if TYPE_CHECKING:
    LearnerModelAdmin = admin.ModelAdmin[Learner]
    ShareModelAdmin = admin.ModelAdmin[Share]
    RetentionModelAdmin = admin.ModelAdmin[RetentionRule]
    IdentityTabularInline = admin.TabularInline[Identity, Learner]
else:  # the theme's classes, which publish no types
    from unfold.admin import ModelAdmin, TabularInline

    LearnerModelAdmin = ShareModelAdmin = RetentionModelAdmin = ModelAdmin
    IdentityTabularInline = TabularInline


class IdentityInline(IdentityTabularInline):
    model = Identity
    extra = 0


@admin.register(Learner)
class LearnerAdmin(LearnerModelAdmin):
    list_display = ("name", "user", "created")
    search_fields = ("name", "user__email", "identities__identifier")
    raw_id_fields = ("user",)
    inlines = (IdentityInline,)


@admin.register(Share)
class ShareAdmin(ShareModelAdmin):
    """Shares are the learner's: an administrator sees that they exist and can close one, no more."""

    list_display = ("title", "learner", "institution", "created", "expires", "withdrawn_at")
    list_filter = ("institution",)
    search_fields = ("title", "learner__name")
    list_select_related = ("learner",)
    date_hierarchy = "created"
    actions = ("withdraw_shares",)
    fields = (
        "learner",
        "title",
        "institution",
        "store",
        "activity",
        "withheld",
        "created",
        "expires",
        "withdrawn_at",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Share | None = None) -> bool:
        return False

    @admin.action(description=_("Withdraw the selected shares"), permissions=("change",))
    def withdraw_shares(self, request: HttpRequest, queryset: QuerySet[Share]) -> None:
        for share in queryset:
            withdraw(share=share)
        count = len(queryset)
        self.message_user(
            request,
            ngettext("%(n)d share withdrawn.", "%(n)d shares withdrawn.", count) % {"n": count},
        )


@admin.register(RetentionRule)
class RetentionRuleAdmin(RetentionModelAdmin):
    list_display = ("store", "days")
    list_select_related = ("store",)


def _learner_with(identifier: str) -> SomebodyKnown | None:
    """The learner to whom an identifier of the record store belongs."""
    identity = Identity.objects.select_related("learner").filter(identifier=identifier).first()
    if identity is None:
        return None
    learner = identity.learner
    return SomebodyKnown(
        name=learner.name,
        identifiers=list(learner.identities.values_list("identifier", flat=True)),
        address=reverse("admin:passport_learner_change", args=[learner.pk]),
    )


people.append(People("passport.view_learner", _learner_with))
