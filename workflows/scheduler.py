"""APScheduler pokes the ticker: in-memory jobs only, so nothing here can be lost or doubled.

It must never hold what is due: that is rows. A late or missing poke delays, it never loses.
"""

import logging
from collections.abc import Callable
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from core.clock import VIETNAM
from core.errors import Unavailable
from workflows.embedded import Embedded
from workflows.schedule import PULSES
from workflows.ticker import Ticker

log = logging.getLogger(__name__)


def _beat(pulse: Callable[[], object]) -> object:
    """One pulse. A database that is full, locked or away is one line a second, not a trace: the next one tries again."""
    try:
        return pulse()
    except Unavailable as error:
        log.warning("the clock waits: %s", error.code)
        return None


class Scheduler:
    """The pulse of one clock, on threads of this process. `start` returns at once."""

    def __init__(self, ticker: Ticker, embedded: Embedded | None = None) -> None:
        self._ticker = ticker
        self._embedded = embedded
        self.pulses = BackgroundScheduler(
            timezone=VIETNAM,
            executors={"default": {"type": "threadpool", "max_workers": len(PULSES)}},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for pulse in PULSES:
            self.pulses.add_job(
                partial(_beat, getattr(ticker, pulse.name)),
                IntervalTrigger(seconds=pulse.seconds, timezone=VIETNAM),
                id=pulse.name,
            )

    def start(self) -> None:
        """Begin to poke; Prefect comes up beside it and takes over when it is ready."""
        if self._embedded is not None:
            self._embedded.start()
        # That a poke was skipped behind a long one is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self.pulses.start()

    def stop(self) -> None:
        """Let the running job end, then stop everything this started."""
        self.pulses.shutdown(wait=True)
        try:
            self._ticker.resign()
        finally:
            if self._embedded is not None:
                self._embedded.stop()
