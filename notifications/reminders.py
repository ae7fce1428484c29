"""Reminders: due rungs of the ladders become notices, five thousand in a transaction.

It never computes a day: ladders do that. A rung is marked in the transaction that tells of it.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import instant_text
from core.db import ReadTx, Tx
from core.sql import Sql
from notifications import faults
from notifications.facts import hour, shown
from notifications.ladder import Held, named, text_of, told_kind
from notifications.naming import place, task
from notifications.outbox import Planned, put
from notifications.quiet import OpenDays, open_days
from notifications.recipients import Book, Owner, open_book
from notifications.wording import Params, TextMissingError, vietnamese
from registry.offices import Office
from registry.roles import Role
from registry.tables import table
from registry.units import Unit
from states.certificate.models import Certificate
from states.deadlines.models import Deadline, Reminder
from states.deadlines.sweep import BATCH, mark_reminded
from states.dossier.models import Dossier

log = logging.getLogger(__name__)

_R, _D, _O, _C = table(Reminder), table(Deadline), table(Dossier), table(Certificate)
_U, _F = table(Unit), table(Office)
_WAITING = sa.and_(
    _R.c.fired_at.is_(None),
    _R.c.cancelled_at.is_(None),
    _D.c.met_at.is_(None),
    _D.c.cancelled_at.is_(None),
    sa.type_coerce(_R.c.due_at, sa.Text) <= sa.bindparam("now", type_=sa.Text),
    faults.not_passed_over("reminder/" + _R.c.id),
)
_SOURCE = _R.join(_D, _D.c.id == _R.c.deadline_id)
_DUE = Sql(
    sa.select(
        _R.c.id, _R.c.deadline_id, _R.c.kind, _D.c.code, _D.c.title, _D.c.subject, _D.c.owner_role, _D.c.last_day,
        _D.c.due_at, _O.c.code, sa.func.coalesce(_O.c.product_name, _C.c.product_name), _C.c.state,
        sa.func.coalesce(_C.c.grace_ends_on, _C.c.last_valid_day), _C.c.window_opens_on, _C.c.origin, _C.c.renewal_id,
        _U.c.name_vi, _F.c.phone, _D.c.producer_id, _D.c.commune_code, _D.c.province_code,
        sa.case((sa.and_(_D.c.dossier_id.is_(None), _D.c.certificate_id.is_(None)), sa.literal_column("1")),
                else_=sa.literal_column("0")),
    )
    .select_from(
        _SOURCE.outerjoin(_O, _O.c.id == _D.c.dossier_id)
        .outerjoin(_C, _C.c.id == _D.c.certificate_id)
        .outerjoin(_U, _U.c.code == _D.c.commune_code)
        .outerjoin(_F, _F.c.commune_code == _D.c.commune_code)
    )
    .where(_WAITING)
    .order_by(_R.c.due_at, _R.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)  # fmt: skip
_ANY_DUE = Sql(sa.select(_R.c.id).select_from(_SOURCE).where(_WAITING).limit(1))
_ALSO_TOLD = {
    "renew_missed": (Role.COMMUNE, Role.PROVINCE_UNIT),
    "expired": (Role.COMMUNE, Role.PROVINCE_UNIT),
    "session_reminder": (Role.CHAIR, Role.SECRETARY),
}
"""Who is told besides the one who owes it. Source: process.md §11.2; a session is everybody's who sits in it."""
_OF_CODE = {"BALLOT_DUE": (Role.CHAIR,)}
"""Who owes a ballot besides the members: whoever heads the session votes too."""
_SPEAK_OF_THE_OPENING = frozenset({"renew_soon", "renew_soon_imported"})
_COUNT_THE_DAYS = frozenset(
    {"due_days", "expire_days", "expire_filed_days", "expire_not_filed_days", "expire_failed_days"}
)


class _Rung(NamedTuple):
    """One due reminder with all that its texts may ask for."""

    id: str
    deadline_id: str
    kind: str
    code: str
    title: str | None
    subject: str
    owner_role: str
    last_day: str
    due_at: str
    dossier_code: str | None
    product: str | None
    certificate_state: str | None
    last_day_in_force: str | None
    window_opens_on: str | None
    origin: str | None
    renewal_id: str | None
    commune: str | None
    phone: str | None
    producer_id: str | None
    commune_code: str | None
    province_code: str
    wide: int

    @property
    def held(self) -> Held:
        """What a certificate's texts depend on."""
        return Held(
            state=self.certificate_state,
            imported=self.origin == "imported",
            filed_before=self.renewal_id is not None,
            window_days=_days_left(self.last_day, date.fromisoformat(self.window_opens_on))
            if self.window_opens_on
            else None,
        )

    @property
    def owner(self) -> Owner:
        """Whose the deadline is; of a session its members, for ballots those due at this very instant."""
        kind, _, subject_id = self.subject.partition("/")
        session = subject_id if kind == "session" else None
        due_at = self.due_at if self.code == "BALLOT_DUE" else None
        return Owner(
            self.producer_id, self.commune_code, self.province_code, bool(self.wide), session, due_at
        )


@cache
def _roles(owner_role: str, kind: str, code: str) -> tuple[Role, ...]:
    """Return who is told of a rung; what the system owes, the producer must know."""
    owner = Role.PRODUCER if owner_role == Role.SYSTEM else Role(owner_role)
    return (owner, *_ALSO_TOLD.get(kind, ()), *_OF_CODE.get(code, ()))


@lru_cache(maxsize=4096)
def _days_left(last_day: str, today: date) -> int:
    return (date.fromisoformat(last_day) - today).days


def plan_due_reminders(tx: Tx, now: datetime, limit: int = BATCH) -> int:
    """Tell of the reminders due at `now` and mark them, the oldest first; returns how many were due.

    Call it until it returns 0: marking one rung brings up the next of its ladder. A batch that fails is repeated
    row by row; a bad row is kept as a fault and passed over for a while, so that it never stands in the way of others.
    """
    wall = instant_text(tx.clock.wall_now())
    rungs = [_Rung(*row) for row in tx.sql.all(_DUE, now=instant_text(now), wall=wall, most=limit)]
    if not rungs:
        return 0
    calendar = open_days(tx)
    try:
        with tx.savepoint():
            _tell(tx, rungs, calendar)
    except Exception:
        log.exception("reminder batch failed, row by row now", extra={"rows": len(rungs)})
        _one_by_one(tx, rungs, calendar)
    return len(rungs)


def _one_by_one(tx: Tx, rungs: Iterable[_Rung], calendar: OpenDays) -> None:
    for rung in rungs:
        try:
            with tx.savepoint():
                _tell(tx, [rung], calendar)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it must not hold up the other rows
            log.warning("reminder not told", extra={"reminder": rung.id, "error": repr(error)})
            faults.record(tx, f"reminder/{rung.id}", rung.kind, repr(error))


def _tell(tx: Tx, rungs: Sequence[_Rung], calendar: OpenDays) -> None:
    ids = [rung.id for rung in rungs]
    book = open_book(tx, {rung.owner for rung in rungs})
    today = tx.now.astimezone(VIETNAM).date()
    put(tx, list(_notices(tx, rungs, book, today)), calendar)
    mark_reminded(tx, ids)
    faults.mended(tx, [f"reminder/{each}" for each in ids])


def _notices(tx: Tx, rungs: Iterable[_Rung], book: Book, today: date) -> Iterator[Planned]:
    words = vietnamese()
    for rung in rungs:
        kind = told_kind(rung.kind, certificate_state=rung.certificate_state)
        days = _days_left(rung.last_day, today)
        for role in _roles(rung.owner_role, rung.kind, rung.code):
            accounts = book.accounts(rung.owner, role)
            if not accounts:
                continue
            text = text_of(
                kind,
                code=rung.code,
                role=role,
                has_dossier=rung.dossier_code is not None,
                days_left=days,
                held=rung.held,
            )
            params = _params(rung, text, role, days)
            try:
                title, body = words.render(text, params)
            except TextMissingError as error:
                faults.record(tx, f"reminder/{rung.id}/{role.value}", kind, str(error))
                continue
            cause = f"deadline/{rung.deadline_id}/{rung.id}"  # two rungs may be of one kind
            for account in accounts:
                yield Planned(cause, account, kind, rung.subject, params, title, body, rung.dossier_code)


def _params(rung: _Rung, text: str, role: Role, days: int) -> Params:
    """Return what the texts may ask for; `han` is the day to act by, `het` a certificate's last day in force."""
    facts: dict[str, str | int | None] = {
        "text": text,
        "vai": role.value,
        "sp": rung.product,
        "ma": rung.dossier_code,
        "xa": place(rung.commune),
        "dt": shown(rung.phone),
        "het": rung.last_day_in_force,
        "han": rung.window_opens_on if text in _SPEAK_OF_THE_OPENING else rung.last_day,
        "gio": hour(rung.due_at),
        "viec": task(rung.code, rung.title),
    }
    if text.startswith(("window_", "task_", "renew_closing")):
        facts["n"] = days
    elif text in _COUNT_THE_DAYS:
        facts["con"] = days
    return named(facts)


def waiting(rtx: ReadTx, now: datetime) -> bool:
    """Say whether a reminder is due that nobody has been told of: a digest waits for it."""
    return rtx.sql.one(_ANY_DUE, now=instant_text(now), wall=instant_text(rtx.clock.wall_now())) is not None
