"""The sweep: found on the instant, marked once, cheap when nothing is due, fast when much is."""

from datetime import datetime

import pytest

from core.clock import StepClock
from core.db import Database
from core.sql import Sql
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import days_left
from states.deadlines.sweep import due, due_reminders, mark_fired, mark_reminded, next_due_at
from tests.states.deadlines.factories import CALENDAR, OFFICER, at, given, item, lines, vn, waiting


@pytest.mark.parametrize(
    ("now", "count"),
    [
        pytest.param("2027-03-31 23:59:59.999999", 0, id="last-instant-in-time"),
        pytest.param("2027-04-01 00:00:00", 1, id="first-instant-too-late"),
    ],
)
def test_a_deadline_is_due_from_the_first_instant_too_late(db: Database, now: str, count: int) -> None:
    given(db, item("2027-03-31"))

    assert len(db.read_now(lambda rtx: due(rtx, vn(now)))) == count


def test_due_deadlines_come_oldest_first_and_no_more_than_asked(db: Database) -> None:
    given(db, item("2027-03-31"), item("2027-02-26"), item("2027-03-05"))

    found = db.read_now(lambda rtx: due(rtx, vn("2027-12-31 00:00:00"), limit=2))

    assert [one.last_day for one in found] == ["2027-02-26", "2027-03-05"]


def test_what_is_due_says_what_to_fire_on_which_subject(db: Database) -> None:
    given(db, item("2027-03-31", code="IDEA_SUPPLEMENT"))

    (found,) = db.read_now(lambda rtx: due(rtx, vn("2027-04-01 00:00:00")))

    assert (found.on_due, found.subject, found.province_code) == ("due_passed", item().subject, "19")


def test_marking_twice_writes_one_line(db: Database, clock: StepClock) -> None:
    ids = given(db, item("2027-03-31"))
    clock.move_to(vn("2027-04-01 00:00:00"))

    counts = [db.write_now(lambda tx: mark_fired(tx, ids)) for _ in range(2)]

    assert counts == [1, 0]
    assert [line["kind"] for line in lines(db, ids[0])] == ["deadline_set", "deadline_fired"]
    assert db.read_now(lambda rtx: due(rtx, vn("2027-12-31 00:00:00"))) == []


def test_a_chain_links_each_line_to_the_one_before(db: Database, clock: StepClock) -> None:
    ids = given(db, item("2027-03-31"))
    clock.move_to(vn("2027-04-01 00:00:00"))
    db.write_now(lambda tx: mark_fired(tx, ids))

    first, second = lines(db, ids[0])

    assert (first["version"], second["version"]) == (1, 2)
    assert first["prev"] == "0" * 64
    assert second["prev"] != first["prev"]


def climb(db: Database, clock: StepClock) -> list[tuple[datetime, str, int]]:
    """Walk the clock from due instant to due instant, as a rehearsal does."""
    told = []
    while (instant := db.read_now(next_due_at)) is not None:
        clock.move_to(max(instant, clock.business_now()))
        now = clock.business_now()
        for reminder in db.read_now(lambda rtx, now=now: due_reminders(rtx, now)):
            db.write_now(lambda tx, reminder=reminder: mark_reminded(tx, [reminder.id]))
            left = days_left(reminder.last_day, reminder.day)
            told.append((now, reminder.kind, left))
        ids = [one.id for one in db.read_now(lambda rtx, now=now: due(rtx, now))]
        db.write_now(lambda tx, ids=ids: mark_fired(tx, ids))
    return told


def test_a_clock_that_steps_tells_each_rung_on_its_instant(db: Database, clock: StepClock) -> None:
    given(db, item("2027-03-26"))

    assert climb(db, clock) == [
        (vn("2027-03-12 08:00:00"), "due_14", 14),
        (vn("2027-03-19 08:00:00"), "due_7", 7),
        (vn("2027-03-23 08:00:00"), "due_3", 3),
        (vn("2027-03-25 08:00:00"), "due_1", 1),
        (vn("2027-03-27 00:00:00"), "overdue", -1),
    ]


def test_a_clock_stopped_for_weeks_loses_and_doubles_nothing(db: Database, clock: StepClock) -> None:
    given(db, item("2027-03-26"))
    clock.move_to(vn("2027-05-01 12:00:00"))

    kinds = [kind for _, kind, _ in climb(db, clock)]

    assert kinds == ["due_14", "due_7", "due_3", "due_1", "overdue"]


def test_a_reminder_is_marked_once_and_brings_up_the_next(db: Database, clock: StepClock) -> None:
    given(db, item("2027-03-26"))
    clock.move_to(vn("2027-03-12 08:00:00"))
    ids = [one.id for one in db.read_now(lambda rtx: due_reminders(rtx, clock.business_now()))]

    counts = [db.write_now(lambda tx: mark_reminded(tx, ids)) for _ in range(2)]

    assert counts == [1, 0]
    assert waiting(db) == [("due_7", "2027-03-19", at("2027-03-19 08:00:00"))]


@pytest.mark.parametrize("index", ["ix_deadline_due", "ix_reminder_due"])
def test_the_sweep_reads_a_partial_index(db: Database, index: str) -> None:
    if db.dialect != "sqlite":
        statement = Sql.raw(
            sqlite="", postgresql="SELECT indexdef FROM pg_indexes WHERE indexname = %(name)s"
        )
    else:
        statement = Sql.raw(sqlite="SELECT sql FROM sqlite_master WHERE name = :name", postgresql="")

    made = db.read_now(lambda rtx: rtx.sql.value(statement, name=index))

    assert "WHERE" in made
    assert "fired_at IS NULL" in made


@pytest.mark.slow
def test_sixty_thousand_deadlines_are_set_in_one_transaction_and_swept_in_bulk(
    db: Database, clock: StepClock
) -> None:
    items = [item("2027-03-31", subject=f"dossier/{number:036d}") for number in range(60_000)]

    db.write_now(lambda tx: set_deadlines(tx, items, OFFICER, calendar=CALENDAR), alone=True)
    clock.move_to(vn("2027-04-01 00:00:00"))
    ids = [one.id for one in db.read_now(lambda rtx: due(rtx, clock.business_now(), limit=5000))]

    assert db.write_now(lambda tx: mark_fired(tx, ids)) == 5000
    assert len(db.read_now(lambda rtx: due(rtx, clock.business_now(), limit=60_000))) == 55_000
