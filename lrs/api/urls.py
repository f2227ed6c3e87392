"""The addresses below /xapi/."""

from django.urls import path

from lrs.api.about import about
from lrs.api.statements import statements
from lrs.api.unavailable import unavailable

app_name = "xapi"

urlpatterns = [
    path("statements", statements, name="statements"),
    path("about", about, name="about"),
    path("<path:resource>", unavailable),
]
