"""The Prefect shells around the steps: one flow run per sweep, never one per row.

A flow must never do anything its step does not; in the scaled set-up it also claims its instants, as the ticker does.
Flows are `async def`: leaving a plain one waits a second for Prefect's heartbeat thread.
"""

import asyncio
from typing import Any

from prefect import Flow, Task, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run

from core.errors import OcopError
from workflows import worker
from workflows.calls import CALL
from workflows.service import Result

RETRY_SECONDS = [1.0, 4.0]


def worth_retrying(_task: Task[..., Any], _run: TaskRun, _state: State[Any]) -> bool:
    """A refusal is an answer and stays one; any other failure may pass."""
    return not isinstance(CALL.get().error, OcopError)


@task(
    name="step",
    retries=len(RETRY_SECONDS),
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
async def carry_out() -> Result:
    """The step of the current call, on a thread of its own, so that the flow's loop goes on."""
    return await asyncio.to_thread(CALL.get().run)


async def perform(name: str) -> Result:
    """Inside our own process the ticker has claimed and will record; a deployed run claims for itself."""
    call = CALL.get(None)
    if call is None:
        return await worker.perform(name, carry_out, str(flow_run.id))
    call.flow_run_id = str(flow_run.id)
    return await carry_out()


@flow(name="seed_years")
async def seed_years() -> Result:
    return await perform("seed_years")


@flow(name="open_cycle")
async def open_cycle() -> Result:
    return await perform("open_cycle")


@flow(name="sweep_deadlines")
async def sweep_deadlines() -> Result:
    return await perform("sweep_deadlines")


@flow(name="certificate_watch")
async def certificate_watch() -> Result:
    return await perform("certificate_watch")


@flow(name="close_cycle")
async def close_cycle() -> Result:
    return await perform("close_cycle")


@flow(name="council_sessions")
async def council_sessions() -> Result:
    return await perform("council_sessions")


@flow(name="send_reminders")
async def send_reminders() -> Result:
    return await perform("send_reminders")


@flow(name="sequence_and_notify")
async def sequence_and_notify() -> Result:
    return await perform("sequence_and_notify")


@flow(name="deliver_outbox")
async def deliver_outbox() -> Result:
    return await perform("deliver_outbox")


@flow(name="year_review")
async def year_review() -> Result:
    return await perform("year_review")


@flow(name="seal_log")
async def seal_log() -> Result:
    return await perform("seal_log")


FLOWS: dict[str, Flow[[], Any]] = {
    one.name: one
    for one in (
        seed_years,
        open_cycle,
        sweep_deadlines,
        certificate_watch,
        close_cycle,
        council_sessions,
        send_reminders,
        sequence_and_notify,
        deliver_outbox,
        year_review,
        seal_log,
    )
}
