"""Request bodies: read up to a limit, whole or not at all, compressed or not."""

import zlib
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError

from lrs.api.errors import ApiError
from lrs.api.rejected import head_kept

_CHUNK = 256 * 1024
_DRAINED = 4  # of a body that is too long, so many times the limit is read to the end


def read_body(request: HttpRequest, *, self_delimiting: bool = False) -> bytes:
    """The body, decoded, never more than XAPI_MAX_BODY_BYTES of it. Raises ApiError as `body_chunks` does."""
    limit = settings.XAPI_MAX_BODY_BYTES
    return b"".join(body_chunks(request, limit=limit, self_delimiting=self_delimiting))


def body_chunks(
    request: HttpRequest, *, limit: int, self_delimiting: bool = False
) -> Iterator[bytes]:
    """The body in pieces, decoded.

    `self_delimiting` says that the content shows by itself whether it is whole (a JSON object, a multipart message).
    Only such a body may come in chunks: WSGI does not tell a broken connection from the last chunk.

    Raises ApiError: 400 for a body that ends early or is not what Content-Encoding says, 411 for chunks where they
    are not possible, 413 beyond `limit` bytes (as sent, and as decoded), 415 for another coding than gzip.
    """
    raw = _raw_chunks(request, limit, self_delimiting)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        return head_kept(request, raw)
    if coding in ("gzip", "x-gzip"):
        return head_kept(request, _gunzip(raw, limit))
    raise ApiError(
        415,
        "content-encoding",
        f"A body with the content coding {coding[:40]} is not understood here.",
        advice="Send it compressed by gzip, or uncompressed.",
    )


def _raw_chunks(request: HttpRequest, limit: int, self_delimiting: bool) -> Iterator[bytes]:
    length = _length_of(request)
    read: Callable[[int], bytes] = request.read
    if length is None and "Transfer-Encoding" in request.headers:
        # Django takes a body without a length for empty, so this one is read from the server itself.
        if not (self_delimiting and request.META.get("wsgi.input_terminated")):
            message = "A body in chunks is not possible here."
            raise ApiError(411, "length-required", message, advice="Send Content-Length.")
        read = request.META["wsgi.input"].read
    if length is not None and length > limit:
        _drain(read, min(length, _DRAINED * limit))
        raise _too_large(limit)
    seen = 0
    while chunk := _read(read, min(_CHUNK, limit + 1 - seen)):
        seen += len(chunk)
        if seen > limit:
            _drain(read, _DRAINED * limit)
            raise _too_large(limit)
        yield chunk
    if length is not None and seen < length:
        raise _cut_off()


def _length_of(request: HttpRequest) -> int | None:
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else None


def _read(read: Callable[[int], bytes], size: int) -> bytes:
    try:
        return read(size)
    except UnreadablePostError as error:
        raise _cut_off() from error


def _drain(read: Callable[[int], bytes], size: int) -> None:
    """Read and forget: a client that is still sending would see a broken connection instead of our answer."""
    while size > 0 and (chunk := _read(read, min(size, _CHUNK))):
        size -= len(chunk)


def _gunzip(raw: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """The content of a gzip body, which may have several members (RFC 1952 section 2.2)."""
    inflate = zlib.decompressobj(wbits=31)
    seen = 0
    for compressed in raw:
        rest = compressed
        while rest:
            if inflate.eof:
                inflate = zlib.decompressobj(wbits=31)
            try:
                chunk = inflate.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise _not_gzip(str(error)) from error
            rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            seen += len(chunk)
            if seen > limit:
                for _ in raw:  # so that the client hears the answer; never more than the limit
                    pass
                raise _too_large(limit)
            if chunk:
                yield chunk
    if not inflate.eof:
        raise _not_gzip("it ends before its end")


def _cut_off() -> ApiError:
    message = "The body ended before it was whole; nothing of it was stored."
    return ApiError(400, "body-cut-off", message, advice="Send the request again.")


def _too_large(limit: int) -> ApiError:
    message = f"The body is over the limit of {limit:,} bytes."
    return ApiError(413, "body-too-large", message, advice="Send fewer statements in a request.")


def _not_gzip(reason: str) -> ApiError:
    message = f"The body is not what its header Content-Encoding: gzip says: {reason}."
    return ApiError(400, "content-encoding", message, advice="Send it uncompressed.")
