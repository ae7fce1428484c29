"""One claimed run: as a Prefect flow when that is up, else as the plain step, and always recorded.

A job that fails must never stop the clock, and a Prefect that fails must never stop a job.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from core.errors import BadInput, OcopError
from workflows.claims import Claim, Ended, finish
from workflows.embedded import Embedded
from workflows.service import Result, Service, Step
from workflows.steps import STEPS

LONGEST_FLOW_SECONDS = 600.0
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Call:
    """One step on its way through a flow; the flow writes here what became of it."""

    service: Service
    step: Step
    now: datetime
    started: bool = False
    result: Result | None = None
    error: Exception | None = None
    flow_run_id: str | None = None

    def run(self) -> Result:
        """Carry the step out, once; a retry calls this again."""
        self.started, self.error = True, None
        try:
            self.result = self.step(self.service, self.now)
        except Exception as error:
            self.error = error
            raise
        return self.result


CALL: ContextVar[Call] = ContextVar("ocop_call")


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


def ended_of(call: Call, via: str) -> Ended:
    """What to record of a call; a step that began and never came back counts as broken off."""
    if call.result is not None and call.error is None:
        return Ended("done", via, result=call.result, flow_run_id=call.flow_run_id)
    error = "broken_off" if call.error is None else error_code(call.error)
    return Ended("failed", via, error=error, flow_run_id=call.flow_run_id)


def error_code(error: Exception) -> str:
    """A refusal's stable code, or the class of what went wrong."""
    return (error.code if isinstance(error, OcopError) else type(error).__name__)[:80]
