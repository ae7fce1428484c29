"""Escalation: a dossier that stands still longer than its state allows is told to the office above.

It never moves a dossier, and tells once per standing still.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.columns import instant_text, parse_instant
from core.db import Tx
from core.sql import Sql
from notifications.facts import at_district, shown
from notifications.ladder import named
from notifications.naming import place
from notifications.outbox import Planned, put
from notifications.quiet import open_days
from notifications.recipients import Book, Owner, open_book
from notifications.wording import vietnamese
from registry.offices import Office
from registry.roles import Role
from registry.tables import table
from registry.units import Unit
from states.dossier.models import Dossier
from states.dossier.states import STATES, DossierState

_O, _U, _F = table(Dossier), table(Unit), table(Office)
_ABOVE = {
    Role.PRODUCER: Role.COMMUNE,
    Role.COMMUNE: Role.PROVINCE_UNIT,
    Role.ADVISORY: Role.PROVINCE_UNIT,
    Role.COUNCIL_MEMBER: Role.SECRETARY,
    Role.SECRETARY: Role.PROVINCE_UNIT,
    Role.CHAIR: Role.PROVINCE_UNIT,
    Role.PROVINCE_UNIT: Role.PROVINCE_CHAIR,
}
"""Who is told when the one a dossier waits for stays silent. Source: process.md §2.8, "on miss"."""

WATCHED: dict[str, tuple[int, frozenset[Role]]] = {
    state.value: (info.silence_days, frozenset(_ABOVE[role] for role in info.waits_for if role in _ABOVE))
    for state, info in STATES.items()
    if info.silence_days and state is not DossierState.NEW
}
_STANDING = Sql(
    sa.select(
        _O.c.id,
        _O.c.state,
        _O.c.move_version,
        _O.c.last_at,
        _O.c.code,
        _O.c.product_name,
        _U.c.name_vi,
        _F.c.phone,
        _O.c.producer_id,
        _O.c.commune_code,
        _O.c.province_code,
        at_district(_O),
    )
    .select_from(
        _O.outerjoin(_U, _U.c.code == _O.c.commune_code).outerjoin(_F, _F.c.commune_code == _O.c.commune_code)
    )
    .where(_O.c.id > sa.bindparam("after", type_=sa.Text), _O.c.state.in_(sorted(WATCHED)))
    .order_by(_O.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def plan_silent(tx: Tx, now: datetime, *, after: str = "", limit: int = 1000) -> str | None:
    """Look at the next dossiers and tell of those that stand still; returns where to go on, None at the end."""
    rows = tx.sql.all(_STANDING, after=after, most=limit)
    silent = [row for row in rows if _days(row[3], now) >= WATCHED[row[1]][0]]
    if silent:
        book = open_book(tx, {_owner(*row[8:]) for row in silent})
        put(tx, list(_notices(silent, book, now)), open_days(tx))
    return str(rows[-1][0]) if len(rows) == limit else None


def _owner(
    producer_id: str, commune_code: str | None, province_code: str, district_code: str | None
) -> Owner:
    return Owner(producer_id, commune_code, province_code, district_code=district_code)


def _days(last_at: str, now: datetime) -> int:
    return (now - parse_instant(last_at)).days


def _notices(rows: Sequence[tuple[Any, ...]], book: Book, now: datetime) -> Iterator[Planned]:
    for dossier, state, move_version, last_at, code, product, commune, phone, *owner in rows:
        for role in sorted(WATCHED[state][1]):
            facts = {"text": "silent", "vai": role.value, "ma": code, "sp": product, "xa": place(commune)}
            params = named({**facts, "dt": shown(phone), "n": _days(last_at, now)})
            title, body = vietnamese().render("silent", params)
            for account in book.accounts(_owner(*owner), role):
                cause = f"silence/{dossier}/{move_version}/{instant_text(parse_instant(last_at))}"
                yield Planned(cause, account, "silent", f"dossier/{dossier}", params, title, body, code)
