"""Where attachments lie: files, or a bucket of a service that speaks S3."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_FORM = "Write ATTACHMENT_STORAGE_URL as s3://KEY:SECRET@bucket/prefix?region=…&endpoint=https://…"


def attachment_storage(url: str, directory: Path) -> dict[str, Any]:
    """The entry of STORAGES for a URL; files under `directory` where it is empty.

    `s3://KEY:SECRET@bucket/prefix?region=gra&endpoint=https://s3.gra.io.cloud.ovh.net`, percent-encoded where needed.
    Without key and secret boto3 looks for them where it always does. Raises ImproperlyConfigured for another form.
    """
    if not url:
        return {
            "BACKEND": "lrs.attachments.storage.WholeFileStorage",
            "OPTIONS": {"location": str(directory), "base_url": None},
        }
    parts = urlsplit(url)
    try:
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise ImproperlyConfigured(_FORM) from error
    if (
        parts.scheme != "s3"
        or not parts.hostname
        or options.keys() - {"region", "endpoint"}
        or (parts.username is None) != (parts.password is None)
    ):
        raise ImproperlyConfigured(_FORM)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            # Not .hostname, which is in lower case.
            "bucket_name": parts.netloc.rpartition("@")[2],
            "location": parts.path.strip("/"),
            "access_key": unquote(parts.username) if parts.username else None,
            "secret_key": unquote(parts.password) if parts.password else None,
            "region_name": options.get("region", [None])[0],
            "endpoint_url": options.get("endpoint", [None])[0],
            "file_overwrite": True,  # the same name is the same content
            "default_acl": None,
            "querystring_auth": True,
        },
    }
