"""Five years of a province in a drill: open, run, close, clone, and certificates of one day that all run out after 36 months."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.columns import instant_text
from core.tx import Tx
from ocop.demo.player import Player
from ocop.demo.script import Act, Part, Step, Story
from ocop.demo.thai_nguyen import GROUND, JUNE
from ocop.demo.thai_nguyen_paths import P, V, early, late, on
from registry.calendar_days import seed_calendar
from registry.products import ProductGroup
from registry.units_seed import seed_units
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.cloning import clone_of_cycle
from states.cycle.models import CYCLE_TABLE, REPORT_TABLE
from states.cycle.plan import parse
from states.cycle.preview import preview
from states.deadlines.entries import DEADLINE
from states.dossier.models import DOSSIER_TABLE
from states.outcomes.recognitions import Recognition
from states.outcomes.take_over import take_over
from states.years.closing import close_year, closing, decisions_of
from states.years.opening import open_year
from tests.journeys.house import House
from tests.world import SYSTEM

DRINKS = ProductGroup.DRINKS
OTHERS = 40
FOUND = {"revenue_million_vnd": 900, "output": "3 tấn", "market": "Trong tỉnh"}
REVIEW = (
    Step(on("12-16"), "file_results", P, FOUND),
    Step(on("12-20"), "planned_inspection", V, {"inspected_on": "2027-12-17"}),
    Step(on("12-22"), "finding_ok", V, {"conclusion": "Đạt"}),
)
PART = Part(
    replace(GROUND, last_day=date(2033, 12, 31)),
    "thai-nguyen-2027.yaml",
    on("01-04"),
    "qd26-2026",
    (
        Story(1, 0, DRINKS, "11", early(525, 1), ending=REVIEW),
        Story(2, 1, DRINKS, "11", early(392, 2), ending=REVIEW),
        Story(3, 2, DRINKS, "11", early(560, 3), ending=REVIEW),
        Story(4, 3, DRINKS, "11", late(), "approve_plan"),
    ),
    (replace(JUNE, stories=(1, 2, 3)),),
    (
        Act(on("06-10"), "start_sessions", V, {"evaluation_plan": "Kế hoạch đánh giá"}, batch=1),
        Act(on("06-22"), "decide", V, batch=1),
        Act(on("06-22"), "publish", V, {"notices_planned": True}, batch=1),
    ),
)
GO_ON = {"act": "proposed", "reason": "Hết năm", "rest": True}
NEVER_FILED = {
    "act": "close_unfinished", "reason": "Chứng nhận đã hết hạn mà không nộp", "states": ["dossier.preparing"]
}  # fmt: skip


def played_2027(house: House) -> Player:
    """The first year, with forty certificates of the same day taken over from paper."""
    house.db.write_now(lambda tx: (seed_units(tx), seed_calendar(tx, actor=SYSTEM)), alone=True)
    player = Player(house.db, PART)
    for day in sorted(PART.days):
        house.on(f"{day.isoformat()}T09:00")
        player.play(day)
        if day == on("07-01"):
            house.db.write_now(forty_of_one_day, alone=True)
    return player


def forty_of_one_day(tx: Tx) -> None:
    rows = [
        Recognition(
            line, f"Sản phẩm cũ {line}", "Hợp tác xã cũ", "htx", "Thái Nguyên", "province", 2027, 3, "9/QĐ-UBND",
            date(2027, 6, 21), None, "bản giấy", None,
        )
        for line in range(1, OTHERS + 1)
    ]  # fmt: skip
    take_over(tx, rows, observed_on=date(2027, 6, 30))


def opened(house: House, player: Player, before: str, year: int) -> str:
    """Next year's plan from this year's, with its number; every warning is accepted with a reason."""
    text = house.db.read_now(lambda rtx: clone_of_cycle(rtx, before)).text
    text = text.replace("documents: []", f"documents: [{{number: {year}/KH-UBND, date: {year}-01-05}}]")
    plan = parse(text)
    first = house.db.read_now(lambda rtx: preview(rtx, plan))
    accepted: Mapping[str, str] = {each.id: "Sẽ rà lại" for each in first.open_warnings}
    shown = [house.db.read_now(lambda rtx: preview(rtx, plan, accepted=accepted)) for _ in range(2)]
    assert json.dumps(shown[0].to_json()) == json.dumps(shown[1].to_json())
    return house.db.write_now(
        lambda tx: (
            open_year(
                tx, text, "plan.yaml", shown[0].digest, player.cast.of_province(tx, V), accepted=accepted
            ).cycle_id
        ),
        alone=True,
    )


def closed(house: House, player: Player, cycle: str, *first: Mapping[str, Any]) -> dict[str, Any]:
    """What goes on is carried over, unless it was decided otherwise before."""
    given = decisions_of([*first, GO_ON])
    digest = house.db.read_now(lambda rtx: closing(rtx, cycle, given)).digest
    return house.db.write_now(
        lambda tx: close_year(tx, cycle, given, digest, player.cast.of_province(tx, V)).to_json(), alone=True
    )


def states_of_certificates(house: House) -> Counter[str]:
    return Counter(state for (state,) in house.rows(CERTIFICATE_TABLE, "state"))


@pytest.mark.slow
def test_five_years_of_a_province(house: House) -> None:
    player = played_2027(house)
    cycles, reports = [player.cycle_id], []

    for year in range(2028, 2032):
        house.on(f"{year}-01-10T09:00")
        cycles.append(opened(house, player, cycles[-1], year))
        reports.append(closed(house, player, cycles[-2], *([NEVER_FILED] if year == 2031 else ())))
        if year == 2030:
            everything_runs_out_on_one_day(house)
    house.on("2032-01-10T09:00")
    reports.append(closed(house, player, cycles[-1]))

    assert house.rows(CYCLE_TABLE, "year", "state") == [(year, "closed") for year in range(2027, 2032)]
    assert [each["year"] for each in reports] == list(range(2027, 2032))
    assert len(house.rows(REPORT_TABLE, "cycle_id")) == 5
    assert reports[0]["carried_over"] == 1
    assert reports[3]["closed"] == OTHERS + 3
    nothing_is_left_undone(house)


def everything_runs_out_on_one_day(house: House) -> None:
    """All of 21 June 2027: their windows opened in 2029, and the drafts made then were carried over; the last good day comes."""
    renewing = house.rows(DOSSIER_TABLE, "state", kind="re_evaluation")
    assert renewing == [("dossier.preparing",)] * (OTHERS + 3)
    house.on("2030-06-21T23:59")
    assert states_of_certificates(house)["expired"] == 0
    house.on("2030-06-22T00:00")
    assert states_of_certificates(house) == {"expired": OTHERS + 3}


def nothing_is_left_undone(house: House) -> None:
    now = instant_text(house.clock.business_now())
    rows = house.rows(DEADLINE, "due_at", "fired_at", "met_at", "cancelled_at")

    assert [row for row in rows if row[0] <= now and row[1:] == (None, None, None)] == []
    assert [row for row in rows if row[1] is not None and row[1] != row[0]] == []
    assert house.told_twice() == []
    assert house.findings() == []
