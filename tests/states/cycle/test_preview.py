"""The preview: the right dates under the right law, the same bytes every time, nothing written."""

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.db import Database
from core.errors import BadInput
from core.lines import SYSTEM, canonical
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import calendar_days
from registry import settings as choices
from regulations.calendar_rows import CalendarDay, DayKind, Sure
from states.cycle.plan import parse
from states.cycle.preview import Preview, preview
from tests.states.cycle.factories import ILLUSTRATIVE, PLANS, REAL, opened, plan_text, seed

SEVEN = [
    ("2022-07-10", "2022-07-09"),
    ("2022-07-15", "2022-07-14"),
    ("2022-07-30", "2022-07-29"),
    ("2022-11-10", "2022-11-09"),
    ("2022-11-15", "2022-11-14"),
    ("2022-11-30", "2022-11-29"),
    ("2022-12-15", "2022-12-14"),
]
COUNTED = ("history", "cycle", "batch", "deadline", "reminder", "cycle_window", "target")


@pytest.fixture
def seeded(db: Database) -> Database:
    seed(db)
    return db


def shown(db: Database, text: str, *, year: int | None = None) -> Preview:
    return db.read_now(lambda rtx: preview(rtx, parse(text), year=year))


def counts(rtx: ReadTx) -> list[int]:
    return [rtx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table(name)))) for name in COUNTED]


def test_the_real_plan_shows_its_seven_dates_and_the_last_good_days(seeded: Database) -> None:
    found = shown(seeded, plan_text(REAL)).to_json()

    deadlines = found["deadlines"]
    assert isinstance(deadlines, list)
    assert [(each["stated"]["date"], each["last_day"]) for each in deadlines] == SEVEN
    assert {each["stated"]["bound"] for each in deadlines} == {"before"}
    assert {each["basis"] for each in deadlines} == {"959/KH-UBND"}
    assert str(found["ruleset"]).startswith("qd781-2020@sha256:")
    assert found["province"] == {"code": "x-bac-giang", "name": "Tỉnh Bắc Giang"}


def test_an_inclusive_setting_makes_the_stated_day_the_last(seeded: Database) -> None:
    seeded.write_now(
        lambda tx: choices.choose(tx, "vn", "before_date", "inclusive", source="quy chế", actor=SYSTEM)
    )

    deadlines = shown(seeded, plan_text(REAL)).schedule.deadlines

    assert [str(each.last_day) for each in deadlines] == [stated for stated, _ in SEVEN]


def test_the_law_gives_the_batches_a_plan_leaves_out(seeded: Database) -> None:
    text = "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: [{number: b}]\n"

    found = [
        (each.code, str(each.stated), str(each.last_day)) for each in shown(seeded, text).schedule.deadlines
    ]

    assert found == [
        ("BATCH1_PROPOSE", "2027-04-30", "2027-04-29"),
        ("BATCH1_PROVINCE", "2027-06-30", "2027-06-29"),
        ("CENTRAL1_PROPOSE", "2027-07-30", "2027-07-29"),
        ("CENTRAL1_DONE", "2027-09-30", "2027-09-29"),
        ("BATCH2_PROPOSE", "2027-10-30", "2027-10-29"),
        ("BATCH2_PROVINCE", "2027-12-30", "2027-12-29"),
        ("CENTRAL2_PROPOSE", "2028-01-30", "2028-01-29"),
        ("CENTRAL2_DONE", "2028-03-30", "2028-03-29"),
    ]


def test_the_same_preview_twice_is_the_same_bytes_and_writes_nothing(seeded: Database) -> None:
    before = seeded.read_now(counts)

    pair = [canonical(shown(seeded, plan_text()).to_json()) for _ in range(2)]

    assert pair[0] == pair[1]
    assert seeded.read_now(counts) == before


def test_the_order_of_keys_and_comments_do_not_change_the_digest(seeded: Database) -> None:
    text = plan_text(REAL)
    other = "# another comment\n" + text.replace("year: 2022\n", "", 1) + "\nyear: 2022\n"

    assert shown(seeded, text).digest == shown(seeded, other).digest


def _another_calendar(tx: Tx) -> None:
    row = CalendarDay(DayKind.OFF, "QĐ minh hoạ", Sure.DECREED)
    calendar_days.correct_calendar(tx, {date(2027, 9, 1): row}, actor=SYSTEM, reason="nghị quyết")


def _another_setting(tx: Tx) -> None:
    choices.choose(tx, "vn", "before_date", "inclusive", source="quy chế", actor=SYSTEM)


@pytest.mark.parametrize("change", [_another_calendar, _another_setting])
def test_another_calendar_or_setting_is_another_digest(seeded: Database, change: object) -> None:
    before = shown(seeded, plan_text()).digest

    seeded.write_now(change)  # type: ignore[call-overload]  # a function of a Tx

    assert shown(seeded, plan_text()).digest != before


def test_before_the_first_national_ruleset_there_are_dates_only(seeded: Database) -> None:
    text = (
        "format: ocop-plan/1\nprovince: x-bac-kan\nprovince_name: Bắc Kạn\nyears: [2018, 2020]\ntitle: a\n"
        "documents: [{number: b}]\ncalendar:\n  - {title: Họp, date: 2018-12-10, bound: before}\n"
    )

    found = shown(seeded, text, year=2018)

    assert found.ruleset is None
    assert [str(each.last_day) for each in found.schedule.deadlines] == ["2018-12-09"]
    assert [each.id for each in found.warnings] == ["calendar_missing:2018"]


def test_a_programme_over_years_needs_one_of_them(seeded: Database) -> None:
    text = "format: ocop-plan/1\nprovince: 19\nyears: [2026, 2030]\ntitle: a\ndocuments: [{number: b}]\n"

    codes = []
    for year in (None, 2031):
        with pytest.raises(BadInput) as refusal:
            shown(seeded, text, year=year)
        codes.append(refusal.value.code)

    assert codes == ["plan_year_needed", "plan_year_outside"]


@pytest.mark.parametrize(
    ("day", "marks"),
    [
        pytest.param("2027-01-26", ["calendar_provisional"], id="the-day-before-the-quiet-days"),
        pytest.param("2027-01-27", ["calendar_provisional", "tet_quiet"], id="first-quiet-day"),
        pytest.param("2027-02-08", ["calendar_provisional", "day_off", "tet_quiet"], id="tet-itself"),
        pytest.param("2027-02-16", ["calendar_provisional"], id="the-day-after"),
        pytest.param("2027-03-28", ["calendar_provisional", "day_off"], id="a-sunday"),
        pytest.param("2030-03-28", ["calendar_missing"], id="a-year-nobody-has-decided"),
    ],
)
def test_a_date_carries_its_marks(seeded: Database, day: str, marks: list[str]) -> None:
    text = (
        "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: [{number: b}]\n"
        f"calendar:\n  - {{title: Họp, date: {day}, bound: by}}\n"
    )

    (found,) = [each for each in shown(seeded, text).schedule.deadlines if each.code == "CALENDAR_ENTRY"]

    assert [str(mark) for mark in found.marks] == marks


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        pytest.param(("date: 2027-06-30", "date: 2027-07-01"), "plan_batch_after_limit", 33, id="after-the-law"),
        pytest.param(("{step: file, date: 2027-04-01, bound: by", "{step: district_done, date: 2027-04-01, bound: by"),
                     "plan_no_district", 31, id="no-districts-any-more"),
        pytest.param(("province: 19", "province: 99"), "plan_province_unknown", 5, id="no-such-province"),
        pytest.param(("ruleset: qd26-2026", "ruleset: qd27-2026"), "plan_not_one_of", 10, id="no-such-ruleset"),
        pytest.param(("ruleset: qd26-2026", "ruleset: qd148-2023"), "plan_ruleset_not_then", 10, id="not-in-force-then"),
        pytest.param(("stars: 3, at_least: 40}", "stars: 3, at_least: 40, areas: [{unit: '00001', at_least: 1}]}"),
                     "plan_area_unknown", 53, id="no-such-area"),
    ],
)  # fmt: skip
def test_what_law_or_registry_contradict_is_named_by_line(
    seeded: Database, change: tuple[str, str], code: str, line: int
) -> None:
    text = plan_text(ILLUSTRATIVE)
    assert change[0] in text

    with pytest.raises(BadInput) as refusal:
        shown(seeded, text.replace(*change))

    assert [(fault.code, fault.params["line"]) for fault in refusal.value.fields] == [(code, line)]


def test_a_second_batch_that_ends_before_the_first_begins_to_be_over_is_named(seeded: Database) -> None:
    """Batch 1 is the law's, until 29 April; the plan's own batch 2 would have no day left."""
    text = (
        "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: [{number: b}]\n"
        "batches:\n  - level: province\n    number: 2\n    steps:\n"
        "      - {step: propose, date: 2027-03-01, bound: before}\n"
        "      - {step: evaluate, date: 2027-06-30, bound: before}\n"
    )

    with pytest.raises(BadInput) as refusal:
        shown(seeded, text)

    assert [(fault.code, fault.params["line"]) for fault in refusal.value.fields] == [
        ("plan_batches_disordered", 7)
    ]


def test_the_audience_counts_the_communes_of_the_year(seeded: Database) -> None:
    told = {each.who: each.count for each in shown(seeded, plan_text()).notices}

    assert told == {"commune": 92, "ministry": 0, "producer": 0, "province_unit": 0}


def test_the_json_can_be_written_down(seeded: Database) -> None:
    found = shown(seeded, plan_text()).to_json()

    assert json.loads(canonical(found)) == found
    assert found["illustrative"] is True


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_previews_year_by_year(seeded: Database, path: Path) -> None:
    plan = parse(path.read_text(encoding="utf-8"), path.name)

    for year in range(plan.first_year, plan.last_year + 1):
        found = seeded.read_now(lambda rtx, year=year: preview(rtx, plan, year=year))
        assert found.year == year
        assert (found.ruleset is None) == (year < 2020)


def test_a_date_from_another_document_rests_on_that_document(seeded: Database) -> None:
    found = shown(seeded, plan_text("bac-kan-2020.yaml"))

    assert {due.key: due.basis for due in found.schedule.deadlines} == {
        "CALENDAR/1": "107/QĐ-UBND", "CALENDAR/3": "2108/QĐ-UBND ngày 17/11/2020"
    }  # fmt: skip


def test_a_window_may_belong_to_a_batch_only_the_law_names(seeded: Database) -> None:
    text = "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: []\nwindows:\n"
    text += "  - {step: idea, opens: 2027-02-16, closes: 2027-03-29, batch: 2}\n"

    assert {due.code: due.applies_to for due in shown(seeded, text).schedule.deadlines}[
        "IDEA_WINDOW"
    ] == "batch/province/2"


@pytest.mark.parametrize(
    ("province", "year", "unit"),
    [
        pytest.param(
            "x-bac-kan\nprovince_name: Bắc Kạn", 2020, "x-bac-kan-huyen-na-ri", id="a-district-of-its-time"
        ),
        pytest.param(
            "x-bac-kan\nprovince_name: Bắc Kạn",
            2020,
            "x-bac-kan-huyen-na-ri-xa-con-minh",
            id="a-commune-of-it",
        ),
        pytest.param("vn", 2027, "19", id="a-province-of-the-country"),
    ],
)
def test_an_area_may_be_any_unit_of_the_province_in_its_time(
    seeded: Database, province: str, year: int, unit: str
) -> None:
    text = f"format: ocop-plan/1\nprovince: {province}\nyear: {year}\ntitle: a\ndocuments: []\ntargets:\n"
    text += f"  - {{kind: per_area, what: a, basis: results, areas: [{{unit: '{unit}', at_least: 1}}]}}\n"

    assert shown(seeded, text).plan.targets[0].areas[0].unit == unit


def test_communes_under_districts_are_told_too(seeded: Database) -> None:
    """The registry knows 23 communes of Bắc Kạn in 2020, each under a district."""
    told = {each.who: each.count for each in shown(seeded, plan_text("bac-kan-2020.yaml")).notices}

    assert told["commune"] == 23


def test_a_preview_says_what_would_keep_the_cycle_shut(seeded: Database) -> None:
    unnumbered = shown(seeded, plan_text("an-giang-2020.yaml"))
    early = plan_text(REAL).replace("2022", "2018").replace("ruleset: qd781-2020\n", "")

    assert shown(seeded, plan_text(ILLUSTRATIVE)).keeps_shut == ()
    assert unnumbered.keeps_shut == ("guard_plan_number_missing",)
    assert shown(seeded, early).keeps_shut == ("no_national_ruleset", "guard_warnings_open")
    opened(seeded, plan_text(ILLUSTRATIVE))
    assert shown(seeded, plan_text(ILLUSTRATIVE)).keeps_shut == ("cycle_exists",)


def test_what_is_accepted_in_vain_is_named(seeded: Database) -> None:
    text = plan_text(ILLUSTRATIVE).replace('"tet_quiet:2028-01-29"', '"tet_quite:2028-01-29"')

    found = shown(seeded, text)

    assert found.accepted_unused == ("calendar_provisional:2028", "tet_quite:2028-01-29")
    assert [each.id for each in found.open_warnings] == ["tet_quiet:2028-01-29"]
