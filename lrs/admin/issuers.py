"""Issuers of tokens that a store trusts, in the admin: trusted, changed, let go; and who has come by their tokens."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from lrs.admin.readonly import LargeListAdmin, link_to
from lrs.admin.words import scope_choices
from lrs.models import TokenSubject, TrustedIssuer
from lrs.oauth.discovery import discover
from lrs.oauth.errors import DiscoveryFailed
from lrs.oauth.jwks import ALGORITHMS
from lrs.oauth.services import (
    change_issuer,
    check_issuer,
    revoke_issuer,
    revoke_subject,
    trust_issuer,
)

if TYPE_CHECKING:  # these classes take a type only in their published types
    _IssuerAdmin = admin.ModelAdmin[TrustedIssuer]
    _IssuerForm = forms.ModelForm[TrustedIssuer]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _IssuerAdmin

    _IssuerForm = forms.ModelForm

_READ_BY = ("jwks_url", "algorithms", "scope_claim", "scope_map", "authority_template")
_CHANGEABLE = ("label", *_READ_BY)
_KNOWN_BY = ("store", "issuer", "audience")


class EmptyJsonField(forms.JSONField):
    """Shows nothing where there is nothing, instead of `null`."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value) if value else ""


class IssuerForm(_IssuerForm):
    algorithms = forms.MultipleChoiceField(
        label=capfirst(_("algorithms")),
        choices=[(name, name) for name in ALGORITHMS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=["RS256"],
    )
    scopes = forms.MultipleChoiceField(
        label=capfirst(_("scopes")),
        help_text=_("The most that a token may have here, whatever it says."),
        choices=scope_choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = TrustedIssuer
        fields = (*_KNOWN_BY, *_CHANGEABLE, "scopes")
        field_classes: ClassVar[Any] = {
            "scope_map": EmptyJsonField,
            "authority_template": EmptyJsonField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["jwks_url"].required = False
            self.fields["jwks_url"].help_text = _(
                "The issuer's “jwks_uri”. Empty: as the issuer says of itself."
            )

    def clean(self) -> dict[str, Any]:
        """Where no address of the keys was given, ask the issuer, once all else is right."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("jwks_url", "kept"):
            try:
                given["jwks_url"] = discover(given["issuer"]).jwks_url
            except DiscoveryFailed as error:
                self.add_error("jwks_url", str(error))
        return given

    def clean_scope_map(self) -> Any:
        return self.cleaned_data["scope_map"] or {}

    def _post_clean(self) -> None:
        """What the service would refuse is said beside its field."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if self.errors:
            return
        try:
            check_issuer(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(TrustedIssuer)
class IssuerAdmin(_IssuerAdmin):
    """Issuer, audience and store are what a token is known by, and fixed when it is trusted."""

    form = IssuerForm
    list_display = ("label", "store", "issuer", "audience", "granted", "revoked")
    list_filter = ("store", ("revoked", admin.EmptyFieldListFilter))
    list_select_related = ("store",)
    search_fields = ("label", "issuer", "audience")
    readonly_fields = ("created", "revoked", "letting_go", "its_subjects", "granted")

    @admin.display(description=_("scopes"))
    def granted(self, issuer: TrustedIssuer) -> str:
        return ", ".join(issuer.scopes)

    @admin.display(description=_("trust"))
    def letting_go(self, issuer: TrustedIssuer) -> str:
        return link_to("lrs_trustedissuer_revoke", gettext("Trust it no more"), issuer.pk)

    @admin.display(description=_("token subjects"))
    def its_subjects(self, issuer: TrustedIssuer) -> str:
        text = gettext("Who has come by its tokens")
        return link_to("lrs_tokensubject_changelist", text, issuer__id__exact=issuer.pk)

    def get_fields(self, request: HttpRequest, obj: TrustedIssuer | None = None) -> Any:
        if obj is None:
            return ("label", *_KNOWN_BY, "scopes", *_READ_BY)
        about = (*_KNOWN_BY, "its_subjects", "created", "revoked")
        if not self.has_change_permission(request, obj):
            return ("label", "granted", *_READ_BY, *about)
        return ("label", "scopes", *_READ_BY, *about, "letting_go")

    def get_readonly_fields(self, request: HttpRequest, obj: TrustedIssuer | None = None) -> Any:
        return self.readonly_fields if obj is None else (*_KNOWN_BY, *self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: TrustedIssuer | None = None) -> bool:
        is_trusted = obj is None or obj.revoked is None
        return is_trusted and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: TrustedIssuer | None = None) -> bool:
        return False  # its subjects vouch for statements; trust it no more instead

    def save_model(self, request: HttpRequest, obj: TrustedIssuer, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in _CHANGEABLE}
        granted = form.cleaned_data["scopes"]
        if change:
            made = change_issuer(trusted=obj, granted=granted, **given)
        else:
            known_by = {name: form.cleaned_data[name] for name in _KNOWN_BY}
            made = trust_issuer(granted=granted, **known_by, **given)
        obj.__dict__.update(made.__dict__)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [
            path("<int:pk>/revoke/", view, name="lrs_trustedissuer_revoke"),
            *super().get_urls(),
        ]

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Trust the issuer no more, after a question."""
        issuer = get_object_or_404(TrustedIssuer, pk=pk)
        if not self.has_change_permission(request, issuer):
            raise PermissionDenied
        back = reverse("admin:lrs_trustedissuer_change", args=[pk])
        if request.method == "POST":
            revoke_issuer(issuer=issuer)
            self.log_change(request, issuer, gettext("The issuer is trusted no more."))
            told = gettext("The issuer is trusted no more.")
            self.message_user(request, told, messages.SUCCESS)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Trust %(label)s no more") % {"label": issuer.label},
            "question": gettext(
                "Its tokens open nothing from this moment on; the statements that came by them stay. It can be trusted"
                " anew."
            ),
            "button": gettext("Trust it no more"),
            "back": back,
        }
        return TemplateResponse(request, "admin/lrs/confirm.html", context)


@admin.register(TokenSubject)
class SubjectAdmin(LargeListAdmin):
    """Who or what an issuer's tokens were given to; each can be shut out by itself."""

    list_display = ("subject", "issuer", "last_used", "created", "revoked")
    list_filter = ("issuer",)
    list_select_related = ("issuer",)
    fields = ("subject", "issuer", "created", "last_used", "revoked")
    readonly_fields = fields
    search_help_text = _("A whole subject, as in the tokens' claim “sub”")
    actions = ("revoke",)

    def matches(self, term: str) -> Q:
        # With the issuers, for the index begins with the issuer.
        issuers = list(TrustedIssuer.objects.values_list("pk", flat=True))
        return Q(issuer__in=issuers, subject=term)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lrs.change_tokensubject")

    @admin.action(description=_("Shut out the selected subjects"), permissions=("revoke",))
    def revoke(self, request: HttpRequest, queryset: QuerySet[TokenSubject]) -> None:
        for subject in queryset.filter(revoked=None):
            revoke_subject(subject=subject)
            self.log_change(request, subject, gettext("The subject was shut out."))
