"""Work of several threads done in one go, where one thread is at it already. No database here.

Who comes first goes at once, alone. Who comes while somebody is at it waits, and the first of those who wait then does
the work of all of them. So nobody waits longer than for the work under way, nothing is delayed in the hope of company,
and the more threads there are, the less each costs.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

W = TypeVar("W")
A = TypeVar("A")


class Alone(Exception):
    """This work cannot be done together, and nothing of it was done: each thread does its own."""


class Failed(Exception):
    """Whoever did this work for others failed, as the cause says. Perhaps the work is done, perhaps not."""


class _Turn(Generic[W, A]):
    """The work of a thread that waits. Woken to lead, for `others` too; with what came of its work; or, where nothing
    was tried, to do its own."""

    def __init__(self, work: W) -> None:
        self.work = work
        self.woken = threading.Event()
        self.others: list[_Turn[W, A]] = []
        self.leads = False
        self.answer: tuple[A] | None = None
        self.error: BaseException | None = None


class Together(Generic[W, A]):
    """`do` does the work of one thread or more and gives one answer for all of them.

    It raises Alone when that is not possible for several. Any other error is every thread's. `size` says how much one
    work is; no more than `most` is done together.
    """

    def __init__(
        self, do: Callable[[Sequence[W]], A], *, size: Callable[[W], int], most: int
    ) -> None:
        self._do = do
        self._size = size
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, list[_Turn[W, A]]] = {}  # by what is under way

    def call(self, key: Hashable, work: W) -> A:
        """The answer to this work, done with others of the same key if some wait.

        Raises what `do` raises in this thread, Failed when it failed in another one.
        """
        mine: _Turn[W, A] = _Turn(work)
        try:
            if not self._is_first(key, mine):
                mine.woken.wait()
            if mine.leads:
                return self._lead(mine)
        finally:
            # Whatever ends this thread, an interrupt as it waits too: nobody may wait for it.
            self._leave(key, mine)
        if mine.error is not None:
            raise Failed("The work was done with others', and that failed.") from mine.error
        return self._do([work]) if mine.answer is None else mine.answer[0]

    def _is_first(self, key: Hashable, mine: _Turn[W, A]) -> bool:
        with self._lock:
            waiting = self._waiting.get(key)
            if waiting is None:
                mine.leads = True
                self._waiting[key] = []
            else:
                waiting.append(mine)
        return mine.leads

    def _lead(self, mine: _Turn[W, A]) -> A:
        if mine.others:
            try:
                return self._for_all(mine)
            except Alone:
                for other in mine.others:
                    other.woken.set()
        return self._do([mine.work])

    def _for_all(self, mine: _Turn[W, A]) -> A:
        try:
            answer = self._do([mine.work, *(other.work for other in mine.others)])
        except Alone:
            raise
        except BaseException as error:  # an interrupt too may come after the work was done
            for other in mine.others:
                other.error = error
            raise
        for other in mine.others:
            other.answer = (answer,)
        return answer

    def _leave(self, key: Hashable, mine: _Turn[W, A]) -> None:
        with self._lock:
            waiting = self._waiting.get(key, [])
            if mine in waiting:
                waiting.remove(mine)
        if mine.leads:
            for other in mine.others:
                other.woken.set()
            self._pass_on(key)

    def _pass_on(self, key: Hashable) -> None:
        with self._lock:
            waiting = self._waiting[key]
            if not waiting:
                del self._waiting[key]
                return
            size, count = 0, 0
            for turn in waiting:
                size += self._size(turn.work)
                if count and size > self._most:
                    break
                count += 1
            next_one, *next_one.others = waiting[:count]
            del waiting[:count]
            next_one.leads = True
        next_one.woken.set()
