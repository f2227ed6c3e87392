"""The words of the proof page: the checks as they are listed before they run, and the sentences
that the browser chooses from once it knows. Never a technical word outside of Details.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class CheckWords:
    """`name` and `about` are on the page from the start; one of the others follows the check."""

    id: str
    name: Promise
    about: Promise
    passed: Promise
    failed: Promise
    could_not_check: Promise


# In the order of `anchoring.core.verification`.
CHECKS = (
    CheckWords(
        "records",
        _("The records are whole"),
        _("Every word in the file is compared with what was recorded."),
        _("What is in the file is what was recorded, word for word."),
        _("The file was tampered with: what is in it differs from what was recorded."),
        _("The records could not be read. Download the file again."),
    ),
    CheckWords(
        "inclusion",
        _("They are in the record book"),
        _("Each record must have its place in a book to which pages can only be added."),
        _("Each record has its place in the book."),
        _("At least one record is not in the book that this page names."),
        _("Whether the records are in the book could not be checked."),
    ),
    CheckWords(
        "checkpoint",
        _("The book is the one it says it is"),
        _("The book’s seal must be that of the institution’s record keeper."),
        _("The seal is that of the record keeper."),
        _("The seal is not that of the record keeper. Somebody else made this page."),
        _("The record keeper is not known to this browser, so its seal could not be compared."),
    ),
    CheckWords(
        "anchor",
        _("The book was committed to a public chain"),
        _("A copy of the seal on a public chain says since when the records exist."),
        _("The public chain holds the seal."),
        _("The public chain holds something else than this page says."),
        _(
            "We could not reach the chain. Nothing is wrong with the record; try again or use "
            "another node."
        ),
    ),
    CheckWords(
        "consistency",
        _("Nothing was taken out since"),
        _("The newest page of the book must still contain all the older ones."),
        _("The book has only grown since then."),
        _("The book was rewritten: older pages are missing from it."),
        _(
            "Newer pages of the book could not be read. Nothing is wrong with the record; try again "
            "later."
        ),
    ),
    CheckWords(
        "status",
        _("It still stands"),
        _("Whether the learner withdrew the page, or the institution cancelled a record."),
        _("Nothing was withdrawn or cancelled."),
        _("Something on this page was withdrawn or cancelled since."),
        _("Whether something was withdrawn since could not be asked. Try again later."),
    ),
)

# Always shown, for without them nothing would be said.
SLOTS_SHOWN = (_("What was done, and in which activity"),)


def browser_words() -> dict[str, object]:
    """The sentences for the browser, in the reader's language."""
    return {
        "outcomes": {
            "passed": pgettext_lazy("check", "Passed"),
            "failed": pgettext_lazy("check", "Failed"),
            "could_not_check": pgettext_lazy("check", "Could not check"),
            "waiting": pgettext_lazy("check", "Checking…"),
        },
        "notes": {
            check.id: {
                "passed": check.passed,
                "failed": check.failed,
                "could_not_check": check.could_not_check,
            }
            for check in CHECKS
        },
        "reasons": {  # by the verifier's code of a reason, where the outcome alone says too little
            "bundle.unreadable": _("The file is damaged, so nothing in it can be relied on."),
            "check.skipped": _("Not looked at, because an earlier check failed."),
            "anchor.none": _(
                "Recorded, and waiting for the next seal on the public chain. Nothing is wrong "
                "with the record; look again later."
            ),
            "anchor.noTrust": _(
                "It is not known on which chain this book is committed, so nobody was asked."
            ),
            "consistency.none": _("Can be checked once the book is on the public chain."),
            "status.withdrawn": _("The learner has withdrawn this page."),
            "status.expired": _(
                "The learner opened this page for a limited time, which is over. The records "
                "themselves have not become invalid."
            ),
            "status.otherShare": _(
                "The address that should tell whether this page still stands belongs to another "
                "page. Ask the learner for the link."
            ),
            "status.voided": _("The institution has cancelled at least one of these records."),
            "status.erased": _("At least one of these records was erased at the learner’s wish."),
        },
        "stamps": {
            "passed": pgettext_lazy("stamp", "Checked"),
            "failed": pgettext_lazy("stamp", "Not valid"),
            "could_not_check": pgettext_lazy("stamp", "Not fully checked"),
            "waiting": pgettext_lazy("stamp", "Checking…"),
        },
        "stamp_note": _("in your browser, {time}"),
        "a_learner": _("A learner"),
        "completed": _("{learner} completed {course} at {institution}."),
        "passed_course": _("{learner} passed {course} at {institution}."),
        "records_one": _("{learner} has one record in {course} at {institution}."),
        "records_other": _("{learner} has {count} records in {course} at {institution}."),
        "since": _("This was recorded no later than {time}, and has not been changed since."),
        "unchanged": _(
            "It has not been changed since it was recorded. By when that was could not be checked."
        ),
        "not_anchored": _(
            "It has not been changed since it was recorded. It will be committed to the public "
            "chain with the next seal; look again later for the proof of its date."
        ),
        "failed": _("Do not rely on this page."),
        "status_failed": _("This no longer stands."),
        "unknown": _("This could not be checked in your browser."),
        "unknown_more": _(
            "Nothing is wrong with the record as far as we can tell. Try again, or check the file."
        ),
        "no_file": _("The file with the records could not be loaded. Try again."),
        "running": _("Checking in your browser…"),
        "bad_node": _("Enter a node’s address that begins with http:// or https://."),
    }
