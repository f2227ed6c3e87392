"""Commitments of many statements at once, by several processes where there are many: they are most of sequencing.

A helper gets documents and seeds through a pipe, gives leaf hashes back, and knows nothing of the database. It lives no
longer than the process that gives it work, however that one ends.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from anchoring.core.commitments import commit_slots, statement_entry
from anchoring.core.tree import leaf_hash
from anchoring.quick import plain_members

logger = logging.getLogger(__name__)

WORTH_HELP = 500  # documents, from which on a helper is started, and asked

# Leaf hashes (32 bytes) of documents under seeds (32 bytes each); the kind of error for one that
# cannot be committed to.
Committer = Callable[[Sequence[bytes], Sequence[bytes]], list[bytes | str]]
_Work = tuple[Sequence[bytes], Sequence[bytes]]


def leaf_hashes(documents: Sequence[bytes], seeds: Sequence[bytes]) -> list[bytes | str]:
    """A Committer that does all by itself."""
    return [_leaf(document, seed) for document, seed in zip(documents, seeds, strict=True)]


def _leaf(document: bytes, seed: bytes) -> bytes | str:
    try:
        return leaf_hash(statement_entry(commit_slots(document, seed, quick=plain_members)))
    except (ValueError, RecursionError) as error:
        return type(error).__name__  # its text may quote the document


@contextmanager
def several_processes(count: int) -> Iterator[Committer]:
    """A Committer that shares large work among so many processes, this one included, until the context ends."""
    helpers: list[_Helper] = []

    def commit(documents: Sequence[bytes], seeds: Sequence[bytes]) -> list[bytes | str]:
        if len(documents) < WORTH_HELP:
            return leaf_hashes(documents, seeds)
        if not helpers:
            helpers.extend(_Helper() for _ in range(count - 1))
        ready = [helper for helper in helpers if helper.is_ready()]
        share = -(-len(documents) // (len(ready) + 1))
        ends = range(share, len(documents) + share, share)
        parts = [(documents[end - share : end], seeds[end - share : end]) for end in ends]
        asked = [(helper, part) for helper, part in zip(ready, parts[1:], strict=False)]
        for helper, part in asked:
            helper.ask(part)
        found = leaf_hashes(*parts[0])
        for helper, part in asked:
            found += helper.answer(part)
        return found

    try:
        yield commit
    finally:
        for helper in helpers:
            helper.end()


class _Helper:
    """Another process. Where it fails, the work is done here: it is a matter of speed alone."""

    def __init__(self) -> None:
        context = get_context(
            "spawn"
        )  # a fork would keep the database's connection open, and its locks
        self._end, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False

    def is_ready(self) -> bool:
        """Whether it has started: nobody waits for that."""
        if not self._ready and self._end.poll() and self._process.is_alive():
            self._end.recv()
            self._ready = True
        return self._ready

    def ask(self, work: _Work) -> None:
        try:
            self._end.send(work)
        except OSError:
            self._ready = False

    def answer(self, work: _Work) -> list[bytes | str]:
        try:
            if self._ready:
                found: list[bytes | str] = self._end.recv()
                return found
        except (EOFError, OSError):
            self._ready = False
        logger.warning("A process that helps the sequencer has ended; its work is done without it.")
        return leaf_hashes(*work)

    def end(self) -> None:
        self._end.close()
        self._process.join(10)


def _serve(end: Connection) -> None:
    """A helper's life: from "ready" until the pipe ends."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who gives work
    try:
        end.send("ready")
        while True:
            end.send(leaf_hashes(*end.recv()))
    except (EOFError, OSError):
        return
