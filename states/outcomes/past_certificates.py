"""Past certificates written as imported facts: where each stands by its days, which gave way to which, and the watch.

Must never overrule what was lived here: a certificate that the service itself ended stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from core.ids import new_id
from core.lines import ActorRef
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import calendar_days
from registry import settings as registry_settings
from regulations.certificate_terms import certificate_dates
from regulations.rulesets import in_force
from states.certificate.commands import MACHINE
from states.certificate.duties import OWN, deadlines_of
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import NOT_ENDED, CertificateState
from states.certificate.terms import date_columns
from states.deadlines.commands import cancel, set_deadlines
from states.engine.fire import import_past
from states.engine.machine import Row
from states.engine.past import happened

S = CertificateState
_C = CERTIFICATE_TABLE.c
_IMPORTED = Sql(sa.select(_C.import_key, _C.id).where(_C.import_key.is_not(None)))
_LIVING = Sql(
    sa.select(_C.id, _C.issued_on, _C.last_valid_day)
    .where(
        _C.product_id == sa.bindparam("product_id"), _C.origin == "imported", _C.last_valid_day.is_not(None),
        _C.state.in_([str(state) for state in NOT_ENDED]),
    )
    .order_by(_C.issued_on, _C.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """One certificate to be written: its own columns, the source, and what the line keeps of the table it stood in."""

    values: Row
    source: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one: its id, and whether its term runs on, is over, gave way or is not known."""

    id: str
    state: S
    term_known: bool
    stars_known: bool

    @property
    def in_force(self) -> bool:
        return self.term_known and self.state == S.VALID


def imported_certificates(rtx: ReadTx) -> dict[str, str]:
    """Every imported certificate by its key."""
    return {str(key): str(certificate_id) for key, certificate_id in rtx.sql.all(_IMPORTED)}


def term_columns(rtx: ReadTx, province_code: str, issued_on: date | None, ends: date | None) -> Row:
    """The days and the ruleset that follow from day of issue and stated end; all empty where the day is not known."""
    names = ("issued_on", "expires_on", "last_valid_day", "window_opens_on", "window_closes_on", "ruleset")
    if issued_on is None:
        return dict.fromkeys(names)
    ruleset, settings = in_force(issued_on), registry_settings.resolved(rtx, province_code)
    dates = certificate_dates(ruleset, issued_on, settings, ends=ends)
    pin = ruleset.pin if ruleset else None
    return {**date_columns(dates), "issued_on": issued_on.isoformat(), "ruleset": pin}


def write(tx: Tx, pasts: Sequence[Past], *, today: date, actor: ActorRef) -> list[Written]:
    """Write them in the order given, let earlier ones give way to later ones of the same product, watch what runs on.

    The deadlines of all are set at once: those of a window that is open already too, so that no renewal is missed.
    """
    rows = [{"id": new_id(), **past.values} for past in pasts]
    successors = _successors(rows)
    written, watched = [], []
    for row, past in zip(rows, pasts, strict=True):
        after = _write(tx, row, past, today, successors.get(row["id"]), actor)
        written.append(_told(after))
        if written[-1].in_force:
            watched.append(after)
    for row in rows:
        _supersede_earlier(tx, row, actor)
    _watch(tx, watched, today, actor)
    return written


def _watch(tx: Tx, rows: Sequence[Row], today: date, actor: ActorRef) -> None:
    if rows:
        calendar = calendar_days.calendar(tx)
        items = [item for row in rows for item in deadlines_of(row, calendar, today)]
        set_deadlines(tx, items, actor, calendar=calendar)


def _successors(rows: Sequence[Row]) -> dict[str, Row]:
    """Which of these certificates gave way to which: the next of the same product, issued before the term was over."""
    found: dict[str, Row] = {}
    of_product: dict[str, list[Row]] = {}
    for row in rows:
        if row["last_valid_day"]:
            of_product.setdefault(row["product_id"], []).append(row)
    for mine in of_product.values():
        mine.sort(key=lambda row: row["issued_on"])
        for earlier, later in pairwise(mine):
            if earlier["issued_on"] < later["issued_on"] <= earlier["last_valid_day"]:
                found[earlier["id"]] = later
    return found


def _write(tx: Tx, row: Row, past: Past, today: date, successor: Row | None, actor: ActorRef) -> Row:
    over = row["last_valid_day"] is not None and row["last_valid_day"] < today.isoformat()
    issued = date.fromisoformat(row["issued_on"]) if row["issued_on"] else None
    state = S.EXPIRED if over and successor is None else S.VALID
    fired = import_past(
        tx,
        MACHINE,
        row,
        state=state,
        source=past.source,
        effective_on=issued,
        inputs=past.inputs,
        actor=actor,
    )
    return _gave_way(tx, fired.row, successor, actor) if successor else fired.row


def _gave_way(tx: Tx, row: Row, successor: Row, actor: ActorRef) -> Row:
    """An earlier certificate ends on the day its successor is issued, by the successor's document."""
    return happened(
        tx,
        MACHINE,
        row,
        state=S.SUPERSEDED,
        changed={"successor_id": successor["id"]},
        source=successor["source"],
        effective_on=date.fromisoformat(successor["issued_on"]),
        inputs={"successor": f"certificate/{successor['id']}"},
        actor=actor,
    )


def _supersede_earlier(tx: Tx, row: Row, actor: ActorRef) -> None:
    """Imported ones of the product that still run, taken over before, give way to this one if it came in their term."""
    if row["last_valid_day"] is None:
        return
    for earlier_id, issued_on, last_day in _earlier(tx, row):
        earlier = MACHINE.lock(tx, earlier_id)
        if earlier is not None and issued_on < row["issued_on"] <= last_day:
            _gave_way(tx, earlier, row, actor)
            cancel(tx, f"certificate/{earlier_id}", OWN, actor=actor)


def _earlier(tx: Tx, row: Row) -> Iterable[tuple[str, str, str]]:
    found = tx.sql.all(_LIVING, product_id=row["product_id"])
    return [(one, issued, last) for one, issued, last in found if one != row["id"]]


def _told(row: Row) -> Written:
    return Written(
        row["id"],
        S(row["state"]),
        term_known=row["last_valid_day"] is not None,
        stars_known=row["stars"] is not None,
    )
