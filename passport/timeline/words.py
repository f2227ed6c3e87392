"""Words for what a statement says, in the reader's language. Pure but for gettext."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Where a statement's own display lacks the reader's language. By the last part of the verb's IRI:
# the vocabularies of ADL, activity streams and cmi5 agree on these words.
VERBS: Mapping[str, Promise] = {
    "abandoned": pgettext_lazy("verb", "abandoned"),
    "answered": pgettext_lazy("verb", "answered"),
    "asked": pgettext_lazy("verb", "asked"),
    "attempted": pgettext_lazy("verb", "attempted"),
    "attended": pgettext_lazy("verb", "attended"),
    "commented": pgettext_lazy("verb", "commented on"),
    "completed": pgettext_lazy("verb", "completed"),
    "created": pgettext_lazy("verb", "created"),
    "evaluated": pgettext_lazy("verb", "evaluated"),
    "exited": pgettext_lazy("verb", "left"),
    "experienced": pgettext_lazy("verb", "experienced"),
    "failed": pgettext_lazy("verb", "failed"),
    "initialized": pgettext_lazy("verb", "started"),
    "interacted": pgettext_lazy("verb", "worked with"),
    "launched": pgettext_lazy("verb", "opened"),
    "mastered": pgettext_lazy("verb", "mastered"),
    "passed": pgettext_lazy("verb", "passed"),
    "paused": pgettext_lazy("verb", "paused"),
    "played": pgettext_lazy("verb", "played"),
    "progressed": pgettext_lazy("verb", "went on with"),
    "rated": pgettext_lazy("verb", "rated"),
    "received": pgettext_lazy("verb", "received"),
    "registered": pgettext_lazy("verb", "registered for"),
    "replied": pgettext_lazy("verb", "replied to"),
    "responded": pgettext_lazy("verb", "responded to"),
    "satisfied": pgettext_lazy("verb", "satisfied"),
    "scored": pgettext_lazy("verb", "scored"),
    "seeked": pgettext_lazy("verb", "moved within"),
    "shared": pgettext_lazy("verb", "shared"),
    "started": pgettext_lazy("verb", "started"),
    "submitted": pgettext_lazy("verb", "handed in"),
    "suspended": pgettext_lazy("verb", "suspended"),
    "terminated": pgettext_lazy("verb", "ended"),
    "viewed": pgettext_lazy("verb", "viewed"),
    "waived": pgettext_lazy("verb", "was exempted from"),
}

KINDS: Mapping[str, Promise] = {
    "answer": _("Answer"),
    "assignment": _("Assignment"),
    "completion": _("Completion"),
    "discussion": _("Discussion"),
    "evaluation": _("Evaluation"),
    "exercise": _("Exercise"),
    "feedback": _("Feedback"),
    "progress": _("Progress"),
    "question": _("Question"),
    "reading": _("Reading"),
    "resource": _("Material"),
    "self-assessment": _("Self-assessment"),
    "session": _("Session"),
    "video": _("Video"),
}


def pick(language_map: Any, language: str) -> str:
    """The entry of an xAPI language map for a reader of `language` (a tag such as `es`).

    The exact tag, then the same language of another region, then English, then any; an empty
    string where there is no map.
    """
    if not isinstance(language_map, Mapping) or not language_map:
        return ""
    wanted = language.lower().split("-")[0]
    by_rank = sorted(
        language_map.items(), key=lambda entry: (_rank(str(entry[0]), language, wanted), entry[0])
    )
    return str(by_rank[0][1])


def _rank(tag: str, language: str, wanted: str) -> int:
    tag = tag.lower()
    if tag == language.lower():
        return 0
    primary = tag.split("-")[0]
    return 1 if primary == wanted else 2 if primary == "en" else 3


def last_part(iri: str) -> str:
    """The last readable part of an IRI: `https://school.org/quiz/7#q2` gives `q2`."""
    part = iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
    return unquote(part).replace("_", " ").replace("-", " ") or iri


def verb_words(verb: Mapping[str, Any], language: str) -> str:
    """What was done, in the reader's language if the statement or our table has it."""
    display = verb.get("display")
    if isinstance(display, Mapping):
        for tag, text in display.items():
            if str(tag).lower().split("-")[0] == language.lower().split("-")[0]:
                return str(text)
    known = VERBS.get(str(verb.get("id", "")).rstrip("/#").replace("#", "/").rsplit("/", 1)[-1])
    return str(known) if known else pick(display, language) or last_part(str(verb.get("id", "")))


def kind_words(kind: str) -> str:
    known = KINDS.get(kind)
    return str(known) if known else kind.replace("-", " ").capitalize()


def object_words(target: Mapping[str, Any], language: str) -> str:
    """A title for a statement's object, of whatever type it is."""
    definition = target.get("definition")
    if isinstance(definition, Mapping):
        named = pick(definition.get("name"), language) or pick(
            definition.get("description"), language
        )
        if named:
            return named
    for key in ("name", "id", "mbox", "openid"):
        value = target.get(key)
        if isinstance(value, str) and value:
            return value if key == "name" else last_part(value)
    return str(_("a record"))
