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
from core.tx import Row
from notifications import faults
from notifications.facts import at_district, hour, shown
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
from states.deadlines.sweep import BATCH, Given, mark_given
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
        _R.c.id, _R.c.deadline_id, _R.c.rest, _D.c.subject, _D.c.producer_id, _D.c.commune_code, _D.c.province_code,
        sa.case((sa.and_(_D.c.dossier_id.is_(None), _D.c.certificate_id.is_(None)), sa.literal_column("1")),
                else_=sa.literal_column("0")),
        at_district(_O, _C), _O.c.code, sa.func.coalesce(_O.c.product_name, _C.c.product_name),
        _R.c.kind, _D.c.code, _D.c.title, _D.c.owner_role, _D.c.last_day, _D.c.due_at, _C.c.state,
        sa.func.coalesce(_C.c.grace_ends_on, _C.c.last_valid_day), _C.c.window_opens_on, _C.c.origin, _C.c.renewal_id,
        _U.c.name_vi, _F.c.phone,
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
    .with_for_update(of=_R)
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


class _Facts(NamedTuple):
    """What the words of a rung depend on: rungs that share it are told alike, but for code and product."""

    kind: str
    code: str
    title: str | None
    owner_role: str
    last_day: str
    due_at: str
    certificate_state: str | None
    last_day_in_force: str | None
    window_opens_on: str | None
    origin: str | None
    renewal_id: str | None
    commune: str | None
    phone: str | None

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


class _Rung(NamedTuple):
    """One due reminder: its row, what it is about, whose it is, and what its words depend on."""

    given: Given
    subject: str
    dossier_code: str | None
    product: str | None
    owner: Owner
    facts: _Facts


def _rungs(rows: Iterable[Row]) -> Iterator[_Rung]:
    """Read rows of `_DUE`; owners and facts that many share are kept once."""
    owners: dict[Row, Owner] = {}
    shared: dict[Row, _Facts] = {}
    for row in rows:
        subject, whose, about = row[3], row[4:9], row[11:]
        facts = shared.get(about)
        if facts is None:
            facts = shared[about] = _Facts(*about)
        owner = _sitting(subject, whose, facts) if subject.startswith("session/") else owners.get(whose)
        if owner is None:
            owner = owners[whose] = _owner(whose)
        yield _Rung(Given(*row[:3]), subject, row[9], row[10], owner, facts)


def _owner(whose: Row, session_id: str | None = None, due_at: str | None = None) -> Owner:
    producer_id, commune_code, province_code, wide, district_code = whose
    return Owner(producer_id, commune_code, province_code, bool(wide), session_id, due_at, district_code)


def _sitting(subject: str, whose: Row, facts: _Facts) -> Owner:
    """Return whose a session's rung is: its members', for ballots those due at this very instant."""
    due_at = facts.due_at if facts.code == "BALLOT_DUE" else None
    return _owner(whose, subject.removeprefix("session/"), due_at)


_CODE, _PRODUCT = "\ue000", "\ue001"
"""Where code and product go into words that many share; characters nobody types."""


class _Words(NamedTuple):
    """What many rungs are told, with a place for each one's dossier code and product."""

    kind: str
    params: Params
    title: str
    body: str

    def about(self, code: str | None, product: str | None) -> tuple[Params, str, str]:
        """Return params, title and body of one of them."""
        params, title, body = dict(self.params), self.title, self.body
        if code is not None:
            params["ma"] = code
            title, body = title.replace(_CODE, code), body.replace(_CODE, code)
        if product is not None:
            params["sp"] = product
            title, body = title.replace(_PRODUCT, product), body.replace(_PRODUCT, product)
        return params, title, body


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
    rungs = list(_rungs(tx.sql.all(_DUE, now=instant_text(now), wall=wall, most=limit)))
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
            log.warning("reminder not told", extra={"reminder": rung.given.id, "error": repr(error)})
            faults.record(tx, f"reminder/{rung.given.id}", rung.facts.kind, repr(error))


def _tell(tx: Tx, rungs: Sequence[_Rung], calendar: OpenDays) -> None:
    book = open_book(tx, {rung.owner for rung in rungs})
    today = tx.now.astimezone(VIETNAM).date()
    put(tx, list(_notices(tx, rungs, book, today)), calendar)
    mark_given(tx, [rung.given for rung in rungs])
    faults.mended(tx, [f"reminder/{rung.given.id}" for rung in rungs])


def _notices(tx: Tx, rungs: Iterable[_Rung], book: Book, today: date) -> Iterator[Planned]:
    """Say each rung to each who is meant; what rungs share is looked up and put into words once."""
    said: dict[tuple[_Facts, Role, bool, bool], _Words | TextMissingError] = {}
    meant: dict[tuple[Owner, Role], tuple[str, ...]] = {}
    for (row_id, deadline_id, _), subject, code, product, owner, facts in rungs:
        cause = f"deadline/{deadline_id}/{row_id}"  # two rungs may be of one kind
        for role in _roles(facts.owner_role, facts.kind, facts.code):
            accounts = meant.get((owner, role))
            if accounts is None:
                accounts = meant[owner, role] = book.accounts(owner, role)
            if not accounts:
                continue
            key = (facts, role, code is not None, product is not None)
            words = said.get(key)
            if words is None:
                words = said[key] = _words(*key, today=today)
            if isinstance(words, TextMissingError):
                faults.record(tx, f"reminder/{row_id}/{role.value}", facts.kind, str(words))
                continue
            params, title, body = words.about(code, product)
            for account in accounts:
                yield Planned(cause, account, words.kind, subject, params, title, body, code)


def _words(
    facts: _Facts, role: Role, has_dossier: bool, has_product: bool, *, today: date
) -> _Words | TextMissingError:
    """Return the words with places for code and product, or why there are none."""
    kind = told_kind(facts.kind, certificate_state=facts.certificate_state)
    days = _days_left(facts.last_day, today)
    text = text_of(kind, code=facts.code, role=role, has_dossier=has_dossier, days_left=days, held=facts.held)
    params = _params(facts, text, role, days)
    places = {"ma": _CODE if has_dossier else None, "sp": _PRODUCT if has_product else None}
    try:
        return _Words(kind, params, *vietnamese().render(text, named({**places, **params})))
    except TextMissingError as error:
        return error


def _params(facts: _Facts, text: str, role: Role, days: int) -> Params:
    """Return what the texts may ask for; `han` is the day to act by, `het` a certificate's last day in force."""
    known: dict[str, str | int | None] = {
        "text": text,
        "vai": role.value,
        "xa": place(facts.commune),
        "dt": shown(facts.phone),
        "het": facts.last_day_in_force,
        "han": facts.window_opens_on if text in _SPEAK_OF_THE_OPENING else facts.last_day,
        "gio": hour(facts.due_at),
        "viec": task(facts.code, facts.title),
    }
    if text.startswith(("window_", "task_", "renew_closing")):
        known["n"] = days
    elif text in _COUNT_THE_DAYS:
        known["con"] = days
    return named(known)


def waiting(rtx: ReadTx, now: datetime) -> bool:
    """Say whether a reminder is due that nobody has been told of: a digest waits for it."""
    return rtx.sql.one(_ANY_DUE, now=instant_text(now), wall=instant_text(rtx.clock.wall_now())) is not None
