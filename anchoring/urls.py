"""The public log, below `/log/`: C2SP tlog-tiles, and what a verifier asks online."""

from django.urls import path

from anchoring import pages, views

app_name = "anchoring"

urlpatterns = [
    path("", pages.log_page, name="page"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("checkpoint/cosigned", views.cosigned_checkpoint, name="cosigned-checkpoint"),
    path("tile/<anything:name>", views.tile, name="tile"),
    path("anchors/latest", views.latest_anchor, name="latest-anchor"),
    path("metrics", views.metrics, name="metrics"),
    path("trust.json", views.trust, name="trust"),
    path("<anything:name>", views.unknown, name="unknown"),
]
