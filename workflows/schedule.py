"""The one timetable: which step runs when, in business time.

It must never be repeated: `prefect.yaml` and the APScheduler jobs are held against it by a test.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TypeAlias

from core.clock import VIETNAM

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
POOL = "ocop"
FASTEST_DEPLOYED_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again: of many missed instants only the last is run."""

    seconds: int

    @property
    def cron(self) -> str:
        """The nearest a Prefect deployment can come: its worker starts a process for each run."""
        return f"*/{max(FASTEST_DEPLOYED_MINUTES, self.seconds // 60)} * * * *"

    def last(self, until: datetime) -> datetime:
        """The newest instant that is not after `until`."""
        return EPOCH + (until - EPOCH) // timedelta(seconds=self.seconds) * timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class At:
    """At a time of day in Vietnam, every day or on one day of the year: each missed instant is run."""

    hour: int
    minute: int = 0
    day: int | None = None
    month: int | None = None

    @property
    def cron(self) -> str:
        return f"{self.minute} {self.hour} {self.day or '*'} {self.month or '*'} *"

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The instants after `after`, up to and with `until`, oldest first."""
        for instant in map(self._on, self._days(after.astimezone(VIETNAM).date())):
            if instant > until:
                return
            if instant > after:
                yield instant

    def next(self, after: datetime) -> datetime:
        """The first instant after `after`."""
        return next(self.between(after, after + timedelta(days=366 if self.month else 1)))

    def _on(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=VIETNAM).astimezone(UTC)

    def _days(self, first: date) -> Iterator[date]:
        """Every day, or one day of every year, from about the first one on."""
        if self.month and self.day:
            yield from (date(year, self.month, self.day) for year in count(first.year))
        yield from (first + timedelta(days=days) for days in count())


When: TypeAlias = Every | At


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. `name` is also the step, the flow and the deployment.

    `in_order`: caught up to every daily instant on the way, because it moves subjects and so must not
    run ahead of, or behind, what happens that day.
    """

    name: str
    when: When
    in_order: bool = False

    @property
    def entrypoint(self) -> str:
        return f"workflows.flows.{self.name}"

    @property
    def text_code(self) -> str:
        return f"job.{self.name}"


# Jobs due at one instant run in this order: what moves a subject first, then telling, then sealing.
TIMETABLE: tuple[Job, ...] = (
    Job("seed_years", At(0, 0)),
    Job("open_cycle", Every(60)),
    Job("sweep_deadlines", Every(60), in_order=True),
    Job("certificate_watch", At(0, 0)),
    Job("close_cycle", At(0, 0)),
    Job("council_sessions", Every(60), in_order=True),
    Job("send_reminders", Every(60), in_order=True),
    Job("sequence_and_notify", Every(5)),
    Job("deliver_outbox", Every(5)),
    Job("year_review", At(7, 0, day=2, month=1)),
    Job("seal_log", At(0, 0)),
)
JOBS: Mapping[str, Job] = {job.name: job for job in TIMETABLE}


@dataclass(frozen=True, slots=True)
class Pulse:
    """One in-memory APScheduler job: which method of the ticker, how often by the wall."""

    name: str
    seconds: int


PULSES: tuple[Pulse, ...] = (Pulse("poke", 1), Pulse("renew", 20))


def instants(
    since: Mapping[str, datetime], until: datetime, *, exact: bool = False, jobs: Iterable[Job] = TIMETABLE
) -> list[tuple[datetime, Job]]:
    """Everything due after each job's own `since` and up to `until`, in the order it must run.

    A repeated job is coalesced to its last instant; one that is `in_order` also runs before each daily
    instant on the way. `exact` puts repeated jobs at `until` itself, for clocks that stand still.
    """
    listed = list(jobs)
    daily = [
        (instant, job)
        for job in listed
        if isinstance(job.when, At)
        for instant in job.when.between(since[job.name], until)
    ]
    stops = sorted({instant for instant, _ in daily})
    found = list(daily)
    for job in listed:
        if isinstance(job.when, Every):
            ends = [*(stops if job.in_order else ()), until]
            own = {end if exact else job.when.last(end) for end in ends}
            found += [(instant, job) for instant in own if instant > since[job.name]]
    place = {job.name: number for number, job in enumerate(listed)}
    return sorted(found, key=lambda due: (due[0], place[due[1].name]))


def next_daily(after: datetime, jobs: Iterable[Job] = TIMETABLE) -> datetime:
    """The next instant at which a job bound to a time of day is due."""
    return min(job.when.next(after) for job in jobs if isinstance(job.when, At))
