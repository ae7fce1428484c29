"""Row 3: sixty thousand deadlines for ten thousand subjects, each with its first line and its first reminder.

Ours: ``states.deadlines.set_deadlines``, as opening a cycle calls it. The raw limit writes as many rows of the same tables
from one list: rows spread over the subjects by INSERT ... SELECT, lines hashed in one pass, one transaction. The plain
way adds one object of each table to a session; it is measured on a part and scaled.
"""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from bench import opening_year, raw
from bench.measuring import Figure, Report, in_turns, median_ratio, seconds
from bench.place import Place
from core.columns import instant_text
from core.config import Config
from core.history import History
from core.ids import new_id
from core.lines import ZEROS, Line
from core.tx import Tx
from ocop import schema
from regulations.periods import closes_at
from regulations.settings import DEFAULTS
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.models import Deadline, Reminder
from tests.world import PROVINCE, SYSTEM

SUBJECTS, EACH, PART, ROUNDS = 10_000, 6, 2_000, 3
CODES = (
    "IDEA_WINDOW",
    "PLAN_WINDOW",
    "PRODUCTION_WINDOW",
    "EVALUATION_WINDOW",
    "PROMOTION_WINDOW",
    "YEAR_REPORT",
)
LAST_DAYS = tuple(date(2027, 3, 31) + timedelta(days=30 * place) for place in range(EACH))
AT = "2027-02-20T01:00:00.000000Z"


def measure(report: Report, here: Place, folder: Path) -> None:
    items = _items(SUBJECTS)
    times = in_turns(
        ROUNDS, (lambda: _ours(here, items), lambda: _raw(folder / "raw-open"), lambda: _plain(here))
    )
    ours, limit, plain = times
    scaled = [one * SUBJECTS * EACH / PART for one in plain]
    report.say(
        f"{SUBJECTS * EACH:,} deadlines, lines and reminders: ours {min(ours):.2f} s, raw set-based {min(limit):.2f} s, "
        f"session.add {min(scaled):.1f} s (scaled from {PART:,})"
    )
    report.add(
        Figure(
            "3",
            "opening: our time against the raw set-based time",
            median_ratio(ours, limit),
            2,
            3,
            at_most=True,
        )
    )
    report.add(Figure("3", "opening: SQLModel session.add against ours", median_ratio(scaled, ours), 20, 12))
    opening_year.measure(report, here)


def _items(subjects: int) -> list[NewDeadline]:
    ids = [new_id() for _ in range(subjects)]
    return [
        NewDeadline(
            code=code, subject=f"dossier/{one}", province_code=PROVINCE, last_day=day, due_at=closes_at(day, DEFAULTS),
            rule="window of the plan",
        )
        for one in ids
        for code, day in zip(CODES, LAST_DAYS, strict=True)
    ]  # fmt: skip


def _ours(here: Place, items: list[NewDeadline]) -> float:
    """Written and committed as opening does."""
    return seconds(lambda: here.db.write_now(partial(_set, items=items), alone=True))


def _set(tx: Tx, items: list[NewDeadline]) -> int:
    return len(set_deadlines(tx, items, SYSTEM))


def _plain(here: Place) -> float:
    """One object of each table a deadline, in a session; rolled back, its commit is not counted."""

    def add(tx: Tx, items: list[NewDeadline]) -> None:
        for item in items:
            deadline, line, reminder = _objects(tx, item)
            tx.session.add(deadline)
            tx.session.add(line)
            tx.session.flush()
            tx.session.add(reminder)
        tx.session.flush()

    items = _items(PART // EACH + 1)[:PART]
    return seconds(lambda: here.db.write_now(partial(add, items=items), alone=True))


def _objects(tx: Tx, item: NewDeadline) -> tuple[Deadline, History, Reminder]:
    row_id = new_id()
    line = Line(
        f"deadline/{row_id}",
        1,
        "deadline_set",
        SYSTEM,
        tx.now,
        inputs={"code": item.code, "subject": item.subject},
    )
    text = line.to_text()
    digest = sha256(b"\0" + text.encode()).hexdigest()
    deadline = Deadline(
        id=row_id, version=1, move_version=0, head=digest, last_at=tx.now, code=item.code, subject=item.subject,
        owner_role="producer", province_code=item.province_code, last_day=item.last_day, due_at=item.due_at, rule=item.rule,
        basis="plan", hard=False, created_at=tx.now,
    )  # fmt: skip
    history = History(
        subject=line.subject, version=1, kind=line.kind, at=tx.now, actor_id="system", actor_role="system", line=text,
        hash=digest,
    )  # fmt: skip
    reminder = Reminder(
        id=new_id(), deadline_id=row_id, kind="due_14", day=item.last_day, due_at=item.due_at, rest=[]
    )
    return deadline, history, reminder


_DEADLINES = """
INSERT INTO deadline (id, version, move_version, head, last_at, code, subject, owner_role, province_code, last_day,
                      due_at, rule, basis, hard, created_at)
SELECT s.id, 1, 0, s.hash, :at, k.code, s.subject, 'producer', '19', k.last_day, k.due_at, 'window of the plan',
       'plan', 0, :at
  FROM opening_subject s JOIN opening_kind k ON k.place = s.place
"""
_REMINDERS = """
INSERT INTO reminder (id, deadline_id, kind, day, due_at, rest)
SELECT s.reminder_id, s.id, 'due_14', k.last_day, k.due_at, '[]'
  FROM opening_subject s JOIN opening_kind k ON k.place = s.place
"""


def _raw(folder: Path) -> float:
    """The same rows of the same tables by hand, in a fresh database each time."""
    config = Config(data_dir=folder / new_id())
    schema.upgrade(config)
    ids = [new_id() for _ in range(SUBJECTS)]
    with closing(raw.connect(config.database_file)) as connection:
        return seconds(lambda: _open_raw(connection, ids))


def _open_raw(connection: sqlite3.Connection, subjects: list[str]) -> None:
    execute = connection.execute
    execute(
        "CREATE TEMP TABLE opening_kind (place INTEGER PRIMARY KEY, code TEXT, last_day TEXT, due_at TEXT)"
    )
    execute(
        "CREATE TEMP TABLE opening_subject (id TEXT, reminder_id TEXT, subject TEXT, place INTEGER, hash TEXT)"
    )
    kinds = [
        (place, code, day.isoformat(), instant_text(closes_at(day, DEFAULTS)))
        for place, (code, day) in enumerate(zip(CODES, LAST_DAYS, strict=True))
    ]
    execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO opening_kind VALUES (?, ?, ?, ?)", kinds)
    spread, lines = [], []
    for subject in subjects:
        for place, code, last_day, due_at in kinds:
            row_id = new_id()
            text = json.dumps(
                _line(row_id, code, subject, last_day, due_at), sort_keys=True, separators=(",", ":")
            )
            digest = sha256(b"\0" + text.encode()).hexdigest()
            spread.append((row_id, new_id(), f"dossier/{subject}", place, digest))
            lines.append((f"deadline/{row_id}", AT, text, digest))
    connection.executemany(
        "INSERT INTO history (subject, version, kind, at, actor_id, actor_role, line, hash) "
        "VALUES (?, 1, 'deadline_set', ?, 'system', 'system', ?, ?)",
        lines,
    )
    connection.executemany("INSERT INTO opening_subject VALUES (?, ?, ?, ?, ?)", spread)
    execute(_DEADLINES, {"at": AT})
    execute(_REMINDERS)
    execute("COMMIT")


def _line(row_id: str, code: str, subject: str, last_day: str, due_at: str) -> dict[str, object]:
    inputs = {
        "code": code,
        "subject": f"dossier/{subject}",
        "last_day": last_day,
        "due_at": due_at,
        "hard": False,
    }
    actor = {"id": "system", "role": "system", "via": "clock", "for": None}
    return {
        "v": 1, "subject": f"deadline/{row_id}", "version": 1, "kind": "deadline_set", "trigger": None, "source": None,
        "dest": None, "level": None, "rules": None, "ruleset": None, "actor": actor, "at": AT, "effective_on": None,
        "reason": None, "inputs": inputs, "rehearsal": False, "prev": ZEROS,
    }  # fmt: skip
