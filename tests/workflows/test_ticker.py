"""Every instant once, in order, whoever pokes and however late."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from core.clock import RehearsalClock, StepClock
from core.db import Database
from core.errors import Unavailable
from core.jobs import CLOCK, WORKERS, ClockLease, ask, is_ticking, last_tick, latest_runs
from core.sql import Sql
from tests.workflows.conftest import Diary, vn
from workflows import claims
from workflows.claims import RUN_LEASE
from workflows.service import Service
from workflows.ticker import Ticker

RUN = SQLModel.metadata.tables["job_run"]
ALL_RUNS = Sql(
    sa.select(RUN.c.name, RUN.c.due_at, RUN.c.outcome, RUN.c.attempts).order_by(RUN.c.due_at, RUN.c.name)
)
MakeTicker = Callable[..., Ticker]


def test_the_first_poke_runs_repeated_jobs_and_starts_daily_ones_from_here(
    make_ticker: MakeTicker, diary: Diary
) -> None:
    ran = make_ticker().poke()

    assert (ran, diary.ran) == (2, [("sweep", "04 08:00:00"), ("tell", "04 08:00:00")])


def test_a_drill_stops_at_each_due_instant_and_runs_it_in_order(
    make_ticker: MakeTicker, diary: Diary, standing: StepClock
) -> None:
    ticker = make_ticker()
    diary.quiet = {"tell"}

    stops = ticker.step_to(vn("2027-01-05 08:00:00"))

    assert stops == [vn("2027-01-05 00:00:00"), vn("2027-01-05 07:00:00")]
    assert diary.ran == [
        ("sweep", "04 08:00:00"),
        ("sweep", "05 00:00:00"),
        ("midnight", "05 00:00:00"),
        ("sweep", "05 07:00:00"),
        ("morning", "05 07:00:00"),
        ("sweep", "05 08:00:00"),
    ]
    assert standing.business_now() == vn("2027-01-05 08:00:00")


def test_where_a_drill_stands_is_kept_for_the_next_start(
    make_ticker: MakeTicker, open_db: Callable[[], Database], standing: StepClock
) -> None:
    make_ticker().step_to(vn("2027-01-05 08:00:00"))
    standing._now = vn("2027-01-01 00:00:00")

    open_db()

    assert standing.business_now() == vn("2027-01-05 08:00:00")


def test_a_clock_stopped_for_ten_days_loses_and_doubles_nothing(
    make_ticker: MakeTicker, diary: Diary, standing: StepClock
) -> None:
    make_ticker().poke()
    diary.ran.clear()
    standing.move_to(standing.business_now() + timedelta(days=10))

    make_ticker(leads=False).poke()
    make_ticker(leads=False).poke()

    days = [f"{day:02}" for day in range(5, 15)]
    assert [at for name, at in diary.ran if name == "midnight"] == [f"{day} 00:00:00" for day in days]
    assert [at for name, at in diary.ran if name == "morning"] == [f"{day} 07:00:00" for day in days]
    assert [at for name, at in diary.ran if name == "tell"] == ["14 08:00:00"]
    assert [at for _, at in diary.ran] == sorted(at for _, at in diary.ran)


def test_clocks_at_once_run_each_instant_exactly_once(
    make_ticker: MakeTicker, diary: Diary, standing: StepClock, db: Database
) -> None:
    make_ticker(leads=False).poke()
    diary.ran.clear()
    standing.move_to(standing.business_now() + timedelta(days=5))
    done = threading.Event()

    def poke_until_done(ticker: Ticker) -> None:
        while not done.is_set():
            ticker.poke()
            if {("midnight", "09 00:00:00"), ("tell", "09 08:00:00")} <= set(diary.ran):
                done.set()

    clocks = [threading.Thread(target=poke_until_done, args=(make_ticker(leads=False),)) for _ in range(3)]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join(60)

    assert sorted(diary.ran) == sorted(set(diary.ran))
    assert [at for name, at in diary.ran if name == "midnight"] == [
        f"{day:02} 00:00:00" for day in range(5, 10)
    ]
    assert {outcome for _, _, outcome, _ in db.read_now(lambda rtx: rtx.sql.all(ALL_RUNS))} == {"done"}


def test_only_the_leader_ticks_and_another_takes_over_when_it_resigns(
    make_ticker: MakeTicker, diary: Diary
) -> None:
    leader, follower = make_ticker(), make_ticker()

    first = (leader.poke(), follower.poke())
    leader.resign()
    diary.ran.clear()

    assert first == (2, 0)
    assert follower.poke() == 2  # the drill's clock stands, so what waits is done again


def test_a_failing_job_is_recorded_and_the_others_go_on(
    make_ticker: MakeTicker, diary: Diary, standing: StepClock, db: Database
) -> None:
    ticker = make_ticker()
    ticker.poke()
    diary.ran.clear()
    diary.broken = {"midnight"}
    standing.move_to(vn("2027-01-05 00:00:00"))

    ticker.poke()

    assert [name for name, _ in diary.ran] == ["sweep", "midnight", "tell"]
    runs = {run.name: run for run in db.read_now(lambda rtx: latest_runs(rtx, 3))}
    assert (runs["midnight"].outcome, runs["midnight"].error, runs["midnight"].via) == (
        "failed",
        "RuntimeError",
        "plain",
    )
    assert (runs["tell"].outcome, runs["tell"].result) == ("done", {"written": 1})


def test_a_repeated_job_with_nothing_to_do_leaves_no_row(
    make_ticker: MakeTicker, diary: Diary, db: Database
) -> None:
    diary.quiet = {"sweep", "tell"}

    assert (make_ticker().poke(), db.read_now(latest_runs)) == (0, [])


def test_a_request_is_taken_once_however_often_it_was_made(
    make_ticker: MakeTicker, diary: Diary, db: Database
) -> None:
    ticker = make_ticker()
    ticker.poke()
    diary.ran.clear()
    diary.quiet = {"sweep", "tell"}
    for _ in range(3):
        db.write_now(lambda tx: ask(tx, "midnight"))

    ran = (ticker.poke(), ticker.poke())

    assert (ran, diary.ran) == ((1, 0), [("midnight", "04 08:00:00")])


def test_a_request_for_an_unknown_job_is_answered_and_stops_nothing(
    make_ticker: MakeTicker, diary: Diary, db: Database
) -> None:
    db.write_now(lambda tx: ask(tx, "nonsense"))

    make_ticker().poke()

    assert {run.name: (run.outcome, run.error) for run in db.read_now(latest_runs)} == {
        "nonsense": ("failed", "job_unknown"),
        "sweep": ("done", None),
        "tell": ("done", None),
    }


@pytest.fixture
def died(make_ticker: MakeTicker, diary: Diary, standing: StepClock, db: Database) -> Any:
    """A clock that was killed in the middle of the midnight run, its lease long over."""
    make_ticker().poke()
    diary.ran.clear()
    diary.quiet = {"sweep", "tell"}
    standing.move_to(vn("2027-01-05 00:00:00"))
    claimed = db.write_now(lambda tx: claims.claim(tx, "midnight", standing.business_now(), "dead"))
    assert claimed is not None
    return claimed


def expire(db: Database, run_id: str, attempts: int = 1) -> None:
    statement = Sql(
        sa.update(RUN)
        .where(RUN.c.id == sa.bindparam("run_id"))
        .values(
            expires_at=sa.bindparam("at", type_=RUN.c.expires_at.type),
            attempts=sa.bindparam("tried", type_=sa.Integer),
        )
    )
    db.write_now(
        lambda tx: tx.sql.run(statement, run_id=run_id, at=tx.clock.wall_now() - RUN_LEASE, tried=attempts)
    )


def test_a_run_whose_clock_died_is_left_alone_until_its_lease_is_over(
    make_ticker: MakeTicker, diary: Diary, died: Any
) -> None:
    assert (make_ticker(leads=False).poke(), diary.ran) == (0, [])


def test_a_run_whose_clock_died_is_taken_over_and_run_again(
    make_ticker: MakeTicker, diary: Diary, died: Any, db: Database
) -> None:
    expire(db, died.run_id)

    make_ticker(leads=False).poke()
    make_ticker(leads=False).poke()

    assert diary.ran == [("midnight", "05 00:00:00")]
    assert [(row[0], row[2], row[3]) for row in db.read_now(lambda rtx: rtx.sql.all(ALL_RUNS))][-1] == (
        "midnight",
        "done",
        2,
    )


def test_a_run_that_kills_its_clock_again_and_again_is_given_up(
    make_ticker: MakeTicker, diary: Diary, died: Any, db: Database
) -> None:
    expire(db, died.run_id, attempts=3)

    make_ticker(leads=False).poke()

    assert diary.ran == []
    assert db.read_now(lambda rtx: latest_runs(rtx, 1))[0].error == "abandoned"


def test_a_clock_that_lost_its_run_cannot_record_it(died: Any, db: Database) -> None:
    expire(db, died.run_id)
    db.write_now(lambda tx: claims.take_over(tx, died.run_id, "other"))

    assert db.write_now(lambda tx: claims.finish(tx, died, claims.Ended("done", "plain"))) is False


def test_no_later_run_of_a_job_overtakes_one_that_is_still_alive(
    make_ticker: MakeTicker, diary: Diary, died: Any, standing: StepClock, db: Database
) -> None:
    standing.move_to(vn("2027-01-06 00:00:00"))

    make_ticker(leads=False).poke()
    before = list(diary.ran)
    expire(db, died.run_id)
    make_ticker(leads=False).poke()

    assert before == [("morning", "05 07:00:00")]
    assert diary.ran == [*before, ("midnight", "05 00:00:00"), ("midnight", "06 00:00:00")]


def test_a_long_run_keeps_its_claim_while_its_clock_lives(
    make_ticker: MakeTicker, died: Any, db: Database
) -> None:
    expire(db, died.run_id)

    renewed = db.write_now(lambda tx: claims.renew(tx, "dead"))

    assert (renewed, db.read_now(claims.outlook).stale) == (1, ())


def test_the_tick_is_seen_by_whoever_asks_whether_the_clock_lives(
    make_ticker: MakeTicker, db: Database
) -> None:
    before = db.read_now(last_tick)
    make_ticker().poke()

    ticked = db.read_now(last_tick)

    assert before is None
    assert ticked is not None


@pytest.mark.parametrize(
    ("name", "silent", "alive"),
    [
        pytest.param(CLOCK, timedelta(minutes=2), True, id="a-clock-two-minutes-ago"),
        pytest.param(CLOCK, timedelta(minutes=2, seconds=1), False, id="a-clock-longer-ago"),
        pytest.param(WORKERS, timedelta(minutes=12), True, id="workers-twelve-minutes-ago"),
        pytest.param(WORKERS, timedelta(minutes=12, seconds=1), False, id="workers-longer-ago"),
    ],
)
def test_somebody_fires_deadlines_while_each_comes_round_at_its_own_pace(
    db: Database, monkeypatch: pytest.MonkeyPatch, name: str, silent: timedelta, alive: bool
) -> None:
    wall = db.read_now(lambda rtx: rtx.clock.wall_now())
    row = {"name": name, "holder": "one", "expires_at": wall, "ticked_at": wall}
    db.write_now(lambda tx: tx.session.add(ClockLease(**row)))
    monkeypatch.setattr(StepClock, "wall_now", lambda _: wall + silent)

    assert db.read_now(is_ticking) is alive


def test_a_fast_clock_never_runs_past_the_next_due_instant(
    make_ticker: MakeTicker, service: Service, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    monkeypatch.setattr("core.clock.time.monotonic", lambda: seconds[0])
    fast = RehearsalClock(vn("2027-01-04 23:59:00"), factor=86400)
    hurried = Service(service.db, fast, service.config)
    ticker = make_ticker(service=hurried)
    ticker.poke()
    diary.ran.clear()
    diary.quiet = {"sweep", "tell"}

    seconds[0] += 10.0
    held_at = fast.business_now()
    ticker.poke()
    seconds[0] += 10.0

    assert held_at == vn("2027-01-05 00:00:00")
    assert diary.ran == [("midnight", "05 00:00:00")]
    assert fast.business_now() == vn("2027-01-05 07:00:00")


def test_a_second_poke_at_the_same_time_does_nothing(make_ticker: MakeTicker) -> None:
    ticker = make_ticker()

    with ticker._lock:
        assert ticker.poke() == 0


def test_a_drill_does_not_go_on_while_another_clock_leads(
    make_ticker: MakeTicker, diary: Diary, standing: StepClock
) -> None:
    make_ticker().poke()
    diary.ran.clear()

    with pytest.raises(Unavailable) as refusal:
        make_ticker().step_to(vn("2027-01-05 08:00:00"))

    assert (refusal.value.code, diary.ran) == ("another_clock_leads", [])
    assert standing.business_now() == vn("2027-01-04 08:00:00")
