"""Rejected requests in the admin: by cause, with what the client was told, and the newest of each cause."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lrs.admin.readonly import ReadOnlyAdmin, whole
from lrs.models import RejectionCause, Store
from lrs.rejections.selectors import Wanted, causes, newest_of

_MOST = 100


class CauseForm(forms.Form):
    """Which causes to show; every field may stay empty."""

    store = forms.ChoiceField(label=gettext_lazy("Store"), required=False)
    status = forms.IntegerField(
        label=gettext_lazy("Status"), min_value=400, max_value=599, required=False
    )
    text = forms.CharField(
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("Of the reason, the code, the key or the credential"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores = [(str(store.pk), store.name) for store in Store.objects.all()]
        unknown = ("0", _("No known store"))
        self.fields["store"] = forms.ChoiceField(
            label=gettext_lazy("Store"), required=False, choices=[("", _("All")), *stores, unknown]
        )

    def wanted(self) -> Wanted:
        """Precondition: the form is valid."""
        store = self.cleaned_data["store"]
        return Wanted(
            store_id=int(store) if store else None,
            status=self.cleaned_data["status"],
            text=self.cleaned_data["text"].replace("\0", ""),
        )


@admin.register(RejectionCause)
class RejectionAdmin(ReadOnlyAdmin):
    """The causes, newest first, in place of Django's list; a cause with its newest requests in place of the form."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        self._check(request)
        form = CauseForm(request.GET)
        wanted = form.wanted() if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Rejected requests"),
            "form": form,
            "causes": causes(wanted=wanted, limit=_MOST) if wanted else [],
            "filtered": any(request.GET.values()),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/lrs/rejectioncause/list.html", context)

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
        every = RejectionCause.objects.select_related("store", "credential")
        cause = get_object_or_404(every, pk=whole(object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(cause),
            "cause": cause,
            "requests": [(one, _text(one.body)) for one in newest_of(cause=cause, limit=20)],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/lrs/rejectioncause/page.html", context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _text(body: bytes | memoryview) -> str:
    return bytes(body).decode("utf-8", "replace")
