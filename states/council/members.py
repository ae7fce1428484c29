"""Who sits in a session: drawn from the appointments of its day, with attendance, terms and conflicts.

It decides nothing; the quorum is ``quorum.py``'s, what may be done the table's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.columns import Choice
from core.errors import BadInput, FieldError
from core.sql import Sql, insert_ignore
from core.tx import ReadTx, Tx
from registry.accounts.appointments import IN_FORCE
from registry.accounts.models import Account, Appointment
from registry.roles import COUNTRY, Role
from registry.tables import table
from states.council.models import CONFLICT_TABLE, MEMBER_TABLE, SESSION_TABLE
from states.council.quorum import Sitting
from states.council.states import Office

_A, _P = table(Account), table(Appointment)
_M, _C = MEMBER_TABLE.c, CONFLICT_TABLE.c
ROLES = (Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER)
_OF = sa.bindparam("session_id", type_=sa.Text)
_APPOINTED = Sql(
    sa.select(_P.c.id, _P.c.account_id, _P.c.role, _P.c.seat, _A.c.name)
    .join(_A, _A.c.id == _P.c.account_id)
    .where(
        _P.c.unit_code == sa.bindparam("unit_code"),
        _P.c.role.in_(sa.bindparam("roles", type_=Choice(Role), expanding=True)),
        _A.c.disabled_at.is_(None),
        IN_FORCE,
    )
    .order_by(_P.c.starts_on, _P.c.id)
)
_MEMBERS = Sql(
    sa.select(
        _M.appointment_id, _M.account_id, _M.office, _M.seat, _M.required, _M.present, _M.by_proxy, _M.due_at, _A.c.name
    )
    .join(_A, _A.c.id == _M.account_id)
    .where(_M.session_id == _OF)
    .order_by(_M.office, _M.appointment_id)
)  # fmt: skip
_CONFLICTS = Sql(sa.select(_C.dossier_id, _C.account_id).where(_C.session_id == _OF))
_CLEAR = Sql(sa.delete(MEMBER_TABLE).where(_M.session_id == _OF))
_ROSTER = Sql(
    sa.update(SESSION_TABLE)
    .where(SESSION_TABLE.c.id == _OF)
    .values(roster=sa.bindparam("of_roster", type_=sa.Text)),
    as_given=True,
)
_OF_APPOINTMENT = (_M.session_id == _OF, _M.appointment_id == sa.bindparam("of_appointment", type_=sa.Text))
_ATTENDS = Sql(
    sa.update(MEMBER_TABLE)
    .where(*_OF_APPOINTMENT)
    .values(present=sa.bindparam("is_present"), by_proxy=sa.bindparam("is_proxy")),
    as_given=True,
)
_DUE = Sql(
    sa.update(MEMBER_TABLE).where(*_OF_APPOINTMENT).values(due_at=sa.bindparam("until")), as_given=True
)
_NOBODY_HERE = Sql(sa.update(MEMBER_TABLE).where(_M.session_id == _OF).values(present=0, by_proxy=0))
_DECLARE = Sql(insert_ignore(CONFLICT_TABLE))


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a session, with the name for pages."""

    appointment_id: str
    account_id: str
    office: Office
    seat: str | None
    required: bool
    present: bool
    by_proxy: bool
    due_at: str | None
    name: str | None

    @property
    def sitting(self) -> Sitting:
        return Sitting(self.appointment_id, self.account_id, self.office, self.required, self.present)


def unit_of(level: str, province_code: str) -> str:
    """The unit whose council sits: the country's at the centre, else the province's."""
    return COUNTRY if level == "central" else province_code


def appointed(
    rtx: ReadTx, level: str, province_code: str, on: date, *, only: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Rows for ``session_member`` from the council's appointments in force on a day; ``only`` picks some of them.

    The first appointed chair heads the session, further ones are its deputies. Nobody has two voting seats.

    Raises:
        BadInput: ``only`` names an appointment that is none of this council on that day.
    """
    found = rtx.sql.all(_APPOINTED, unit_code=unit_of(level, province_code), roles=ROLES, on_day=on)
    unknown = set(only or ()) - {row[0] for row in found}
    if unknown:
        raise BadInput("bad_fields", fields=[FieldError("appointments", "not_appointed")])
    rows: list[dict[str, Any]] = []
    for appointment_id, account_id, role, seat, _ in found:
        office = _office(Role(role), rows)
        voting = office is not Office.SECRETARY
        twice = voting and any(row["account_id"] == account_id and row["required"] for row in rows)
        if (only is None or appointment_id in only) and not twice:
            rows.append(_row(appointment_id, account_id, office, seat, voting))
    return rows


def appointable(rtx: ReadTx, level: str, province_code: str, on: date) -> list[tuple[str, str | None, Role]]:
    """Everybody who could sit in a session of this council on a day: appointment, name, role."""
    found = rtx.sql.all(_APPOINTED, unit_code=unit_of(level, province_code), roles=ROLES, on_day=on)
    return [(appointment_id, name, Role(role)) for appointment_id, _, role, _, name in found]


def _office(role: Role, before: Sequence[Mapping[str, Any]]) -> Office:
    if role is Role.CHAIR:
        headed = any(row["office"] == Office.CHAIR for row in before)
        return Office.DEPUTY if headed else Office.CHAIR
    return Office.SECRETARY if role is Role.SECRETARY else Office.MEMBER


def _row(
    appointment_id: str, account_id: str, office: Office, seat: str | None, voting: bool
) -> dict[str, Any]:
    return {
        "appointment_id": appointment_id, "account_id": account_id, "office": str(office), "seat": seat,
        "required": int(voting), "present": 0, "by_proxy": 0, "due_at": None,
    }  # fmt: skip


def roster_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """The account ids of these members as the session's row keeps them."""
    return " ".join(sorted({row["account_id"] for row in rows}))


def write_members(tx: Tx, session_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these members in the place of those a session has, and its roster in line with them."""
    tx.sql.run(_CLEAR, session_id=session_id)
    tx.sql.bulk(MEMBER_TABLE, [{"session_id": session_id, **row} for row in rows])
    tx.sql.run(_ROSTER, session_id=session_id, of_roster=roster_of(rows))


def members_of(rtx: ReadTx, session_id: str) -> list[Member]:
    """The people of a session, the head first."""
    found = [
        Member(appointment, account, Office(office), seat, bool(required), bool(present), bool(proxy), due_at, name)
        for appointment, account, office, seat, required, present, proxy, due_at, name in rtx.sql.all(
            _MEMBERS, session_id=session_id
        )
    ]  # fmt: skip
    order = list(Office)
    return sorted(found, key=lambda one: (order.index(one.office), one.appointment_id))


def conflicts_of(rtx: ReadTx, session_id: str) -> dict[str, frozenset[str]]:
    """Accounts with a declared conflict, by dossier."""
    found: dict[str, set[str]] = {}
    for dossier_id, account_id in rtx.sql.all(_CONFLICTS, session_id=session_id):
        found.setdefault(dossier_id, set()).add(account_id)
    return {dossier_id: frozenset(accounts) for dossier_id, accounts in found.items()}


def attend(tx: Tx, session_id: str, present: Sequence[str], proxies: Sequence[str]) -> None:
    """Note who is there, and who is there by proxy; everybody else is not."""
    tx.sql.run(_NOBODY_HERE, session_id=session_id)
    named = dict.fromkeys((*present, *proxies))
    tx.sql.many(
        _ATTENDS,
        [
            {
                "session_id": session_id,
                "of_appointment": one,
                "is_present": 1,
                "is_proxy": int(one in proxies),
            }
            for one in named
        ],
    )


def leave(tx: Tx, session_id: str) -> None:
    """Nobody is there yet: a session that is put off, or becomes a meeting, notes its attendance anew."""
    tx.sql.run(_NOBODY_HERE, session_id=session_id)


def set_due(tx: Tx, session_id: str, appointments: Sequence[str], due_at: str) -> None:
    """Set until when these members' ballots are due."""
    tx.sql.many(
        _DUE, [{"session_id": session_id, "of_appointment": one, "until": due_at} for one in appointments]
    )


def declare(tx: Tx, session_id: str, dossiers: Sequence[str], account_id: str, *, by: str) -> None:
    """Note a conflict of one person with some products; declaring it twice is harmless."""
    for dossier_id in dossiers:
        tx.sql.run(
            _DECLARE, session_id=session_id, dossier_id=dossier_id, account_id=account_id, declared_at=tx.now,
            declared_by=by,
        )  # fmt: skip
