"""Places in the log: gap-free, in a subject's order, whoever writes and whoever numbers."""

import threading
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa

from core.db import Database
from core.history import HISTORY, LOG_ENTRY, UNSEQUENCED
from core.sequencer import Sequencer, sequence, sequence_all, waiting
from core.sql import Sql
from tests.core.subjects import add, make_table, move

LOG = Sql(sa.select(LOG_ENTRY).order_by(LOG_ENTRY.c.seq))
HASHES = Sql(sa.select(HISTORY.c.subject, HISTORY.c.version, HISTORY.c.hash))
LEFT = Sql(sa.select(sa.func.count()).select_from(UNSEQUENCED))


def check_whole(db: Database, lines: int) -> None:
    log = db.read_now(lambda rtx: rtx.sql.all(LOG))
    assert [row[0] for row in log] == list(range(lines))
    assert {row[1:] for row in log} == set(db.read_now(lambda rtx: rtx.sql.all(HASHES)))
    seen: dict[str, int] = {}
    for _, subject, version, _ in log:
        assert version == seen.get(subject, 0) + 1
        seen[subject] = version
    assert db.read_now(lambda rtx: rtx.sql.value(LEFT)) == 0


def test_lines_get_their_places_in_order(db: Database) -> None:
    make_table(db)
    db.write_now(lambda tx: add(tx, "a"))
    db.write_now(lambda tx: add(tx, "b"))
    db.write_now(lambda tx: move(tx, "a"))

    assert db.read_now(waiting)
    assert db.write_now(lambda tx: sequence(tx, 2)) == 2
    assert db.write_now(sequence) == 1
    assert db.write_now(sequence) == 0

    check_whole(db, 3)


def test_writers_and_two_sequencers_at_once_leave_no_gap(open_db: Callable[[], Database]) -> None:
    one, two = open_db(), open_db()
    make_table(one)
    for n in range(4):
        one.write_now(partial(add, row_id=f"s{n}"))
    sequencers = [Sequencer(one), Sequencer(two)]
    for sequencer in sequencers:
        sequencer.start()

    def write(db: Database, thing: str) -> None:
        for _ in range(20):
            db.write_now(lambda tx: move(tx, thing))

    writers = [threading.Thread(target=write, args=((one, two)[n % 2], f"s{n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    for sequencer in sequencers:
        sequencer.close()
    sequence_all(one)

    check_whole(one, 84)


def test_the_sequencer_is_woken_by_a_commit(db: Database) -> None:
    make_table(db)
    sequencer = Sequencer(db, look_every_seconds=3600)
    numbered = threading.Event()
    sequencer.start()
    db.on_commit(lambda: numbered.set() if not db_waiting(db) else None)

    db.write_now(lambda tx: add(tx, "a"))

    assert numbered.wait(10)
    sequencer.close()
    check_whole(db, 1)


def db_waiting(db: Database) -> bool:
    answer: list[bool] = []
    looker = threading.Thread(target=lambda: answer.append(db.read_now(waiting)))
    looker.start()
    looker.join()
    return answer[0]
