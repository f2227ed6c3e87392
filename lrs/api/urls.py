"""The addresses below /xapi/."""

from django.urls import path

from lrs.api.about import about
from lrs.api.statements import statements

app_name = "xapi"

urlpatterns = [
    path("statements", statements, name="statements"),
    path("about", about, name="about"),
]
