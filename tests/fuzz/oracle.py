"""The rules of a statement read a second time: slow, obvious, and independent of `lrs.xapi`.

Written from the specification by hand, without our schema, so that a mistake in one of the two shows as a difference.
Nothing here is imported from the product.
"""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

Check = Callable[[Any], None]
DEEPEST = 254  # levels of arrays and objects that are kept; our own limit
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
INTERACTIONS = (
    "true-false choice fill-in long-fill-in matching performance sequencing likert numeric other"
)
LISTS = ("choices", "scale", "source", "target", "steps")


class Refused(Exception):
    """Why the value is no statement."""


def need(condition: Any, why: str) -> None:
    if not condition:
        raise Refused(why)


# --- JSON -----------------------------------------------------------------------------------------


def read(body: bytes) -> Any:
    """The value of a JSON text (RFC 8259), in which no object has a name twice."""
    try:
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant,
            parse_float=Decimal, parse_int=Decimal,
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len({name for name, _ in pairs}) == len(pairs), "a name twice")
    return dict(pairs)


def _constant(name: str) -> None:
    raise Refused(f"{name} is no JSON")


def depth(value: Any) -> int:
    """Levels of arrays and objects, the outermost counted."""
    deepest, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        deepest += 1
        level = [item for one in level for item in (one.values() if isinstance(one, dict) else one)]
    return deepest


# --- Small values ---------------------------------------------------------------------------------


def text(value: Any) -> None:
    need(isinstance(value, str), "no text")


def truth(value: Any) -> None:
    need(isinstance(value, bool), "no boolean")


def number(value: Any) -> None:
    need(isinstance(value, int | float | Decimal) and not isinstance(value, bool), "no number")


def array(of: Check, at_least: int = 0) -> Check:
    def check(value: Any) -> None:
        need(isinstance(value, list), "no array")
        need(len(value) >= at_least, "too few")
        for item in value:
            of(item)

    return check


def one_of(*values: str) -> Check:
    return lambda value: need(isinstance(value, str) and value in values, f"none of {values}")


def properties(value: Any, known: dict[str, Check], needed: str = "") -> None:
    """An object that has nothing but what is known, each as it must be, and all that is needed."""
    need(isinstance(value, dict), "no object")
    for name in needed.split():
        need(name in value, f"{name} is missing")
    for name, item in value.items():
        need(name in known, f"{name!r} is not known")
        known[name](item)


def iri(value: Any) -> None:
    text(value)
    scheme, colon, rest = value.partition(":")
    need(colon and rest, "no scheme")
    need(
        scheme.isascii()
        and scheme[:1].isalpha()
        and all(c.isalnum() or c in "+.-" for c in scheme),
        "no scheme",
    )
    need(
        not any(c.isspace() or c <= " " or c in '\x7f<>"{}|\\^`' for c in rest),
        "no character of an IRI",
    )


def unique_identifier(value: Any) -> None:
    text(value)
    need(
        len(value) == 36
        and value.isascii()
        and [i for i, c in enumerate(value) if c == "-"] == [8, 13, 18, 23],
        "no hyphens",
    )
    try:
        found = uuid.UUID(value)
    except ValueError:
        raise Refused("no UUID") from None
    need(all(c in "0123456789abcdefABCDEF-" for c in value), "no UUID")
    need(found.variant == uuid.RFC_4122, "another variant")
    need(value[14] != "0", "no version")


def language(value: Any) -> None:
    """RFC 5646 section 2.1, part by part."""
    text(value)
    need(value.isascii(), "no language tag")
    parts = value.split("-")
    need(all(part.isalnum() and len(part) <= 8 for part in parts), "no language tag")
    if parts[0].lower() == "x":
        need(len(parts) > 1, "no private use")
        return
    if parts[0].lower() == "i":
        need(len(parts) > 1 and all(len(part) >= 2 for part in parts[1:]), "no registered tag")
        return
    first = parts.pop(0)
    need(first.isalpha() and 2 <= len(first) <= 8, "no language")
    for _ in range(3):
        if len(first) <= 3 and parts and len(parts[0]) == 3 and parts[0].isalpha():
            parts.pop(0)
    if parts and len(parts[0]) == 4 and parts[0].isalpha():
        parts.pop(0)
    if parts and (
        (len(parts[0]) == 2 and parts[0].isalpha()) or (len(parts[0]) == 3 and parts[0].isdigit())
    ):
        parts.pop(0)
    while parts and (len(parts[0]) >= 5 or (len(parts[0]) == 4 and parts[0][0].isdigit())):
        parts.pop(0)
    while parts and len(parts[0]) == 1 and parts[0].lower() != "x":
        parts.pop(0)
        need(parts and len(parts[0]) >= 2, "an empty extension")
        while parts and len(parts[0]) >= 2:
            parts.pop(0)
    if parts and parts[0].lower() == "x":
        need(len(parts) > 1, "no private use")
        parts = []
    need(not parts, "a part in the wrong place")


def language_map(value: Any) -> None:
    need(isinstance(value, dict), "no language map")
    for name, item in value.items():
        language(name)
        text(item)


def extensions(value: Any) -> None:
    need(isinstance(value, dict), "no extensions")
    for name in value:
        iri(name)


def duration(value: Any) -> None:
    text(value)
    need(value.isascii() and value.startswith("P"), "no duration")
    date, time_follows, time = value[1:].partition("T")
    amount = r"\d+(?:[.,]\d+)?"
    if "W" in date:
        need(not time_follows and re.fullmatch(f"{amount}W", date), "weeks alone")
        return
    need(re.fullmatch(f"({amount}Y)?({amount}M)?({amount}D)?", date), "no date part")
    need(re.fullmatch(f"({amount}H)?({amount}M)?({amount}S)?", time), "no time part")
    need(bool(time) == bool(time_follows) and (date or time), "nothing said")


def timestamp(version: str) -> Check:
    strict = version.startswith("2")

    def check(value: Any) -> None:
        text(value)
        zone = r"Z|[+-]\d\d:\d\d" if strict else r"Z|[+-]\d\d(?::?\d\d)?|"
        seconds = r":(\d\d)(\.\d+)?" if strict else r"(?::(\d\d)([.,]\d+)?)?"
        match = re.fullmatch(
            rf"(\d{{4}})-(\d\d)-(\d\d)[T ](\d\d):(\d\d){seconds}({zone})",
            value,
            re.ASCII | re.IGNORECASE,
        )
        need(match, "no timestamp")
        assert match
        year, month, day, hour, minute, second = (int(match[i] or 0) for i in range(1, 7))
        need(second <= 60, "no such second")
        offset = timedelta()
        if match[8] and match[8] not in "Zz":
            digits = match[8][1:].replace(":", "")
            hours, minutes = int(digits[:2]), int(digits[2:] or 0)
            need(hours <= 23 and minutes <= 59, "no such offset")
            need(match[8][0] == "+" or hours or minutes, "an offset of minus zero")
            offset = timedelta(hours=hours, minutes=minutes) * (1 if match[8][0] == "+" else -1)
        try:
            moment = datetime(
                year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset)
            )
            (moment + timedelta(seconds=second == 60)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refused("no such moment") from None

    return check


def findable(value: str) -> None:
    """What names a row of its own must be text for a database."""
    need(not any("\ud800" <= c <= "\udfff" for c in value), "a lone surrogate")
    need("\0" not in value, "U+0000")


# --- Actors ---------------------------------------------------------------------------------------


def mbox(value: Any) -> None:
    text(value)
    need(value.startswith("mailto:"), "no mailto")
    name, at, host = value[7:].partition("@")
    need(name and at and host and "@" not in host, "no address")
    need(not any(c.isspace() or c <= " " or c == "\x7f" for c in value), "no address")
    findable(value)


def mbox_sha1sum(value: Any) -> None:
    text(value)
    need(re.fullmatch("[0-9A-Fa-f]{40}", value, re.ASCII), "no SHA-1")


def findable_iri(value: Any) -> None:
    iri(value)
    findable(value)


def account_name(value: Any) -> None:
    text(value)
    need(value, "an empty name")
    findable(value)


def account(value: Any) -> None:
    properties(value, {"homePage": findable_iri, "name": account_name}, "homePage name")


IDENTIFIERS: dict[str, Check] = {
    "mbox": mbox, "mbox_sha1sum": mbox_sha1sum, "openid": findable_iri, "account": account,
}  # fmt: skip


def identified(value: dict[str, Any]) -> int:
    return sum(name in value for name in IDENTIFIERS)


def agent(value: Any) -> None:
    properties(value, {"objectType": one_of("Agent"), "name": text, **IDENTIFIERS})
    need(identified(value) == 1, "not exactly one identifier")


def group(value: Any) -> None:
    properties(
        value,
        {"objectType": one_of("Group"), "name": text, "member": array(agent), **IDENTIFIERS},
        "objectType",
    )
    need(identified(value) <= 1, "several identifiers")
    need(identified(value) or value.get("member"), "an anonymous group without members")


def is_group(value: Any) -> bool:
    return isinstance(value, dict) and value.get("objectType") == "Group"


def actor(value: Any) -> None:
    (group if is_group(value) else agent)(value)


def authority(value: Any) -> None:
    actor(value)
    if is_group(value):
        need(not identified(value) and len(value["member"]) == 2, "no pair")


# --- Objects --------------------------------------------------------------------------------------


def component(value: Any) -> None:
    properties(value, {"id": text, "description": language_map}, "id")
    need(value["id"], "an empty id")


def components(value: Any) -> None:
    array(component)(value)
    ids = [item["id"] for item in value]
    need(len(set(ids)) == len(ids), "an id twice")


def definition(value: Any) -> None:
    properties(
        value,
        {
            "name": language_map, "description": language_map, "type": iri, "moreInfo": iri,
            "extensions": extensions, "interactionType": one_of(*INTERACTIONS.split()),
            "correctResponsesPattern": array(text), **dict.fromkeys(LISTS, components),
        },
    )  # fmt: skip
    if any(name in value for name in ("correctResponsesPattern", *LISTS)):
        need("interactionType" in value, "no interactionType")


def activity(value: Any) -> None:
    known = {"objectType": one_of("Activity"), "id": findable_iri, "definition": definition}
    properties(value, known, "id")


def reference(value: Any) -> None:
    properties(
        value, {"objectType": one_of("StatementRef"), "id": unique_identifier}, "objectType id"
    )


def verb(value: Any) -> None:
    properties(value, {"id": findable_iri, "display": language_map}, "id")


# --- Results, contexts, attachments ---------------------------------------------------------------


def score(value: Any) -> None:
    properties(value, dict.fromkeys(("scaled", "raw", "min", "max"), number))
    low, high, raw = value.get("min"), value.get("max"), value.get("raw")
    need("scaled" not in value or -1 <= value["scaled"] <= 1, "scaled beyond one")
    need(low is None or high is None or low < high, "min not below max")
    need(raw is None or low is None or low <= raw, "raw below min")
    need(raw is None or high is None or raw <= high, "raw above max")


def result(value: Any) -> None:
    properties(
        value,
        {
            "score": score, "success": truth, "completion": truth, "response": text,
            "duration": duration, "extensions": extensions,
        },
    )  # fmt: skip


def one_or_many_activities(value: Any) -> None:
    (array(activity) if isinstance(value, list) else activity)(value)


def context_activities(value: Any) -> None:
    places = ("parent", "grouping", "category", "other")
    properties(value, dict.fromkeys(places, one_or_many_activities))


def context(version: str) -> Check:
    known: dict[str, Check] = {
        "registration": unique_identifier, "instructor": actor, "team": group, "revision": text,
        "platform": text, "language": language, "statement": reference,
        "contextActivities": context_activities, "extensions": extensions,
    }  # fmt: skip
    types = array(iri, at_least=1)
    if version.startswith("2"):
        for kind, check in (("agent", agent), ("group", group)):
            whole = {
                "objectType": one_of(f"context{kind.title()}"),
                kind: check,
                "relevantTypes": types,
            }
            known[f"context{kind.title()}s"] = array(
                lambda value, whole=whole, kind=kind: properties(value, whole, f"objectType {kind}")
            )
    return lambda value: properties(value, known)


def media_type(value: Any) -> None:
    text(value)
    essence, semicolon, _ = value.partition(";")
    if semicolon:  # white space may stand before them, not at the end (RFC 9110 section 5.6.6)
        essence = essence.rstrip()
    first, slash, second = essence.partition("/")
    need(slash and first and second and "/" not in second, "no media type")
    need(not any(c.isspace() for c in essence), "no media type")


def whole_number(value: Any) -> None:
    number(value)
    need(value >= 0 and value == int(value), "no whole number from 0 on")


def sha2(value: Any) -> None:
    text(value)
    need(
        re.fullmatch("[0-9A-Fa-f]*", value, re.ASCII) and len(value) in (56, 64, 96, 128),
        "no SHA-2",
    )


def attachment(value: Any) -> None:
    """As application/json sends it: the content is elsewhere, so it has a fileUrl and is no signature."""
    properties(
        value,
        {
            "usageType": iri, "display": language_map, "description": language_map,
            "contentType": media_type, "length": whole_number, "sha2": sha2, "fileUrl": iri,
        },
        "usageType display contentType length sha2",
    )  # fmt: skip
    need("fileUrl" in value and value["usageType"] != SIGNATURE, "its content is not there")


# --- The whole ------------------------------------------------------------------------------------


def _common(version: str, object_: Check) -> dict[str, Check]:
    return {
        "actor": actor, "verb": verb, "object": object_, "result": result, "context": context(version),
        "timestamp": timestamp(version), "attachments": array(attachment),
    }  # fmt: skip


def _needs_an_activity(value: dict[str, Any]) -> None:
    if value["object"].get("objectType", "Activity") != "Activity":
        for name in ("revision", "platform"):
            need(name not in value.get("context", {}), f"{name} without an activity")


def statement(value: Any, version: str) -> None:
    """Raises Refused, with a reason, unless the value is a statement of 1.0.3 or 2.0.0."""

    def target(value: Any, *, inner: bool) -> None:
        need(isinstance(value, dict), "no object")
        kind = value.get("objectType", "Activity")
        kinds: dict[str, Check] = {
            "Activity": activity, "Agent": agent, "Group": group, "StatementRef": reference,
        }  # fmt: skip
        if not inner:
            kinds["SubStatement"] = substatement
        need(isinstance(kind, str) and kind in kinds, "no kind of object")
        kinds[kind](value)

    def substatement(value: Any) -> None:
        known = _common(version, lambda item: target(item, inner=True))
        properties(value, {"objectType": text, **known}, "actor verb object")
        _needs_an_activity(value)

    versions = r"1\.0(\.\d+)?" if version.startswith("1") else r"1\.0(\.\d+)?|2\.0\.\d+"

    def its_version(value: Any) -> None:
        text(value)
        need(re.fullmatch(versions, value, re.ASCII), "another version")

    own = {
        "id": unique_identifier, "stored": timestamp(version), "authority": authority,
        "version": its_version,
    }  # fmt: skip
    known = _common(version, lambda item: target(item, inner=False))
    properties(value, {**known, **own}, "actor verb object")
    _needs_an_activity(value)
    if value["verb"]["id"] == VOIDED:
        need(value["object"].get("objectType") == "StatementRef", "voids nothing")
    need(depth(value) <= DEEPEST, "too deep")
