"""Who is meant: accounts by their appointments in force on the business day, for many causes in one statement.

It never tells a disabled account, and never looks up one person at a time.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import Day
from core.db import ReadTx
from core.sql import Sql
from registry.accounts.models import Account, Appointment
from registry.producers import Producer
from registry.roles import COUNTRY, SCOPES, Role, Scope
from registry.tables import table
from registry.units import Unit

_APPOINTED, _ACCOUNT, _UNIT, _PRODUCER = table(Appointment), table(Account), table(Unit), table(Producer)
_ON = sa.bindparam("on_day", type_=Day())
_ROLES = sa.bindparam("roles", type_=sa.Text, expanding=True)
_ROLE = sa.type_coerce(_APPOINTED.c.role, sa.Text)
_HOLDS = sa.and_(
    _APPOINTED.c.starts_on <= _ON,
    sa.or_(_APPOINTED.c.ends_on.is_(None), _APPOINTED.c.ends_on >= _ON),
    _ACCOUNT.c.disabled_at.is_(None),
)
_PRODUCERS, _COMMUNES = frozenset({Role.PRODUCER}), frozenset({Role.COMMUNE})
_OFFICES = (
    frozenset(Role) - _PRODUCERS - _COMMUNES - {role for role in Role if SCOPES[role] is Scope.EVERYWHERE}
)

People = Mapping[Any, Mapping[Role, Collection[str]]]
"""Per cause, per role, the accounts."""


@dataclass(frozen=True, slots=True)
class Circle:
    """One way to belong to a cause, with the roles found that way."""

    roles: frozenset[Role]
    statement: Sql


def circles(
    source: Any, key: Any, owner: sa.FromClause, chosen: Any, *, wide: Any = None
) -> tuple[Circle, ...]:
    """Write the statements for one kind of cause, once.

    `source`: a FROM with the causes; `key` names one; `chosen` picks them. `owner` has province_code, and
    producer_id and commune_code where it belongs to one. `wide`: when the whole province is meant.
    """

    def circle(roles: frozenset[Role], joined: Any, *conditions: Any) -> Circle:
        people = joined.join(_ACCOUNT, _ACCOUNT.c.id == _APPOINTED.c.account_id)
        found = sa.select(key, _ROLE, _APPOINTED.c.account_id).select_from(people)
        return Circle(roles, Sql(found.where(chosen, _HOLDS, _ROLE.in_(_ROLES), *conditions)))

    has = owner.c.keys()
    offices = _APPOINTED.c.unit_code.in_([owner.c.province_code, sa.literal_column(f"'{COUNTRY}'")])
    made = [circle(_OFFICES, source.join(_APPOINTED, offices))]
    if "producer_id" in has:
        own = _APPOINTED.c.producer_id == owner.c.producer_id
        made.append(circle(_PRODUCERS, source.join(_APPOINTED, own)))
    if "commune_code" in has:
        here = _APPOINTED.c.unit_code == owner.c.commune_code
        made.append(circle(_COMMUNES, source.join(_APPOINTED, here)))
    if wide is not None:
        theirs = source.join(_PRODUCER, _PRODUCER.c.province_code == owner.c.province_code).join(
            _APPOINTED, _APPOINTED.c.producer_id == _PRODUCER.c.id
        )
        inside = source.join(_UNIT, _UNIT.c.parent_code == owner.c.province_code).join(
            _APPOINTED, _APPOINTED.c.unit_code == _UNIT.c.code
        )
        for roles, column, joined in (
            (_PRODUCERS, "producer_id", theirs),
            (_COMMUNES, "commune_code", inside),
        ):
            made.append(
                circle(roles, joined, wide, owner.c[column].is_(None) if column in has else sa.true())
            )
    return tuple(made)


def find(rtx: ReadTx, statements: tuple[Circle, ...], roles: Collection[Role], **chosen: Any) -> People:
    """Return the accounts per cause and role; an account stands once however many appointments it has."""
    found: dict[Any, dict[Role, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    day = rtx.now.astimezone(VIETNAM).date().isoformat()
    for circle in statements:
        asked = [role.value for role in circle.roles.intersection(roles)]
        if asked:
            for key, role, account in rtx.sql.all(circle.statement, on_day=day, roles=asked, **chosen):
                found[key][Role(role)][account] = None
    return found
