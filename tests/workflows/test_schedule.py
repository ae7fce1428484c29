"""The timetable is one table: instants, Prefect's file and the scheduler's jobs all follow it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.clock import VIETNAM
from core.texts import catalogue
from workflows.schedule import EPOCH, JOBS, POOL, TIMETABLE, At, Every, Job, instants, next_daily

PREFECT_YAML = Path(__file__).parents[2] / "prefect.yaml"


def vn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    return yaml.safe_load(PREFECT_YAML.read_text(encoding="utf-8"))


def test_every_job_is_deployed_as_the_timetable_says_and_nothing_else_is(deployed: dict[str, Any]) -> None:
    expected = [
        {
            "name": job.name,
            "description": catalogue().text(job.text_code),
            "entrypoint": f"workflows.flows.{job.name}",
            "schedules": [{"cron": job.when.cron, "timezone": "Asia/Ho_Chi_Minh", "active": True}],
            "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
            "work_pool": {"name": POOL},
        }
        for job in TIMETABLE
    ]

    assert deployed["deployments"] == expected


def test_the_deployment_file_can_be_read_by_every_prefect_3(deployed: dict[str, Any]) -> None:
    assert "prefect-version" not in deployed
    assert deployed["pull"] == [
        {"prefect.deployments.steps.set_working_directory": {"directory": "{{ $OCOP_HOME }}"}}
    ]


def test_every_job_has_its_text_in_both_languages() -> None:
    codes = {job.text_code for job in TIMETABLE}

    assert all(catalogue().text(code, lang) for code in codes for lang in ("vi", "en"))
    assert {code for code in catalogue().all_codes("workflows") if code.startswith("job.")} == codes


def test_the_texts_exist_in_both_languages() -> None:
    assert catalogue().all_codes("workflows", "vi") == catalogue().all_codes("workflows", "en")


A = Job("a", Every(60), in_order=True)
B = Job("b", At(0, 0))
C = Job("c", Every(5))
D = Job("d", At(7, 0))
START = vn("2027-01-04 08:00:03")


def plan(until: str, **since: datetime) -> list[tuple[str, str]]:
    known = dict.fromkeys("abcd", START) | since
    found = instants(known, vn(until), jobs=(A, B, C, D))
    return [(instant.astimezone(VIETNAM).strftime("%d %H:%M:%S"), job.name) for instant, job in found]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        pytest.param("2027-01-04 08:00:04", [], id="nothing-yet"),
        pytest.param("2027-01-04 08:00:05", [("04 08:00:05", "c")], id="the-instant-itself-counts"),
        pytest.param(
            "2027-01-04 09:30:07", [("04 09:30:00", "a"), ("04 09:30:05", "c")], id="repeated-jobs-run-once"
        ),
        pytest.param(
            "2027-01-05 00:00:00",
            [("05 00:00:00", "a"), ("05 00:00:00", "b"), ("05 00:00:00", "c")],
            id="one-instant-keeps-the-order-of-the-table",
        ),
        pytest.param(
            "2027-01-06 06:00:00",
            [
                ("05 00:00:00", "a"),
                ("05 00:00:00", "b"),
                ("05 07:00:00", "a"),
                ("05 07:00:00", "d"),
                ("06 00:00:00", "a"),
                ("06 00:00:00", "b"),
                ("06 06:00:00", "a"),
                ("06 06:00:00", "c"),
            ],
            id="daily-jobs-keep-every-day-and-the-sweep-goes-before-each",
        ),
    ],
)
def test_instants_come_in_the_order_they_must_run(until: str, expected: list[tuple[str, str]]) -> None:
    assert plan(until) == expected


def test_what_is_handled_is_not_planned_again() -> None:
    assert plan("2027-01-05 00:00:00", b=vn("2027-01-05 00:00:00"), a=vn("2027-01-05 00:00:00")) == [
        ("05 00:00:00", "c")
    ]


def test_ten_days_stopped_plan_ten_of_each_daily_job() -> None:
    names = [name for _, name in plan("2027-01-14 08:00:03")]

    assert (names.count("b"), names.count("d"), names.count("c")) == (10, 10, 1)


def test_a_repeated_job_of_a_standing_clock_runs_at_the_very_instant() -> None:
    now = vn("2027-01-04 08:00:04")

    assert instants(dict.fromkeys("a", START), now, exact=True, jobs=(A,)) == [(now, A)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param("2027-01-04 06:59:59", "2027-01-04 07:00:00", id="today"),
        pytest.param("2027-01-04 07:00:00", "2027-01-05 07:00:00", id="the-instant-itself-is-past"),
        pytest.param("2027-12-31 23:00:00", "2028-01-01 07:00:00", id="over-the-year"),
    ],
)
def test_the_next_daily_instant(after: str, expected: str) -> None:
    assert D.when.next(vn(after)) == vn(expected)  # type: ignore[union-attr]


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_a_yearly_instant_comes_once_a_year_whatever_the_length_of_the_year(year: int) -> None:
    yearly = At(7, 0, day=2, month=1)
    first = vn(f"{year}-01-02 07:00:00")

    assert yearly.next(first) == vn(f"{year + 1}-01-02 07:00:00")
    assert list(yearly.between(first - timedelta(seconds=1), first + timedelta(days=364))) == [first]


def test_the_timetable_stops_a_drill_at_midnight_and_on_the_morning_of_the_yearly_review() -> None:
    assert next_daily(vn("2027-01-01 06:00:00")) == vn("2027-01-02 00:00:00")
    assert next_daily(vn("2027-01-02 00:00:00")) == vn("2027-01-02 07:00:00")


def test_repeated_jobs_fall_on_round_instants_however_late_the_poke() -> None:
    assert Every(5).last(vn("2027-01-04 08:00:09.7")) == vn("2027-01-04 08:00:05")
    assert Every(60).last(EPOCH) == EPOCH
    assert JOBS["sweep_deadlines"].in_order
