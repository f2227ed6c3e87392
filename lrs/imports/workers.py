"""Several processes import batches side by side. They live no longer than the process that gives them work."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from lrs.imports.lines import Batch
from lrs.imports.types import Tally, Terms


class WorkerFailed(Exception):
    """A worker could not import a batch; nothing of that batch was stored."""


def imported(
    batches: Iterable[Batch], *, terms: Terms, workers: int
) -> Iterator[tuple[Batch, Tally]]:
    """Import the batches by so many processes; each as it is done. Raises WorkerFailed when one is not."""
    with _started(terms, workers) as idle:
        at_work: dict[Connection, Batch] = {}
        for batch in batches:
            if not idle:
                yield from _done(at_work, idle)
            worker = idle.pop()
            worker.send(batch)
            at_work[worker] = batch
        while at_work:
            yield from _done(at_work, idle)


@contextmanager
def _started(terms: Terms, workers: int) -> Iterator[list[Connection]]:
    # Not forked: a fork would share the database's connections.
    context = get_context("spawn")
    processes: list[SpawnProcess] = []
    ends: list[Connection] = []
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, terms), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            ends.append(ours)
        yield list(ends)
    finally:
        for end in ends:
            end.close()
        for process in processes:
            process.join(60)


def _done(
    at_work: dict[Connection, Batch], idle: list[Connection]
) -> Iterator[tuple[Batch, Tally]]:
    """Wait for at least one worker."""
    for ready in wait(list(at_work)):
        assert isinstance(ready, Connection)  # noqa: S101 -- `wait` takes other things too; these are all ours
        try:
            answer: Any = ready.recv()
        except EOFError:
            raise WorkerFailed(
                "A worker ended: it was killed, or the machine ran out of memory."
            ) from None
        batch = at_work.pop(ready)
        if isinstance(answer, str):
            raise WorkerFailed(f"From line {batch.first_line:,}: {answer}")
        idle.append(ready)
        yield batch, answer


def _serve(end: Connection, terms: Terms) -> None:
    """A worker's life. The pipe ends when the one who gives work does, however that one ends."""
    import signal

    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who gives work
    django.setup()
    from django.db import Error

    from lrs import collector
    from lrs.imports.services import ImportRefused, import_batch

    collector.settle()

    while True:
        try:
            batch = end.recv()
        except EOFError:
            return
        try:
            answer: Any = import_batch(terms=terms, batch=batch)
        except (Error, ImportRefused) as error:
            answer = f"{type(error).__name__}: {error}"
        try:
            end.send(answer)
        except BrokenPipeError:
            return
