"""The addresses of OAuth 2.0. The well-known one is where RFC 8414 puts it."""

from django.urls import path

from lrs.oauth.views import metadata, token

app_name = "oauth"

urlpatterns = [
    path("oauth/token", token, name="token"),
    path(".well-known/oauth-authorization-server", metadata, name="metadata"),
]
