"""Row 4: a hundred thousand due reminders told of, and a sweep that finds nothing due.

Ours: ``notifications.reminders``, five thousand a transaction: texts in words, an outbox row and an inbox entry for each
person, the next rung of each ladder. The raw ones write an outbox row and mark the reminder on lean tables: by one
INSERT ... SELECT, and by a Jinja2 text with ``executemany``, which is the limit that is required. A third one, shown
beside it, writes as many rows as ours does: by the same Jinja2 text, with inbox entry and next rung.
"""

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from functools import partial
from pathlib import Path

import jinja2

from bench import raw
from bench.measuring import Figure, Report, in_turns, percentile, seconds
from bench.place import Place, ideas
from core.tx import Tx
from notifications.reminders import plan_due_reminders
from registry.roles import Role
from regulations.periods import closes_at
from regulations.settings import DEFAULTS
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.sweep import due_reminders
from tests.world import PROVINCE, SYSTEM

DUE, DOSSIERS, BATCH, IDLE_LOOKS = 100_000, 10_000, 5_000, 200
LAST_DAY = date(2027, 3, 31)
REMINDED_AT = datetime.fromisoformat("2027-03-17T08:00:00+07:00")
TEXT = (
    "Còn 14 ngày để nộp hồ sơ {{ code }} ({{ name }}). Hạn cuối hết ngày {{ day }}. Còn thiếu {{ gaps }} mục."
)
TABLES = """
CREATE TABLE deadline (id TEXT PRIMARY KEY, due_at TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
                       account TEXT NOT NULL, fired_at TEXT);
CREATE INDEX ix_due ON deadline (due_at) WHERE fired_at IS NULL;
CREATE TABLE outbox (id TEXT PRIMARY KEY, cause TEXT NOT NULL, recipient TEXT NOT NULL, kind TEXT NOT NULL,
                     body TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (cause, recipient, kind));
CREATE TABLE inbox (id TEXT PRIMARY KEY, account TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX ix_inbox ON inbox (account, id);
"""
NOW, LATER = "2027-03-17T01:00:00.000000Z", "2027-03-24T01:00:00.000000Z"
_FOUND = "SELECT id, code, name, account FROM deadline WHERE due_at <= ? AND fired_at IS NULL LIMIT ?"
_PUT = "INSERT INTO outbox VALUES (?, ?, ?, 'due_14', ?, ?) ON CONFLICT DO NOTHING"


def measure(report: Report, here: Place, folder: Path) -> None:
    idle = _idle(here)
    _fill(here)
    here.clock.move_to(REMINDED_AT)
    ours = seconds(lambda: _ours(here))
    works = [partial(_raw, folder / "raw-sweep", how) for how in (_set_based, _by_jinja, _as_many_rows)]
    set_based, by_jinja, as_many = (min(times) for times in in_turns(2, works))
    report.say(
        f"{DUE:,} due: ours {ours:.1f} s, INSERT ... SELECT {set_based:.2f} s, Jinja2 with executemany {by_jinja:.2f} s, "
        f"with as many rows as ours {as_many:.2f} s; nothing due: {idle * 1000:.3f} ms"
    )
    report.add(Figure("4", "sweep: our time against the Jinja2 loop", ours / by_jinja, 1.5, 2, at_most=True))
    report.add(Figure("4", "sweep: our time against the Jinja2 loop with as many rows", ours / as_many))
    report.add(Figure("4", "sweep: our time against INSERT ... SELECT", ours / set_based))
    report.add(Figure("4", "nothing due, 99 of 100 within", idle * 1000, 1, 1, at_most=True, unit=" ms"))


def _idle(here: Place) -> float:
    """A look in a read, as the sweep makes it before it writes anything."""
    looks = [
        seconds(lambda: here.db.read_now(lambda tx: due_reminders(tx, tx.now))) for _ in range(IDLE_LOOKS)
    ]
    return percentile(looks, 0.99)


def _fill(here: Place) -> None:
    """Each dossier owes one thing, then each of them another: no two of a batch are told in the same words."""
    dossiers = ideas(here, DOSSIERS)
    producer_id = here.actor(Role.PRODUCER).appointments[0].producer_id
    items = [
        NewDeadline(
            code="BATCH1_FILE", subject=f"dossier/{dossier_id}", dossier_id=dossier_id, producer_id=producer_id,
            commune_code=here.world.commune, province_code=PROVINCE, last_day=LAST_DAY,
            due_at=closes_at(LAST_DAY, DEFAULTS), rule="window of the plan",
        )
        for dossier_id in dossiers
    ]  # fmt: skip
    batches = [items[start : start + BATCH] for start in range(0, DOSSIERS, BATCH)]
    for batch in batches * (DUE // DOSSIERS):
        here.db.write_now(partial(_owe, items=batch), alone=True)


def _owe(tx: Tx, items: list[NewDeadline]) -> int:
    return len(set_deadlines(tx, items, SYSTEM))


def _ours(here: Place) -> int:
    def tell(tx: Tx) -> int:
        return plan_due_reminders(tx, tx.now, BATCH)

    told = 0
    while count := here.db.write_now(tell, alone=True):
        told += count
    if told < DUE:
        raise RuntimeError(f"only {told} reminders were due")
    return told


def _raw(folder: Path, how: Callable[[sqlite3.Connection], None]) -> float:
    folder.mkdir(exist_ok=True)
    with closing(raw.connect(folder / f"{uuid.uuid4()}.db")) as connection:
        connection.executescript(TABLES)
        rows = [
            (str(uuid.uuid4()), "2027-03-17", "27-05500-0001", "Chè tôm nõn", "account") for _ in range(DUE)
        ]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO deadline VALUES (?, ?, ?, ?, ?, NULL)", rows)
        connection.execute("COMMIT")
        return seconds(lambda: how(connection))


def _set_based(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO outbox SELECT lower(hex(randomblob(16))), 'deadline/' || id, account, 'due_14', code || name, ? "
        "FROM deadline WHERE due_at <= ? AND fired_at IS NULL ON CONFLICT DO NOTHING",
        (NOW, NOW),
    )
    connection.execute("UPDATE deadline SET fired_at = ? WHERE due_at <= ? AND fired_at IS NULL", (NOW, NOW))
    connection.execute("COMMIT")


def _as_many_rows(connection: sqlite3.Connection) -> None:
    """The same with an inbox entry for each notice and the reminder that comes after each."""
    _by_jinja(connection, whole=True)


def _by_jinja(connection: sqlite3.Connection, *, whole: bool = False) -> None:
    render = jinja2.Environment(autoescape=False).from_string(TEXT).render
    while rows := connection.execute(_FOUND, (NOW, BATCH)).fetchall():
        connection.execute("BEGIN IMMEDIATE")
        told = [
            (
                str(uuid.uuid4()),
                f"deadline/{one}",
                account,
                render(code=code, name=name, day="thứ Tư, 31/03/2027", gaps=3),
                NOW,
            )
            for one, code, name, account in rows
        ]
        connection.executemany(_PUT, told)
        connection.executemany(
            "UPDATE deadline SET fired_at = ? WHERE id = ?", [(NOW, row[0]) for row in rows]
        )
        if whole:
            entries = [(one, account, "Còn 14 ngày", body, NOW) for one, _, account, body, _ in told]
            connection.executemany("INSERT INTO inbox VALUES (?, ?, ?, ?, ?)", entries)
            after = [(str(uuid.uuid4()), LATER, *row[1:]) for row in rows]
            connection.executemany("INSERT INTO deadline VALUES (?, ?, ?, ?, ?, NULL)", after)
        connection.execute("COMMIT")
