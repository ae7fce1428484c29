"""What each job does: plain functions of a service and an instant, without Prefect and safe to run twice or late.

- ``faults.py``      rows a sweep could not carry out: recorded, skipped, tried again later
- ``sweeping.py``    deadlines and reminders whose instant has come
- ``cycles.py``      requested openings, closings, the year's review
- ``watching.py``    certificates and council sessions of the day
- ``telling.py``     log order, notices, delivery
- ``seeding.py``   the working calendar of the years ahead
- ``sealing.py``     the log's daily integrity step

``STEPS`` is what a job does, ``LOOKS`` says cheaply whether a repeated job has anything to do.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from core.tx import ReadTx
from notifications import reminders
from workflows.service import Step
from workflows.steps.cycles import close_cycle, open_cycle, openings_wait, year_review
from workflows.steps.sealing import seal_log
from workflows.steps.seeding import seed_years
from workflows.steps.sweeping import deadlines_wait, send_reminders, sweep_deadlines
from workflows.steps.telling import deliver_outbox, lines_wait, notices_wait, sequence_and_notify
from workflows.steps.watching import certificate_watch, council_sessions, councils_wait

Look: TypeAlias = Callable[[ReadTx, datetime], bool]

STEPS: Mapping[str, Step] = {
    "seed_years": seed_years,
    "open_cycle": open_cycle,
    "sweep_deadlines": sweep_deadlines,
    "certificate_watch": certificate_watch,
    "close_cycle": close_cycle,
    "council_sessions": council_sessions,
    "send_reminders": send_reminders,
    "sequence_and_notify": sequence_and_notify,
    "deliver_outbox": deliver_outbox,
    "year_review": year_review,
    "seal_log": seal_log,
}
LOOKS: Mapping[str, Look] = {
    "open_cycle": openings_wait,
    "sweep_deadlines": deadlines_wait,
    "council_sessions": councils_wait,
    "send_reminders": reminders.waiting,
    "sequence_and_notify": lines_wait,
    "deliver_outbox": notices_wait,
}
