"""One step on its way: what a shell around it carries out, and what became of it.

It must never know which shell that is: the ticker's plain run, a flow inside our process, or a deployed one.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from core.errors import OcopError
from workflows.claims import Ended
from workflows.service import Result, Service, Step


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


def ended_of(call: Call, via: str) -> Ended:
    """What to record of a call; a step that began and never came back counts as broken off."""
    if call.result is not None and call.error is None:
        return Ended("done", via, result=call.result, flow_run_id=call.flow_run_id)
    error = "broken_off" if call.error is None else error_code(call.error)
    return Ended("failed", via, error=error, flow_run_id=call.flow_run_id)


def error_code(error: Exception) -> str:
    """A refusal's stable code, or the class of what went wrong."""
    return (error.code if isinstance(error, OcopError) else type(error).__name__)[:80]
