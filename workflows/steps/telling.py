"""Log order, notices, delivery.

It must never send inside a transaction; what is sent when is the business of `notifications`.
"""

from dataclasses import asdict
from datetime import datetime

from core.sequencer import sequence_all, waiting
from core.tx import ReadTx
from notifications import planner
from notifications.claims import leaves
from notifications.delivery import send_due
from workflows.service import Result, Service


def sequence_and_notify(service: Service, now: datetime) -> Result:  # noqa: ARG001 -- every step takes the instant
    """Give committed lines their place in the log, then plan the notices they ask for."""
    sequenced = sequence_all(service.db)
    planned = 0
    while read := service.db.write_now(planner.plan_notices):
        planned += read
    return {"sequenced": sequenced, "read": planned}


def lines_wait(rtx: ReadTx, now: datetime) -> bool:  # noqa: ARG001 -- every look takes the instant
    return waiting(rtx) or planner.behind(rtx) > 0


def deliver_outbox(service: Service, now: datetime) -> Result:  # noqa: ARG001 -- every step takes the instant
    """Send what may leave: claimed with a lease, sent outside any transaction, recorded."""
    sent = send_due(service.db, service.channels, service.clock, base_url=service.config.base_url)
    return asdict(sent)


def notices_wait(rtx: ReadTx, now: datetime) -> bool:
    return leaves(rtx, now)
