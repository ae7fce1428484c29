"""Log order, notices, delivery.

It must never send inside a transaction; what is sent when is the business of `notifications`.
"""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from core.sequencer import sequence_all, waiting
from core.sql import Sql
from core.tx import ReadTx
from notifications import planner
from notifications.delivery import send_due
from notifications.outbox import OUTBOX
from workflows.service import Result, Service

_LEAVES = Sql(
    sa.select(sa.literal_column("1"))
    .select_from(OUTBOX)
    .where(
        OUTBOX.c.settled_at.is_(None),
        OUTBOX.c.not_before <= sa.bindparam("now", type_=OUTBOX.c.not_before.type),
        sa.or_(
            OUTBOX.c.next_try_at.is_(None),
            OUTBOX.c.next_try_at <= sa.bindparam("wall", type_=OUTBOX.c.next_try_at.type),
        ),
        sa.or_(
            OUTBOX.c.lease_until.is_(None),
            OUTBOX.c.lease_until <= sa.bindparam("wall", type_=OUTBOX.c.next_try_at.type),
        ),
    )
    .limit(1)
)


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
    return rtx.sql.one(_LEAVES, now=now, wall=rtx.clock.wall_now()) is not None
