"""Credentials in the admin: issued with a secret shown once, changed, rotated and revoked.

A new secret is in the answer to the form that asked for it, and nowhere else: not in a message, not in a log.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from lrs.admin.words import scope_choices
from lrs.models import Credential, CredentialSecret
from lrs.stores.selectors import good_secrets
from lrs.stores.services import (
    SECRETS_AT_ONCE,
    IssuedCredential,
    change_credential,
    issue_credential,
    revoke_credential,
    rotate_secret,
    withdraw_secret,
)

if TYPE_CHECKING:  # these classes take a type only in their published types
    _CredentialAdmin = admin.ModelAdmin[Credential]
    _CredentialForm = forms.ModelForm[Credential]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _CredentialAdmin

    _CredentialForm = forms.ModelForm

_ISSUED = "issued_now"  # the attribute that carries a new secret to the page that shows it


class CredentialForm(_CredentialForm):
    scopes = forms.MultipleChoiceField(
        label=capfirst(_("scopes")),
        choices=scope_choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=["statements/write", "statements/read", "define"],
    )

    class Meta:
        model = Credential
        fields = ("store", "label", "note", "scopes", "expires")

    def clean_expires(self) -> Any:
        expires = self.cleaned_data["expires"]
        if expires != self.initial.get("expires") and expires and expires <= timezone.now():
            raise ValidationError(gettext("The time of expiry is past."))
        return expires


class RotateForm(forms.Form):
    """When the secret that is in use ends; empty: when somebody withdraws it."""

    old_expires = forms.DateTimeField(
        label=_("The old secret ends"),
        help_text=_("Empty: it stays good until you retire it here."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )


@admin.register(Credential)
class CredentialAdmin(_CredentialAdmin):
    """Credentials, each with its secrets below the form."""

    form = CredentialForm
    list_display = ("label", "store", "key", "granted", "last_used", "expires", "revoked")
    list_filter = ("store", ("revoked", admin.EmptyFieldListFilter))
    list_select_related = ("store",)
    search_fields = ("label", "note", "key")
    readonly_fields = ("key", "created", "last_used", "revoked")
    actions = ("revoke",)
    change_form_outer_after_template = "admin/lrs/credential/secrets.html"

    @admin.display(description=_("scopes"))
    def granted(self, credential: Credential) -> str:
        return ", ".join(credential.scopes)

    def get_fields(self, request: HttpRequest, obj: Credential | None = None) -> Any:
        if obj is None:
            return ("store", "label", "note", "scopes", "expires")
        scopes = "scopes" if self.has_change_permission(request, obj) else "granted"
        return ("label", "note", scopes, "expires", "store", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Credential | None = None) -> Any:
        # It is known by its store to whoever uses it; a change would be another credential.
        return self.readonly_fields if obj is None else ("store", "granted", *self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: Credential | None = None) -> bool:
        is_live = obj is None or obj.revoked is None
        return is_live and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Credential | None = None) -> bool:
        return False  # it is named in the authority of statements; revoke it

    def save_model(self, request: HttpRequest, obj: Credential, form: Any, change: bool) -> None:
        """Issue or change; a new secret travels on the object to `response_add`, in this request alone."""
        given = {name: form.cleaned_data[name] for name in ("label", "note", "scopes", "expires")}
        if change:
            change_credential(credential=obj, **given)
            return
        issued = issue_credential(store=obj.store, **given)
        obj.__dict__.update(issued.credential.__dict__)
        setattr(obj, _ISSUED, issued)

    def response_add(
        self, request: HttpRequest, obj: Credential, post_url_continue: str | None = None
    ) -> HttpResponse:
        issued: IssuedCredential = getattr(obj, _ISSUED)
        return self._shown(request, issued, gettext("Credential issued: %(label)s"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        credential = self.get_object(request, object_id)
        if credential is not None:
            extra_context = {**_secrets_of(credential), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(
                f"<int:pk>/{address}/",
                self.admin_site.admin_view(view),
                name=f"lrs_credential_{name}",
            )

        return [
            page("rotate", self.rotate_view, "rotate"),
            page("retire/<int:secret_id>", self.retire_view, "retire"),
            page("revoke", self.revoke_view, "revoke"),
            *super().get_urls(),
        ]

    def rotate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the credential a second secret, beside the one in use."""
        credential = self._credential(request, pk)
        form = RotateForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                issued = rotate_secret(
                    credential=credential, old_expires=form.cleaned_data["old_expires"]
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.log_change(request, credential, gettext("A second secret was issued."))
                return self._shown(request, issued, gettext("Second secret issued: %(label)s"))
        title = gettext("A second secret for %(label)s") % {"label": credential.label}
        context = self._context(request, title) | {"credential": credential, "form": form}
        return TemplateResponse(request, "admin/lrs/credential/rotate.html", context)

    def retire_view(self, request: HttpRequest, pk: int, secret_id: int) -> HttpResponse:
        """Retire one of two secrets, after a question."""
        credential = self._credential(request, pk)
        if request.method != "POST":
            secret = get_object_or_404(CredentialSecret, pk=secret_id, credential=credential)
            made = f"{timezone.localtime(secret.created):%Y-%m-%d %H:%M:%S}"
            question = gettext(
                "Clients that still send the secret of %(made)s are refused from this moment on."
            ) % {"made": made}
            return self._asked(
                request, credential, gettext("Retire a secret"), question, gettext("Retire it")
            )
        try:
            withdraw_secret(credential=credential, secret_id=secret_id)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.log_change(request, credential, gettext("A secret was retired."))
            self.message_user(request, gettext("The secret was retired."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:lrs_credential_change", args=[pk]))

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke the credential, after a question."""
        credential = self._credential(request, pk)
        if request.method != "POST":
            question = gettext(
                "Its key opens nothing from this moment on, with whatever secret; its statements stay. This cannot"
                " be undone."
            )
            title = gettext("Revoke %(label)s") % {"label": credential.label}
            return self._asked(request, credential, title, question, gettext("Revoke it now"))
        revoke_credential(credential=credential)
        self.log_change(request, credential, gettext("The credential was revoked."))
        self.message_user(request, gettext("The credential was revoked."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:lrs_credential_change", args=[pk]))

    @admin.action(description=_("Revoke the selected credentials"), permissions=("change",))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Credential]) -> None:
        for credential in queryset.filter(revoked=None):
            revoke_credential(credential=credential)
            self.log_change(request, credential, gettext("The credential was revoked."))

    def _credential(self, request: HttpRequest, pk: int) -> Credential:
        """For who may change it; one that was revoked can be changed by nobody."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        credential = get_object_or_404(Credential.objects.select_related("store"), pk=pk)
        if not self.has_change_permission(request, credential):
            raise PermissionDenied
        return credential

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}

    def _shown(self, request: HttpRequest, issued: IssuedCredential, title: str) -> HttpResponse:
        context = self._context(request, title % {"label": issued.credential.label}) | {
            "issued": issued,
            "endpoint": f"{settings.PUBLIC_URL}/xapi/",
            "back": reverse("admin:lrs_credential_change", args=[issued.credential.pk]),
        }
        return TemplateResponse(request, "admin/lrs/credential/issued.html", context)

    def _asked(
        self, request: HttpRequest, credential: Credential, title: str, question: str, button: str
    ) -> HttpResponse:
        context = self._context(request, title) | {
            "question": question,
            "button": button,
            "back": reverse("admin:lrs_credential_change", args=[credential.pk]),
        }
        return TemplateResponse(request, "admin/lrs/confirm.html", context)


def _secrets_of(credential: Credential) -> dict[str, Any]:
    """The credential's secrets, newest first, each with whether it is good now, and what may be done."""
    good = {one.pk for one in good_secrets(credential)} if credential.revoked is None else set()
    return {
        "credential": credential,
        "secrets": [
            (one, one.pk in good) for one in credential.secrets.order_by("-created", "-pk")
        ],
        "may_rotate": len(good) < SECRETS_AT_ONCE,
        "may_retire": len(good) == SECRETS_AT_ONCE,
    }
