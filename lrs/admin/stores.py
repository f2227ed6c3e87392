"""Stores in the admin: their settings, how to point a client at one, and what arrives in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lrs.admin import arrivals, authorities, rules
from lrs.admin.browser import FilterForm, find
from lrs.hierarchy.progress import progress_of
from lrs.ingestion.selectors import arrived_since
from lrs.models import Credential, Store
from lrs.rejections.selectors import Wanted, causes
from lrs.stores.authority import OF_CREDENTIALS
from lrs.stores.services import change_store, create_store, set_authority_template

if TYPE_CHECKING:  # this class takes a type only in its published types
    _StoreAdmin = admin.ModelAdmin[Store]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _StoreAdmin

_RECENT = timedelta(minutes=5)


@admin.register(Store)
class StoreAdmin(_StoreAdmin):
    list_display = ("name", "slug", "default_version", "connecting", "arriving", "created")
    fields = (
        "name",
        "slug",
        "default_version",
        "vouching",
        "ruling",
        "connecting",
        "arriving",
        "created",
    )
    readonly_fields = ("created", "vouching", "ruling", "connecting", "arriving")
    search_fields = ("name", "slug")

    def has_delete_permission(self, request: HttpRequest, obj: Store | None = None) -> bool:
        return False  # a store's statements are final

    @admin.display(description=gettext_lazy("connect a client"))
    def connecting(self, store: Store) -> str:
        return _link("admin:lrs_store_connect", store, _("What to paste"))

    @admin.display(description=gettext_lazy("what arrives"))
    def arriving(self, store: Store) -> str:
        return _link("admin:lrs_store_arrivals", store, _("Graphs"))

    @admin.display(description=gettext_lazy("authority"))
    def vouching(self, store: Store) -> str:
        return _link("admin:lrs_store_authority", store, _("Who vouches for its statements"))

    @admin.display(description=gettext_lazy("courses, classes and sessions"))
    def ruling(self, store: Store) -> str:
        return _link("admin:lrs_store_rules", store, _("By which rules they are found"))

    def save_model(self, request: HttpRequest, obj: Store, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in ("slug", "name", "default_version")}
        made = change_store(store=obj, **given) if change else create_store(**given)
        obj.__dict__.update(made.__dict__)

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(
                f"<int:pk>/{address}/", self.admin_site.admin_view(view), name=f"lrs_store_{name}"
            )

        return [
            page("connect", self.connect_view, "connect"),
            page("recent", self.recent_view, "recent"),
            page("arrivals", self.arrivals_view, "arrivals"),
            page("authority", self.authority_view, "authority"),
            page("rules", self.rules_view, "rules"),
            *super().get_urls(),
        ]

    def connect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What to paste into which client; never with a secret, for none is kept."""
        store = self._store(request, pk)
        context = {
            **self._context(
                request, store, _("Connect a client to %(store)s") % {"store": store.name}
            ),
            "endpoint": f"{settings.PUBLIC_URL}/xapi/",
            "may_see_keys": request.user.has_perm("lrs.view_credential"),
            "credentials": Credential.objects.filter(store=store, revoked=None),
            **recent(request, store),
        }
        return TemplateResponse(request, "admin/lrs/store/connect.html", context)

    def recent_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What arrived in the last minutes: the part of the page that keeps itself fresh."""
        store = self._store(request, pk)
        response = TemplateResponse(
            request, "admin/lrs/store/recent.html", {"store": store, **recent(request, store)}
        )
        response["Cache-Control"] = "no-store"
        return response

    def arrivals_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        store = self._store(request, pk)
        span = request.GET.get("span", "day")
        context = {
            **self._context(request, store, _("What arrives in %(store)s") % {"store": store.name}),
            "charts": arrivals.charts(store_id=store.pk, span=span),
            "spans": arrivals.spans(),
            "span": span,
        }
        return TemplateResponse(request, "admin/lrs/store/arrivals.html", context)

    def authority_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The store's template of authorities, with what it gives for the credentials that there are."""
        store = self._store(request, pk)
        may_change = self.has_change_permission(request, store)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = authorities.TemplateForm(
            request.POST or None, initial={"template": authorities.text_of(store)}
        )
        template = store.authority_template
        if request.method == "POST" and form.is_valid():
            template = form.cleaned_data["template"]
            if "save" in request.POST:
                set_authority_template(store=store, template=template)
                self.log_change(request, store, _("The template of authorities was changed."))
                self.message_user(request, _("The template was saved."), messages.SUCCESS)
                return HttpResponseRedirect(request.path)
        title = _("Who vouches for the statements of %(store)s") % {"store": store.name}
        context = {
            **self._context(request, store, title),
            "form": form,
            "may_change": may_change,
            "previews": [] if form.errors else authorities.previews(store, template),
            "unsaved": template != store.authority_template,
            "placeholders": list(OF_CREDENTIALS),
        }
        return TemplateResponse(request, "admin/lrs/store/authority.html", context)

    def rules_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rules by which courses, classes and sessions are found, the store's own first, and how far they are
        applied."""
        store = self._store(request, pk)
        title = _("How courses are found in %(store)s") % {"store": store.name}
        context = {
            **self._context(request, store, title),
            "progress": progress_of(store.pk),
            "types": rules.types_table(store.pk),
            "kinds": rules.kinds_table(store.pk),
            "may_change_types": request.user.has_perms(["lrs.add_typerule", "lrs.change_typerule"]),
            "may_change_kinds": request.user.has_perms(["lrs.add_kindrule", "lrs.change_kindrule"]),
        }
        return TemplateResponse(request, "admin/lrs/store/rules.html", context)

    def _store(self, request: HttpRequest, pk: int) -> Store:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Store, pk=pk)

    def _context(self, request: HttpRequest, store: Store, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "store": store,
        }


def recent(request: HttpRequest, store: Store) -> dict[str, Any]:
    """What arrived in a store in the last five minutes: how much, the newest statements, the newest refusals.

    Each part for who may look at it: without the permission, a store is no way to read its statements.
    """
    since = timezone.now() - _RECENT
    count, more = arrived_since(store_id=store.pk, moment=since)
    found: dict[str, Any] = {"arrived": count, "arrived_more": more}
    if request.user.has_perm("lrs.view_statement"):
        form = FilterForm({"store": store.pk})
        form.is_valid()
        newest = find(wanted={**form.cleaned_data, "since": since}, after_seq=None)
        found["arrived_statements"] = newest.rows[:5]
    if request.user.has_perm("lrs.view_rejectioncause"):
        found["refused"] = causes(wanted=Wanted(store_id=store.pk, since=since), limit=5)
        found["strangers"] = causes(wanted=Wanted(store_id=0, since=since), limit=3)
    return found


def _link(name: str, store: Store, text: str) -> str:
    if store.pk is None:
        return "-"
    return format_html('<a class="k-link" href="{}">{}</a>', reverse(name, args=[store.pk]), text)
