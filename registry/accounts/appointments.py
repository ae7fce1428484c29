"""Appoint a person to a role at a unit for a period, end it, and say who holds a role somewhere on a day.

An appointment is never changed or deleted: it is ended, and another one is made.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import Choice, Day
from core.db import ReadTx, Tx
from core.errors import NotFound, Refused
from core.history import SubjectKind, append
from core.lines import ActorRef
from core.sql import Sql
from registry import units
from registry.accounts.models import Account, Appointment
from registry.accounts.people import get_account
from registry.producers import get_producer
from registry.refusals import bad_field
from registry.roles import APPOINTABLE, SCOPES, Role, Scope, Seat, unit_codes_for
from registry.tables import day, new_subject, table

_P = table(Appointment)
_A = table(Account)
APPOINTMENT = SubjectKind("appointment", _P)
_ADD = Sql(sa.insert(_P))
_COLUMNS = (
    _P.c.id, _P.c.account_id, _P.c.role, _P.c.unit_code, _P.c.producer_id, _P.c.seat, _P.c.acting_for,
    _P.c.starts_on, _P.c.ends_on,
)  # fmt: skip
_BY_ID = Sql(sa.select(*_COLUMNS).where(_P.c.id == sa.bindparam("appointment_id")).with_for_update())
_OF_ACCOUNT = Sql(
    sa.select(*_COLUMNS)
    .where(_P.c.account_id == sa.bindparam("account_id"))
    .order_by(_P.c.starts_on, _P.c.id)
)
_END = Sql(
    sa.update(_P)
    .where(_P.c.id == sa.bindparam("appointment_id"))
    .values(ends_on=sa.bindparam("last_day", type_=Day()))
)
ON_DAY = sa.bindparam("on_day", type_=Day())
IN_FORCE = sa.and_(_P.c.starts_on <= ON_DAY, sa.or_(_P.c.ends_on.is_(None), _P.c.ends_on >= ON_DAY))
"""The day condition of a right, shared with `actors`: its first and its last day both count."""
_HOLDERS = (
    sa.select(
        _A.c.id, _A.c.name, _A.c.email, _A.c.phone, _P.c.role, _P.c.unit_code, _P.c.seat, _P.c.acting_for
    )
    .join(_P, _P.c.account_id == _A.c.id)
    .where(_P.c.role == sa.bindparam("role", type_=Choice(Role)), _A.c.disabled_at.is_(None), IN_FORCE)
    .order_by(_A.c.id)
)
_HOLDERS_AT = Sql(_HOLDERS.where(_P.c.unit_code.in_(sa.bindparam("unit_codes", expanding=True))))
_HOLDERS_OF = Sql(_HOLDERS.where(_P.c.producer_id == sa.bindparam("producer_id")))


@dataclass(frozen=True, slots=True)
class Appointed:
    """One appointment as callers see it; `ends_on` is the last day the right holds."""

    id: str
    account_id: str
    role: Role
    unit_code: str
    producer_id: str | None
    seat: str | None
    acting_for: str | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A person to be told or asked, with the right by which."""

    account_id: str
    name: str | None
    email: str | None
    phone: str | None
    role: Role
    unit_code: str
    seat: str | None
    acting_for: str | None


def appoint(
    tx: Tx,
    account_id: str,
    role: Role,
    unit_code: str,
    *,
    actor: ActorRef,
    starts_on: date | None = None,
    ends_on: date | None = None,
    producer_id: str | None = None,
    seat: Seat | None = None,
    acting_for: str | None = None,
    reason: str | None = None,
) -> str:
    """Give a right from one day to another, both included, and return the appointment's id.

    `starts_on` left out means today in Vietnam.

    Raises:
        NotFound: `unknown_account`, `unknown_unit`, `unknown_producer`.
        BadInput: `acting_for_unknown`, `role_not_appointable`, `wrong_unit`, `unit_not_in_force`, `producer_missing`,
            `producer_not_expected`, `seat_not_expected`, `period_reversed`, `period_missing` (auditors).
    """
    first = starts_on or today(tx)
    get_account(tx, account_id)
    _check_place(tx, role, unit_code, first, producer_id)
    _check_rest(role, seat, first, ends_on)
    _check_acting_for(tx, acting_for)
    row = {
        **new_subject(tx.now), "account_id": account_id, "role": role, "unit_code": unit_code,
        "producer_id": producer_id, "seat": seat and seat.value, "acting_for": acting_for,
        "starts_on": first, "ends_on": ends_on,
    }  # fmt: skip
    tx.sql.run(_ADD, **row)
    append(
        tx, APPOINTMENT, str(row["id"]), "right_granted", actor=actor, reason=reason, trigger="appoint",
        effective_on=first, inputs=_facts(row),
    )  # fmt: skip
    return str(row["id"])


def end_appointment(
    tx: Tx, appointment_id: str, *, actor: ActorRef, reason: str, last_day: date | None = None
) -> None:
    """End a right after `last_day` (today if left out); the day before its first day means it never held.

    Raises:
        NotFound: `unknown_appointment`.
        Refused: `appointment_ended`, its end has passed or stands on that day already.
        BadInput: `period_reversed`, `period_longer` (an end moves forward only by a new appointment).
    """
    row = tx.sql.one(_BY_ID, appointment_id=appointment_id)
    if row is None:
        raise NotFound("unknown_appointment", appointment=appointment_id)
    found, last = _read(row), last_day or today(tx)
    if found.ends_on is not None and (found.ends_on < today(tx) or found.ends_on == last):
        raise Refused("appointment_ended", day=found.ends_on.isoformat())
    if last < found.starts_on - timedelta(days=1):
        raise bad_field("last_day", "period_reversed")
    if found.ends_on is not None and last > found.ends_on:
        raise bad_field("last_day", "period_longer")
    tx.sql.run(_END, appointment_id=appointment_id, last_day=last)
    was = found.ends_on and found.ends_on.isoformat()
    append(
        tx, APPOINTMENT, appointment_id, "right_ended", actor=actor, reason=reason, trigger="end_appointment",
        effective_on=last, inputs={"ends_on": last.isoformat(), "ended_before": was},
    )  # fmt: skip


def appointments_of(rtx: ReadTx, account_id: str) -> list[Appointed]:
    """Return every appointment of an account, past and coming ones too, by first day."""
    return [_read(row) for row in rtx.sql.all(_OF_ACCOUNT, account_id=account_id)]


def holders(
    rtx: ReadTx,
    role: Role,
    on: date,
    *,
    commune_code: str | None = None,
    province_code: str | None = None,
    producer_id: str | None = None,
    level: str | None = None,
) -> list[Holder]:
    """Return the accounts, not disabled, that hold the role for such a subject on that day.

    The scope rule is that of `Actor.roles_at`; at level `central` the council is the country's.
    """
    if SCOPES[role] is Scope.PRODUCER:
        rows = rtx.sql.all(_HOLDERS_OF, role=role, on_day=on, producer_id=producer_id)
    else:
        places = unit_codes_for(role, commune_code=commune_code, province_code=province_code, level=level)
        rows = rtx.sql.all(_HOLDERS_AT, role=role, on_day=on, unit_codes=sorted(places))
    return [
        Holder(account, name, email, phone, Role(held), unit, seat, acting_for)
        for account, name, email, phone, held, unit, seat, acting_for in rows
    ]


def today(rtx: ReadTx) -> date:
    """Return the day in Vietnam by business time."""
    return rtx.now.astimezone(VIETNAM).date()


def _check_place(tx: Tx, role: Role, unit_code: str, on: date, producer_id: str | None) -> None:
    """Refuse a role at a unit of the wrong level or not in force, and a producer where none belongs."""
    if role not in APPOINTABLE:
        raise bad_field("role", "role_not_appointable", role=role.value)
    if (role is Role.PRODUCER) != (producer_id is not None):
        raise bad_field("producer_id", "producer_missing" if producer_id is None else "producer_not_expected")
    unit = units.get(tx, unit_code)
    if producer_id is not None:
        producer = get_producer(tx, producer_id)
        fits = unit.code == (producer.commune_code or producer.province_code)
    else:
        fits = _fits(SCOPES[role], unit.kind)
    if not fits:
        raise bad_field("unit_code", "wrong_unit", role=role.value, unit=unit.name_vi)
    # a producer keeps its old commune until that is changed by an act, and must not lose its people over it
    if producer_id is None and not unit.in_force(on):
        raise bad_field("unit_code", "unit_not_in_force", unit=unit.name_vi, day=on.isoformat())


def _check_acting_for(tx: Tx, acting_for: str | None) -> None:
    """Refuse to act for a subject that is neither an account nor a producer, or is not there."""
    if acting_for is None:
        return
    kind, _, row_id = acting_for.partition("/")
    if kind == "account":
        get_account(tx, row_id)
    elif kind == "producer":
        get_producer(tx, row_id)
    else:
        raise bad_field("acting_for", "acting_for_unknown", given=acting_for)


def _fits(scope: Scope, kind: units.UnitKind) -> bool:
    """Say whether a role of this scope can be held at such a unit; until 2025 districts had offices and councils too."""
    if scope is Scope.COMMUNE:
        return kind.is_commune_level
    if scope is Scope.PROVINCE:
        return kind in (units.UnitKind.DISTRICT, units.UnitKind.PROVINCE)
    if scope is Scope.COUNCIL:
        return kind in (units.UnitKind.DISTRICT, units.UnitKind.PROVINCE, units.UnitKind.COUNTRY)
    return kind in (units.UnitKind.PROVINCE, units.UnitKind.COUNTRY)


def _check_rest(role: Role, seat: Seat | None, first: date, last: date | None) -> None:
    if seat is not None and SCOPES[role] is not Scope.COUNCIL:
        raise bad_field("seat", "seat_not_expected", role=role.value)
    if last is not None and last < first:
        raise bad_field("ends_on", "period_reversed")
    if last is None and role is Role.AUDITOR:
        raise bad_field("ends_on", "period_missing")


def _facts(row: dict[str, object]) -> dict[str, object]:
    """Return what a line says of an appointment: ids, codes and days only."""
    account, producer = row["account_id"], row["producer_id"]
    first, last = row["starts_on"], row["ends_on"]
    return {
        "account": f"account/{account}",
        "role": str(row["role"]),
        "unit_code": row["unit_code"],
        "producer": None if producer is None else f"producer/{producer}",
        "seat": row["seat"],
        "acting_for": row["acting_for"],
        "starts_on": str(first),
        "ends_on": None if last is None else str(last),
    }


def _read(row: tuple[object, ...]) -> Appointed:
    appointment_id, account_id, role, unit_code, producer_id, seat, acting_for, first, last = row
    return Appointed(
        id=str(appointment_id),
        account_id=str(account_id),
        role=Role(str(role)),
        unit_code=str(unit_code),
        producer_id=None if producer_id is None else str(producer_id),
        seat=None if seat is None else str(seat),
        acting_for=None if acting_for is None else str(acting_for),
        starts_on=date.fromisoformat(str(first)),
        ends_on=day(last),
    )
