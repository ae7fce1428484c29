"""The raw limit of one transition: five hand-written statements on the bare driver, on lean tables.

A guard read, the new state, a history row with a chained SHA-256 over a line of the usual size, an outbox row, and a
commit of its own with the same durability as ours. No rights, no rules, no facts but one.
"""

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

STATES = ("idea.draft", "idea.submitted", "idea.screened", "idea.accepted", "plan.drafting", "plan.submitted")
TABLES = """
CREATE TABLE subject (id TEXT PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL, head TEXT NOT NULL,
                      due_at TEXT NOT NULL);
CREATE TABLE history (subject TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
                      source TEXT, dest TEXT, actor TEXT NOT NULL, line TEXT NOT NULL, hash TEXT NOT NULL,
                      PRIMARY KEY (subject, version));
CREATE TABLE outbox (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, version INTEGER NOT NULL);
"""
AT = "2027-02-20T01:00:00.000000Z"
ACTOR = {"id": "account/01a4e3c2-7d7f-7d0e-b6a5-0d3a5c1f2e4b", "role": "commune", "via": "api", "for": None}

Call: TypeAlias = Callable[[str], None]


def database(path: Path, subjects: int) -> list[str]:
    """The lean tables with so many subjects in their first state."""
    ids = [str(uuid.uuid4()) for _ in range(subjects)]
    with closing(connect(path)) as connection:
        connection.executescript(TABLES)
        rows = [(one, STATES[0], 0, "0" * 64, "2027-03-31T17:00:00.000000Z") for one in ids]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO subject VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    return ids


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 60000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def transition(connection: sqlite3.Connection, subject: str) -> None:
    """One transition, committed."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    state, version, head, due_at = execute(
        "SELECT state, version, head, due_at FROM subject WHERE id = ?", (subject,)
    ).fetchone()
    if due_at <= AT:
        raise RuntimeError("too late")
    dest, version = STATES[(STATES.index(state) + 1) % len(STATES)], version + 1
    line = json.dumps(_line(subject, version, state, dest, head), sort_keys=True, separators=(",", ":"))
    digest = sha256(b"\0" + line.encode()).hexdigest()
    execute(
        "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (subject, version, "transition", AT, state, dest, ACTOR["id"], line, digest),
    )
    execute(
        "UPDATE subject SET state = ?, version = ?, head = ? WHERE id = ?", (dest, version, digest, subject)
    )
    execute("INSERT INTO outbox (subject, version) VALUES (?, ?)", (subject, version))
    execute("COMMIT")


def _line(subject: str, version: int, source: str, dest: str, prev: str) -> dict[str, object]:
    return {
        "v": 1, "subject": f"dossier/{subject}", "version": version, "kind": "transition", "trigger": "next",
        "source": source, "dest": dest, "level": "commune", "rules": "dossier/1", "ruleset": None, "actor": ACTOR,
        "at": AT, "effective_on": None, "reason": None, "inputs": {"now": AT}, "rehearsal": True, "prev": prev,
    }  # fmt: skip


def alone(path: Path, ids: Sequence[str]) -> float:
    """Seconds for one transition of each subject, one after the other."""
    with closing(connect(path)) as connection:
        begun = time.perf_counter()
        for subject in ids:
            transition(connection, subject)
        return time.perf_counter() - begun


def behind_a_lock(path: Path, ids: Sequence[str], callers: int) -> tuple[float, list[float]]:
    """One connection, one commit each, callers waiting for a lock; seconds in all and of each call."""
    lock = threading.Lock()
    with closing(connect(path)) as connection:

        def call(subject: str) -> None:
            with lock:
                transition(connection, subject)

        return _crowd(callers, ids, lambda: call)


def own_connections(path: Path, ids: Sequence[str], callers: int) -> tuple[float, list[float]]:
    """A connection per caller, left to SQLite's own waiting."""
    made: list[sqlite3.Connection] = []

    def opened() -> Call:
        connection = connect(path)
        made.append(connection)
        return lambda subject: transition(connection, subject)

    try:
        return _crowd(callers, ids, opened)
    finally:
        for connection in made:
            connection.close()


def _crowd(callers: int, ids: Sequence[str], opened: Callable[[], Call]) -> tuple[float, list[float]]:
    shares = [ids[place::callers] for place in range(callers)]
    start = threading.Barrier(callers + 1)

    def caller(share: Sequence[str]) -> list[float]:
        call, waits = opened(), []
        start.wait()
        for subject in share:
            begun = time.perf_counter()
            call(subject)
            waits.append(time.perf_counter() - begun)
        return waits

    with ThreadPoolExecutor(callers) as pool:
        running = [pool.submit(caller, share) for share in shares]
        start.wait()
        begun = time.perf_counter()
        waits = [wait for future in running for wait in future.result()]
        return time.perf_counter() - begun, waits
