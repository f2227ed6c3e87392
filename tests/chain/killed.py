"""Runs `advance` in a process that kills itself, with SIGKILL, before its Nth step.

A step is a COMMIT, before and after it reached PostgreSQL, or the sending of an extrinsic, before and
after the node took it. N comes on standard input, a line each time; the answer is the signal that ended
the process, 0 when it came to its end. Each try is a fork of this program,
which has no connection of its own.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import django


class Steps:
    def __init__(self, last: int) -> None:
        self.left = last

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def killed_before(number: int) -> Iterator[None]:
    from django.db import connection

    from chain.node import Node

    steps = Steps(number)
    commit, submit = connection._commit, Node.submit

    def counted_commit() -> None:
        steps.step()
        commit()
        steps.step()

    def counted_submit(node: Node, extrinsic: bytes) -> None:
        steps.step()
        submit(node, extrinsic)
        steps.step()

    connection._commit, Node.submit = counted_commit, counted_submit
    yield


def main() -> None:
    django.setup()
    from chain.services import advance

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with killed_before(int(line)):
                report = advance(patience=timedelta(seconds=30))
            if report.problem:
                sys.stderr.write(f"{report.problem}\n")
            os._exit(1 if report.problem else 0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{-status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
