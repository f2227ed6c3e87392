"""The form by which a learner shares a course."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passport.shares.disclosure import slots_of

# What each group of slots means to a learner: what it is, and what becomes of the page without it.
WITHHOLD: Mapping[str, tuple[Promise, Promise]] = {
    "person": (
        _("My name and account"),
        _("The page will say “a learner”. Nobody can check that the records are yours."),
    ),
    "result": (
        _("Scores and answers"),
        _(
            "It stays visible what you did, and so whether you passed or failed where the record's "
            "verb says it."
        ),
    ),
    "context": (
        _("Class, session and teacher"),
        _("It stays visible what you did, not in which class or with whom."),
    ),
    "time": (
        _("Exact dates and times"),
        _("The date by which it was on the chain stays visible."),
    ),
    "source": (_("The system that reported it"), _("For example the school's Moodle.")),
    "attachments": (_("Attached files"), _("Their names and fingerprints.")),
}
LIFETIMES: Mapping[str, tuple[Promise, timedelta | None]] = {
    "week": (_("1 week"), timedelta(days=7)),
    "month": (_("1 month"), timedelta(days=30)),
    "quarter": (_("3 months"), timedelta(days=91)),
    "year": (_("1 year"), timedelta(days=365)),
    "never": (_("Until I withdraw it"), None),
}


class ShareForm(forms.Form):
    withhold = forms.MultipleChoiceField(
        label=_("Keep to yourself"),
        required=False,
        choices=[(group, words[0]) for group, words in WITHHOLD.items()],
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    lifetime = forms.ChoiceField(
        label=_("The link works for"),
        choices=[(key, words[0]) for key, words in LIFETIMES.items()],
        initial="quarter",
        error_messages={
            "required": _("Choose how long the link works."),
            "invalid_choice": _("Choose from the list."),
        },
    )

    def withheld_slots(self) -> set[str]:
        return slots_of(self.cleaned_data["withhold"])

    def expires(self) -> datetime | None:
        lifetime = LIFETIMES[self.cleaned_data["lifetime"]][1]
        return None if lifetime is None else timezone.now() + lifetime
