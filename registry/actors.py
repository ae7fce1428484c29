"""The person of one request with the rights of that day, and whether a right counts for a given subject.

It never says what a role may do: `states` and its permissions do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.db import ReadTx
from core.errors import NotFound
from core.lines import SYSTEM, ActorRef
from core.sql import Sql
from registry.accounts.appointments import IN_FORCE, ON_DAY, today
from registry.accounts.models import Account, Appointment
from registry.roles import COUNTRY, SCOPES, Role, Scope, unit_codes_for
from registry.tables import table
from registry.unit_successors import UnitSuccessor


@dataclass(frozen=True, slots=True)
class Held:
    """One right in force today; `taken_over` where it reaches a unit that ceased through the one that took over."""

    role: Role
    unit_code: str
    producer_id: str | None = None
    seat: str | None = None
    acting_for: str | None = None
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by which door (`web`, `api`, `cli`, `clock`), with which rights, and for whom if for another."""

    account_id: str
    name: str
    via: str
    appointments: tuple[Held, ...]
    acting_for: str | None = None

    def roles_at(
        self,
        *,
        commune_code: str | None,
        province_code: str | None,
        producer_id: str | None,
        level: str | None = None,
        district_code: str | None = None,
    ) -> frozenset[Role]:
        """Return the roles this person has for a subject of that producer, commune, district, province and level."""
        where = self.held_at(
            commune_code=commune_code,
            province_code=province_code,
            producer_id=producer_id,
            level=level,
            district_code=district_code,
        )
        return frozenset(held.role for held in where)

    def held_at(
        self,
        *,
        commune_code: str | None,
        province_code: str | None,
        producer_id: str | None,
        level: str | None = None,
        district_code: str | None = None,
    ) -> tuple[Held, ...]:
        """Return the rights that count for such a subject; a right elsewhere, however high, does not."""
        found = []
        for held in self.appointments:
            codes = unit_codes_for(
                held.role,
                commune_code=commune_code,
                province_code=province_code,
                level=level,
                district_code=district_code,
            )
            own = held.role is Role.PRODUCER and producer_id is not None and held.producer_id == producer_id
            if own or held.unit_code in codes or held.role is Role.SYSTEM:
                found.append(held)
        return tuple(found)

    def oversees(self, *, province_code: str | None, district_code: str | None = None) -> bool:
        """Say whether the person holds an office of that province or district, whose dossiers stay theirs to see."""
        units = {province_code, district_code} - {None}
        return any(
            SCOPES[held.role] is Scope.PROVINCE and held.unit_code in units for held in self.appointments
        )

    def has(self, role: Role) -> bool:
        """Say whether the person holds the role anywhere."""
        return any(held.role is role for held in self.appointments)

    def ref(self, role: Role | str, held: Iterable[Held] | None = None) -> ActorRef:
        """Return what a line says of this person in that role; give `held_at(…)` to look only at the rights used there.

        A right of one's own comes before one exercised for another.
        """
        if self is SYSTEM_ACTOR:
            return SYSTEM
        acting_for = self.acting_for
        if acting_for is None:
            others = [
                one.acting_for for one in (self.appointments if held is None else held) if one.role == role
            ]
            acting_for = others[0] if others and all(others) else None
        return ActorRef(f"account/{self.account_id}", str(role), self.via, acting_for)


SYSTEM_ACTOR = Actor("system", "system", "clock", (Held(Role.SYSTEM, COUNTRY),))
"""The clock: acts everywhere as the system, and as nobody else."""

_A = table(Account)
_P = table(Appointment)
_S = table(UnitSuccessor)
HELD = (_P.c.role, _P.c.unit_code, _P.c.producer_id, _P.c.seat, _P.c.acting_for, _S.c.code)
"""The columns of a right, in the order of `Held`, and a unit it reaches beyond its own; shared with the session look-up."""

IN_ORDER = (_P.c.starts_on, _P.c.id, _S.c.code)


def with_rights(people: sa.FromClause) -> sa.Join:
    """Join the rights of the day to people, and to each the units that its unit took over by then."""
    mine = people.outerjoin(_P, sa.and_(_P.c.account_id == _A.c.id, IN_FORCE))
    over = sa.and_(_S.c.successor_code == _P.c.unit_code, _S.c.since <= ON_DAY)
    return mine.outerjoin(_S, over)


_LOAD = Sql(
    sa.select(_A.c.name, *HELD)
    .select_from(with_rights(_A))
    .where(_A.c.id == sa.bindparam("account_id"), _A.c.disabled_at.is_(None))
    .order_by(*IN_ORDER)
)


def load_actor(rtx: ReadTx, account_id: str, via: str) -> Actor:
    """Return the person with the rights in force on today's business day in Vietnam; one select.

    Raises:
        NotFound: `unknown_account`, also for a disabled one.
    """
    rows = rtx.sql.all(_LOAD, account_id=account_id, on_day=today(rtx))
    if not rows:
        raise NotFound("unknown_account", account=account_id)
    return Actor(account_id, rows[0][0] or "", via, held_of(row[1:] for row in rows))


def held_of(rows: Iterable[Sequence[str | None]]) -> tuple[Held, ...]:
    """Return the rights of joined rows, and each again for every unit its own one took over.

    An account without any right has one row of nothing. Whoever acts for a producer does so wherever it stands.
    """
    found: dict[Held, None] = {}
    for role, unit, producer, seat, acting_for, old in rows:
        if role is not None:
            found[Held(Role(role), unit or "", producer, seat, acting_for)] = None
            if old is not None and producer is None:
                found[Held(Role(role), old, producer, seat, acting_for, taken_over=True)] = None
    return tuple(found)
