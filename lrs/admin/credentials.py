"""Credentials in the admin: issued with a secret shown once, and revoked."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from lrs.models import Credential
from lrs.stores.scopes import MEANINGS
from lrs.stores.services import IssuedCredential, issue_credential, revoke_credential

if TYPE_CHECKING:  # these classes take a type only in their published types
    _CredentialAdmin = admin.ModelAdmin[Credential]
    _CredentialForm = forms.ModelForm[Credential]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _CredentialAdmin

    _CredentialForm = forms.ModelForm

_ISSUED = "issued_now"  # the attribute that carries a new secret to the page that shows it


class CredentialForm(_CredentialForm):
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=[(scope, scope) for scope in MEANINGS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=["statements/write", "statements/read", "define"],
    )

    class Meta:
        model = Credential
        fields = ("store", "label", "scopes")


@admin.register(Credential)
class CredentialAdmin(_CredentialAdmin):
    """A new credential's secret is in the answer to the form, and nowhere else: not in a message, not in a log."""

    form = CredentialForm
    list_display = ("label", "store", "key", "granted", "created", "revoked")
    list_filter = ("store",)
    search_fields = ("label", "key")
    actions = ("revoke",)

    @admin.display(description=_("scopes"))
    def granted(self, credential: Credential) -> str:
        return ", ".join(credential.scopes)

    def get_fields(self, request: HttpRequest, obj: Credential | None = None) -> Any:
        if obj is None:
            return ("store", "label", "scopes")
        return ("store", "label", "key", "granted", "created", "revoked")

    def has_change_permission(self, request: HttpRequest, obj: Credential | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Credential | None = None) -> bool:
        return False  # it is named in the authority of statements; revoke it

    def save_model(self, request: HttpRequest, obj: Credential, form: Any, change: bool) -> None:
        """Issue the credential; the secret travels on the object to `response_add`, in this request alone."""
        issued = issue_credential(
            store=obj.store, label=obj.label, scopes=form.cleaned_data["scopes"]
        )
        obj.__dict__.update(issued.credential.__dict__)
        setattr(obj, _ISSUED, issued)

    def response_add(
        self, request: HttpRequest, obj: Credential, post_url_continue: str | None = None
    ) -> HttpResponse:
        issued: IssuedCredential = getattr(obj, _ISSUED)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Credential issued: %(label)s") % {"label": obj.label},
            "issued": issued,
            "endpoint": f"{settings.PUBLIC_URL}/xapi/",
            "list_url": reverse("admin:lrs_credential_changelist"),
        }
        return TemplateResponse(request, "admin/lrs/credential/issued.html", context)

    @admin.action(description=_("Revoke the selected credentials"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Credential]) -> None:
        for credential in queryset:
            revoke_credential(credential=credential)
