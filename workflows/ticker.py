"""Our own ticker: runs the timetable's instants in order, whoever pokes it, however late.

It must never lose an instant of a daily job and never run one twice; two tickers at once are allowed.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from core.clock import RehearsalClock, StepClock
from core.errors import Unavailable
from core.house import store_clock
from workflows import claims, leading
from workflows.claims import Busy, Claim, Outlook
from workflows.due import next_due
from workflows.rounds import Looks, Rounds, new_holder
from workflows.runner import Runner
from workflows.schedule import TIMETABLE, Every, Job
from workflows.service import Service
from workflows.steps import LOOKS

BEAT_SECONDS = 5.0  # how often the lease row says that this clock lives
SETTLE_ROUNDS = 10  # a row that calls for a run each time must not hold a drill up for ever
PRUNE_SECONDS = 3600.0
KEEP_RUNS = timedelta(days=7)
log = logging.getLogger(__name__)


class Ticker:
    """One clock of one house. `poke` may come from any thread; a second one at the same time does nothing.

    `leads=False` leaves the lease aside: claims alone keep two clocks from doing one thing twice.
    """

    def __init__(
        self,
        service: Service,
        runner: Runner,
        *,
        leads: bool = True,
        jobs: Iterable[Job] = TIMETABLE,
        looks: Looks = LOOKS,
    ) -> None:
        self._service = service
        self._runner = runner
        self._leads = leads
        self._rounds = Rounds(service, holder=new_holder(), jobs=jobs, looks=looks)
        self._stood: datetime | None = None
        self._lock = Lock()
        self._beaten = float("-inf")
        self._pruned = float("-inf")

    def poke(self) -> int:
        """Run everything that is due by now; the number of runs."""
        if not self._lock.acquire(blocking=False):
            return 0
        try:
            return self._come_round()
        finally:
            self._lock.release()

    def step_to(self, until: datetime) -> list[datetime]:
        """Move a drill's clock from due instant to due instant, running each; the instants it stopped at.

        Raises:
            Unavailable: another clock leads.
        """
        clock = self._service.clock
        if not isinstance(clock, StepClock | RehearsalClock):
            raise TypeError("only a rehearsal's clock can be moved")
        stops: list[datetime] = []
        with self._lock:
            self._settle()
            while (upcoming := self._next_due(clock.business_now())) <= until:
                clock.move_to(upcoming)
                stops.append(upcoming)
                self._settle()
            clock.move_to(max(until, clock.business_now()))
            self._settle()
        return stops

    def renew(self) -> None:
        """Keep the claims of a long run; called beside `poke`, on another thread."""
        self._service.db.write_now(lambda tx: claims.renew(tx, self._rounds.holder))

    def resign(self) -> None:
        """Let another clock lead at once; called at the end."""
        if self._leads:
            self._service.db.write_now(lambda tx: leading.resign(tx, self._rounds.holder))
            self._beaten = float("-inf")

    def _settle(self) -> None:
        """Come round until nothing more happens at this instant.

        Raises:
            Unavailable: another clock leads, so the drill cannot go on from here.
        """
        for _ in range(SETTLE_ROUNDS):
            if not self._beat():
                raise Unavailable("another_clock_leads")
            if not self._come_round():
                return
        log.warning("an instant does not come to rest: at=%s", self._service.clock.business_now().isoformat())

    def _come_round(self) -> int:
        ran = 0
        if not self._beat():
            return ran
        try:
            for claimed in self._claims():
                self._runner.run(claimed)
                ran += 1
                self._beat()
        except Busy as busy:
            log.info("another clock is at it: job=%s", busy)
        self._keep_house()
        return ran

    def _claims(self) -> Iterator[Claim]:
        """First what died, then what was asked for, then the timetable, up to one and the same `until`."""
        until = self._service.clock.business_now()
        outlook = self._rounds.begin(self._service.db.read_now(claims.outlook))
        yield from self._taken_over(outlook)
        yield from self._asked_for(outlook, until)
        yield from self._rounds.claims(self._rounds.due(outlook, until))
        yield from self._rounds.standing()
        self._let_run(until)

    def _taken_over(self, outlook: Outlook) -> Iterator[Claim]:
        for run_id in outlook.stale:
            claimed = self._service.db.write_now(
                partial(claims.take_over, run_id=run_id, holder=self._rounds.holder)
            )
            if claimed is not None:
                yield claimed

    def _asked_for(self, outlook: Outlook, until: datetime) -> Iterator[Claim]:
        by_name: dict[str, list[str]] = {}
        for wish, name in outlook.wishes:
            by_name.setdefault(name, []).append(wish)
        for name, wishes in by_name.items():
            claimed = self._service.db.write_now(
                partial(
                    claims.take_wishes, wishes=wishes, name=name, due_at=until, holder=self._rounds.holder
                )
            )
            if claimed is not None:
                yield claimed

    def _let_run(self, until: datetime) -> None:
        """A fast clock waits at the next due row until this ticker has been there; a drill's stand is kept."""
        clock = self._service.clock
        if isinstance(clock, RehearsalClock):
            clock.hold_at(self._next_due(until))
        if clock.rehearsal and until != self._stood:
            self._service.db.write_now(lambda tx: store_clock(tx, until))
            self._stood = until

    def _next_due(self, after: datetime) -> datetime:
        return self._service.db.read_now(lambda rtx: next_due(rtx, after, self._rounds.jobs))

    def _beat(self) -> bool:
        """Say that this clock lives; False: another one leads."""
        now = self._service.clock.monotonic()
        if now - self._beaten < BEAT_SECONDS:
            return True
        db, holder = self._service.db, self._rounds.holder
        if self._leads and not db.read_now(lambda rtx: leading.may_lead(rtx, holder)):
            return False
        if self._leads and not db.write_now(lambda tx: leading.lead(tx, holder)):
            return False
        self._beaten = now
        return True

    def _keep_house(self) -> None:
        """Once an hour, forget old runs of repeated jobs."""
        now = self._service.clock.monotonic()
        if now - self._pruned < PRUNE_SECONDS:
            return
        self._pruned = now
        names = [job.name for job in self._rounds.jobs if isinstance(job.when, Every)]
        before = self._service.clock.wall_now() - KEEP_RUNS
        self._service.db.write_now(lambda tx: claims.prune(tx, names, before))
