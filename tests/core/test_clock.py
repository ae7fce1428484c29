"""Clocks: forward only, real or rehearsal, and never one on the other's folder."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import Clock, RehearsalClock, StepClock, SystemClock, parse_clock
from core.config import Config
from core.db import Database, open_database
from core.errors import BadInput, Unavailable
from core.house import set_mark, store_clock, stored_clock

START = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)


class Monotonic:
    """The machine's own seconds, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        monkeypatch.setattr("core.clock.time.monotonic", lambda: self.seconds)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    return Monotonic(monkeypatch)


def test_a_rehearsal_runs_at_its_pace(machine: Monotonic) -> None:
    clock = RehearsalClock(START, 3600)

    machine.seconds = 2

    assert clock.business_now() == START + timedelta(hours=2)


def test_a_rehearsal_waits_at_its_ceiling_and_goes_on_from_there(machine: Monotonic) -> None:
    clock = RehearsalClock(START, 3600)
    clock.hold_at(START + timedelta(hours=1))
    machine.seconds = 5
    held = clock.business_now()
    clock.hold_at(None)

    machine.seconds = 6

    assert held == START + timedelta(hours=1)
    assert clock.business_now() == START + timedelta(hours=2)


def test_a_ceiling_that_has_passed_does_not_pull_the_clock_back(machine: Monotonic) -> None:
    clock = RehearsalClock(START, 3600)
    machine.seconds = 1
    clock.hold_at(START)

    machine.seconds = 2

    assert clock.business_now() == START + timedelta(hours=1)


@pytest.mark.parametrize("make", [StepClock, RehearsalClock])
def test_a_rehearsal_moves_forward_only(machine: Monotonic, make: Callable[[datetime], StepClock]) -> None:
    clock = make(START)
    clock.move_to(START + timedelta(days=1))

    with pytest.raises(BadInput) as refused:
        clock.move_to(START)

    assert refused.value.code == "clock_backwards"
    assert clock.business_now() == START + timedelta(days=1)


@pytest.mark.parametrize("make", [StepClock, RehearsalClock])
def test_a_restart_goes_on_where_the_folder_stopped(
    machine: Monotonic, make: Callable[[datetime], StepClock]
) -> None:
    clock = make(START)

    clock.resume(START + timedelta(days=3))
    clock.resume(START - timedelta(days=3))

    assert clock.business_now() == START + timedelta(days=3)


def test_the_texts_of_a_clock_are_read() -> None:
    assert isinstance(parse_clock(None), SystemClock)
    assert isinstance(parse_clock(" "), SystemClock)
    step = parse_clock("2027-01-04T08:00+07:00 step")
    fast = parse_clock("2027-01-04T08:00+07:00 x3600")
    assert isinstance(step, StepClock)
    assert step.business_now() == START
    assert isinstance(fast, RehearsalClock)
    assert fast.factor == 3600


@pytest.mark.parametrize(
    "text",
    [
        "now",
        "2027-01-04T08:00+07:00",
        "2027-01-04T08:00 step",
        "2027-13-04T08:00+07:00 x2",
        "2027-01-04T08:00+07:00 x0",
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_clock(text)

    assert refused.value.code == "clock_unreadable"


def test_the_real_clock_is_aware_and_its_own_wall() -> None:
    now = SystemClock().business_now()

    assert now.tzinfo is UTC
    assert not SystemClock().rehearsal


def test_the_stored_instant_only_grows_and_is_given_back(
    open_db: Callable[[], Database], clock: StepClock
) -> None:
    db = open_db()
    assert db.read_now(stored_clock) is None
    for days in (2, 5, 3):
        db.write_now(lambda tx, days=days: store_clock(tx, START + timedelta(days=days)))  # type: ignore[misc]

    open_db()

    assert db.read_now(stored_clock) == START + timedelta(days=5)
    assert clock.business_now() == START + timedelta(days=5)


def test_the_real_clock_cannot_enter_a_rehearsal_folder(config: Config, db: Database) -> None:
    with pytest.raises(BadInput) as refused:
        open_database(config, SystemClock())

    assert refused.value.code == "house_is_rehearsal"


def test_a_mark_once_set_stays(db: Database) -> None:
    assert db.write_now(lambda tx: set_mark(tx, "rehearsal", "0")) == "1"


def test_a_folder_without_a_database_says_what_to_do(config: Config, clock: Clock) -> None:
    if config.database_url is not None:
        config = Config(config.data_dir, database_url=config.database_url.rsplit("/", 1)[0] + "/postgres")
    else:
        config = Config(config.data_dir / "empty")

    with pytest.raises(Unavailable) as refused:
        open_database(config, clock)

    assert refused.value.code in {"database_not_ready", "database_unreachable"}


class TestRealFolder:
    """The other way round."""

    @pytest.fixture
    def clock(self) -> Clock:
        return SystemClock()

    def test_a_rehearsal_clock_cannot_enter_a_real_folder(self, config: Config, db: Database) -> None:
        assert db.rehearsal is False

        with pytest.raises(BadInput) as refused:
            open_database(config, StepClock(START))

        assert refused.value.code == "house_is_live"
