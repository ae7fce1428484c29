"""Who is meant: accounts by their appointments in force on the business day, for many owners in a few statements.

It never tells a disabled account, and never looks up one person at a time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import Day
from core.db import ReadTx
from core.sql import Sql
from registry.accounts.models import Account, Appointment
from registry.producers import Producer
from registry.roles import COUNTRY, Role
from registry.tables import table
from registry.unit_successors import UnitSuccessor
from registry.units import Unit
from states.council.models import SessionMember
from states.council.states import Office

_APPOINTED, _ACCOUNT, _UNIT, _PRODUCER = table(Appointment), table(Account), table(Unit), table(Producer)
_OVER = table(UnitSuccessor)
_ON = sa.bindparam("on_day", type_=Day())
_KEYS = sa.bindparam("keys", type_=sa.Text, expanding=True)
_ROLE = sa.type_coerce(_APPOINTED.c.role, sa.Text)
_IN_FORCE = sa.and_(
    _APPOINTED.c.starts_on <= _ON,
    sa.or_(_APPOINTED.c.ends_on.is_(None), _APPOINTED.c.ends_on >= _ON),
    _ACCOUNT.c.disabled_at.is_(None),
)


def _held(key: Any, joined: Any, *conditions: Any) -> Sql:
    people = joined.join(_ACCOUNT, _ACCOUNT.c.id == _APPOINTED.c.account_id)
    found = sa.select(key, _ROLE, _APPOINTED.c.account_id).select_from(people)
    return Sql(found.where(key.in_(_KEYS), _IN_FORCE, *conditions))


_AT_SUCCESSORS = _held(
    _OVER.c.code,
    _OVER.join(_APPOINTED, sa.and_(_APPOINTED.c.unit_code == _OVER.c.successor_code, _OVER.c.since <= _ON)),
    Role.PRODUCER.value != _ROLE,
)
_OF_PRODUCERS = _held(_APPOINTED.c.producer_id, _APPOINTED, Role.PRODUCER.value == _ROLE)
_AT_UNITS = _held(_APPOINTED.c.unit_code, _APPOINTED, Role.PRODUCER.value != _ROLE)
_MEMBER = table(SessionMember).c
_MEMBERS = Sql(
    sa.select(_MEMBER.session_id, _MEMBER.account_id, _MEMBER.office, sa.type_coerce(_MEMBER.due_at, sa.Text))
    .join(_ACCOUNT, _ACCOUNT.c.id == _MEMBER.account_id)
    .where(_MEMBER.session_id.in_(_KEYS), _ACCOUNT.c.disabled_at.is_(None))
    .order_by(_MEMBER.session_id, _MEMBER.appointment_id)
)
_OFFICES: Mapping[Role, tuple[Office, ...]] = {
    Role.CHAIR: (Office.CHAIR, Office.DEPUTY),
    Role.SECRETARY: (Office.SECRETARY,),
    Role.COUNCIL_MEMBER: (Office.MEMBER,),
}
_ALL_PRODUCERS = _held(
    _PRODUCER.c.province_code,
    _PRODUCER.join(_APPOINTED, _APPOINTED.c.producer_id == _PRODUCER.c.id),
    Role.PRODUCER.value == _ROLE,
)
_ALL_COMMUNES = _held(
    _UNIT.c.parent_code,
    _UNIT.join(_APPOINTED, _APPOINTED.c.unit_code == _UNIT.c.code),
    Role.COMMUNE.value == _ROLE,
)


class Owner(NamedTuple):
    """Whose a subject is; `wide` where the whole province is meant by a producer or commune that is not named.

    Of a council only the members of the session are meant; where `due_at` is given, of these the ones due then.
    `district_code` stands where a subject is at level district: offices act for the unit of the level.
    """

    producer_id: str | None
    commune_code: str | None
    province_code: str
    wide: bool = False
    session_id: str | None = None
    due_at: str | None = None
    district_code: str | None = None


class Sitting(NamedTuple):
    """One member of a session as far as telling goes."""

    session_id: str
    account_id: str
    office: str
    due_at: str | None

    def is_meant(self, role: Role, due_at: str | None) -> bool:
        """Whether somebody in this role is told; with an instant, only whose ballot is due then."""
        return self.office in _OFFICES[role] and due_at in (None, self.due_at)


Held = Mapping[tuple[str, str], Collection[str]]
"""Accounts by key (a producer, a unit, a province) and role."""


@dataclass(frozen=True, slots=True)
class Book:
    """The accounts of the owners it was opened for."""

    of_producers: Held
    at_units: Held
    all_producers: Held
    all_communes: Held
    sitting: Mapping[str, Collection[Sitting]]

    def accounts(self, owner: Owner, role: Role) -> tuple[str, ...]:
        """Return the accounts that hold a role for an owner, each once."""
        if owner.session_id is not None and role in _OFFICES:
            members = self.sitting.get(owner.session_id, ())
            return tuple(dict.fromkeys(one.account_id for one in members if one.is_meant(role, owner.due_at)))
        if role is Role.PRODUCER:
            return self._nearest(owner.producer_id, self.of_producers, self.all_producers, owner, role)
        if role is Role.COMMUNE:
            return self._nearest(owner.commune_code, self.at_units, self.all_communes, owner, role)
        here = self._office(owner, role)
        return tuple(dict.fromkeys((*here, *self.at_units.get((COUNTRY, role), ()))))

    def _office(self, owner: Owner, role: Role) -> Collection[str]:
        """Who holds an office at the subject's level; where nobody does in the district, the province looks after it."""
        at_district = self.at_units.get((owner.district_code, role), ()) if owner.district_code else ()
        return at_district or self.at_units.get((owner.province_code, role), ())

    @staticmethod
    def _nearest(key: str | None, named: Held, everybody: Held, owner: Owner, role: Role) -> tuple[str, ...]:
        if key is not None:
            return tuple(named.get((key, role), ()))
        return tuple(everybody.get((owner.province_code, role), ())) if owner.wide else ()


def open_book(rtx: ReadTx, owners: Iterable[Owner]) -> Book:
    """Look up who holds which role today for all these owners, in at most six statements.

    For a unit that ceased, those of the units that took over are meant.
    """
    asked = set(owners)
    wide = {owner.province_code for owner in asked if owner.wide}
    units = {
        unit
        for owner in asked
        for unit in (owner.commune_code, owner.district_code, owner.province_code)
        if unit
    }
    return Book(
        of_producers=_look(rtx, _OF_PRODUCERS, {owner.producer_id for owner in asked if owner.producer_id}),
        at_units={
            **_look(rtx, _AT_SUCCESSORS, units),
            **_look(rtx, _AT_UNITS, units | {COUNTRY}),
        },
        all_producers=_look(rtx, _ALL_PRODUCERS, wide),
        all_communes=_look(rtx, _ALL_COMMUNES, wide),
        sitting=_sitting(rtx, sorted({owner.session_id for owner in asked if owner.session_id})),
    )


def _sitting(rtx: ReadTx, sessions: Sequence[str]) -> Mapping[str, Collection[Sitting]]:
    found: dict[str, list[Sitting]] = defaultdict(list)
    for row in rtx.sql.all(_MEMBERS, keys=sessions) if sessions else ():
        found[row[0]].append(Sitting(*row))
    return found


def _look(rtx: ReadTx, statement: Sql, keys: Collection[str]) -> Held:
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    if keys:
        day = rtx.now.astimezone(VIETNAM).date().isoformat()
        for key, role, account in rtx.sql.all(statement, keys=sorted(keys), on_day=day):
            found[key, role][account] = None
    return found
