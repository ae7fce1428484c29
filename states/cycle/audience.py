"""Who is told of a cycle, how often, and by which channels each can be reached: counted, per role.

It counts only; notices are planned from the history after opening, reminders when their day comes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.columns import Choice, Day
from core.db import ReadTx
from core.sql import Sql
from registry.accounts.appointments import today
from registry.accounts.models import Account, Appointment
from registry.roles import COUNTRY, Role
from registry.tables import table
from registry.units import Unit, UnitKind
from regulations.working_calendar import WorkingCalendar
from states.cycle.dues import Due
from states.deadlines.codes import CODES, Ladder
from states.deadlines.ladders import ordinary

_A, _P = table(Account), table(Appointment)
_PRODUCER = sa.table("producer", sa.column("id"), sa.column("province_code"))
_ON = sa.bindparam("on_day", type_=Day())
_PROVINCE = sa.bindparam("province", type_=sa.Text)
_ROLE = sa.bindparam("role", type_=Choice(Role))
_IN_FORCE = sa.and_(_P.c.starts_on <= _ON, sa.or_(_P.c.ends_on.is_(None), _P.c.ends_on >= _ON))
_HELD = (
    sa.select(_P.c.unit_code, _P.c.producer_id, _P.c.account_id, _A.c.email, _A.c.phone)
    .join(_A, _A.c.id == _P.c.account_id)
    .where(_P.c.role == _ROLE, _A.c.disabled_at.is_(None), _IN_FORCE)
)
_AT_UNITS = Sql(_HELD.where(_P.c.unit_code.in_(sa.bindparam("units", expanding=True, type_=sa.Text))))
_OF_PRODUCERS = Sql(
    _HELD.join(_PRODUCER, _PRODUCER.c.id == _P.c.producer_id).where(
        _PRODUCER.c.province_code == sa.bindparam("province", type_=sa.Text)
    )
)
_U, _PARENT = table(Unit), table(Unit).alias("parent")
_COMMUNES = Sql(
    sa.select(_U.c.code)
    .select_from(_U.outerjoin(_PARENT, _PARENT.c.code == _U.c.parent_code))
    .where(
        _U.c.kind.in_([str(kind) for kind in UnitKind if kind.is_commune_level]),
        sa.or_(_U.c.parent_code == _PROVINCE, _PARENT.c.parent_code == _PROVINCE),
        sa.or_(_U.c.valid_from.is_(None), _U.c.valid_from <= _ON),
        sa.or_(_U.c.valid_to.is_(None), _U.c.valid_to >= _ON),
    )
    .order_by(_U.c.code)
)
"""Communes of a province on a day, those of its districts in the time of districts."""
_PRODUCERS = Sql(
    sa.select(sa.func.count())
    .select_from(_PRODUCER)
    .where(_PRODUCER.c.province_code == sa.bindparam("province", type_=sa.Text))
)


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of recipient: how many of them, how many with an account, how many people that is.

    `notices` is what each of these people gets if nothing is done early or extended: the opening, where the plan's
    audience names the role, and the reminders of its deadlines; `messages` is the same with one message a day.
    `emails` and `phones` say how many of these people have an address, a number; `addresses` how many have either.
    """

    who: str
    count: int
    reached: int
    accounts: int
    emails: int
    phones: int
    addresses: int
    notices: int
    messages: int

    def to_json(self) -> dict[str, object]:
        return {
            "who": self.who, "count": self.count, "reached": self.reached, "accounts": self.accounts,
            "emails": self.emails, "phones": self.phones, "addresses": self.addresses, "notices": self.notices,
            "messages": self.messages,
        }  # fmt: skip


def audience(
    rtx: ReadTx,
    roles: tuple[str, ...],
    deadlines: Iterable[Due],
    calendar: WorkingCalendar,
    *,
    province_code: str,
    year: int,
) -> tuple[Told, ...]:
    """Count the recipients of each role that is told or owes something: communes of the year's first day, rights of today."""
    reminded = _reminders(deadlines, calendar)
    named = sorted({*roles, *reminded} - {Role.SYSTEM})
    return tuple(
        _told(rtx, Role(role), province_code, date(year, 1, 1), days=reminded[role], opening=role in roles)
        for role in named
    )


def _reminders(deadlines: Iterable[Due], calendar: WorkingCalendar) -> defaultdict[str, list[date]]:
    """The days of the reminders each role gets over the year."""
    found: defaultdict[str, list[date]] = defaultdict(list)
    for due in deadlines:
        if CODES[due.code].ladder is Ladder.ORDINARY:
            found[due.owner_role] += [rung.day for rung in ordinary(due.last_day, due.due_at, calendar)]
    return found


def _told(rtx: ReadTx, role: Role, province_code: str, on: date, *, days: list[date], opening: bool) -> Told:
    count, reached, people = _people(rtx, role, province_code, on)
    return Told(
        role, count, reached, len(people), sum(bool(email) for email, _ in people.values()),
        sum(bool(phone) for _, phone in people.values()), sum(any(both) for both in people.values()),
        len(days) + opening, len(set(days)) + opening,
    )  # fmt: skip


def _people(
    rtx: ReadTx, role: Role, province_code: str, on: date
) -> tuple[int, int, dict[str, tuple[Any, Any]]]:
    """How many there are of a kind, how many have an account, and who that is with address and number."""
    if role is Role.PRODUCER:
        rows = rtx.sql.all(_OF_PRODUCERS, role=role, province=province_code, on_day=today(rtx))
        return (
            int(rtx.sql.value(_PRODUCERS, province=province_code) or 0),
            len({row[1] for row in rows}),
            {row[2]: (row[3], row[4]) for row in rows},
        )
    places = [province_code, COUNTRY]
    if role is Role.COMMUNE:
        places = [str(row[0]) for row in rtx.sql.all(_COMMUNES, province=province_code, on_day=on)]
    rows = rtx.sql.all(_AT_UNITS, role=role, units=places, on_day=today(rtx))
    people = {row[2]: (row[3], row[4]) for row in rows}
    count = len(places) if role is Role.COMMUNE else len(people)
    return count, len({row[0] for row in rows}), people
