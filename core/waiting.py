"""Work that waits for a thread, and how its caller is told.

It must never answer before the work is stored, and never leave a caller without an answer.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from core.errors import Unavailable

log = logging.getLogger(__name__)
inside = threading.local()
"""`inside.door` is True in a thread that runs a function of a door."""


def refuse_nested() -> None:
    """Raises:
    RuntimeError: called from inside a function of a door, where waiting for a door could wait for ever.
    """
    if getattr(inside, "door", False):
        raise RuntimeError("a door inside a door: use the tx that was given")


class Job:
    """One function on its way through a door. It is answered once; later answers are not heard."""

    __slots__ = ("_done", "alone", "error", "fn", "future", "loop", "result")

    def __init__(
        self, fn: Callable[[Any], Any], *, alone: bool, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self.fn = fn
        self.alone = alone
        self.loop = loop
        self.result: Any = None
        self.error: BaseException | None = None
        self.future: asyncio.Future[Any] | None = None
        self._done: threading.Lock | None = None
        if loop is not None:
            self.future = loop.create_future()

    def forget(self) -> None:
        """Nothing came of it yet: it is run again."""
        self.error = self.result = None

    def block(self) -> None:
        """Get ready for `wait`, before the job is handed over."""
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self, alive: Callable[[], bool]) -> None:
        """Block until answered; twice a second look whether anybody is left to answer."""
        done = self._done
        if done is None:
            raise RuntimeError("call block() before handing the job over")
        while not done.acquire(timeout=0.5):
            if not alive() and not done.acquire(timeout=0.2):
                raise Unavailable("writer_down")

    def settle(self) -> None:
        """Tell the awaiting coroutine; runs in its loop."""
        future = self.future
        if future is None or future.done():
            return
        if self.error is None:
            future.set_result(self.result)
        elif isinstance(self.error, StopIteration):  # a future refuses it, and its caller would wait for ever
            future.set_exception(RuntimeError("a function of a door raised StopIteration"))
        else:
            future.set_exception(self.error)

    def release(self) -> None:
        """Tell the blocked thread."""
        if self._done is not None:
            with suppress(RuntimeError):  # answered already
                self._done.release()


def answer(jobs: Iterable[Job]) -> None:
    """Tell every caller; each loop is woken once for all its jobs."""
    loops: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.release()
        else:
            loops.setdefault(job.loop, []).append(job)
    for loop, mine in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(_settle_all, mine)


def _settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


def drain(queue: "SimpleQueue[Job | None]") -> list[Job]:
    """Whatever still waits."""
    left: list[Job] = []
    with suppress(Empty):
        while True:
            job = queue.get_nowait()
            if job is not None:
                left.append(job)
    return left


class Workers:
    """A few threads that serve awaited jobs; started when the first one comes."""

    def __init__(self, name: str, count: int, serve: Callable[[Callable[[Any], Any]], Any]) -> None:
        self._name, self._count, self._serve = name, count, serve
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, job: Job) -> None:
        if self._closed:
            raise Unavailable("database_closed")
        if len(self._threads) < self._count:
            self._start_one()
        self._queue.put(job)

    def _start_one(self) -> None:
        with self._lock:
            if len(self._threads) < self._count:
                name = f"{self._name}-{len(self._threads)}"
                thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job.result = self._serve(job.fn)
            except BaseException as error:  # noqa: BLE001 -- the caller gets it, whatever it is
                job.error = error if isinstance(error, Exception) else RuntimeError(repr(error))
            answer((job,))

    def close(self) -> None:
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=10)
        left = drain(self._queue)
        for job in left:
            job.error = Unavailable("database_closed")
        answer(left)
