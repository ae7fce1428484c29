"""The working calendar of the years ahead, so that no term of days ends in a year nobody has entered.

It must never touch a year that has rows: what was corrected by decree stays corrected.
"""

from datetime import datetime
from functools import partial

from core.clock import VIETNAM
from core.tx import Tx
from registry.actors import SYSTEM_ACTOR
from registry.calendar_days import seed_calendar
from registry.roles import Role
from workflows.service import Result, Service

YEARS_AHEAD = 2
"""Beyond the current year; the longest term of days that needs working days ends within them."""


def seed_years(service: Service, now: datetime) -> Result:
    """Enter the law's days off of this year and the next two, as far as they have none; says which version is in force."""
    return service.db.write_now(partial(_seeded, year=now.astimezone(VIETNAM).year), alone=True)


def _seeded(tx: Tx, year: int) -> Result:
    years = range(year, year + YEARS_AHEAD + 1)
    return {"calendar": seed_calendar(tx, actor=SYSTEM_ACTOR.ref(Role.SYSTEM), years=years)}
