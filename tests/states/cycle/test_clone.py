"""Next year's plan from last year's: the law's dates stay the law's, the others avoid days off and Tết, each with its reason."""

from datetime import date

import pytest

from core.db import Database
from core.errors import BadInput, NotFound
from core.tx import Tx
from registry import calendar_days
from registry.actors import SYSTEM_ACTOR
from registry.roles import Role
from states.cycle.clone import Cloned
from states.cycle.cloning import clone_of_cycle, clone_of_plan
from states.cycle.plan import parse
from states.cycle.preview import preview
from tests.states.cycle.factories import REAL, opened, plan_text, seed

HEAD = "format: ocop-plan/1\nprovince: 19\nyear: 2026\ntitle: Kế hoạch năm 2026\nruleset: qd26-2026\ndocuments: [{number: 1/KH}]\n"


@pytest.fixture
def seeded(db: Database) -> Database:
    seed(db)
    return db


def cloned(db: Database, text: str, year: int | None = None) -> Cloned:
    return db.read_now(lambda rtx: clone_of_plan(rtx, parse(text), year))


def shifted(made: Cloned) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {each.key: (each.becomes.isoformat(), each.reasons) for each in made.shifts}


def test_each_date_stands_where_it_does_for_a_reason(seeded: Database) -> None:
    """In 2027: 13 February is a Saturday around Tết (quiet until the 15th), 28 March and 1 May are days off."""
    text = HEAD + (
        "windows:\n  - {step: idea, opens: 2026-02-13, closes: 2026-03-28}\n"
        "  - {step: plan, opens: 2026-03-10, closes: 2026-05-02, bound: before}\n"
        "batches:\n  - level: province\n    number: 1\n    steps:\n"
        "      - {step: file, date: 2026-03-28, bound: by}\n"
        "      - {step: propose, date: 2026-04-30, bound: before}\n"
        "      - {step: evaluate, date: 2026-06-20, bound: before}\n"
    )

    made = cloned(seeded, text)

    assert shifted(made) == {
        "IDEA_WINDOW.opens": ("2027-02-16", ("year", "tet_quiet")),
        "IDEA_WINDOW": ("2027-03-29", ("year", "day_off")),
        "PLAN_WINDOW.opens": ("2027-03-10", ("year",)),
        "PLAN_WINDOW": ("2027-05-05", ("year", "day_off")),
        "BATCH1_FILE": ("2027-03-26", ("year", "day_off")),
        "BATCH1_PROPOSE": ("2027-04-30", ("law",)),
        "BATCH1_PROVINCE": ("2027-06-19", ("year", "day_off")),
    }


def test_the_new_plan_can_be_read_and_previewed_and_waits_for_its_number(seeded: Database) -> None:
    made = cloned(seeded, plan_text())

    plan = parse(made.text)
    shown = seeded.read_now(lambda rtx: preview(rtx, plan))

    assert (plan.first_year, shown.year, plan.documents) == (2028, 2028, ())
    assert "năm 2028" in plan.title
    assert "2027-04-29 → 2028-05-01" in made.text
    assert "accepted" in made.left_out
    assert plan.sources[-1] == "Sao từ kế hoạch minh-hoa-01/2027 (năm 2027)"


def test_what_hangs_on_another_date_hangs_on_it_still(seeded: Database) -> None:
    text = HEAD + "windows:\n  - {step: idea, opens: 2026-03-02, closes: IDEA_WINDOW.opens + 30 days}\n"

    made = cloned(seeded, text)

    assert shifted(made) == {"IDEA_WINDOW.opens": ("2027-03-02", ("year",))}
    assert 'closes: "IDEA_WINDOW.opens + 30 days"' in made.text
    assert parse(made.text).windows[0].closes == date(2027, 4, 1)


def test_a_step_the_new_law_does_not_know_is_left_out(seeded: Database) -> None:
    made = cloned(seeded, plan_text(REAL), 2027)

    assert "batches.district_done" in made.left_out
    assert [step.step for step in parse(made.text).batches[0].steps] == ["propose", "evaluate"]
    assert parse(made.text).ruleset is None


def test_a_last_day_does_not_leave_its_year(seeded: Database) -> None:
    """31 December 2028 is a Sunday."""
    made = cloned(seeded, HEAD + "calendar:\n  - {title: Tổng kết, date: 2026-12-31, bound: by}\n", 2028)

    assert shifted(made) == {"CALENDAR_ENTRY": ("2028-12-29", ("year", "calendar_missing", "day_off"))}


def test_a_29_february_says_why_it_stands_on_the_28th(seeded: Database) -> None:
    """28 February 2029 is a Wednesday; 2032 has a 29 February again, a Sunday. Neither year has a calendar yet."""
    text = (
        HEAD.replace("year: 2026", "year: 2028")
        + "calendar:\n  - {title: Họp, date: 2028-02-29, bound: by}\n"
    )

    assert shifted(cloned(seeded, text))["CALENDAR_ENTRY"] == ("2029-02-28", ("leap_day", "calendar_missing"))
    assert shifted(cloned(seeded, text, 2032))["CALENDAR_ENTRY"] == (
        "2032-03-01",
        ("year", "calendar_missing", "day_off"),
    )


def test_a_year_without_a_calendar_is_said(seeded: Database) -> None:
    made = cloned(seeded, HEAD + "calendar:\n  - {title: Họp, date: 2026-03-10, bound: by}\n", 2032)

    assert shifted(made) == {"CALENDAR_ENTRY": ("2032-03-10", ("year", "calendar_missing"))}
    assert "chưa ban hành lịch nghỉ" in made.text.splitlines()[0]


def test_a_cycle_is_cloned_from_the_dates_it_was_opened_by(seeded: Database) -> None:
    result = opened(seeded, plan_text())

    made = seeded.read_now(lambda rtx: clone_of_cycle(rtx, result.cycle_id))

    of_file = cloned(seeded, plan_text())
    assert (made.shifts, made.left_out) == (of_file.shifts, of_file.left_out)
    assert parse(made.text) == parse(of_file.text)


def test_a_clone_goes_forward_and_needs_a_cycle(seeded: Database) -> None:
    with pytest.raises(BadInput) as refusal:
        cloned(seeded, plan_text(), 2027)
    with pytest.raises(NotFound):
        seeded.read_now(lambda rtx: clone_of_cycle(rtx, "0192a000-0000-7000-8000-00000000dead"))

    assert refusal.value.code == "clone_year"


def test_a_calendar_seeded_later_is_used(seeded: Database) -> None:
    """2 September 2030 is a Monday, a day off only a calendar knows of."""
    text = HEAD + "calendar:\n  - {title: Họp, date: 2026-09-02, bound: by}\n"
    before = shifted(cloned(seeded, text, 2030))

    def more_years(tx: Tx) -> None:
        calendar_days.seed_calendar(tx, actor=SYSTEM_ACTOR.ref(Role.SYSTEM), years=[2030])

    seeded.write_now(more_years)

    assert before == {"CALENDAR_ENTRY": ("2030-09-02", ("year", "calendar_missing"))}
    assert shifted(cloned(seeded, text, 2030))["CALENDAR_ENTRY"][0] > "2030-09-02"
