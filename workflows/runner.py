"""One claimed run: as a Prefect flow when that is up, else as the plain step, and always recorded.

A job that fails must never stop the clock, and a Prefect that fails must never stop a job.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module

from core.errors import BadInput
from workflows.calls import CALL, Call, ended_of
from workflows.claims import Claim, Ended, finish
from workflows.embedded import Embedded
from workflows.service import Result, Service, Step
from workflows.steps import STEPS

LONGEST_FLOW_SECONDS = 600.0
log = logging.getLogger(__name__)


class Runner:
    """Runs claimed jobs of one service."""

    def __init__(
        self, service: Service, embedded: Embedded | None = None, steps: Mapping[str, Step] = STEPS
    ) -> None:
        self._service = service
        self._embedded = embedded
        self._steps = steps

    def run(self, claimed: Claim) -> Ended:
        """Carry the claimed run out and record how it ended; raises nothing the job raised."""
        call = Call(self._service, self._steps.get(claimed.name, unknown_job), claimed.due_at)
        ended = self._as_flow(claimed.name, call) or self._plainly(call)
        if not self._service.db.write_now(lambda tx: finish(tx, claimed, ended)):
            log.warning("another clock took the run over: job=%s run=%s", claimed.name, claimed.run_id)
        if ended.outcome == "failed":
            log.error(
                "job failed: job=%s run=%s error=%s",
                claimed.name,
                claimed.run_id,
                ended.error,
                exc_info=call.error,
            )
        return ended

    def _as_flow(self, name: str, call: Call) -> Ended | None:
        """None: the flow did not come to run the step, so it is run plainly."""
        if self._embedded is None or not self._embedded.ready():
            return None
        token = CALL.set(call)
        try:
            run_flow(name)
        except Exception as error:  # noqa: BLE001 -- the step's own error is in the call; the rest is Prefect's
            if call.error is None:
                self._embedded.give_up(type(error).__name__)
        finally:
            CALL.reset(token)
        return ended_of(call, "flow") if call.started else None

    def _plainly(self, call: Call) -> Ended:
        try:
            call.run()
        except Exception:
            log.debug("step raised", exc_info=True)
        return ended_of(call, "plain")


def unknown_job(_service: Service, _now: datetime) -> Result:
    """Stands for a job that was asked for by a name the timetable does not have."""
    raise BadInput("job_unknown")


def run_flow(name: str) -> None:
    """Run a flow to its end on an event loop of its own."""
    flow = import_module("workflows.flows").FLOWS[name]

    async def bounded() -> None:
        await asyncio.wait_for(flow(), LONGEST_FLOW_SECONDS)

    asyncio.run(bounded())
