"""One subject walked through, as was known and as was lawful."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.replay import replay
from core.db import Database, Tx
from core.errors import BadInput, NotFound
from core.history import write_lines
from core.lines import SYSTEM, Line, leaf_hash

SUBJECT = "thing/1"
DAY = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def told(db: Database) -> Database:
    """Imported on 1 March what had been so since 2025; moved on the 3rd with effect from the 10th."""

    def fn(tx: Tx) -> None:
        first = Line(
            SUBJECT, 1, "imported", SYSTEM, DAY, source="new", dest="valid", effective_on=date(2025, 1, 10)
        )
        second = Line(
            SUBJECT,
            2,
            "transition",
            SYSTEM,
            DAY + timedelta(days=2),
            source="valid",
            dest="expired",
            effective_on=date(2027, 3, 10),
            prev=leaf_hash(first.to_bytes()),
        )
        write_lines(tx, [first, second])

    db.write_now(fn)
    return db


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        pytest.param({}, "expired", id="all"),
        pytest.param({"at": DAY}, "valid", id="known-at-the-instant-itself"),
        pytest.param(
            {"at": DAY + timedelta(days=2) - timedelta(microseconds=1)}, "valid", id="known-just-before"
        ),
        pytest.param({"at": DAY + timedelta(days=2)}, "expired", id="known-after"),
        pytest.param({"effective": date(2025, 1, 10)}, "valid", id="lawful-on-the-first-day"),
        pytest.param({"effective": date(2027, 3, 9)}, "valid", id="lawful-the-day-before"),
        pytest.param({"effective": date(2027, 3, 10)}, "expired", id="lawful-on-the-day"),
    ],
)
def test_a_subject_is_what_its_lines_say(told: Database, asked: dict[str, object], state: str) -> None:
    found = told.read_now(lambda rtx: replay(rtx, SUBJECT, **asked))  # type: ignore[arg-type]

    assert (found.subject, found.replayed.state) == (SUBJECT, state)


@pytest.mark.parametrize(
    "asked",
    [{"at": DAY - timedelta(seconds=1)}, {"effective": date(2025, 1, 9)}],
    ids=["not-known", "not-lawful"],
)
def test_before_its_first_line_there_is_nothing(told: Database, asked: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        told.read_now(lambda rtx: replay(rtx, SUBJECT, **asked))  # type: ignore[arg-type]


def test_an_unknown_subject_is_not_found(told: Database) -> None:
    with pytest.raises(NotFound):
        told.read_now(lambda rtx: replay(rtx, "thing/absent"))


def test_an_instant_and_a_day_together_are_refused(told: Database) -> None:
    with pytest.raises(BadInput):
        told.read_now(lambda rtx: replay(rtx, SUBJECT, at=DAY, effective=date(2027, 1, 1)))
