"""The log's daily integrity step.

It must never repair: what it finds is recorded and shouted, a person decides.
"""

import logging
from datetime import datetime

import sqlalchemy as sa

from core import guardrails
from core.history import HISTORY, LOG_ENTRY, UNSEQUENCED
from core.sql import Sql
from core.tx import ReadTx
from workflows.service import Result, Service

log = logging.getLogger(__name__)

_ENTRIES = Sql(
    sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(LOG_ENTRY.c.seq) + 1, 0)).select_from(LOG_ENTRY)
)
_LINES = Sql(sa.select(sa.func.count()).select_from(HISTORY))
_UNPLACED = Sql(sa.select(sa.func.count()).select_from(UNSEQUENCED))
_TORN = Sql(
    sa.select(sa.func.count())
    .select_from(LOG_ENTRY)
    .where(
        ~sa.exists().where(
            HISTORY.c.subject == LOG_ENTRY.c.subject,
            HISTORY.c.version == LOG_ENTRY.c.version,
            HISTORY.c.hash == LOG_ENTRY.c.leaf_hash,
        )
    )
)


def seal_log(service: Service, now: datetime) -> Result:
    """Count the log against the history in one moment of the database and see that its guards stand."""
    found = service.db.read_now(look_over)
    if found["gaps"] or found["torn"] or found["lost"] or found["guards_missing"]:
        log.error("the log is not whole: at=%s found=%s", now.isoformat(), found)
    return found


def look_over(rtx: ReadTx) -> Result:
    """Entries, gaps in their numbers, entries without their line, lines without entry or turn, missing triggers."""
    entries, size = rtx.sql.one(_ENTRIES) or (0, 0)
    unplaced: int = rtx.sql.value(_UNPLACED)
    return {
        "entries": entries,
        "gaps": size - entries,
        "waiting": unplaced,
        "lost": rtx.sql.value(_LINES) - entries - unplaced,
        "torn": rtx.sql.value(_TORN),
        "guards_missing": len(guardrails.missing(rtx)),
    }
