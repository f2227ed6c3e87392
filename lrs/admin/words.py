"""What the admin says of things that are named by a code: scopes, and kinds of documents. Tests hold them complete."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lrs.xapi.documents import Resource

# A scope (lrs.stores.scopes) and what it means to an administrator.
SCOPES: dict[str, Any] = {
    "statements/write": _("store statements"),
    "statements/read": _("read every statement of the store"),
    "statements/read/mine": _("read the statements that this credential stored"),
    "state": _("read and write state documents"),
    "define": _("change what is known of activities and of agents"),
    "profile": _("read and write activity profiles and agent profiles"),
    "all/read": _("read everything in the store"),
    "all": _("read and write everything in the store"),
}

DOCUMENT_KINDS: dict[Resource, Any] = {
    Resource.STATE: _("state"),
    Resource.ACTIVITY_PROFILE: _("activity profile"),
    Resource.AGENT_PROFILE: _("agent profile"),
}


class _ScopeLabel:
    """“statements/write: store statements”, in the language of whoever looks."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __str__(self) -> str:
        return f"{self.scope}: {SCOPES[self.scope]}"


def scope_choices() -> list[tuple[str, Any]]:
    """Every scope with its meaning, in the order of the table."""
    return [(scope, _ScopeLabel(scope)) for scope in SCOPES]
