"""The planner: history lines become notices, each line once, whatever stops in between.

It never reads past what it has dealt with: cursor and notices stand or fall in one transaction. Imported lines tell nobody.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from core.db import ReadTx, Tx
from core.history import HISTORY, LOG_ENTRY
from core.sql import Sql, insert_ignore
from notifications.audience import TELLING_LINES, Tell, result_kind, tells
from notifications.facts import SUBJECTS, Facts, SubjectSql
from notifications.ladder import named
from notifications.models import PlannerCursor
from notifications.outbox import Planned, put, record_fault
from notifications.quiet import OpenDays, open_days
from notifications.recipients import find
from notifications.wording import TextMissingError, vietnamese
from registry.roles import Role
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
_LINES = Sql(
    sa.select(
        LOG_ENTRY.c.seq,
        HISTORY.c.subject,
        HISTORY.c.version,
        HISTORY.c.kind,
        HISTORY.c.trigger,
        HISTORY.c.dest,
    )
    .join(
        HISTORY, sa.and_(HISTORY.c.subject == LOG_ENTRY.c.subject, HISTORY.c.version == LOG_ENTRY.c.version)
    )
    .where(LOG_ENTRY.c.seq > sa.bindparam("after"), LOG_ENTRY.c.seq <= sa.bindparam("upto"))
    .where(HISTORY.c.kind.in_(sorted(TELLING_LINES)))
    .order_by(LOG_ENTRY.c.seq)
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
    """Deal with the next log positions, at most `limit`; returns how many. Call it until it returns 0."""
    tx.sql.run(_BEGIN, name=NAME, seq=-1)
    after = int(tx.sql.value(_LOCK, name=NAME))
    end = tx.sql.value(_END)
    if end is None or end <= after:
        return 0
    upto = min(after + limit, int(end))
    lines = [_told(row) for row in tx.sql.all(_LINES, after=after, upto=upto)]
    telling = sorted((line for line in lines if line.tells), key=attrgetter("subject_kind", "seq"))
    if telling:
        calendar = open_days(tx)
        for kind, group in groupby(telling, key=attrgetter("subject_kind")):
            _plan_safely(tx, SUBJECTS[kind], list(group), calendar)
    tx.sql.run(_MOVE, cursor=NAME, upto=upto)
    return upto - after


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
    except Exception as error:
        if len(lines) == 1:
            log.exception("line not told", extra={"cause": lines[0].cause})
            record_fault(tx, lines[0].cause, "line", repr(error))
            return
        for line in lines:
            _plan_safely(tx, sql, [line], calendar)


def _notices(tx: Tx, sql: SubjectSql, lines: Sequence[_Told]) -> Iterator[Planned]:
    seqs = [line.seq for line in lines]
    facts = sql.facts(tx, seqs, {code for line in lines for tell in line.tells for code in tell.deadlines})
    people = find(
        tx, sql.people, {role for line in lines for tell in line.tells for role in tell.roles}, seqs=seqs
    )
    for line in lines:
        known = facts.get(line.seq)
        if known is None:
            record_fault(tx, line.cause, "line", "its subject has no row")
            continue
        for tell in line.tells:
            yield from _told_to(tx, line, tell, known, people.get(line.seq, {}))


def _told_to(
    tx: Tx, line: _Told, tell: Tell, facts: Facts, people: Mapping[Role, Iterable[str]]
) -> Iterator[Planned]:
    kind = result_kind(facts.state, facts.stars) if tell.kind == "result" else tell.kind
    if kind is None:
        return
    day = next((facts.days[code] for code in tell.deadlines if code in facts.days), None)
    roles = tell.roles if facts.audience is None else {role for role in tell.roles if role in facts.audience}
    for role in sorted(roles):
        accounts = people.get(role, ())
        if not accounts:
            continue
        params = named({**facts.params, "text": kind, "vai": role.value, "han": day})
        try:
            title, body = vietnamese().render(kind, params)
        except TextMissingError as error:
            record_fault(tx, line.cause, kind, str(error))
            return
        for account in accounts:
            yield Planned(line.cause, account, kind, line.subject, params, title, body, facts.dossier_code)
