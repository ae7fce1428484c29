"""A subject of no room, for tests of core alone: a row with a head and a state, kept in a table of its own."""

from typing import Any

import sqlalchemy as sa

from core.columns import Instant
from core.db import Database, ReadTx, Tx
from core.history import HEAD_VALUES, SubjectKind, append, head_after, line_at, write_line
from core.lines import SYSTEM, ZEROS, Line
from core.sql import Sql

THING = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("move_version", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
)
KIND = SubjectKind("thing", THING)
_INSERT = Sql(sa.insert(THING))
_LOCK = Sql(sa.select(THING).where(THING.c.id == sa.bindparam("id")).with_for_update())
_MOVE = Sql(
    sa.update(THING)
    .where(THING.c.id == sa.bindparam("id"))
    .values(**HEAD_VALUES, state=sa.bindparam("state"))
)
_COUNT = Sql(sa.select(sa.func.count()).select_from(THING))
_MAKE = Sql.raw(
    sqlite="CREATE TABLE thing (id TEXT PRIMARY KEY, version INTEGER NOT NULL, move_version INTEGER NOT NULL,"
    " head TEXT NOT NULL, last_at TEXT NOT NULL, state TEXT NOT NULL)",
    postgresql="CREATE TABLE thing (id TEXT PRIMARY KEY, version INTEGER NOT NULL, move_version INTEGER NOT NULL,"
    " head TEXT NOT NULL, last_at TEXT NOT NULL, state TEXT NOT NULL)",
)


def make_table(db: Database) -> None:
    db.write_now(lambda tx: tx.sql.run(_MAKE), alone=True)


def add(tx: Tx, row_id: str) -> None:
    """A row and its first line."""
    tx.sql.run(_INSERT, id=row_id, version=0, move_version=0, head=ZEROS, last_at=tx.now, state="new")
    append(tx, KIND, row_id, "fact_noted", actor=SYSTEM)


def move(tx: Tx, row_id: str, state: str = "b") -> int:
    """What a transition does: lock, line, state and head in one update."""
    found = tx.sql.one(_LOCK, id=row_id)
    assert found is not None
    _, version, move_version, head, last_at, source = found
    line = Line(
        subject=KIND.subject(row_id),
        version=version + 1,
        kind="transition",
        actor=SYSTEM,
        at=line_at(tx, last_at),
        trigger="go",
        source=source,
        dest=state,
        prev=head,
        rehearsal=tx.rehearsal,
    )
    moved = head_after(line, write_line(tx, line), move_version=move_version + 1)
    tx.sql.run(_MOVE, id=row_id, state=state, **moved)
    return int(moved["move_version"])


def row_of(rtx: ReadTx, row_id: str) -> dict[str, Any]:
    found = rtx.sql.one(_LOCK, id=row_id) if rtx.dialect == "sqlite" else rtx.sql.one(_LOOK, id=row_id)
    assert found is not None
    return dict(zip(THING.c.keys(), found, strict=True))


_LOOK = Sql(sa.select(THING).where(THING.c.id == sa.bindparam("id")))


def count(rtx: ReadTx) -> int:
    return int(rtx.sql.value(_COUNT))
