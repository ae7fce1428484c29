"""SQLite: one writer thread that puts waiting changes into one commit, and a few read-only connections.

Nothing but the writer thread may change the file from this process.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from core.clock import Clock
from core.errors import Unavailable
from core.sqlite_driver import SqliteDriver, connect, retell, told
from core.tx import ReadTx, Tx, check_plain
from core.waiting import Job, answer, inside

log = logging.getLogger(__name__)
T = TypeVar("T")
READERS = 4
GROUP = 64  # changes in one commit at most
BUSY_TRIES = 3  # of ten seconds each


class Readers:
    """A few read-only connections; each call borrows one for one read transaction."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self.rehearsal = False
        self._idle: queue.SimpleQueue[SqliteDriver] = queue.SimpleQueue()
        self._all = [SqliteDriver(connect(path, read_only=True)) for _ in range(READERS)]
        for driver in self._all:
            self._idle.put(driver)

    def call(self, fn: Callable[[ReadTx], T]) -> T:
        driver = self._idle.get()
        inside.door = True
        tx = None
        try:
            driver.command("BEGIN")
            tx = ReadTx(driver, self._clock, rehearsal=self.rehearsal)
            result = fn(tx)
            check_plain(result)
        except (sqlite3.Error, sa.exc.DBAPIError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY:  # a read that would write
                raise
            retell(error)
        else:
            return result
        finally:
            inside.door = False
            if tx is not None:
                tx.release()
            if driver.raw.in_transaction:
                driver.command("ROLLBACK")
            self._idle.put(driver)

    def close(self) -> None:
        for driver in self._all:
            driver.close()


class Writer:
    """The one connection that changes the file, and the thread that serves whoever waits for it.

    A blocking caller who finds nobody waiting takes the pen and writes by itself: that saves two changes of
    thread, a third of the time of a change. When the thread dies it stays dead, and everybody is told.
    """

    def __init__(
        self, path: Path, clock: Clock, committed: Callable[[], None], *, hasty: bool = False
    ) -> None:
        self._clock = clock
        self._committed = committed
        self.rehearsal = False
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._held: Job | None = None  # taken from the queue, waits for its own commit
        self._open: set[Job] = set()  # handed over and not answered
        self._serving = False  # the thread has taken a change it has not stored yet
        self._end: str | None = None
        self._pen = threading.Lock()  # held by whoever uses the connection
        self._driver = SqliteDriver(connect(path, hasty=hasty))
        self._thread = threading.Thread(target=self._run, name="ocop-writer", daemon=True)
        self._supervisor = threading.Thread(target=self._supervise, name="ocop-writer-watch", daemon=True)
        self._thread.start()
        self._supervisor.start()

    def alive(self) -> bool:
        return self._end is None and self._thread.is_alive()

    def submit(self, job: Job) -> None:
        """Hand over a change; it is answered once it is stored.

        Raises:
            Unavailable: the thread has ended.
        """
        self._open.add(job)
        self._queue.put(job)
        if self._end is not None:  # said after the job is in the open set, so one of the two sees it
            self._open.discard(job)
            raise Unavailable(self._end)

    def call(self, fn: Callable[[Tx], T], *, alone: bool) -> T:
        """Run and commit, blocking; in this thread if nobody else writes or waits.

        Raises:
            Unavailable: the thread has ended, or another program holds the file.
        """
        job = Job(fn, alone=alone)
        if not self._serving and self._queue.empty() and self._pen.acquire(blocking=False):
            inside.door = True
            try:
                if not self.alive():
                    raise Unavailable(self._end or "writer_down")
                self._store([job])
            finally:
                inside.door = False
                with suppress(sqlite3.Error):  # closed, or nothing to roll back
                    if self._driver.raw.in_transaction:
                        self._driver.command("ROLLBACK")
                self._pen.release()
        else:
            job.block()
            self.submit(job)
            job.wait(self.alive)
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def close(self) -> None:
        """Finish what waits, then end."""
        self._queue.put(None)
        self._supervisor.join()

    def _supervise(self) -> None:
        """Outlive the thread, and tell everybody who still waits that nobody writes any more."""
        self._thread.join()
        self._end = self._end or "writer_down"
        with self._pen, suppress(sqlite3.Error):
            self._driver.close()
        left = list(self._open)
        for job in left:
            job.error = Unavailable(self._end)
        answer(left)

    def _run(self) -> None:
        inside.door = True
        try:
            while (first := self._next()) is not None:
                with self._pen:
                    group = self._group_from(first)
                    self._store(group)
                self._serving = False
                answer(group)
                self._open.difference_update(group)
            self._end = "database_closed"
        except BaseException:  # whatever it is, it ends the thread; the supervisor tells everybody
            log.critical("the writer thread has died", exc_info=True)

    def _next(self) -> Job | None:
        """The next change, waiting for it; None at the end."""
        first, self._held = self._held or self._queue.get(), None
        self._serving = True
        return first

    def _group_from(self, first: Job) -> list[Job]:
        """The change and whatever else waits by now, up to a group; what must be alone stays alone."""
        jobs = [first]
        if first.alone:
            return jobs
        for _ in range(min(self._queue.qsize(), GROUP - 1)):
            job = self._queue.get()
            if job is None:
                self._queue.put(None)
                break
            if job.alone:
                self._held = job
                break
            jobs.append(job)
        return jobs

    def _store(self, jobs: list[Job]) -> None:
        """One commit for all; if it fails, one for each."""
        try:
            self._begin()
        except Unavailable as error:
            for job in jobs:
                job.error = error
            return
        try:
            self._group(jobs)
        except (sqlite3.Error, Unavailable):
            log.warning("a group of %d changes did not commit; each is run again alone", len(jobs))
            for job in jobs:
                self._again(job)
        self._committed()

    def _group(self, jobs: list[Job]) -> None:
        command = self._driver.command
        if len(jobs) == 1:
            self._perform(jobs[0])
            if jobs[0].error is None:
                command("COMMIT")
            elif self._driver.raw.in_transaction:  # a full disk has ended it already
                command("ROLLBACK")
            return
        if not self._all_clean(jobs):
            command("ROLLBACK")
            self._begin()
            self._guarded(jobs)
        command("COMMIT")

    def _all_clean(self, jobs: list[Job]) -> bool:
        """Run all without a savepoint, which would cost a tenth of a change; False once one fails that has written.

        Nearly every refusal comes before the first row is written, and then there is nothing to take back.
        """
        raw = self._driver.raw
        for job in jobs:
            before = raw.total_changes
            self._perform(job)
            if job.error is not None and not (raw.in_transaction and raw.total_changes == before):
                return False
        return True

    def _guarded(self, jobs: list[Job]) -> None:
        """Run all again, each behind a savepoint of its own."""
        command = self._driver.command
        for job in jobs:
            job.forget()
            command("SAVEPOINT job")
            self._perform(job)
            if job.error is not None:
                command("ROLLBACK TO job")
            command("RELEASE job")

    def _again(self, job: Job) -> None:
        try:
            if self._driver.raw.in_transaction:
                self._driver.command("ROLLBACK")
            job.forget()
            self._begin()
            self._group([job])
        except (sqlite3.Error, Unavailable) as error:
            job.error = told(error)
        if self._driver.raw.in_transaction:
            self._driver.command("ROLLBACK")

    def _perform(self, job: Job) -> None:
        """Run the function; its error is its own."""
        tx = Tx(self._driver, self._clock, rehearsal=self.rehearsal)
        try:
            result = job.fn(tx)
            tx.settle()
            check_plain(result)
            job.result = result
        except Exception as error:  # noqa: BLE001 -- the caller gets it
            job.error = told(error)
        finally:
            tx.release()

    def _begin(self) -> None:
        """BEGIN IMMEDIATE, waiting for another process if need be."""
        for _ in range(BUSY_TRIES):
            try:
                self._driver.command("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    meaning = told(error)
                    if meaning is error:
                        meaning = Unavailable("database_busy")
                    raise meaning from error
            else:
                return
        raise Unavailable("database_busy")
