"""Lines and heads, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import StepClock
from core.db import Database, Tx
from core.errors import NotFound
from core.history import COPIED, HISTORY, append, read_lines, write_lines
from core.lines import SYSTEM, ZEROS, ActorRef, Line, leaf_hash, parse_line
from core.sql import Sql
from tests.core.subjects import KIND, add, make_table, move, row_of

ROWS = Sql(sa.select(HISTORY).order_by(HISTORY.c.subject, HISTORY.c.version))
PERSON = ActorRef("account/0191", "commune", "web", acting_for="account/0192")


@pytest.fixture
def thing(db: Database) -> str:
    make_table(db)
    db.write_now(lambda tx: add(tx, "t1"))
    return "t1"


def test_lines_form_a_chain_and_the_row_keeps_its_head(db: Database, thing: str) -> None:
    db.write_now(lambda tx: move(tx, thing))
    written = db.write_now(
        lambda tx: append(tx, KIND, thing, "file_added", actor=PERSON, reason="Đủ hồ sơ", inputs={"size": 3})
    )

    lines = db.read_now(lambda rtx: read_lines(rtx, "thing/t1"))
    row = db.read_now(lambda rtx: row_of(rtx, thing))
    assert [leaf_hash(text.encode()) for text, _ in lines] == [line_hash for _, line_hash in lines]
    assert [parse_line(text).prev for text, _ in lines] == [ZEROS, lines[0][1], lines[1][1]]
    assert (row["version"], row["move_version"], row["head"], row["state"]) == (3, 1, lines[2][1], "b")
    assert (written.version, written.hash) == (3, lines[2][1])
    last = parse_line(lines[2][0])
    assert (last.actor, last.reason, last.inputs, last.rehearsal) == (PERSON, "Đủ hồ sơ", {"size": 3}, True)


def test_the_copied_columns_repeat_the_line(db: Database, thing: str) -> None:
    db.write_now(lambda tx: move(tx, thing))

    for row in db.read_now(lambda rtx: rtx.sql.all(ROWS)):
        stored = dict(zip(HISTORY.c.keys(), row, strict=True))
        line = parse_line(stored["line"])
        assert {name: stored[name] for name in COPIED if name != "at"} == {
            name: getattr(line, name) for name in COPIED if name != "at"
        }
        assert stored["at"] in stored["line"]
        assert (stored["actor_id"], stored["actor_role"]) == (line.actor.id, line.actor.role)


def test_time_never_runs_backwards_within_a_subject(db: Database, thing: str, clock: StepClock) -> None:
    clock._now += timedelta(days=2)
    late = db.write_now(lambda tx: append(tx, KIND, thing, "fact_noted", actor=SYSTEM)).at
    clock._now -= timedelta(days=1)

    after = db.write_now(lambda tx: append(tx, KIND, thing, "fact_noted", actor=SYSTEM)).at

    assert after == late


def test_what_is_not_there_has_no_history(db: Database, thing: str) -> None:
    with pytest.raises(NotFound) as refused:
        db.write_now(lambda tx: append(tx, KIND, "absent", "fact_noted", actor=SYSTEM))

    assert refused.value.params == {"subject": "thing/absent"}


@pytest.mark.parametrize("count", [3, 300])
def test_many_lines_at_once_equal_single_ones(db: Database, count: int) -> None:
    def fn(tx: Tx) -> list[str]:
        return write_lines(
            tx,
            [Line(f"thing/{n:04}", 1, "fact_noted", SYSTEM, tx.now, inputs={"n": n}) for n in range(count)],
        )

    hashes = db.write_now(fn, alone=True)

    assert [row[-1] for row in db.read_now(lambda rtx: rtx.sql.all(ROWS))] == hashes


def test_two_lines_with_one_version_cannot_be(db: Database) -> None:
    line = Line("thing/1", 1, "fact_noted", SYSTEM, db.clock.business_now())
    db.write_now(lambda tx: write_lines(tx, [line]))

    with pytest.raises(Exception, match=r"(?i)unique"):
        db.write_now(lambda tx: write_lines(tx, [line]))
