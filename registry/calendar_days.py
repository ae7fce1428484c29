"""The working calendar as rows: seeded from the law's own rows, corrected by decree, every version kept.

It never changes a version: a correction makes the next one, and deadlines name the one they were computed with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Instant, SubjectColumns
from core.db import ReadTx, Tx
from core.errors import NotFound
from core.history import SubjectKind, append, lock_head
from core.instants import parse_instant
from core.lines import ActorRef, canonical
from core.sql import Sql, insert_ignore
from registry.refusals import bad_field, required_text
from registry.tables import new_subject, table
from regulations.calendar_rows import CalendarDay, DayKind, Sure, quiet_zones
from regulations.errors import RegulationError
from regulations.working_calendar import WorkingCalendar, packaged, seed

CODE = "vn"
FIRST_WORKED_DAY_OF_THE_WEEK, LAST_WORKED_DAY_OF_THE_WEEK = 0, 4


class WorkCalendar(SubjectColumns, table=True):
    """The subject that carries the calendar's history; one row, and its version in force."""

    __tablename__ = "work_calendar"

    code: str = Field(max_length=20, unique=True)
    number: int
    version_text: str = Field(max_length=40)


class CalendarVersion(SQLModel, table=True):
    """One version ever in force, with the document that brought it."""

    __tablename__ = "calendar_version"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version_text: str = Field(max_length=40, unique=True)
    made_at: datetime = Field(sa_type=Instant)
    reason: str


class CalendarDayRow(SQLModel, table=True):
    """What a version says of a day; it holds until a later version says otherwise. No kind: the row is taken out."""

    __tablename__ = "calendar_day"

    day: date = Field(primary_key=True, sa_type=Day)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str | None = Field(default=None, max_length=8)
    basis: str = ""
    sure: str = Field(default="", max_length=16)
    what: str = ""
    what_vi: str = ""


@dataclass(frozen=True, slots=True)
class VersionRead:
    """One version as a page lists it."""

    number: int
    version: str
    made_at: datetime
    reason: str


_W = table(WorkCalendar)
_V = table(CalendarVersion)
_D = table(CalendarDayRow)
CALENDAR = SubjectKind("calendar", _W)
_CURRENT = Sql(sa.select(_W.c.id, _W.c.number, _W.c.version_text).where(_W.c.code == CODE))
_ADD_CALENDAR = Sql(insert_ignore(_W))
_ADD_VERSION = Sql(sa.insert(_V))
_ADD_DAY = Sql(sa.insert(_D))
_MOVE = Sql(
    sa.update(_W)
    .where(_W.c.code == CODE)
    .values(number=sa.bindparam("number"), version_text=sa.bindparam("version_text"))
)
_NUMBER_OF = Sql(sa.select(_V.c.number).where(_V.c.version_text == sa.bindparam("version_text")))
_VERSIONS = Sql(sa.select(_V.c.number, _V.c.version_text, _V.c.made_at, _V.c.reason).order_by(_V.c.number))
_DAYS = Sql(
    sa.select(_D.c.day, _D.c.kind, _D.c.basis, _D.c.sure, _D.c.what, _D.c.what_vi)
    .where(_D.c.number <= sa.bindparam("number"))
    .order_by(_D.c.day, _D.c.number)
)
_known: dict[str, WorkingCalendar] = {}
Changes = Mapping[date, CalendarDay | None]


def calendar(rtx: ReadTx, version: str | None = None) -> WorkingCalendar:
    """Return the calendar in force, or the named version; rows are read once per version and process.

    Raises:
        NotFound: `calendar_missing`, nothing is seeded, or there never was such a version.
    """
    if version is None:
        row = rtx.sql.one(_CURRENT)
        if row is None:
            raise NotFound("calendar_missing", version=None)
        version = str(row[2])
    found = _known.get(version)
    if found is None:
        found = _known[version] = _load(rtx, version)
    return found


def versions(rtx: ReadTx) -> list[VersionRead]:
    """Return every version ever in force, oldest first."""
    rows = rtx.sql.all(_VERSIONS)
    return [
        VersionRead(number, text, parse_instant(made_at), reason) for number, text, made_at, reason in rows
    ]


def seed_calendar(tx: Tx, *, actor: ActorRef, years: Iterable[int] | None = None) -> str:
    """Write the law's own rows for years that have none yet, and return the version in force.

    Without `years`: those the packaged file covers. Rows already there are left alone; asking twice changes nothing.

    Raises:
        BadInput: `calendar_year_unknown`, a year nobody can say the lunar days of.
    """
    wanted = packaged().years if years is None else frozenset(years)
    made = {**new_subject(tx.now), "code": CODE, "number": 0, "version_text": ""}
    tx.sql.run(_ADD_CALENDAR, **made)
    covered = _days_in_force(tx)[1]
    missing = wanted - {day.year for day in covered}
    if not missing:
        return calendar(tx).version
    rows = _seed_rows(missing)
    return _next_version(tx, dict(rows), actor=actor, reason=f"seed {min(missing)}-{max(missing)}")


def correct_calendar(tx: Tx, changes: Changes, *, actor: ActorRef, reason: str) -> str:
    """Set rows, or take them out where None, and return the new version's name; the old version stays readable.

    Every row names its document in `basis`. What changes nothing makes no version.

    Raises:
        NotFound: `calendar_missing`.
        BadInput: `required` (a row without a document, no reason), `calendar_day_idle` (a row that says what the
            plain week says anyway, such as a Sunday off).
    """
    calendar(tx)
    before = _days_in_force(tx)[1]
    news = {day: row for day, row in changes.items() if before.get(day) != row}
    for day, row in news.items():
        _check(day, row)
    if not news:
        return calendar(tx).version
    return _next_version(tx, news, actor=actor, reason=required_text(reason, "reason"))


def _seed_rows(years: frozenset[int]) -> Changes:
    try:
        return seed(years).days
    except RegulationError as error:
        raise bad_field("years", "calendar_year_unknown", years=error.place or str(min(years))) from error


def _check(day: date, row: CalendarDay | None) -> None:
    """Refuse a row without a document, and one that repeats the plain Monday-to-Friday week."""
    if row is None:
        return
    required_text(row.basis, "basis", longest=500)
    worked_anyway = FIRST_WORKED_DAY_OF_THE_WEEK <= day.weekday() <= LAST_WORKED_DAY_OF_THE_WEEK
    if worked_anyway == (row.kind is DayKind.WORK):
        raise bad_field("day", "calendar_day_idle", day=day.isoformat())


def _days_in_force(tx: Tx) -> tuple[int, dict[date, CalendarDay]]:
    """Return the number in force and its rows, with the calendar locked so that versions follow one another."""
    row = tx.sql.one(_CURRENT)
    if row is None:
        raise NotFound("calendar_missing", version=None)
    lock_head(tx, CALENDAR, row[0])
    number = int((tx.sql.one(_CURRENT) or row)[1])
    return number, _rows(tx, number)


def _next_version(tx: Tx, changes: Changes, *, actor: ActorRef, reason: str) -> str:
    """Write a version's rows, name it by its number and the digest of its days, and put it in force."""
    before, days = _days_in_force(tx)
    number = before + 1
    days = {day: row for day, row in {**days, **changes}.items() if row is not None}
    text = f"{CODE}-{number}-{_digest(days)}"
    tx.sql.many(_ADD_DAY, [_stored(day, number, row) for day, row in sorted(changes.items())])
    tx.sql.run(_ADD_VERSION, number=number, version_text=text, made_at=tx.now, reason=reason)
    tx.sql.run(_MOVE, number=number, version_text=text)
    row = tx.sql.one(_CURRENT)
    inputs = {"version": text, "days": [_said(day, changes[day]) for day in sorted(changes)]}
    append(
        tx, CALENDAR, row[0] if row else "", "calendar_changed", actor=actor, reason=reason,
        trigger="change_calendar", inputs=inputs,
    )  # fmt: skip
    return text


def _digest(days: Mapping[date, CalendarDay]) -> str:
    stated = [[day.isoformat(), row.kind, row.sure, row.basis] for day, row in sorted(days.items())]
    return sha256(canonical(stated)).hexdigest()[:12]


def _said(day: date, row: CalendarDay | None) -> dict[str, str | None]:
    if row is None:
        return {"day": day.isoformat(), "kind": None, "sure": None, "basis": None}
    return {"day": day.isoformat(), "kind": row.kind.value, "sure": row.sure.value, "basis": row.basis}


def _stored(day: date, number: int, row: CalendarDay | None) -> dict[str, object]:
    if row is None:
        return {
            "day": day,
            "number": number,
            "kind": None,
            "basis": "",
            "sure": "",
            "what": "",
            "what_vi": "",
        }
    return {
        "day": day, "number": number, "kind": row.kind.value, "basis": row.basis, "sure": row.sure.value,
        "what": row.what, "what_vi": row.what_vi,
    }  # fmt: skip


def _load(rtx: ReadTx, version: str) -> WorkingCalendar:
    number = rtx.sql.value(_NUMBER_OF, version_text=version)
    if number is None:
        raise NotFound("calendar_missing", version=version)
    return WorkingCalendar(version, _rows(rtx, number), quiet_zones())


def _rows(rtx: ReadTx, number: int) -> dict[date, CalendarDay]:
    """Return the rows of a version: of each day the last word up to it."""
    rows: dict[date, CalendarDay] = {}
    for day, kind, basis, sure, what, what_vi in rtx.sql.all(_DAYS, number=number):
        if kind is None:
            rows.pop(date.fromisoformat(day), None)
        else:
            rows[date.fromisoformat(day)] = CalendarDay(DayKind(kind), basis, Sure(sure), what, what_vi)
    return rows
