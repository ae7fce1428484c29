"""The drill on real input: the one fully dated plan found, and certificates that really ran out.

From 1 December 2021, step by step: what is past is imported, the plan of 2022 is shown and opened, every day fires.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.clock import StepClock
from core.tx import Tx
from ocop.commands import cycle as cycle_commands
from ocop.installation import calendar_years
from registry import units_seed
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.calendar_days import seed_calendar
from registry.producers import Producer, ProducerData, ProducerType, register_producer
from registry.roles import COUNTRY, Role
from registry.tables import table
from registry.units import UnitKind
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE
from states.deadlines.entries import DEADLINE
from states.outcomes import recognitions
from states.outcomes.take_over import take_over
from tests.journeys.house import V1, House, good, vietnam, vn
from tests.world import PLANS, SYSTEM

FILE = "bac-giang-2022.yaml"
PLAN = {"plan": (PLANS / FILE).read_text(encoding="utf-8"), "filename": FILE}
PAST = PLANS.parents[1] / "ocop" / "demo" / "data" / "bac-kan-products.csv"
PROVINCE, OTHER = "x-bac-giang", "x-bac-kan"

SEVEN_DAYS = [
    ("BATCH1_DISTRICT", "2022-07-10", "2022-07-09", "province_unit"),
    ("BATCH1_PROPOSE", "2022-07-15", "2022-07-14", "commune"),
    ("BATCH1_PROVINCE", "2022-07-30", "2022-07-29", "province_unit"),
    ("BATCH2_DISTRICT", "2022-11-10", "2022-11-09", "province_unit"),
    ("BATCH2_PROPOSE", "2022-11-15", "2022-11-14", "commune"),
    ("BATCH2_PROVINCE", "2022-11-30", "2022-11-29", "province_unit"),
    ("RESULTS_ANNOUNCED", "2022-12-15", "2022-12-14", "province_unit"),
]
"""The plan's own dates ("trước ngày"), the last good day before each, and whose it is."""

TOLD = {
    "coordinator": [
        "2022-06-24 due_14", "2022-07-01 due_7", "2022-07-06 due_3", "2022-07-08 due_1", "2022-07-10 overdue",
        "2022-07-15 due_14", "2022-07-22 due_7", "2022-07-26 due_3", "2022-07-28 due_1", "2022-07-30 overdue",
        "2022-10-26 due_14", "2022-11-02 due_7", "2022-11-04 due_3", "2022-11-08 due_1", "2022-11-10 overdue",
        "2022-11-15 due_14", "2022-11-22 due_7", "2022-11-25 due_3", "2022-11-28 due_1", "2022-11-30 overdue",
        "2022-11-30 due_14", "2022-12-07 due_7", "2022-12-09 due_3", "2022-12-13 due_1", "2022-12-15 overdue",
    ],
    "commune": [
        "2021-12-01 cycle_opened",
        "2022-06-30 due_14", "2022-07-07 due_7", "2022-07-11 due_3", "2022-07-13 due_1", "2022-07-15 overdue",
        "2022-10-31 due_14", "2022-11-07 due_7", "2022-11-11 due_1", "2022-11-15 overdue",
    ],
    "producer": ["2021-12-01 cycle_opened"],
    "other": ["2021-12-13 expired"] * 4 + ["2023-01-11 expired"] * 2,
    "maker": ["2022-05-13 renew_soon", "2022-06-14 renew_soon", "2022-07-14 renew_open", "2022-10-12 expire_90_not_filed", "2022-12-09 expire_30", "2023-01-11 expired"],
}  # fmt: skip
"""By hand: -14, -7, -3, -1 days, a day off moves to the working day before, two on one day become the later one."""


@pytest.fixture
def clock() -> StepClock:
    return StepClock(datetime.fromisoformat("2021-12-01T08:00:00+07:00"))


class People:
    """The officers of two old provinces, a producer of each, and an auditor of the country."""

    def __init__(self, house: House) -> None:
        self.account: dict[str, str] = house.db.write_now(_settled, alone=True)


def _settled(tx: Tx) -> dict[str, str]:
    units_seed.seed_units(tx)
    seed_calendar(tx, actor=SYSTEM, years=calendar_years(tx.now.date()))
    commune = units_seed.add_historic_unit(
        tx, "Xã Lục Sơn", UnitKind.COMMUNE, parent_code=PROVINCE, successor_codes=(), source="câu chuyện"
    )
    data = ProducerData("Hợp tác xã minh hoạ", ProducerType.COOPERATIVE, commune)
    return {
        "coordinator": person(tx, "coordinator", Role.PROVINCE_UNIT, PROVINCE),
        "commune": person(tx, "commune", Role.COMMUNE, commune),
        "producer": person(tx, "producer", Role.PRODUCER, commune, register_producer(tx, data, actor=SYSTEM)),
        "other": person(tx, "other", Role.PROVINCE_UNIT, OTHER),
        "auditor": person(tx, "auditor", Role.AUDITOR, COUNTRY),
    }


def person(tx: Tx, name: str, role: Role, unit: str, producer: str | None = None) -> str:
    account = add_account(tx, name, actor=SYSTEM, email=f"{name}@ocop.example")
    appoint(
        tx, account, role, unit, actor=SYSTEM, starts_on=date(2021, 1, 1), ends_on=date(2024, 12, 31),
        producer_id=producer,
    )  # fmt: skip
    return account


def imported(house: House, people: People) -> dict[str, Any]:
    """The past as its table states it; the maker of one product that runs out later has an account."""
    rows = recognitions.read(PAST.read_text(encoding="utf-8"), PAST.name)
    report = house.db.write_now(lambda tx: take_over(tx, rows, observed_on=date(2026, 11, 22)), alone=True)
    maker = "HTX trồng và sản xuất dược liệu Bảo Châu"
    ((producer, commune, province),) = house.rows(
        table(Producer), "id", "commune_code", "province_code", name=maker
    )
    people.account["maker"] = house.db.write_now(
        lambda tx: person(tx, "maker", Role.PRODUCER, commune or province, producer)
    )
    return report.to_json()


def days_of(shown: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (due["code"], due["stated"]["date"], due["last_day"], due["owner_role"]) for due in shown["deadlines"]
    ]


def running_out(house: House) -> dict[str, list[str]]:
    """States of the imported certificates by their last valid day, as the auditor is shown them."""
    found: dict[str, list[str]] = {}
    for last_day, one in house.rows(CERTIFICATE_TABLE, "last_valid_day", "id"):
        if last_day:
            replayed = good(house.auditor.get(f"{V1}/certificates/{one}/replay"))
            assert (replayed["equals_stored"], replayed["problems"]) == (True, [])
            found.setdefault(last_day, []).append(replayed["state"])
    return found


def test_the_command_line_shows_the_seven_days_of_the_plan(tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        cycle_commands.command, ["preview", str(PLANS / FILE), "--json"], obj=tmp_path / "none"
    )

    assert answer.exit_code == 0, answer.output
    shown = json.loads(answer.output)
    assert days_of(shown) == SEVEN_DAYS
    assert {due["stated"]["bound"] for due in shown["deadlines"]} == {"before"}


def test_the_plan_of_2022_is_lived_through_day_by_day(house: House) -> None:
    people = People(house)
    house.auditor_account = people.account["auditor"]
    report = imported(house, people)
    assert (report["imported"], report["in_force"], len(report["term_unknown"])) == (13, 7, 5)
    coordinator = house.by(people.account["coordinator"])

    shown = good(coordinator.post(f"{V1}/cycles/preview", json=PLAN))
    assert days_of(shown) == SEVEN_DAYS
    accepted = {each["id"]: "Đã xem, chấp nhận" for each in shown["warnings"] if each["reason"] is None}
    shown = good(coordinator.post(f"{V1}/cycles/preview", json=PLAN | {"accepted": accepted}))
    opening = PLAN | {"accepted": accepted, "digest": shown["digest"]}
    opened = good(coordinator.post(f"{V1}/cycles", json=opening), 201)
    assert (opened["province_code"], opened["year"], opened["illustrative"]) == (PROVINCE, 2022, False)

    house.on("2021-12-12T23:59")
    assert running_out(house) == {
        "2021-12-12": [*["valid"] * 4, "superseded"],
        "2023-01-10": ["valid"] * 2,
        "2024-06-30": ["valid"],
    }
    house.on("2021-12-13T00:00")
    assert running_out(house)["2021-12-12"] == [*["expired"] * 4, "superseded"]
    house.on("2023-01-10T23:59")
    assert running_out(house)["2023-01-10"] == ["valid"] * 2
    house.on("2023-01-11T00:00")
    assert running_out(house)["2023-01-10"] == ["expired"] * 2
    house.on("2023-02-01T08:00")
    assert running_out(house)["2024-06-30"] == ["valid"]

    every_deadline_fired_on_its_day(house)
    everybody_was_told_and_nobody_else(house, people)
    the_cycle_went_on_by_the_clock(house, opened["cycle_id"])
    assert house.findings() == []


def every_deadline_fired_on_its_day(house: House) -> None:
    """Noted at the first instant too late: midnight after the last good day."""
    rows = house.rows(DEADLINE, "code", "last_day", "due_at", "fired_at")
    fired = {(code, day) for code, day, due, at in rows if at is not None and at == due}

    assert fired == {(code, last_day) for code, _, last_day, _ in SEVEN_DAYS} | {
        ("EXPIRY", "2021-12-12"), ("EXPIRY", "2023-01-10")
    }  # fmt: skip
    assert [(code, day) for code, day, _, at in rows if at is None] == [("EXPIRY", "2024-06-30")]


def everybody_was_told_and_nobody_else(house: House, people: People) -> None:
    found = {name: inbox_days(house, account) for name, account in people.account.items()}
    letters = {letter.to.partition("@")[0] for letter in house.letters()}

    assert found == TOLD | {"auditor": []}
    assert letters == set(TOLD)
    assert house.told_twice() == []


def inbox_days(house: House, account: str) -> list[str]:
    """Every entry of an inbox as the day it came on and its kind."""
    return [f"{vietnam_day(entry['created_at'])} {entry['kind']}" for entry in house.inbox(account)]


def test_both_early_notices_of_a_certificate_are_given(house: House) -> None:
    """240 and 210 days before 10 January 2023; 15 May is a Sunday."""
    people = People(house)
    imported(house, people)

    for day in ("2022-05-13T08:00", "2022-06-14T08:00"):
        house.clock.move_to(vn(day))
        house.step("send_reminders")

    assert inbox_days(house, people.account["maker"]) == ["2022-05-13 renew_soon", "2022-06-14 renew_soon"]


def vietnam_day(text: str) -> str:
    return vietnam(datetime.fromisoformat(text))[:10]


def the_cycle_went_on_by_the_clock(house: House, cycle_id: str) -> None:
    """Nobody filed: both intakes opened and closed, both rounds are settled empty, the year is under review."""
    assert house.rows(BATCH_TABLE, "number", "state") == [(1, "decided"), (2, "decided")]
    assert house.rows(CYCLE_TABLE, "id", "state") == [(cycle_id, "under_review")]
