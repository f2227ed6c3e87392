"""A worker never sees half a message: many writers and one hungry reader lose nothing."""

import threading
from pathlib import Path

from kombu import Connection

from keiko.filebroker import mend_filesystem_transport

COUNT, WRITERS = 150, 3


def test_nothing_is_lost_or_half_read_while_others_write(tmp_path: Path) -> None:
    mend_filesystem_transport()
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    (tmp_path / "control").mkdir()

    def write(writer: int) -> None:
        with (
            Connection("filesystem://", transport_options=options) as connection,
            connection.SimpleQueue("numbers") as queue,
        ):
            for number in range(COUNT):
                queue.put([writer, number])

    writers = [threading.Thread(target=write, args=(w,)) for w in range(WRITERS)]
    found = []
    with (
        Connection("filesystem://", transport_options=options) as connection,
        connection.SimpleQueue("numbers") as queue,
    ):
        for thread in writers:
            thread.start()
        for _ in range(COUNT * WRITERS):
            message = queue.get(timeout=10)
            found.append(tuple(message.payload))
            message.ack()
    for thread in writers:
        thread.join()
    assert sorted(found) == [(w, n) for w in range(WRITERS) for n in range(COUNT)]
