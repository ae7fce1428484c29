"""Who is told when a cycle opens, and how many: the communes and producers a plan's audience names.

It counts only; notices are planned from the history after opening.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from core.columns import Choice, Day
from core.db import ReadTx
from core.sql import Sql
from registry import units
from registry.accounts.appointments import today
from registry.accounts.models import Account, Appointment
from registry.roles import Role
from registry.tables import table

_A, _P = table(Account), table(Appointment)
_PRODUCER = sa.table("producer", sa.column("id"), sa.column("province_code"))
_ON = sa.bindparam("on_day", type_=Day())
_ROLE = sa.bindparam("role", type_=Choice(Role))
_IN_FORCE = sa.and_(_P.c.starts_on <= _ON, sa.or_(_P.c.ends_on.is_(None), _P.c.ends_on >= _ON))
_HELD = (
    sa.select(_P.c.unit_code, _P.c.producer_id, _P.c.account_id)
    .join(_A, _A.c.id == _P.c.account_id)
    .where(_P.c.role == _ROLE, _A.c.disabled_at.is_(None), _IN_FORCE)
)
_AT_UNITS = Sql(_HELD.where(_P.c.unit_code.in_(sa.bindparam("units", expanding=True, type_=sa.Text))))
_OF_PRODUCERS = Sql(
    _HELD.join(_PRODUCER, _PRODUCER.c.id == _P.c.producer_id).where(
        _PRODUCER.c.province_code == sa.bindparam("province", type_=sa.Text)
    )
)
_PRODUCERS = Sql(
    sa.select(sa.func.count())
    .select_from(_PRODUCER)
    .where(_PRODUCER.c.province_code == sa.bindparam("province", type_=sa.Text))
)


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of recipient: how many of them, how many with an account, how many people that is."""

    who: str
    count: int
    reached: int
    accounts: int

    def to_json(self) -> dict[str, object]:
        return {"who": self.who, "count": self.count, "reached": self.reached, "accounts": self.accounts}


def audience(rtx: ReadTx, roles: tuple[str, ...], province_code: str, year: int) -> tuple[Told, ...]:
    """Count the recipients of each role: communes of the first day of the year, rights of today."""
    return tuple(_told(rtx, Role(role), province_code, date(year, 1, 1)) for role in sorted(roles))


def _told(rtx: ReadTx, role: Role, province_code: str, on: date) -> Told:
    if role is Role.PRODUCER:
        rows = rtx.sql.all(_OF_PRODUCERS, role=role, province=province_code, on_day=today(rtx))
        count = int(rtx.sql.value(_PRODUCERS, province=province_code) or 0)
        return Told(role, count, len({row[1] for row in rows}), len({row[2] for row in rows}))
    places = [province_code]
    if role is Role.COMMUNE:
        places = [unit.code for unit in units.communes(rtx, province_code, on)]
    rows = rtx.sql.all(_AT_UNITS, role=role, units=places, on_day=today(rtx))
    reached, accounts = len({row[0] for row in rows}), len({row[2] for row in rows})
    return Told(role, len(places) if role is Role.COMMUNE else accounts, reached, accounts)
