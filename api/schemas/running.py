"""The status of the service, for those who look after it.

It never shows what a notice said or whom it was for.
"""

from typing import Any

from api.schemas.base import Read


class JobRunRead(Read):
    name: str
    due_at: str
    started_at: str
    ended_at: str | None
    outcome: str
    via: str
    flow_run_id: str | None
    result: dict[str, Any] | None
    error: str | None


class FaultRead(Read):
    name: str
    subject: str
    error: str
    attempts: int
    last_at: str


class PausedRead(Read):
    name: str
    since: str
    code: str


class OutboxRead(Read):
    by_state: dict[str, int]
    oldest_unsent_at: str | None
    planner_behind: int
    faults: int
    paused: list[PausedRead]


class ClockRead(Read):
    business_now: str
    wall_now: str
    rehearsal: bool
    last_tick_at: str | None


class StatusRead(Read):
    origin: str
    clock: ClockRead
    jobs: list[JobRunRead]
    faults: list[FaultRead]
    outbox: OutboxRead


class ReadyRead(Read):
    ready: bool
    checks: dict[str, bool]


class HealthRead(Read):
    alive: bool
