"""Set-based writing: rows, reminders and chained history lines of many deadlines in a handful of statements.

It decides nothing about dates or rights; every row it moves gets its line in the same transaction.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import SQLModel

from core import history
from core.columns import instant_text
from core.db import Tx
from core.history import SubjectKind
from core.ids import new_id, new_ids
from core.lines import ActorRef, Line
from core.sql import Into, Sql
from states.deadlines.codes import CODES
from states.deadlines.ladders import Rung
from states.deadlines.models import Deadline, DeadlineExtension, Reminder

DEADLINE = SQLModel.metadata.tables[str(Deadline.__tablename__)]
EXTENSION = SQLModel.metadata.tables[str(DeadlineExtension.__tablename__)]
REMINDER = SQLModel.metadata.tables[str(Reminder.__tablename__)]
KIND = SubjectKind("deadline", DEADLINE)
REMINDER_ROWS = Into(REMINDER, "id", "deadline_id", "kind", "day", "due_at", "rest")
"""A waiting reminder; nothing else of its row is filled."""
_ROWS = Into(
    DEADLINE, "id", "version", "move_version", "head", "last_at", "created_at", "subject", "title", "cycle_id", "dossier_id",
    "batch_id", "certificate_id", "province_code", "commune_code", "producer_id", "code", "owner_role", "stated_on", "bound",
    "last_day", "due_at", "rule", "basis", "calendar_version", "hard", "on_due",
)  # fmt: skip

IS_OPEN = sa.and_(
    DEADLINE.c.fired_at.is_(None), DEADLINE.c.met_at.is_(None), DEADLINE.c.cancelled_at.is_(None)
)
IS_LIVE = sa.and_(DEADLINE.c.met_at.is_(None), DEADLINE.c.cancelled_at.is_(None))
IS_WAITING = sa.and_(REMINDER.c.fired_at.is_(None), REMINDER.c.cancelled_at.is_(None))

_HOLE = "00000000-hole-0000"
_PLAIN = re.compile(r"[a-z]+/[a-z0-9-]+")  # subjects that JSON writes as they are

_CANCEL_REMINDERS = Sql(
    sa.update(REMINDER)
    .where(REMINDER.c.deadline_id == sa.bindparam("deadline_id"), IS_WAITING)
    .values(cancelled_at=sa.bindparam("at")),
    as_given=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeadline:
    """A deadline to set. What is left None comes from the catalogue.

    `last_day` is the last good day, `due_at` the first instant too late; `rule` says how it was computed. `rungs`
    replaces the ordinary ladder.
    """

    code: str
    subject: str
    province_code: str
    last_day: date
    due_at: datetime
    rule: str
    calendar_version: str | None = None
    basis: str | None = None
    title: str | None = None
    cycle_id: str | None = None
    dossier_id: str | None = None
    batch_id: str | None = None
    certificate_id: str | None = None
    owner_role: str | None = None
    commune_code: str | None = None
    producer_id: str | None = None
    stated_on: date | None = None
    bound: str | None = None
    rungs: tuple[Rung, ...] | None = None


@dataclass(frozen=True, slots=True)
class Chained:
    """The end of one deadline's chain, as a bulk step needs it."""

    id: str
    version: int
    head: str
    last_at: str


def insert_deadlines(
    tx: Tx,
    items: Sequence[NewDeadline],
    actor: ActorRef,
    *,
    rungs_of: Callable[[NewDeadline], Sequence[Rung]],
) -> list[str]:
    """Insert rows, their `deadline_set` lines and their first reminders; returns the ids in order."""
    ids = new_ids(len(items))
    printer = LinePrinter(tx, actor)
    forms = [printer.form(item) for item in items]
    lines = (printer.line(*each) for each in zip(ids, items, forms, strict=True))
    hashes = history.write_lines(tx, lines)
    at = tx.now_text
    tx.sql.insert(_ROWS, [_row(*each, at) for each in zip(ids, hashes, items, forms, strict=True)])
    climbs = ((row_id, rungs_of(item)) for row_id, item in zip(ids, items, strict=True))
    tx.sql.insert(REMINDER_ROWS, _first_reminders(climbs))
    return ids


def computed(item: NewDeadline) -> dict[str, Any]:
    """How a deadline came about, as its line keeps it for ever; no personal data."""
    spec = CODES[item.code]
    return {
        "code": item.code,
        "subject": item.subject,
        "last_day": item.last_day.isoformat(),
        "due_at": instant_text(item.due_at),
        "stated_on": item.stated_on.isoformat() if item.stated_on else None,
        "bound": item.bound,
        "rule": item.rule,
        "basis": item.basis or spec.basis,
        "calendar_version": item.calendar_version,
        "owner_role": item.owner_role or spec.owner.value,
        "hard": spec.hard,
    }


class Form(NamedTuple):
    """What deadlines that came about alike share: their line but for two ids, and the columns from `code` on."""

    before: str
    between: str
    after: str
    columns: tuple[Any, ...]


class LinePrinter:
    """Writes the `deadline_set` lines of one transaction: canonical text once per kind of item, ids filled in.

    Deadlines of one opening differ in their ids and little else; encoding each anew would cost ten times as much.
    """

    def __init__(self, tx: Tx, actor: ActorRef) -> None:
        self._tx, self._actor = tx, actor
        self._forms: dict[tuple[object, ...], Form] = {}

    def line(self, row_id: str, item: NewDeadline, form: Form) -> Line:
        subject = f"deadline/{row_id}"
        if not _PLAIN.fullmatch(item.subject):
            return self._encoded(subject, item)
        text = f"{form.before}{item.subject}{form.between}{subject}{form.after}"
        return Line(subject, 1, "deadline_set", self._actor, self._tx.now, text=text)

    def form(self, item: NewDeadline) -> Form:
        key = (item.code, item.last_day, item.due_at, item.rule, item.basis, item.owner_role, item.stated_on, item.bound,
               item.calendar_version)  # fmt: skip
        form = self._forms.get(key)
        if form is None:
            sample = self._encoded(f"deadline/{_HOLE}", replace(item, subject=f"{_HOLE}/{_HOLE}")).to_text()
            before, rest = sample.split(f"{_HOLE}/{_HOLE}")  # keys stand in order: inputs come before subject
            between, after = rest.split(f"deadline/{_HOLE}")
            form = self._forms[key] = Form(before, between, after, _shared(item))
        return form

    def _encoded(self, subject: str, item: NewDeadline) -> Line:
        return Line(
            subject=subject, version=1, kind="deadline_set", actor=self._actor, at=self._tx.now, inputs=computed(item),
            rehearsal=self._tx.rehearsal,
        )  # fmt: skip


def _row(row_id: str, head: str, item: NewDeadline, form: Form, at: str) -> tuple[Any, ...]:
    """The row of a deadline in the order of `_ROWS`."""
    return (
        row_id, 1, 0, head, at, at, item.subject, item.title, item.cycle_id, item.dossier_id, item.batch_id,
        item.certificate_id, item.province_code, item.commune_code, item.producer_id, *form.columns,
    )  # fmt: skip


def _shared(item: NewDeadline) -> tuple[Any, ...]:
    """The columns of `_ROWS` from `code` on."""
    how, spec = computed(item), CODES[item.code]
    return (
        item.code, how["owner_role"], how["stated_on"], item.bound, how["last_day"], how["due_at"], item.rule, how["basis"],
        item.calendar_version, int(spec.hard), spec.on_due,
    )  # fmt: skip


def _first_reminders(climbs: Iterable[tuple[str, Sequence[Rung]]]) -> list[tuple[str, ...]]:
    """First reminders; deadlines that share a ladder share everything of the row but its ids."""
    known: dict[int, tuple[Sequence[Rung], tuple[str, ...]]] = {}
    waiting = []
    for deadline_id, rungs in climbs:
        if not rungs:
            continue
        if id(rungs) not in known:  # by identity; the ladder is kept so it stays its own
            known[id(rungs)] = rungs, first_rung(pack(rungs))
        waiting.append((deadline_id, *known[id(rungs)][1]))
    return [(row_id, *row) for row_id, row in zip(new_ids(len(waiting)), waiting, strict=True)]


def pack(rungs: Sequence[Rung]) -> list[list[str]]:
    """Rungs as they wait in `rest`: kind, day, instant."""
    return [[rung.kind, rung.day.isoformat(), instant_text(rung.due_at)] for rung in rungs]


def first_rung(packed: list[list[str]]) -> tuple[str, str, str, str]:
    """Kind, day and instant of the first rung, and the others as they are stored behind it."""
    (kind, day, due_at), rest = packed[0], packed[1:]
    return kind, day, due_at, json.dumps(rest, separators=(",", ":"))


@lru_cache(maxsize=4096)
def next_rung(rest: str) -> tuple[str, str, str, str] | None:
    """What `first_rung` gives of stored rungs, None at the top; deadlines of one day share their ladder."""
    packed = json.loads(rest)
    return first_rung(packed) if packed else None


def replace_reminders(tx: Tx, deadline_id: str, rungs: Sequence[Rung]) -> None:
    """Cancel what waits and climb another ladder; no rungs, no further reminder."""
    tx.sql.run(_CANCEL_REMINDERS, deadline_id=deadline_id, at=tx.now_text)
    if rungs:
        tx.sql.insert(REMINDER_ROWS, [(new_id(), deadline_id, *first_rung(pack(rungs)))])


def note_many(
    tx: Tx,
    chains: Sequence[Chained],
    line_kind: str,
    actor: ActorRef,
    *,
    inputs: Sequence[Mapping[str, Any]],
    trigger: str | None = None,
) -> list[dict[str, Any]]:
    """Write one line per deadline; returns driver values (`id` and the head) for the update that moves the rows."""
    lines = [
        Line(
            subject=f"deadline/{chain.id}",
            version=chain.version + 1,
            kind=line_kind,
            actor=actor,
            at=history.line_at(tx, chain.last_at),
            trigger=trigger,
            inputs=given,
            rehearsal=tx.rehearsal,
            prev=chain.head,
        )
        for chain, given in zip(chains, inputs, strict=True)
    ]
    hashes = history.write_lines(tx, lines)
    return [
        {
            "deadline_id": chain.id,
            "version": line.version,
            "head": line_hash,
            "last_at": instant_text(line.at),
        }
        for chain, line, line_hash in zip(chains, lines, hashes, strict=True)
    ]


def days_left(last_day: str, day: str) -> int:
    """Whole days from a day to the last good day; 0 on the last good day itself."""
    return (date.fromisoformat(last_day) - date.fromisoformat(day)).days
