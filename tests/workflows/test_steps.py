"""What the jobs do, on real rows: a cycle asked for and opened, its days, certificates, faults, the log."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core import jobs
from core.clock import StepClock
from core.columns import instant_text
from core.config import Config
from core.db import Database
from core.history import HISTORY
from core.sequencer import sequence_all
from core.sql import Sql
from registry.roles import Role
from registry.tables import table
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE
from states.deadlines.entries import DEADLINE
from states.outcomes.recognitions import Recognition
from tests.registry.factories import a_right, an_account
from tests.states.cycle.factories import ILLUSTRATIVE, digest_of, opened, plan_text, seed
from tests.states.deadlines.factories import given as given_deadlines
from tests.states.deadlines.factories import item
from tests.workflows.conftest import vn
from workflows.runner import Runner
from workflows.schedule import TIMETABLE, Every
from workflows.service import Service
from workflows.steps import LOOKS, STEPS
from workflows.steps.faults import FIRST_WAIT
from workflows.ticker import Ticker

REQUEST = table(jobs.JobRequest)
FAULT = table(jobs.JobFault)


class Drill(StepClock):
    """A step clock with a wall of its own."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.wall = datetime(2026, 11, 23, tzinfo=UTC)

    def wall_now(self) -> datetime:
        return self.wall


@pytest.fixture
def clock() -> Drill:
    return Drill(datetime.fromisoformat("2027-01-04T08:00:00+07:00"))


@pytest.fixture
def house(db: Database, clock: Drill, config: Config) -> Service:
    seed(db)
    return Service(db, clock, config)


def rows(service: Service, source: sa.Table, *columns: str, **where: Any) -> list[tuple[Any, ...]]:
    chosen = [sa.type_coerce(source.c[name], sa.Text) for name in columns]
    statement = sa.select(*chosen).where(*(source.c[name] == value for name, value in where.items()))
    return service.db.read_now(lambda rtx: rtx.sql.all(Sql(statement.order_by(*chosen))))


def run(service: Service, name: str, now: datetime | None = None) -> dict[str, Any]:
    return STEPS[name](service, now or service.clock.business_now())


def waits(service: Service, name: str) -> bool:
    return service.db.read_now(lambda rtx: LOOKS[name](rtx, rtx.now))


# ---- a requested opening


def ask_to_open(service: Service, **changed: object) -> None:
    officer = an_account(service.db, "Cán bộ tỉnh")
    a_right(service.db, officer, Role.PROVINCE_UNIT, "19")
    text = plan_text()
    wish = {
        "plan": text,
        "filename": ILLUSTRATIVE,
        "digest": digest_of(service.db, text),
        "account_id": officer,
        "via": "api",
    }
    service.db.write_now(lambda tx: jobs.ask(tx, "open_cycle", wish | changed))


def answers(service: Service) -> list[Any]:
    return [row[0] for row in rows(service, REQUEST, "result")]


def test_a_cycle_asked_for_is_opened_once(house: Service) -> None:
    ask_to_open(house)

    waited, found, again = waits(house, "open_cycle"), run(house, "open_cycle"), run(house, "open_cycle")

    ((cycle_id, state),) = rows(house, CYCLE_TABLE, "id", "state")
    assert (waited, waits(house, "open_cycle")) == (True, False)
    assert found == {"opened": 1, "refused": 0, "skipped": 0}
    assert again == {"opened": 0, "refused": 0, "skipped": 0}
    assert state == "open"
    assert cycle_id in answers(house)[0]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"digest": "0" * 64}, "preview_outdated", id="another-digest"),
        pytest.param({"plan": "province: ["}, "plan_invalid", id="a-broken-plan"),
        pytest.param({"account_id": None}, "opening_incomplete", id="nobody-asks"),
    ],
)
def test_a_refused_opening_is_answered_and_writes_nothing(
    house: Service, changed: dict[str, object], code: str
) -> None:
    ask_to_open(house, **changed)

    assert run(house, "open_cycle") == {"opened": 0, "refused": 1, "skipped": 0}
    assert rows(house, CYCLE_TABLE, "id") == []
    assert f'"code":"{code}"' in answers(house)[0]
    assert not waits(house, "open_cycle")


# ---- deadlines


def fired(service: Service) -> list[tuple[Any, ...]]:
    """Code, first instant too late and instant of firing of what is due by now."""
    now = instant_text(service.clock.business_now())
    return [row for row in rows(service, DEADLINE, "code", "due_at", "fired_at") if row[1] <= now]


def test_a_drill_fires_each_deadline_at_its_own_instant(house: Service) -> None:
    opened(house.db, plan_text())

    Ticker(house, Runner(house)).step_to(vn("2027-01-24 00:00:00"))

    due = fired(house)
    assert due
    assert [row for row in due if row[1] != row[2]] == []
    assert rows(house, FAULT, "name", "subject", "error") == []


def test_a_clock_that_comes_late_fires_everything_and_opens_and_closes_intakes(
    house: Service, clock: Drill
) -> None:
    opened(house.db, plan_text())
    ticker = Ticker(house, Runner(house))
    clock.move_to(vn("2027-04-20 08:00:00"))
    ticker.poke()
    clock.move_to(vn("2027-05-05 00:00:00"))

    ticker.poke()

    ran = house.db.read_now(lambda rtx: jobs.latest_runs(rtx, 5000))
    assert len(fired(house)) > 4
    assert [row for row in fired(house) if row[2] is None] == []
    ((batch_id, state),) = rows(house, BATCH_TABLE, "id", "state", level="province", number=1)
    moved = rows(house, HISTORY, "version", "trigger", subject=f"batch/{batch_id}", kind="transition")
    assert (state, [trigger for _, trigger in moved]) == (
        "decided",  # nobody filed anything
        ["plan_batch", "open_intake", "close_intake", "decide_empty"],
    )
    assert [run.outcome for run in ran if run.name == "certificate_watch"] == ["done"] * 15
    assert {run.outcome for run in ran} == {"done"}


def test_a_bad_row_is_recorded_skipped_and_tried_again_later(house: Service, clock: Drill) -> None:
    given_deadlines(house.db, item("2027-01-05"))
    bad = given_deadlines(
        house.db, item("2027-01-05", code="EXPIRY", subject="certificate/nowhere", rungs=())
    )[0]
    clock.move_to(vn("2027-01-06 00:00:00"))

    first, second = run(house, "sweep_deadlines"), run(house, "sweep_deadlines")
    waiting = waits(house, "sweep_deadlines")
    clock.wall += FIRST_WAIT + timedelta(seconds=1)
    third = run(house, "sweep_deadlines")

    assert first == {"intakes_opened": 0, "noted": 1, "moved": 0, "skipped": 1}
    assert second == {"intakes_opened": 0, "noted": 0, "moved": 0, "skipped": 0}
    assert (waiting, third["skipped"]) == (False, 1)
    (fault,) = house.db.read_now(jobs.faults)
    assert (fault.name, fault.subject, fault.error, fault.attempts) == (
        "sweep_deadlines",
        bad,
        "subject_not_found",
        2,
    )
    assert [row[1] is None for row in rows(house, DEADLINE, "code", "fired_at")] == [False, True]


def test_a_set_that_fails_goes_row_by_row_and_only_the_bad_row_is_left(
    house: Service, clock: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.steps import sweeping

    ids = given_deadlines(house.db, *(item("2027-01-05") for _ in range(3)))
    clock.move_to(vn("2027-01-06 00:00:00"))
    whole = sweeping.mark_fired

    def breaks_on_the_second(tx: Any, batch: Any) -> int:
        if ids[1] in batch:
            raise ValueError("a bad row")
        return whole(tx, batch)

    monkeypatch.setattr(sweeping, "mark_fired", breaks_on_the_second)

    found = run(house, "sweep_deadlines")

    left = [row[0] for row in rows(house, DEADLINE, "id", "fired_at") if row[1] is None]
    assert found == {"intakes_opened": 0, "noted": 2, "moved": 0, "skipped": 1}
    assert left == [ids[1]]


def test_a_deadline_of_a_subject_that_moved_on_is_only_noted(house: Service, clock: Drill) -> None:
    (certificate,) = imported(house, expires=date(2027, 1, 10))
    clock.move_to(vn("2027-01-11 00:00:00"))
    run(house, "certificate_watch")

    found = run(house, "sweep_deadlines")

    assert found["skipped"] == 0
    assert rows(house, CERTIFICATE_TABLE, "id", "state") == [(certificate, "expired")]
    assert all(row[1] for row in rows(house, DEADLINE, "code", "fired_at") if row[0] == "EXPIRY")
    assert transitions(house, certificate) == ["expire"]


# ---- certificates


def imported(service: Service, *, expires: date, count: int = 1) -> list[str]:
    """Past recognitions, taken over as an import would."""
    from states.outcomes.take_over import take_over

    made = [
        Recognition(
            line=number, product=f"Miến dong {number}", producer="Hợp tác xã Thử", producer_type="htx", province="Bắc Kạn",
            level="province", year=None, stars=3, decision_number=f"{number}/QĐ",
            issued_on=date(expires.year - 3, expires.month, expires.day), expires_on=expires, source="test", note=None,
        )
        for number in range(count)
    ]  # fmt: skip
    service.db.write_now(lambda tx: take_over(tx, made, observed_on=date(2026, 1, 1)), alone=True)
    return [row[0] for row in rows(service, CERTIFICATE_TABLE, "id")]


def transitions(service: Service, certificate: str) -> list[str]:
    return [
        row[0]
        for row in rows(service, HISTORY, "trigger", subject=f"certificate/{certificate}", kind="transition")
    ]


def test_a_certificate_expires_on_its_day_and_not_before(house: Service, clock: Drill) -> None:
    imported(house, expires=date(2027, 1, 10))
    ticker = Ticker(house, Runner(house))

    ticker.step_to(vn("2027-01-10 23:59:59"))
    on_the_last_day = rows(house, CERTIFICATE_TABLE, "state")
    ticker.step_to(vn("2027-01-11 00:00:00"))

    assert on_the_last_day != [("expired",)]
    assert rows(house, CERTIFICATE_TABLE, "state") == [("expired",)]


def test_the_watch_finds_certificates_whose_deadlines_were_never_swept(house: Service, clock: Drill) -> None:
    certificates = imported(house, expires=date(2027, 1, 10), count=3)
    clock.move_to(vn("2027-02-01 00:00:00"))

    first, second = run(house, "certificate_watch"), run(house, "certificate_watch")

    assert (first["expire"], second["expire"], first["skipped"]) == (3, 0, 0)
    assert [transitions(house, one) for one in certificates] == [["expire"]] * 3


# ---- cycles, years, sessions, log


def test_the_daily_look_at_cycles_moves_only_what_its_guards_allow(house: Service) -> None:
    opened(house.db, plan_text())

    assert run(house, "close_cycle") == {"moved": 0, "not_yet": 1, "closable": 0}
    assert rows(house, CYCLE_TABLE, "state") == [("open",)]


def test_the_year_review_counts_the_year_before(house: Service, clock: Drill) -> None:
    opened(house.db, plan_text())
    imported(house, expires=date(2027, 1, 10))
    clock.move_to(vn("2027-03-01 00:00:00"))
    run(house, "certificate_watch")

    assert run(house, "year_review", vn("2028-01-02 07:00:00")) == {
        "year": 2027,
        "cycles": {"open": 1},
        "dossiers": {},
        "certificates_expired": 1,
    }
    assert run(house, "year_review", vn("2027-01-02 07:00:00"))["cycles"] == {}


def test_no_session_today_is_counted_not_assumed(house: Service) -> None:
    assert run(house, "council_sessions") == {
        "sessions_today": 0,
        "dossiers_in_session_today": 0,
        "moved": 0,
        "skipped": 0,
    }


def test_the_seal_counts_the_log_against_the_history(house: Service) -> None:
    opened(house.db, plan_text())
    before = run(house, "seal_log")
    sequence_all(house.db)

    after = run(house, "seal_log")

    assert before["waiting"] > 0
    assert after == {
        "entries": before["waiting"] + before["entries"],
        "gaps": 0,
        "waiting": 0,
        "lost": 0,
        "torn": 0,
        "guards_missing": 0,
    }


def test_the_seal_sees_a_line_that_has_neither_place_nor_turn(house: Service) -> None:
    opened(house.db, plan_text())
    sequence_all(house.db)
    forget = Sql(sa.text("DELETE FROM unsequenced"))
    given_deadlines(house.db, item())
    house.db.write_now(lambda tx: tx.sql.run(forget))

    assert run(house, "seal_log")["lost"] == 1


def test_lines_are_put_in_order_and_told(house: Service) -> None:
    opened(house.db, plan_text())
    waited = waits(house, "sequence_and_notify")

    found = run(house, "sequence_and_notify")

    assert waited
    assert found["sequenced"] == found["read"] > 0
    assert not waits(house, "sequence_and_notify")
    assert run(house, "sequence_and_notify") == {"sequenced": 0, "read": 0}


def test_every_look_belongs_to_a_repeated_job() -> None:
    repeated = {job.name for job in TIMETABLE if isinstance(job.when, Every)}

    assert (set(STEPS), set(LOOKS)) == ({job.name for job in TIMETABLE}, repeated)


@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_step_runs_on_a_house_in_which_nothing_is_due(name: str, service: Service) -> None:
    found = run(service, name)

    assert {
        key: value
        for key, value in found.items()
        if value and key not in {"year", "entries", "waiting", "calendar"}
    } == {}
    assert run(service, name).keys() == found.keys()
