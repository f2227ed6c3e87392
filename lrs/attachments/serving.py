"""How the content of an attachment goes to a browser: as a download that can do nothing in our name."""

import mimetypes
import re
from collections.abc import Iterable, Iterator
from typing import IO

from django.http import StreamingHttpResponse

from lrs.attachments.storage import attachment_storage, storage_errors
from lrs.models import Attachment

_CHUNK = 256 * 1024
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
# Types that no browser runs. Every other (HTML, SVG, XML, scripts, what we do not know) is called octets.
_INERT = re.compile(
    r"(audio|video)/[a-z0-9.+-]+|image/(png|jpeg|gif|webp|avif|bmp|tiff)|text/(plain|csv)|"
    r"application/(pdf|json|zip|octet-stream|msword|rtf|vnd\.(openxmlformats|oasis|ms-)[a-z0-9.-]+)"
)


def download(attachment: Attachment) -> StreamingHttpResponse:
    """The content, never shown in place and never guessed at. Raises StorageUnavailable when it cannot be read."""
    with storage_errors():
        file = attachment_storage().open(attachment.name)
    return sealed(
        _chunks(file),
        content_type=attachment.content_type,
        length=attachment.length,
        stem=attachment.sha2[:16],
    )


def sealed(
    chunks: Iterable[bytes], *, content_type: str, length: int, stem: str
) -> StreamingHttpResponse:
    """Bytes of whoever's as a download. `length` in bytes; `stem` is the file's name before its extension, of letters
    and digits."""
    kind = served_type(content_type)
    response = StreamingHttpResponse(chunks, content_type=kind)
    extension = mimetypes.guess_extension(kind) or ".bin"
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = f'attachment; filename="{stem}{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def served_type(content_type: str) -> str:
    """The media type that the content is served under, whatever it was declared as."""
    essence = content_type.partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(essence) and _INERT.fullmatch(essence):
        return essence
    return "application/octet-stream"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
