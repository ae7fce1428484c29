"""The insert-only record of what happened to every subject, and the queue of lines not yet in the log.

It must never update or delete a line, nor let `at` decrease within a subject.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Instant, instant_text, parse_instant
from core.errors import NotFound
from core.lines import ActorRef, Line
from core.sql import Into, Sql

if TYPE_CHECKING:
    from core.tx import ReadTx, Tx


class History(SQLModel, table=True):
    """One line; `line` holds the canonical text, the other columns are copies for indexing."""

    subject: str = Field(primary_key=True, max_length=80)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(max_length=32)
    at: datetime = Field(sa_type=Instant)
    trigger: str | None = Field(default=None, max_length=64)
    source: str | None = Field(default=None, max_length=64)
    dest: str | None = Field(default=None, max_length=64)
    level: str | None = Field(default=None, max_length=16)
    rules: str | None = Field(default=None, max_length=64)
    ruleset: str | None = Field(default=None, max_length=120)
    actor_id: str = Field(max_length=80)
    actor_role: str = Field(max_length=32)
    line: str = Field(sa_type=sa.Text)
    hash: str = Field(max_length=64)


class LogEntry(SQLModel, table=True):
    """A line's place in the log: gap-free from zero, in the order of the sequencer."""

    __tablename__ = "log_entry"
    __table_args__ = (sa.UniqueConstraint("subject", "version"),)

    seq: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    subject: str = Field(max_length=80)
    version: int
    leaf_hash: str = Field(max_length=64)


class Unsequenced(SQLModel, table=True):
    """A line that has no place in the log yet; a trigger on `history` fills it."""

    pos: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=80)
    version: int


HISTORY = SQLModel.metadata.tables["history"]
LOG_ENTRY = SQLModel.metadata.tables["log_entry"]
UNSEQUENCED = SQLModel.metadata.tables["unsequenced"]

COPIED = ("kind", "at", "trigger", "source", "dest", "level", "rules", "ruleset")
"""Columns that repeat a field of the line under the same name; `actor_id` and `actor_role` repeat the actor's."""

HEAD_COLUMNS = ("version", "move_version", "head", "last_at")
"""What `SubjectColumns` keeps of the last line."""

HEAD_VALUES: Mapping[str, Any] = {name: sa.bindparam(name) for name in HEAD_COLUMNS}
"""For an UPDATE that moves state and head at once: `.values(**HEAD_VALUES, state=bindparam("state"))`,
then `run(stmt, id=…, **head_after(…), state=…)`."""

_ROWS = Into(
    HISTORY, "subject", "version", "kind", "at", "trigger", "source", "dest", "level", "rules", "ruleset", "actor_id",
    "actor_role", "line", "hash",
)  # fmt: skip
_READ = Sql(
    sa.select(HISTORY.c.line, HISTORY.c.hash)
    .where(HISTORY.c.subject == sa.bindparam("subject"))
    .order_by(HISTORY.c.version)
)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a subject's chain as its row keeps it."""

    version: int
    move_version: int
    hash: str
    last_at: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line that was written."""

    version: int
    hash: str
    at: datetime


KIND_OF_TABLE: dict[str, str] = {}
"""Kinds whose table has another name; filled as the kinds are defined."""


class SubjectKind:
    """A kind of subject and the statements that lock and move the head of its row."""

    def __init__(self, name: str, table: sa.Table) -> None:
        KIND_OF_TABLE[table.name] = name
        self.name = name
        self.table = table
        mine = table.c.id == sa.bindparam("id")
        self.lock = Sql(sa.select(*(table.c[name] for name in HEAD_COLUMNS)).where(mine).with_for_update())
        self.move_head = Sql(sa.update(table).where(mine).values(**HEAD_VALUES), as_given=True)

    def subject(self, row_id: str) -> str:
        return f"{self.name}/{row_id}"


def subject_tables(metadata: sa.MetaData = SQLModel.metadata) -> dict[str, sa.Table]:
    """The table of every kind of subject, as far as the rooms are imported: those that keep a head."""
    return {
        KIND_OF_TABLE.get(table.name, table.name): table
        for table in metadata.tables.values()
        if all(name in table.c for name in HEAD_COLUMNS)
    }


def line_at(tx: "ReadTx", last_at: str | None) -> datetime:
    """Now, or the subject's last line if that is later: `at` never decreases, whatever the clock did."""
    return tx.now if last_at is None or last_at <= tx.now_text else parse_instant(last_at)


def head_after(line: Line, line_hash: str, *, move_version: int) -> dict[str, Any]:
    """Driver values for `HEAD_VALUES` once this line stands."""
    return {
        "version": line.version,
        "move_version": move_version,
        "head": line_hash,
        "last_at": instant_text(line.at),
    }


def write_line(tx: "Tx", line: Line) -> str:
    """Insert one line and give its hash; the subject's row is the caller's to move (`head_after`)."""
    row = _row(line)
    tx.sql.add(_ROWS, row)
    return str(row[-1])


def write_lines(tx: "Tx", lines: Iterable[Line]) -> list[str]:
    """Insert many lines at once and give their hashes, in order."""
    rows = [_row(line) for line in lines]
    tx.sql.insert(_ROWS, rows)
    return [row[-1] for row in rows]


def append(
    tx: "Tx",
    kind: SubjectKind,
    row_id: str,
    line_kind: str,
    *,
    actor: ActorRef,
    inputs: Mapping[str, Any] | None = None,
    reason: str | None = None,
    effective_on: date | None = None,
    trigger: str | None = None,
    level: str | None = None,
    ruleset: str | None = None,
) -> Written:
    """Write a line that moves nothing but the head: locks the row, writes, moves the head.

    Raises:
        NotFound: there is no such row.
    """
    head = lock_head(tx, kind, row_id)
    line = Line(
        subject=kind.subject(row_id),
        version=head.version + 1,
        kind=line_kind,
        actor=actor,
        at=line_at(tx, head.last_at),
        trigger=trigger,
        level=level,
        ruleset=ruleset,
        effective_on=effective_on,
        reason=reason,
        inputs=inputs or {},
        rehearsal=tx.rehearsal,
        prev=head.hash,
    )
    line_hash = write_line(tx, line)
    tx.sql.run(kind.move_head, id=row_id, **head_after(line, line_hash, move_version=head.move_version))
    return Written(line.version, line_hash, line.at)


def lock_head(tx: "Tx", kind: SubjectKind, row_id: str) -> Head:
    """The head of a subject's chain, its row locked until the transaction ends.

    Raises:
        NotFound: there is no such row.
    """
    found = tx.sql.one(kind.lock, id=row_id)
    if found is None:
        raise NotFound("subject_unknown", subject=kind.subject(row_id))
    return Head(*found)


def read_lines(rtx: "ReadTx", subject: str) -> list[tuple[str, str]]:
    """A subject's lines with their stored hashes, oldest first."""
    return [(line, line_hash) for line, line_hash in rtx.sql.all(_READ, subject=subject)]


def _row(line: Line) -> tuple[Any, ...]:
    """The row of a line in the order of `_ROWS`."""
    text = line.to_text()
    return (
        line.subject, line.version, line.kind, instant_text(line.at), line.trigger, line.source, line.dest, line.level,
        line.rules, line.ruleset, line.actor.id, line.actor.role, text, sha256(b"\0" + text.encode()).hexdigest(),
    )  # fmt: skip
