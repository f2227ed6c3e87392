"""Which parts of a request belong to which attachments (Data 2.4.11, Communication 1.5.2)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, Protocol

from lrs.xapi.errors import XapiError

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
# SHA-2 by the length of its hexadecimal form (FIPS 180-4); xAPI does not say which one was taken.
_SHA2 = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


class Part(Protocol):
    """What a rule needs to know of a part: its headers (None where it has none)."""

    @property
    def content_type(self) -> str | None: ...
    @property
    def said_length(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Declared:
    """An attachment as a statement declares it, with its place in the statement."""

    path: str
    sha2: str
    content_type: str
    length: int
    is_signature: bool
    has_url: bool


def sha2_of(text: str) -> Any:
    """The hash function whose value the hexadecimal text can be, as `hashlib` makes it. Raises ValueError."""
    try:
        bytes.fromhex(text)
        return hashlib.new(_SHA2[len(text)])
    except (KeyError, ValueError):
        raise ValueError("It is no SHA-2 in hexadecimal (56, 64, 96 or 128 digits).") from None


def declared_in(statement: Mapping[str, Any]) -> Iterator[Declared]:
    """Every attachment of a statement and of its substatement."""
    yield from _declared(statement, "")
    substatement = statement["object"]
    if substatement.get("objectType") == "SubStatement":
        yield from _declared(substatement, "/object")


def matched(statement: Mapping[str, Any], parts: Mapping[str, Part]) -> list[Declared]:
    """The statement's attachments whose content is among the parts (by SHA-2 in lower case).

    Raises XapiError, with the path, for one whose content had to come and did not, or that says of its content
    something else than the part does.
    """
    found = []
    for one in declared_in(statement):
        part = parts.get(one.sha2)
        if part:
            _check_headers(one, part)
            found.append(one)
        elif one.is_signature or not one.has_url:
            raise XapiError(
                "The content of this attachment is not in the request.",
                path=one.path,
                advice=(
                    "Send the request as multipart/mixed with the signature as a part (Data 2.6)."
                    if one.is_signature
                    else "Send multipart/mixed with a part of this sha2, or give a fileUrl."
                ),
            )
    return found


def _declared(statement: Mapping[str, Any], path: str) -> Iterator[Declared]:
    for number, attachment in enumerate(statement.get("attachments", ())):
        yield Declared(
            path=f"{path}/attachments/{number}",
            sha2=attachment["sha2"].lower(),
            content_type=attachment["contentType"],
            length=int(attachment["length"]),
            is_signature=attachment["usageType"] == SIGNATURE,
            has_url="fileUrl" in attachment,
        )


def _check_headers(one: Declared, part: Part) -> None:
    """What a part's headers say must be what the attachment says (Communication 1.5.2)."""
    if part.content_type is not None and not _same_type(part.content_type, one.content_type):
        raise XapiError(
            f"The part with this sha2 has the Content-Type {part.content_type[:80]!r}.",
            path=f"{one.path}/contentType",
            advice="Make the two equal.",
        )
    if part.said_length is not None and part.said_length != one.length:
        raise XapiError(
            f"The part with this sha2 has the Content-Length {part.said_length}.",
            path=f"{one.path}/length",
            advice="Make the two equal.",
        )


def _same_type(one: str, other: str) -> bool:
    """Whether two media types are one, where both name a parameter with one value (RFC 9110 section 8.3.1)."""
    (essence, parameters), (other_essence, others) = _media_type(one), _media_type(other)
    common = parameters.keys() & others.keys()
    return essence == other_essence and all(parameters[name] == others[name] for name in common)


def _media_type(text: str) -> tuple[str, dict[str, str]]:
    header = Message()
    header["Content-Type"] = " ".join(text.split())
    parameters = header.get_params(failobj=[])
    names = {str(name).lower(): str(value).lower() for name, value in parameters[1:]}
    return text.partition(";")[0].strip().lower(), names
