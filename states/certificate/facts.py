"""Where the facts of a certificate's guards come from, and what a dossier above it asks about it.

Instants are worked out from the days stored at issue. What became of a renewal or an upgrade is read from dossiers and
certificates, never taken from the person asking.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import instant_text
from core.sql import Sql
from core.tx import ReadTx
from registry import settings as registry_settings
from regulations.certificate_terms import grace_end
from regulations.periods import closes_at
from regulations.settings import DEFAULTS, Settings
from states.certificate.models import CERTIFICATE_TABLE
from states.dossier.models import DOSSIER_TABLE
from states.engine.facts import Facts, FactValue
from states.engine.machine import Asked, FactBook, Row

_C, _D = CERTIFICATE_TABLE.c, DOSSIER_TABLE.c
_DAY = timedelta(days=1)
_OWN_FIRST = sa.case(
    (_C.dossier_id == sa.bindparam("dossier_id"), sa.literal_column("0")), else_=sa.literal_column("1")
)
_STANDING = Sql(
    sa.select(
        _C.state, _C.last_valid_day, _C.grace_ends_on, _C.revocation_proposed_on, _C.issued_on, _C.expires_on
    )
    .where(_C.product_id == sa.bindparam("product_id"))
    .order_by(_OWN_FIRST, _C.issued_on.desc().nulls_last(), _C.id.desc())
    .limit(1)
)
_RENEWAL = Sql(
    sa.select(_D.id, _D.state, _D.filed_on)
    .where(_D.product_id == sa.bindparam("product_id"), _D.kind == "re_evaluation")
    .order_by(_D.created_at.desc(), _D.id.desc())
    .limit(1)
)
_SUCCESSOR = Sql(
    sa.select(_C.id, _D.kind, _C.stars)
    .select_from(CERTIFICATE_TABLE.join(DOSSIER_TABLE, _D.id == _C.dossier_id))
    .where(_C.predecessor_id == sa.bindparam("id"))
    .order_by(_C.issued_on.desc().nulls_last(), _C.id.desc())
    .limit(1)
)
_DOSSIER_STATE = Sql(sa.select(_D.state).where(_D.id == sa.bindparam("id")))


def first_instant(day: date) -> str:
    return instant_text(closes_at(day - _DAY, DEFAULTS))


def first_instant_after(day: date) -> str:
    return instant_text(closes_at(day, DEFAULTS))


def good_until(last_valid_day: str | None, grace_ends_on: str | None) -> str | None:
    """The last day in force as things stand: an extension reaches beyond the term."""
    return grace_ends_on or last_valid_day


def standing(tx: ReadTx, row: Row) -> Facts:
    """How the certificate of a dossier stands, for guards that ask whether one is in force.

    A dossier that led to a certificate speaks of that one, every other of the newest of its product.
    """
    found = tx.sql.one(_STANDING, product_id=row["product_id"], dossier_id=row["id"])
    state, last_day, grace, proposed, issued_on, expires_on = found or (None,) * 6
    return {
        "certificate_state": state,
        "certificate_last_valid_day": good_until(last_day, grace),
        "revocation_proposed_on": proposed,
        "certificate_issued_on": issued_on,
        "certificate_expires_on": expires_on,
    }


def today(asked: Asked) -> date:
    """The Vietnamese day of the move."""
    return asked.instant.astimezone(VIETNAM).date()


def settings_of(asked: Asked) -> Settings:
    return asked.once(
        "settings", lambda: registry_settings.resolved(asked.tx, asked.row["province_code"], at=asked.instant)
    )


def grace_of(asked: Asked) -> date | None:
    """The last day of the extension this certificate may get by its province's settings."""
    expires_on = asked.row["expires_on"]
    return grace_end(date.fromisoformat(expires_on), settings_of(asked)) if expires_on else None


def renewal_of(asked: Asked) -> tuple[Any, ...]:
    """Id, state and filing day of the product's newest renewal dossier."""
    return asked.once(
        "renewal",
        lambda: asked.tx.sql.one(_RENEWAL, product_id=asked.row["product_id"]) or (None, None, None),
    )


def successor_of(asked: Asked) -> tuple[Any, ...]:
    """Id, kind of dossier and stars of the certificate issued in this one's place."""
    return asked.once(
        "successor", lambda: asked.tx.sql.one(_SUCCESSOR, id=asked.row["id"]) or (None, None, None)
    )


def _dossier_state(asked: Asked) -> FactValue:
    dossier_id = asked.row["dossier_id"]
    found = asked.tx.sql.one(_DOSSIER_STATE, id=dossier_id) if dossier_id else None
    return found[0] if found else None


def _instant(column: str, at: Callable[[date], str]) -> Callable[[Asked], FactValue]:
    def fact(asked: Asked) -> FactValue:
        day = asked.row[column]
        return at(date.fromisoformat(day)) if day else None

    return fact


def _grace(at: Callable[[date], str]) -> Callable[[Asked], FactValue]:
    def fact(asked: Asked) -> FactValue:
        day = grace_of(asked)
        return at(day) if day else None

    return fact


def _column(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.row[name]


def _sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.data.get(name)


def _is_sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: bool(asked.data.get(name))


FACTS: FactBook = {
    "now": lambda asked: asked.now,
    "today": lambda asked: today(asked).isoformat(),
    "stars": _column("stars"),
    "dossier_stars": _column("stars"),
    "decision_number": _column("decision_number"),
    "issued_on": _column("issued_on"),
    "last_valid_day": _column("last_valid_day"),
    "origin": _column("origin"),
    "window_opens_at": _instant("window_opens_on", first_instant),
    "window_closed_at": _instant("window_closes_on", first_instant_after),
    "invalid_from_at": _instant("last_valid_day", first_instant_after),
    "extended_until_at": _instant("grace_ends_on", first_instant_after),
    "grace_last_day": _grace(date.isoformat),
    "grace_over_at": _grace(first_instant_after),
    "renewal_state": lambda asked: renewal_of(asked)[1],
    "renewal_filed_on": lambda asked: renewal_of(asked)[2],
    "successor_id": lambda asked: successor_of(asked)[0],
    "successor_kind": lambda asked: successor_of(asked)[1],
    "successor_stars": lambda asked: successor_of(asked)[2],
    "dossier_state": _dossier_state,
    "ground": _sent("ground"),
    "conclusion_on": _sent("conclusion_on"),
    "commune_confirmation_on": _sent("commune_confirmation_on"),
    "revocation_number": _sent("revocation_number"),
    "revocation_on": _sent("revocation_on"),
    "signer_given": _is_sent("signer"),
    "revocation_proposed_on": _column("revocation_proposed_on"),
    "reason_given": lambda asked: bool(asked.reason and asked.reason.strip()),
    "ministry_document_given": _is_sent("ministry_document"),
    "stated_stars": _sent("stated_stars"),
    "stated_issued_on": _sent("stated_issued_on"),
    "stated_expires_on": _sent("stated_expires_on"),
    "document": _sent("document"),
}
