"""Where the facts of a certificate's guards come from, and what a dossier above it asks about it.

Instants are worked out from the days stored at issue; nothing is computed from today's law again.
"""

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa

from core.columns import instant_text
from core.sql import Sql
from core.tx import ReadTx
from regulations.periods import closes_at
from regulations.settings import DEFAULTS
from states.certificate.models import CERTIFICATE_TABLE
from states.engine.facts import Facts, FactValue
from states.engine.machine import Asked, FactBook, Row

_STANDING = Sql(
    sa.select(CERTIFICATE_TABLE.c.state, CERTIFICATE_TABLE.c.last_valid_day)
    .where(CERTIFICATE_TABLE.c.product_id == sa.bindparam("product_id"))
    .order_by(CERTIFICATE_TABLE.c.issued_on.desc(), CERTIFICATE_TABLE.c.id.desc())
    .limit(1)
)
_DAY = timedelta(days=1)


def first_instant(day: date) -> str:
    return instant_text(closes_at(day - _DAY, DEFAULTS))


def first_instant_after(day: date) -> str:
    return instant_text(closes_at(day, DEFAULTS))


def standing(tx: ReadTx, row: Row) -> Facts:
    """The state of the newest certificate of a dossier's product, for guards that ask whether one is in force."""
    found = tx.sql.one(_STANDING, product_id=row["product_id"])
    state, last_day = found or (None, None)
    return {"certificate_state": state, "certificate_last_valid_day": last_day}


def _instant(column: str, at: Callable[[date], str]) -> Callable[[Asked], FactValue]:
    def fact(asked: Asked) -> FactValue:
        day = asked.row[column]
        return at(date.fromisoformat(day)) if day else None

    return fact


def _sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.data.get(name)


FACTS: FactBook = {
    "now": lambda asked: asked.now,
    "stars": lambda asked: asked.row["stars"],
    "dossier_stars": lambda asked: asked.row["stars"],
    "decision_number": lambda asked: asked.row["decision_number"],
    "window_opens_at": _instant("window_opens_on", first_instant),
    "window_closed_at": _instant("window_closes_on", first_instant_after),
    "invalid_from_at": _instant("last_valid_day", first_instant_after),
    "ground": _sent("ground"),
    "conclusion_on": _sent("conclusion_on"),
    "commune_confirmation_on": _sent("commune_confirmation_on"),
    "revocation_number": _sent("revocation_number"),
    "revocation_on": _sent("revocation_on"),
    "signer_given": lambda asked: bool(asked.data.get("signer")),
}
