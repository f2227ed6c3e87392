"""A statement as a person reads it: who did what, when, with which result, in which context."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lrs.agents.identifiers import parts
from lrs.xapi.actors import identifier

_MOST_TEXT = 2_000  # characters of one value


@dataclass(frozen=True, slots=True)
class Named:
    """An agent, a verb or an object: its name, its identifier in full, and the filter that finds its statements."""

    name: str
    value: str = ""
    kind: str = ""
    filter: str = ""
    filter_value: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a list: what it says and of what; maybe the thing that it names."""

    label: str
    text: str = ""
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """`hierarchy` is what lies above (parent, grouping), `context` the rest of the context."""

    id: str
    actor: Named
    verb: Named
    object: Named
    timestamp: str
    stored: str
    version: str
    result: tuple[Fact, ...]
    context: tuple[Fact, ...]
    hierarchy: tuple[Fact, ...]
    attachments: tuple[Mapping[str, Any], ...]
    authority: Named | None


def reading(statement: Mapping[str, Any]) -> Reading:
    """The reading of a stored statement (thus a valid one), in the language that is active."""
    context = statement.get("context", {})
    return Reading(
        id=str(statement.get("id", "")),
        actor=actor(statement["actor"]),
        verb=verb(statement["verb"]),
        object=thing(statement["object"]),
        timestamp=str(statement.get("timestamp", "")),
        stored=str(statement.get("stored", "")),
        version=str(statement.get("version", "")),
        result=tuple(_result(statement.get("result", {}))),
        context=tuple(_context(context)),
        hierarchy=tuple(_hierarchy(context.get("contextActivities", {}))),
        attachments=tuple(_attachment(item) for item in statement.get("attachments", ())),
        authority=actor(statement["authority"]) if "authority" in statement else None,
    )


def actor(value: Mapping[str, Any]) -> Named:
    found = identifier(value)
    kind, shown = parts(found) if found else ("", "")
    members = [actor(member) for member in value.get("member", ())]
    inside = ", ".join(member.name for member in members[:20])
    name = str(value.get("name") or "") or shown or inside or str(_("(anonymous group)"))
    if members and name != inside:
        name = f"{name} ({inside})"
    return Named(name[:_MOST_TEXT], shown, kind, "agent" if found else "", found or "")


def verb(value: Mapping[str, Any]) -> Named:
    iri = str(value["id"])
    return Named(in_language(value.get("display")) or _end_of(iri), iri, "", "verb", iri)


def thing(value: Mapping[str, Any]) -> Named:
    """The object of a statement, of whichever type."""
    match value.get("objectType", "Activity"):
        case "Agent" | "Group":
            return actor(value)
        case "StatementRef":
            return Named(
                str(_("another statement")),
                str(value["id"]),
                "StatementRef",
                "id",
                str(value["id"]),
            )
        case "SubStatement":
            inner = [
                actor(value["actor"]).name,
                verb(value["verb"]).name,
                thing(value["object"]).name,
            ]
            return Named(" ".join(inner), "", "SubStatement")
        case _:
            return activity(value)


def activity(value: Mapping[str, Any]) -> Named:
    iri = str(value["id"])
    definition = value.get("definition", {})
    kind = _end_of(str(definition["type"])) if "type" in definition else ""
    return Named(in_language(definition.get("name")) or iri, iri, kind, "activity", iri)


def in_language(texts: Any) -> str:
    """The entry of a language map for the language that is active, or else its first one; "" without any."""
    if not isinstance(texts, dict) or not texts:
        return ""
    wanted = (get_language() or "en").lower()
    for tag, text in texts.items():
        if tag.lower() == wanted or tag.lower().startswith(f"{wanted.split('-')[0]}-"):
            return str(text)[:_MOST_TEXT]
    by_base = {tag.lower().split("-")[0]: text for tag, text in texts.items()}
    return str(by_base.get(wanted.split("-")[0], next(iter(texts.values()))))[:_MOST_TEXT]


def short_result(result: Mapping[str, Any]) -> str:
    """The result in a few words: "8 of 10, passed"; "" without any."""
    words = []
    score = result.get("score", {})
    if "raw" in score:
        words.append(_of(score))
    elif "scaled" in score:
        words.append(f"{float(score['scaled']):.0%}")
    if "success" in result:
        words.append(str(_("success") if result["success"] else _("no success")))
    if result.get("completion") is True:
        words.append(str(_("completed")))
    return ", ".join(words)


def _of(score: Mapping[str, Any]) -> str:
    if "max" in score:
        return str(_("%(raw)s of %(max)s") % {"raw": score["raw"], "max": score["max"]})
    return str(score["raw"])


def _result(result: Mapping[str, Any]) -> Iterator[Fact]:
    score = result.get("score", {})
    if score:
        labels = {"scaled": _("scaled"), "raw": _("raw"), "min": _("lowest"), "max": _("highest")}
        text = ", ".join(
            f"{label} {score[name]}" for name, label in labels.items() if name in score
        )
        yield Fact(_("Score"), text)
    for name, label in (("success", _("Success")), ("completion", _("Completion"))):
        if name in result:
            yield Fact(label, str(_("yes") if result[name] else _("no")))
    for name, label in (("response", _("Response")), ("duration", _("Duration"))):
        if name in result:
            yield Fact(label, str(result[name])[:_MOST_TEXT])
    yield from _extensions(result)


def _context(context: Mapping[str, Any]) -> Iterator[Fact]:
    if "registration" in context:
        text = str(context["registration"])
        yield Fact(_("Registration"), "", (Named(text, "", "", "registration", text),))
    for name, label in (("instructor", _("Instructor")), ("team", _("Team"))):
        if name in context:
            yield Fact(label, "", (actor(context[name]),))
    for plural, one, label in (
        ("contextAgents", "agent", _("Agents in context")),
        ("contextGroups", "group", _("Groups in context")),
    ):
        if items := context.get(plural):
            yield Fact(label, "", tuple(actor(item[one]) for item in items))
    for name, label in (
        ("platform", _("Platform")),
        ("revision", _("Revision")),
        ("language", _("Language")),
    ):
        if name in context:
            yield Fact(label, str(context[name])[:_MOST_TEXT])
    if "statement" in context:
        yield Fact(_("Refers to"), "", (thing(context["statement"]),))
    yield from _extensions(context)


def _hierarchy(activities: Mapping[str, Any]) -> Iterator[Fact]:
    for name, label in (
        ("grouping", _("Grouping")),
        ("parent", _("Parent")),
        ("category", _("Category")),
        ("other", _("Other")),
    ):
        if items := activities.get(name):
            several: Sequence[Any] = items if isinstance(items, list) else [items]
            yield Fact(label, "", tuple(activity(item) for item in several))


def _extensions(value: Mapping[str, Any]) -> Iterator[Fact]:
    for iri, item in value.get("extensions", {}).items():
        text = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=str)
        yield Fact(iri, text[:_MOST_TEXT])


def _attachment(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "name": in_language(item.get("display")) or str(item["sha2"]),
        "description": in_language(item.get("description")),
        "usage": str(item["usageType"]),
        "content_type": str(item["contentType"]),
        "length": item["length"],
        "sha2": str(item["sha2"]),
        "file_url": str(item.get("fileUrl", "")),
    }


def _end_of(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri
