"""Every address that Keiko answers."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from keiko.health import healthz
from lrs.api.attachments import for_client, for_staff

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    path("xapi/", include("lrs.api.urls")),
    path("", include("lrs.oauth.urls")),
    path("attachments/<str:sha256>", for_client, name="attachment"),
    path("attachments/<slug:slug>/<str:sha256>", for_staff, name="attachment-for-staff"),
    path("api/v1/", include("lrs.api.rest.urls")),
    path("api/", include("lrs.api.openapi.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("log/", include("anchoring.urls")),
    path("", include("passport.urls")),
]
