"""What is due now of some jobs, and the claim to it.

It must never skip an instant of a daily job, nor claim a repeated one that has nothing to do.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from core.clock import StepClock
from core.ids import new_id
from core.tx import ReadTx
from workflows import claims
from workflows.claims import Claim
from workflows.schedule import EPOCH, TIMETABLE, At, Job, instants
from workflows.service import Service
from workflows.steps import LOOKS, Look

Looks: TypeAlias = Mapping[str, Look]


def new_holder() -> str:
    """A name for one clock: machine, process and a mark of its own."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{new_id()[-12:]}"


class Rounds:
    """Goes through what is due, one round after the other. One thread at a time."""

    def __init__(
        self, service: Service, *, holder: str, jobs: Iterable[Job] = TIMETABLE, looks: Looks = LOOKS
    ) -> None:
        self.holder = holder
        self._looks = looks
        self.jobs = tuple(jobs)
        self._service = service
        self._looked: dict[str, datetime] = {}  # instants at which a repeated job had nothing to do

    def begin(self, handled: claims.Outlook) -> claims.Outlook:
        """Daily jobs start from the first moment a clock ran here, repeated ones have no past."""
        missing = [job for job in self.jobs if job.name not in handled.handled]
        if not missing:
            return handled
        first = self._service.clock.business_now() - timedelta(microseconds=1)
        starts = {job.name: first if isinstance(job.when, At) else EPOCH for job in missing}
        self._service.db.write_now(lambda tx: claims.begin(tx, starts))
        return self._service.db.read_now(claims.outlook)

    def due(self, outlook: claims.Outlook, until: datetime) -> list[tuple[datetime, Job]]:
        """Instants in the order they must run."""
        since = {
            job.name: max(outlook.handled[job.name], self._looked.get(job.name, EPOCH)) for job in self.jobs
        }
        return instants(since, until, exact=self._service.clock.rehearsal, jobs=self.jobs)

    def claims(self, due: Sequence[tuple[datetime, Job]]) -> Iterator[Claim]:
        """One claim after the other, in the order given; what has nothing to do is passed over.

        Raises:
            Busy: a job's last run has not ended.
        """
        for due_at, job in self._busy_ones(due):
            claimed = self._service.db.write_now(
                partial(
                    claims.claim,
                    name=job.name,
                    due_at=due_at,
                    holder=self.holder,
                    kept=isinstance(job.when, At),
                )
            )
            if claimed is not None:
                yield claimed

    def standing(self) -> Iterator[Claim]:
        """While a drill's clock stands still people go on working: repeated jobs that have something to do.

        Raises:
            Busy: a job's last run has not ended.
        """
        if not isinstance(self._service.clock, StepClock):
            return
        now = self._service.clock.business_now()
        for _, job in self._busy_ones([(now, job) for job in self.jobs if job.name in self._looks]):
            claimed = self._service.db.write_now(
                partial(
                    claims.claim_again,
                    name=job.name,
                    due_at=now,
                    holder=self.holder,
                    request=new_id(),
                    kept=False,
                )
            )
            if claimed is not None:
                yield claimed

    def _busy_ones(self, due: Sequence[tuple[datetime, Job]]) -> Iterator[tuple[datetime, Job]]:
        """Those that have something to do, each looked at when its turn comes; idle ones share one read."""
        place = 0
        while place < len(due):
            quiet = self._service.db.read_now(partial(self._quiet, due=due[place:]))
            for due_at, job in due[place : place + quiet]:
                self._looked[job.name] = max(due_at, self._looked.get(job.name, EPOCH))
            place += quiet
            if place < len(due):
                yield due[place]
            place += 1

    def _quiet(self, rtx: ReadTx, due: Sequence[tuple[datetime, Job]]) -> int:
        """How many of these, from the first on, have nothing to do."""
        for count, (due_at, job) in enumerate(due):
            look = self._looks.get(job.name)
            if look is None or look(rtx, due_at):
                return count
        return len(due)
