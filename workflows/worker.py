"""A deployed flow's own way to its instants: open the house from the environment, claim, carry out, record.

It must never import Prefect: the flow hands in its task.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from core.clock import parse_clock
from core.config import Config
from core.db import open_database
from notifications.channels.configured import channels_of
from workflows import claims, leading
from workflows.calls import CALL, Call, ended_of
from workflows.claims import Busy, Claim
from workflows.rounds import Rounds, new_holder
from workflows.schedule import JOBS
from workflows.service import Result, Service
from workflows.steps import STEPS

Carrying = Callable[[], Awaitable[Result]]


def open_service() -> Service:
    """The house as the environment of this worker describes it."""
    config = Config.load(os.environ)
    clock = parse_clock(config.clock)
    channels = channels_of(config, clock)
    return Service(open_database(config, clock), clock, config, channels)


async def perform(name: str, carry_out: Carrying, flow_run_id: str) -> Result:
    """Run every due instant of one job, oldest first.

    Raises:
        Exception: what a step raised; later instants are left to the next run.
    """
    service = await asyncio.to_thread(open_service)
    try:
        return await run_due(service, name, carry_out, flow_run_id)
    finally:
        await asyncio.to_thread(service.db.close)


async def run_due(service: Service, name: str, carry_out: Carrying, flow_run_id: str) -> Result:
    """As `perform`, on a house that is open; says that a worker lives, due or not."""
    holder = new_holder()
    rounds = Rounds(service, holder=holder, jobs=(JOBS[name],))
    await asyncio.to_thread(service.db.write_now, partial(leading.show_life, holder=holder))
    until = service.clock.business_now()
    outlook = await asyncio.to_thread(lambda: rounds.begin(service.db.read_now(claims.outlook)))
    ran = 0
    found = rounds.claims(rounds.due(outlook, until))
    while (claimed := await asyncio.to_thread(_next, found)) is not None:
        await carry(service, claimed, carry_out, flow_run_id)
        ran += 1
    return {"ran": ran}


def _next(found: Iterator[Claim]) -> Claim | None:
    """The next claim; None: there is none, or another clock runs the job at this moment."""
    try:
        return next(found, None)
    except Busy:
        return None


async def carry(service: Service, claimed: Claim, carry_out: Carrying, flow_run_id: str) -> None:
    """One claimed run inside a deployed flow, recorded whatever happens."""
    call = Call(service, STEPS[claimed.name], claimed.due_at, flow_run_id=flow_run_id)
    token = CALL.set(call)
    try:
        await carry_out()
    finally:
        CALL.reset(token)
        ended = ended_of(call, "flow")
        await asyncio.to_thread(service.db.write_now, partial(claims.finish, claimed=claimed, ended=ended))
