"""The template of a store's authorities: its form, and what it gives for the credentials that there are."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lrs.models import Credential, Store
from lrs.stores import authority
from lrs.stores.selectors import authority_of
from lrs.stores.services import check_template

_MOST_PREVIEWS = 5
_LONGEST = 10_000


class TemplateForm(forms.Form):
    """The template as JSON; empty: the usual one."""

    template = forms.CharField(
        label=gettext_lazy("Template (JSON)"),
        help_text=gettext_lazy("Empty: the usual one, an account named by the credential's number"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "k-code"}),
        max_length=_LONGEST,
        required=False,
    )

    def clean_template(self) -> dict[str, Any] | None:
        text = self.cleaned_data["template"].strip()
        if not text:
            return None
        try:
            template = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValidationError(_("This is no JSON: %(error)s") % {"error": error}) from error
        check_template(template, authority.OF_CREDENTIALS)
        checked: dict[str, Any] = template
        return checked


def text_of(store: Store) -> str:
    """The store's template as people write it; empty where it has the usual one."""
    return _pretty(store.authority_template) if store.authority_template else ""


def previews(store: Store, template: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The labels of some of the store's credentials, each with the authority (JSON) that the template gives it.

    Of a credential that could be, where the store has none. Precondition: the template was checked.
    """
    other = Store(slug=store.slug, authority_template=template)
    live = Credential.objects.filter(store=store, revoked=None).order_by("pk")
    known = list(live.values_list("pk", "label")[:_MOST_PREVIEWS]) or [(1, "Moodle")]
    return [
        (label, _pretty(authority_of(other, number=number, label=label))) for number, label in known
    ]


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
