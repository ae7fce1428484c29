"""The planner: history lines become notices, each line once, whatever stops in between.

It never reads past what it has dealt with: cursor and notices stand or fall in one transaction. Imported lines tell nobody.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from core.db import ReadTx, Tx
from core.history import HISTORY, LOG_ENTRY
from core.sql import Sql, insert_ignore
from notifications import faults
from notifications.audience import TELLING_LINES, Tell, result_kind, tells
from notifications.facts import SUBJECTS, Facts, SubjectSql
from notifications.kinds import AT_DISTRICT
from notifications.ladder import named
from notifications.models import PlannerCursor
from notifications.outbox import Planned, put
from notifications.quiet import OpenDays, open_days
from notifications.recipients import Book, open_book
from notifications.wording import TextMissingError, vietnamese
from registry.tables import table

log = logging.getLogger(__name__)

NAME = "planner"
BATCH = 1000  # log positions a transaction deals with

_CURSOR = table(PlannerCursor)
_BEGIN = Sql(insert_ignore(_CURSOR))
_LOCK = Sql(sa.select(_CURSOR.c.seq).where(_CURSOR.c.name == sa.bindparam("name")).with_for_update())
_AT = Sql(sa.select(_CURSOR.c.seq).where(_CURSOR.c.name == sa.bindparam("name")))
_MOVE = Sql(
    sa.update(_CURSOR).where(_CURSOR.c.name == sa.bindparam("cursor")).values(seq=sa.bindparam("upto"))
)
_END = Sql(sa.select(sa.func.max(LOG_ENTRY.c.seq)))
_FOUND = sa.select(
    LOG_ENTRY.c.seq, HISTORY.c.subject, HISTORY.c.version, HISTORY.c.kind, HISTORY.c.trigger, HISTORY.c.dest
).join(HISTORY, sa.and_(HISTORY.c.subject == LOG_ENTRY.c.subject, HISTORY.c.version == LOG_ENTRY.c.version))
_LINES = Sql(
    _FOUND.where(LOG_ENTRY.c.seq > sa.bindparam("after"), LOG_ENTRY.c.seq <= sa.bindparam("upto"))
    .where(HISTORY.c.kind.in_(sorted(TELLING_LINES)))
    .order_by(LOG_ENTRY.c.seq)
)
_LINE = Sql(
    _FOUND.where(
        LOG_ENTRY.c.subject == sa.bindparam("subject"), LOG_ENTRY.c.version == sa.bindparam("version")
    )
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A line with what it asks to be told."""

    seq: int
    subject: str
    version: int
    dest: str | None
    tells: tuple[Tell, ...]

    @property
    def subject_kind(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def cause(self) -> str:
        return f"{self.subject}/{self.version}"


def plan_notices(tx: Tx, limit: int = BATCH) -> int:
    """Deal with the next log positions, at most `limit`; returns how many. Call it until it returns 0.

    With nothing new, it tries again the lines that could not be told before.
    """
    tx.sql.run(_BEGIN, name=NAME, seq=-1)
    after = int(tx.sql.value(_LOCK, name=NAME))
    end = tx.sql.value(_END)
    if end is None or end <= after:
        _repeat(tx)
        return 0
    upto = min(after + limit, int(end))
    _plan(tx, [_told(row) for row in tx.sql.all(_LINES, after=after, upto=upto)])
    tx.sql.run(_MOVE, cursor=NAME, upto=upto)
    return upto - after


def _plan(tx: Tx, lines: Iterable[_Told]) -> None:
    telling = sorted((line for line in lines if line.tells), key=attrgetter("subject_kind", "seq"))
    if not telling:
        return
    calendar = open_days(tx)
    for kind, group in groupby(telling, key=attrgetter("subject_kind")):
        _plan_safely(tx, SUBJECTS[kind], list(group), calendar)


def _repeat(tx: Tx) -> None:
    """Try again what could not be told; what works is forgotten as a fault, what fails again waits longer."""
    for cause in faults.lines_to_repeat(tx):
        subject, _, version = cause.rpartition("/")
        row = tx.sql.one(_LINE, subject=subject, version=int(version))
        before = faults.attempts(tx, cause)
        _plan(tx, [] if row is None else [_told(row)])
        if faults.attempts(tx, cause) == before:
            faults.mended(tx, [cause])


def behind(rtx: ReadTx) -> int:
    """Return how many log positions wait for the planner."""
    end, at = rtx.sql.value(_END), rtx.sql.value(_AT, name=NAME)
    return (-1 if end is None else int(end)) - (-1 if at is None else int(at))


def _told(row: Sequence[Any]) -> _Told:
    seq, subject, version, kind, trigger, dest = row
    return _Told(seq, subject, version, dest, tells(subject.partition("/")[0], kind, trigger, dest))


def _plan_safely(tx: Tx, sql: SubjectSql, lines: Sequence[_Told], calendar: OpenDays) -> None:
    """Plan a batch; one that fails is repeated line by line, and a bad line is kept as a fault and passed over."""
    try:
        with tx.savepoint():
            put(tx, list(_notices(tx, sql, lines)), calendar)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it must not hold up the other lines
        if len(lines) == 1:
            log.warning("line not told", extra={"cause": lines[0].cause, "error": repr(error)})
            faults.record(tx, lines[0].cause, faults.LINE, repr(error))
            return
        for line in lines:
            _plan_safely(tx, sql, [line], calendar)


def _notices(tx: Tx, sql: SubjectSql, lines: Sequence[_Told]) -> Iterator[Planned]:
    seqs = [line.seq for line in lines]
    facts = sql.facts(tx, seqs, {code for line in lines for tell in line.tells for code in tell.deadlines})
    book = open_book(tx, (found.owner for found in facts.values()))
    for line in lines:
        known = facts.get(line.seq)
        if known is None:
            faults.record(tx, line.cause, faults.LINE, "its subject has no row")
            continue
        for tell in line.tells:
            yield from _told_to(tx, line, tell, known, book)


def _told_to(tx: Tx, line: _Told, tell: Tell, facts: Facts, book: Book) -> Iterator[Planned]:
    kind = result_kind(facts.state, facts.stars) if tell.kind == "result" else tell.kind
    if kind is None:
        return
    day = next((facts.days[code] for code in tell.deadlines if code in facts.days), None)
    roles = tell.roles if facts.audience is None else {role for role in tell.roles if role in facts.audience}
    text = AT_DISTRICT.get(kind, kind) if facts.owner.district_code else kind
    for role in sorted(roles):
        accounts = book.accounts(facts.owner, role)
        if not accounts:
            continue
        params = named({**facts.params, "text": text, "vai": role.value, "han": day})
        try:
            title, body = vietnamese().render(text, params)
        except TextMissingError as error:
            faults.record(tx, f"{line.cause}/{role.value}", kind, str(error))
            return
        for account in accounts:
            yield Planned(line.cause, account, kind, line.subject, params, title, body, facts.dossier_code)
