"""The words of the offline verifier, in the language that is active: the proof page's, and its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passport.shares.proof_words import CHECKS, browser_words

LANGUAGES = ("en", "es")


def page_words() -> dict[str, Any]:
    found: dict[str, Any] = browser_words()
    found["reasons"] = found["reasons"] | {
        "anchor.notAsked": _(
            "The file itself shows that a block holds the seal. That the block is part of the public "
            "chain can only be asked with a network."
        ),
        "consistency.notAsked": _("Can only be asked with a network."),
        "consistency.noTrust": _("Can only be asked with a network."),
        "status.notAsked": _("Can only be asked with a network."),
        "status.noTrust": _("Can only be asked with a network."),
        "checkpoint.noTrust": _(
            "Whose seal it is cannot be known without trust.json. Open that file as well."
        ),
        "checkpoint.unknownLog": _(
            "The trust.json that you opened does not name the keeper of these records."
        ),
        "status.expired": _(
            "The learner shared this file for a limited time, which is over. The records themselves "
            "have not become invalid."
        ),
    }
    found["notes"]["checkpoint"]["failed"] = _(
        "The seal is not that of the record keeper. Somebody else made this file."
    )
    return found | {
        "checks": {check.id: {"name": check.name, "about": check.about} for check in CHECKS},
        "page": _page(),
    }


def _page() -> dict[str, object]:
    """The texts of the page by the name of their place (`data-word`), and the sentences."""
    return {
        "title": _("Check a file without a network"),
        "lead": _(
            "Open the file that you were given (*.keiko.json), and the institution’s trust.json. "
            "Everything is checked on this device: this page cannot reach any network, and nothing "
            "leaves it."
        ),
        "choose": _("Drop the files here, or choose them"),
        "bundle": _("The file with the records"),
        "trust": _("The institution’s trust.json"),
        "none": _("not opened yet"),
        "trust_help": _(
            "trust.json says whose seal you accept. Get it from the institution itself, never from "
            "the person whose file you check."
        ),
        "large": _("This file is larger than any file with records."),
        "bad_trust": _("This is no trust.json that can be used: {reason}"),
        "unread": _("The file could not be read: {reason}"),
        "checks": _("The checks"),
        "records": _("What is shown, and what was withheld"),
        "records_note": _("As it stands in the file that was checked."),
        "said": _("Said in the file, not proven"),
        "said_title": _("Title"),
        "said_learner": _("Learner"),
        "said_institution": _("Institution"),
        "said_created": _("Shared by the learner"),
        "details": _("Details of each check"),
        "report": _("For developers"),
        "rest": _("What this page cannot check"),
        "rest_text": _(
            "That the block is final on the public chain, that the record book only grew since, and "
            "that nothing was withdrawn: these need a network. The proof link and keiko-verify check "
            "them too."
        ),
        "offline_stamp": pgettext_lazy("stamp", "Checked offline"),
        "stamp_note": _("on this device, {time}"),
        "do_not_rely": _("Do not rely on this file."),
        "not_known": _("The records are whole, but whose they are is not known."),
        "unchanged_one": _("One record, not changed since {keeper} recorded it."),
        "unchanged_other": _("{count} records, not changed since {keeper} recorded them."),
        "since": _(
            "The file shows that a block of {time} holds the seal; that this block is part of "
            "{chain} was not asked."
        ),
        "not_anchored": _("It was not committed to a public chain yet when the file was made."),
        "record": _("Record {index}"),
        "withheld": _("withheld by the learner"),
        "absent": _("not there"),
        "more_one": _("One more record is in the file and was checked."),
        "more_other": _("{count} more records are in the file and were checked."),
    }
