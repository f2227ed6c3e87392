"""Runs one piece of work in a process that kills itself, with SIGKILL, before its Nth step.

A step is an SQL statement, or a COMMIT before and after it reached PostgreSQL. The work and N come on
standard input, a line each time (`sequence 3`); the answer is the signal that ended the process, 0
when it came to its end. Each try is a fork of this program, which has no connection of its own.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

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

    steps = Steps(number)
    commit = connection._commit

    def counted_commit() -> None:
        steps.step()
        commit()
        steps.step()

    def counted_execute(execute: Callable[..., Any], *arguments: Any) -> Any:
        steps.step()
        return execute(*arguments)

    connection._commit = counted_commit
    with connection.execute_wrapper(counted_execute):
        yield


def work_named(name: str) -> Callable[[], Any]:
    from anchoring import tasks
    from passport.tasks import erase

    return {"sequence": tasks.sequence, "anchor": tasks.anchor, "erase": erase}[name]


def main() -> None:
    django.setup()
    for line in sys.stdin:
        name, number = line.split()
        child = os.fork()
        if child == 0:
            with killed_before(int(number)):
                work_named(name)()
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{-status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
