"""multipart/mixed, both ways: statements first, then a part for the content of each attachment (Communication 1.5.2).

What is received goes to a temporary file as it comes, beyond a megabyte never to memory; what is sent is read from the
storage while it goes out.
"""

import hashlib
import io
import logging
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from lrs.api.bodies import body_chunks
from lrs.api.errors import ApiError
from lrs.attachments.parts import ReceivedPart
from lrs.attachments.selectors import Content
from lrs.xapi import jsontext
from lrs.xapi.attachments import sha2_of
from lrs.xapi.errors import XapiError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

HASH_HEADER = "X-Experience-API-Hash"
_IN_MEMORY = 1024 * 1024
_MOST_PARTS = 1_000
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")  # RFC 2046 5.1.1
# What is wrong with a client's message is told to the client.
logging.getLogger("python_multipart").setLevel(logging.ERROR)


class Message:
    """A received message: the JSON value of its first part, and the other parts by their SHA-2 in lower case.

    Its content lies in a temporary file until `close`.
    """

    def __init__(self) -> None:
        self.value: Any = None
        self.parts: dict[str, ReceivedPart] = {}
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `close`

    def __enter__(self) -> "Message":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def receive(self, request: HttpRequest) -> None:
        """Read the request's body. Raises ApiError or XapiError for one that breaks a rule or a limit."""
        boundary = (request.content_params or {}).get("boundary", "")
        if not _BOUNDARY.fullmatch(boundary):
            raise _malformed("The Content-Type says no boundary that is one.")
        reader = _Reader(self, self._file)
        parser = MultipartParser(boundary, reader.callbacks())
        chunks = body_chunks(
            request, limit=settings.ATTACHMENT_MAX_REQUEST_BYTES, self_delimiting=True
        )
        try:
            for chunk in chunks:
                parser.write(chunk)
            reader.finish()
        except (MultipartParseError, ApiError, XapiError) as error:
            for _ in chunks:  # a client that is still sending would not hear the answer
                pass
            if isinstance(error, MultipartParseError):
                raise _malformed(f"{error}.") from error
            raise


class _Reader:
    """What the parser calls, part by part."""

    def __init__(self, message: Message, file: IO[bytes]) -> None:
        self._message = message
        self._file = file
        self._count = 0
        self._ended = False
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._json = bytearray()
        self._start = self._size = 0
        self._declared = self._sha256 = hashlib.sha256()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def finish(self) -> None:
        """The body is at its end. Raises ApiError when the message is not."""
        if not self._ended:
            raise _malformed("The message ends without its last boundary.")
        if not self._count:
            raise _malformed("The message has no part.")

    def _part_begin(self) -> None:
        self._count += 1
        if self._count > _MOST_PARTS:
            raise ApiError(
                413,
                "too-many-parts",
                f"The message has more than {_MOST_PARTS:,} parts.",
                advice="Send the statements in several requests.",
            )
        self._headers = {}
        self._name = self._value = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        name = self._name.decode("ascii").lower()
        if name in self._headers:
            raise _malformed(f"Part {self._count} has the header {name} twice.")
        self._headers[name] = self._value.decode("latin-1").strip()
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        kind = self._headers.get("content-type", "")
        if self._count == 1:
            if kind.partition(";")[0].strip().lower() != "application/json":
                raise _malformed("The first part has to be the statements, as application/json.")
            return
        encoding = self._headers.get("content-transfer-encoding", "binary")
        if encoding.lower() != "binary":
            message = f"Part {self._count} has the Content-Transfer-Encoding {encoding[:40]}."
            raise _malformed(message, "Send the bytes as they are: binary.")
        sha2 = self._headers.get(HASH_HEADER.lower(), "")
        if not sha2:
            message = f"Part {self._count} has no header {HASH_HEADER}."
            raise _malformed(message, "It names the sha2 of an attachment of the statements.")
        try:
            self._declared = sha2_of(sha2)
        except ValueError as error:
            raise _malformed(f"{HASH_HEADER} of part {self._count}: {error}") from None
        self._sha256 = hashlib.sha256()
        self._start, self._size = self._file.seek(0, io.SEEK_END), 0

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        piece = memoryview(data)[start:end]
        if self._count == 1:
            self._json += piece
            if len(self._json) > settings.XAPI_MAX_BODY_BYTES:
                raise _too_large("The statements are", settings.XAPI_MAX_BODY_BYTES)
            return
        self._size += len(piece)
        if self._size > settings.ATTACHMENT_MAX_BYTES:
            raise _too_large(f"Part {self._count} is", settings.ATTACHMENT_MAX_BYTES)
        self._declared.update(piece)
        self._sha256.update(piece)
        self._file.write(piece)

    def _part_end(self) -> None:
        if self._count == 1:
            self._message.value = jsontext.loads(bytes(self._json))
            return
        sha2 = self._headers[HASH_HEADER.lower()].lower()
        if self._declared.hexdigest() != sha2:
            message = f"The content of part {self._count} does not have the SHA-2 that it says."
            raise _malformed(message, "Is a line break too much, or the content encoded?")
        length = self._headers.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit() and len(length) < 16):
            raise _malformed(f"Part {self._count} has a Content-Length that is no number.")
        # The same content twice is one content: the specification only advises to send one copy.
        self._message.parts.setdefault(
            sha2,
            ReceivedPart(
                sha2=sha2,
                sha256=self._sha256.hexdigest(),
                content_type=self._headers.get("content-type"),
                said_length=None if length is None else int(length),
                file=self._file,
                start=self._start,
                length=self._size,
            ),
        )

    def _end(self) -> None:
        self._ended = True


def multipart_response(statements: bytes, contents: Sequence[Content]) -> StreamingHttpResponse:
    """The statements (JSON) and each content once."""
    boundary = secrets.token_hex(16)
    heads = [_head(boundary, "application/json")] + [
        _head(boundary, content.content_type, sha2=content.sha2) for content in contents
    ]
    last = f"\r\n--{boundary}--\r\n".encode()
    heads[0] = heads[0].removeprefix(b"\r\n")

    def stream() -> Iterator[bytes]:
        yield heads[0] + statements
        for head, content in zip(heads[1:], contents, strict=True):
            yield head
            yield from content.chunks()
        yield last

    response = StreamingHttpResponse(stream(), content_type=f"multipart/mixed; boundary={boundary}")
    length = sum(map(len, heads)) + len(last) + len(statements)
    response["Content-Length"] = str(length + sum(content.length for content in contents))
    return response


def _head(boundary: str, content_type: str, *, sha2: str = "") -> bytes:
    lines = [f"--{boundary}", f"Content-Type: {_in_header(content_type)}"]
    if sha2:
        lines += ["Content-Transfer-Encoding: binary", f"{HASH_HEADER}: {sha2}"]
    return ("\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode()


def _in_header(text: str) -> str:
    """The text on one line: the contentType of an attachment may be any string."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).encode(errors="replace").decode()


def _malformed(message: str, advice: str = "") -> ApiError:
    advice = advice or "See Communication 1.5.2; lines end with CRLF."
    return ApiError(400, "multipart", message, advice=advice)


def _too_large(what: str, limit: int) -> ApiError:
    message = f"{what} over the limit of {limit:,} bytes."
    return ApiError(413, "body-too-large", message, advice="Send it in parts, or by a fileUrl.")
