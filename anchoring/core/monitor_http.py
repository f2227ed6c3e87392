"""A log as anybody reads it, over HTTP at the paths of C2SP tlog-tiles."""

from typing import Protocol

from anchoring.core.commitments import HASH_BYTES
from anchoring.core.notes import MOST_CHARACTERS
from anchoring.core.readers import HttpLogReader, LatestAnchor, LogProblem
from anchoring.core.tiles import Tile
from anchoring.core.trust import MOST_BYTES as MOST_TRUST_BYTES


class PublicLog(Protocol):
    """What a monitor asks a log. Each raises LogProblem where no usable answer comes."""

    def checkpoint(self) -> str | None:
        """The newest checkpoint as a signed note; None where the log says that it has none."""

    def tile(self, place: Tile) -> bytes | None:
        """The tile's hashes, `place.width` of them; None where the log says that it has none."""

    def latest(self) -> LatestAnchor | None:
        """The newest anchor that the log tells of; None where it says that it has none."""


class HttpLog(HttpLogReader):
    """The log at an address such as https://keiko.example/log."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        super().__init__(timeout=timeout)
        self.url = url.rstrip("/")

    def checkpoint(self) -> str | None:
        data = self._get(f"{self.url}/checkpoint")
        if data is None:
            return None
        try:
            return data[: MOST_CHARACTERS * 4].decode()
        except UnicodeDecodeError as error:
            raise LogProblem(f"The checkpoint at {self.url} is not UTF-8.") from error

    def tile(self, place: Tile) -> bytes | None:
        """A tile that is not full may be gone once it is: then the first hashes of the full one."""
        data = self._get(f"{self.url}/tile/{place.path()}")
        if data is None and place.width < Tile(place.level, place.index).width:
            data = self._get(f"{self.url}/tile/{Tile(place.level, place.index).path()}")
            return data and data[: place.width * HASH_BYTES]
        return data

    def latest(self) -> LatestAnchor | None:
        return self.latest_anchor(self.url, 1)

    def trust(self) -> bytes:
        """The log's own trust file, unchecked."""
        data = self._get(f"{self.url}/trust.json")
        if data is None or len(data) > MOST_TRUST_BYTES:
            raise LogProblem(f"There is no trust file at {self.url}/trust.json.")
        return data
