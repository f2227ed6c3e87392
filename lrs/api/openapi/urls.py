"""Where the interface describes itself."""

from django.urls import path

from lrs.api.openapi.views import Document, Reader

app_name = "openapi"

urlpatterns = [
    path("openapi.json", Document.as_view(), name="document"),
    path("docs/", Reader.as_view(), name="reader"),
]
