"""Where the bytes lie when nothing else is set: files under var/."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible


class StorageUnavailable(Exception):
    """The storage did not carry something out."""


def attachment_storage() -> Storage:
    """The storage of attachments' contents, by settings."""
    return storages["attachments"]


@contextmanager
def storage_errors() -> Iterator[None]:
    """Raise StorageUnavailable for what goes wrong in whichever storage there is."""
    try:
        yield
    except _ERRORS as error:
        raise StorageUnavailable(f"{type(error).__name__}: {error}") from error


def _errors() -> tuple[type[Exception], ...]:
    try:
        from boto3.exceptions import Boto3Error  # with requirements-s3.txt only
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        return (OSError,)
    return (OSError, Boto3Error, BotoCoreError, ClientError)


_ERRORS = _errors()


@deconstructible
class WholeFileStorage(FileSystemStorage):
    """Files that are either there as a whole, on disk, or not there: a content's name is its hash."""

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]  # generic in its stubs alone
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with unfinished.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: the same name is the same content."""
        return name
