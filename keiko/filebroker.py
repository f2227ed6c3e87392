"""kombu's file system transport, mended: a message appears whole or not at all.

kombu 5.7 opens the message's file in the queue before it writes it. A worker that looks in between
takes the empty file away: the message is lost and the worker ends with a JSONDecodeError.
"""

import json
import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem


class Channel(filesystem.Channel):
    # kombu's own classes disagree on the second argument's name, so no override can fit both.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Write the message beside the queue's files, then give it a name that workers look for."""
        folder = Path(self.data_folder_out)
        name = f"{monotonic_ns() // 1_000_000:015d}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(json.dumps(payload), encoding="utf-8")
        unfinished.replace(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel


def mend_filesystem_transport() -> None:
    """From now on `filesystem://` means this transport, in this process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
