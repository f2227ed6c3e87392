"""How the admin's theme (django-unfold) is set up: its name, and the menu. See docs/decisions/0085."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _page(title: Any, icon: str, model: str) -> dict[str, Any]:
    """A place of the menu: the list of a model, `app.model`, for who may look at it."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may(f"{app}.view_{name}"),
    }


MENU = [
    {
        "items": [
            {"title": _("Overview"), "icon": "dashboard", "link": reverse_lazy("admin:index")},
        ]
    },
    {
        "title": _("Record store"),
        "items": [
            _page(_("Stores"), "storefront", "lrs.store"),
            _page(_("Credentials"), "key", "lrs.credential"),
            _page(_("Trusted issuers"), "verified_user", "lrs.trustedissuer"),
            _page(_("Statements"), "receipt_long", "lrs.statement"),
            _page(_("Rejected requests"), "block", "lrs.rejectioncause"),
            _page(_("Documents"), "description", "lrs.document"),
            _page(_("Attachments"), "attach_file", "lrs.attachment"),
            _page(_("Retention rules"), "auto_delete", "passport.retentionrule"),
            _page(_("Agents"), "person", "lrs.agent"),
            _page(_("Activities"), "school", "lrs.activity"),
            _page(_("Verbs"), "play_arrow", "lrs.verb"),
        ],
    },
    {
        "title": _("Courses"),
        "items": [
            _page(_("Courses, classes, sessions"), "account_tree", "lrs.node"),
            _page(_("Rules: activity types"), "rule", "lrs.typerule"),
            _page(_("Rules: interactions"), "rule", "lrs.kindrule"),
        ],
    },
    {
        "title": _("Log and chain"),
        "items": [
            _page(_("Checkpoints"), "fact_check", "anchoring.checkpoint"),
            _page(_("Anchors"), "anchor", "anchoring.anchor"),
            _page(_("Waiting records"), "hourglass_empty", "anchoring.pending"),
            _page(_("Erasures"), "delete_history", "anchoring.erasure"),
            _page(_("Submissions"), "upload", "chain.submission"),
            _page(_("Chains"), "link", "chain.chain"),
        ],
    },
    {
        "title": _("People"),
        "items": [
            _page(_("Learners"), "badge", "passport.learner"),
            _page(_("Shares"), "share", "passport.share"),
            _page(_("Users"), "group", "keiko.user"),
            _page(_("Groups"), "groups", "auth.group"),
        ],
    },
]

THEME: dict[str, Any] = {
    "SITE_TITLE": _("Keiko administration"),
    "SITE_HEADER": "Keiko",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_URL": "/",
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "keiko.dashboard.context",
    "SIDEBAR": {"show_search": False, "navigation": MENU},
}
