"""Offices, counters, the working calendar and settings: dated, versioned, counted once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from core.db import Database
from core.errors import BadInput, NotFound, OcopError
from registry import calendar_days, settings
from registry.counters import next_number, next_numbers
from registry.offices import missing as without_office
from registry.offices import office, set_office
from registry.roles import COUNTRY
from regulations.calendar_rows import CalendarDay, DayKind, Sure
from regulations.settings import Settings
from regulations.working_calendar import packaged
from tests.registry.factories import (
    COMMUNE,
    OFFICE,
    OTHER_PROVINCE,
    PROVINCE,
    WARD,
    everything_in_history,
    lines,
)

TODAY = date(2027, 1, 4)
FRIDAY, SATURDAY = date(2027, 1, 8), date(2027, 1, 9)
OFF = CalendarDay(DayKind.OFF, "1/QĐ-TTg", Sure.DECREED, "day off", "Nghỉ")
WORK = CalendarDay(DayKind.WORK, "1/QĐ-TTg", Sure.DECREED, "worked", "Làm bù")


def refusal(call) -> OcopError:
    with pytest.raises(OcopError) as refused:
        call()
    return refused.value


def test_communes_without_an_office_are_named_until_one_is_entered(house: Database) -> None:
    def missing() -> list[str]:
        return [unit.code for unit in house.read_now(lambda rtx: without_office(rtx, PROVINCE, TODAY))]

    def enter(phone: str, hours: str = "Thứ Hai – thứ Sáu, 7:30–17:00") -> None:
        house.write_now(lambda tx: set_office(tx, COMMUNE, phone, hours, actor=OFFICE))

    assert missing() == [WARD, COMMUNE]
    enter("0208 3855 000")
    assert missing() == [WARD]
    enter("0900 000 001", "Sáng thứ Ba")
    found = house.read_now(lambda rtx: office(rtx, COMMUNE))
    assert (found.phone, found.hours) == ("+84900000001", "Sáng thứ Ba")
    assert refusal(lambda: enter("12")).code == "bad_phone"
    assert refusal(lambda: enter("0900000001", " ")).code == "required"
    assert (
        refusal(
            lambda: house.write_now(lambda tx: set_office(tx, PROVINCE, "0900000001", "x", actor=OFFICE))
        ).code
        == "wrong_unit"
    )
    assert house.read_now(lambda rtx: office(rtx, COMMUNE)) == found


def test_who_changed_an_office_is_told_in_the_provinces_book_without_the_number(house: Database) -> None:
    def enter(phone: str, hours: str) -> bool:
        return house.write_now(lambda tx: set_office(tx, COMMUNE, phone, hours, actor=OFFICE))

    done = [
        enter("0208 3855 000", "7:30–17:00"),
        enter("02083855000", "7:30–17:00"),
        enter("02083855000", "8:00"),
    ]

    book = house.read_now(lambda rtx: settings.book_of(rtx, PROVINCE))
    assert done == [True, False, True]
    assert [(line.kind, line.trigger, line.inputs["changed"]) for line in lines(house, f"settings/{book}")] == [
        ("setting_changed", "set_office", ["hours", "phone"]), ("setting_changed", "set_office", ["hours"]),
    ]  # fmt: skip
    assert "3855000" not in house.read_now(everything_in_history)


def test_a_counter_starts_at_one_for_each_year_unit_and_name(db: Database) -> None:
    def take(year: int, unit: str, name: str) -> int:
        return db.write_now(lambda tx: next_number(tx, year, unit, name))

    assert [take(2027, "19", "a"), take(2027, "19", "a"), take(2028, "19", "a"), take(2027, "24", "a"), take(2027, "19", "b")] == [
        1, 2, 1, 1, 1,
    ]  # fmt: skip
    assert db.write_now(lambda tx: list(next_numbers(tx, 2027, "19", "a", 3))) == [3, 4, 5]
    assert take(2027, "19", "a") == 6
    with pytest.raises(ValueError, match="at least one"):
        db.write_now(lambda tx: next_numbers(tx, 2027, "19", "a", 0))


def test_numbers_taken_at_once_are_all_different(db: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(
            threads.map(lambda _: db.write_now(lambda tx: next_number(tx, 2027, "19", "a")), range(40))
        )

    assert sorted(taken) == list(range(1, 41))


def test_a_transaction_that_fails_never_makes_two_of_one_number(db: Database) -> None:
    def fail(tx) -> None:
        next_number(tx, 2027, "19", "a")
        raise BadInput("required")

    first = db.write_now(lambda tx: next_number(tx, 2027, "19", "a"))
    with pytest.raises(BadInput):
        db.write_now(fail)
    assert db.write_now(lambda tx: next_number(tx, 2027, "19", "a")) > first


def seeded(db: Database) -> str:
    return db.write_now(lambda tx: calendar_days.seed_calendar(tx, actor=OFFICE))


def correct(db: Database, changes: dict[date, CalendarDay | None], reason: str = "1/QĐ-TTg") -> str:
    return db.write_now(lambda tx: calendar_days.correct_calendar(tx, changes, actor=OFFICE, reason=reason))


def test_the_seeded_calendar_is_that_of_the_law_and_seeding_twice_changes_nothing(db: Database) -> None:
    version = seeded(db)

    stored = db.read_now(calendar_days.calendar)
    assert (stored.days, stored.years, stored.quiet) == (packaged().days, packaged().years, packaged().quiet)
    assert seeded(db) == version == stored.version
    assert [each.version for each in db.read_now(calendar_days.versions)] == [version]


def test_a_correction_makes_a_new_version_and_leaves_the_old_one_readable(db: Database) -> None:
    first = seeded(db)
    second = correct(db, {FRIDAY: OFF, SATURDAY: WORK})
    third = correct(db, {FRIDAY: None})

    def working(version: str | None) -> list[bool]:
        found = db.read_now(lambda rtx: calendar_days.calendar(rtx, version))
        return [found.is_working(FRIDAY), found.is_working(SATURDAY)]

    assert [working(first), working(second), working(third), working(None)] == [
        [True, False], [False, True], [True, True], [True, True],
    ]  # fmt: skip
    assert len({first, second, third}) == 3
    assert [each.number for each in db.read_now(calendar_days.versions)] == [1, 2, 3]


def test_each_version_has_its_line_with_what_changed_and_why(db: Database) -> None:
    seeded(db)
    version = correct(db, {FRIDAY: OFF})
    subject = next(
        text for text in db.read_now(everything_in_history).split('"') if text.startswith("calendar/")
    )

    line = lines(db, subject)[-1]
    assert (line.kind, line.reason, dict(line.inputs)) == ("calendar_changed", "1/QĐ-TTg", {
        "version": version, "days": [{"day": "2027-01-08", "kind": "off", "sure": "decreed", "basis": "1/QĐ-TTg"}],
    })  # fmt: skip


def test_what_changes_nothing_makes_no_version_and_what_says_nothing_is_refused(db: Database) -> None:
    seeded(db)
    version = correct(db, {FRIDAY: OFF})

    assert correct(db, {FRIDAY: OFF}) == version
    assert refusal(lambda: correct(db, {SATURDAY: OFF})).code == "calendar_day_idle"
    assert refusal(lambda: correct(db, {FRIDAY: WORK})).code == "calendar_day_idle"
    assert (
        refusal(lambda: correct(db, {SATURDAY: CalendarDay(DayKind.WORK, " ", Sure.DECREED)})).code
        == "required"
    )
    assert refusal(lambda: correct(db, {FRIDAY: None}, " ")).code == "required"
    assert db.read_now(calendar_days.calendar).version == version


def test_a_year_further_on_is_seeded_as_provisional(db: Database) -> None:
    seeded(db)
    db.write_now(lambda tx: calendar_days.seed_calendar(tx, actor=OFFICE, years=[2029]))

    found = db.read_now(calendar_days.calendar)
    assert 2029 in found.years
    assert not found.year_is_decided(2029)
    assert (
        refusal(
            lambda: db.write_now(lambda tx: calendar_days.seed_calendar(tx, actor=OFFICE, years=[2500]))
        ).code
        == "calendar_year_unknown"
    )


def test_two_corrections_at_once_give_two_versions(db: Database) -> None:
    seeded(db)
    days = [date(2027, 1, 11) + timedelta(days=number) for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda day: correct(db, {day: OFF}), days))

    assert len(set(made)) == 4
    assert not any(map(db.read_now(calendar_days.calendar).is_working, days))


def test_without_a_seeded_calendar_nothing_is_guessed(db: Database) -> None:
    with pytest.raises(NotFound):
        db.read_now(calendar_days.calendar)
    with pytest.raises(NotFound):
        correct(db, {FRIDAY: OFF})
    seeded(db)
    with pytest.raises(NotFound):
        db.read_now(lambda rtx: calendar_days.calendar(rtx, "vn-99-000000000000"))


def choose(db: Database, unit: str, name: str, value: object, from_at: datetime | None = None) -> None:
    db.write_now(
        lambda tx: settings.choose(tx, unit, name, value, source="5/QĐ-UBND", actor=OFFICE, from_at=from_at)
    )


def in_force(db: Database, name: str, province: str = PROVINCE, at: datetime | None = None) -> object:
    return db.read_now(lambda rtx: settings.resolved(rtx, province, at))[name]


def test_what_nobody_chose_stands_at_its_default(house: Database) -> None:
    assert house.read_now(lambda rtx: settings.resolved(rtx, PROVINCE)) == Settings.defaults()


def test_a_province_goes_before_the_country_and_the_country_before_the_default(house: Database) -> None:
    choose(house, PROVINCE, "quorum", "3/4")
    choose(house, COUNTRY, "quorum", "5/7")
    choose(house, COUNTRY, "idea_supplement_days", 14)

    assert (in_force(house, "quorum"), in_force(house, "quorum", OTHER_PROVINCE)) == ("3/4", "5/7")
    assert (in_force(house, "idea_supplement_days"), in_force(house, "proxy")) == (14, False)


def test_a_choice_holds_from_its_first_instant_and_not_before(house: Database) -> None:
    start = house.clock.business_now() + timedelta(days=1)
    choose(house, PROVINCE, "proxy", True, start)

    before = start - timedelta(microseconds=1)
    assert (in_force(house, "proxy", at=before), in_force(house, "proxy", at=start)) == (False, True)
    assert in_force(house, "proxy") is False


def test_the_past_keeps_the_choice_it_was_decided_under(house: Database) -> None:
    first = house.clock.business_now()
    choose(house, PROVINCE, "quorum", "3/4")
    house.clock.move_to(first + timedelta(days=1))  # type: ignore[attr-defined]
    choose(house, PROVINCE, "quorum", "5/7")

    assert (in_force(house, "quorum", at=first), in_force(house, "quorum")) == ("3/4", "5/7")
    assert refusal(lambda: choose(house, PROVINCE, "quorum", "2/3", first)).code == "setting_backdated"
    assert refusal(lambda: choose(house, PROVINCE, "quorum", "2/3")).code == "setting_twice"
    listed = house.read_now(lambda rtx: settings.choices(rtx, PROVINCE))
    assert [(each.name, each.value, each.source) for each in listed] == [
        ("quorum", "3/4", "5/QĐ-UBND"), ("quorum", "5/7", "5/QĐ-UBND"),
    ]  # fmt: skip


def test_every_choice_has_a_line_with_before_and_after(house: Database) -> None:
    choose(house, PROVINCE, "proxy", True)
    subject = next(
        text for text in house.read_now(everything_in_history).split('"') if text.startswith("settings/")
    )

    [line] = lines(house, subject)
    assert (line.kind, dict(line.inputs)) == ("setting_changed", {
        "name": "proxy", "before": False, "after": True, "from_at": "2027-01-04T01:00:00.000000Z", "source": "5/QĐ-UBND",
        "unit_code": PROVINCE,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "name", "value", "code"),
    [(PROVINCE, "quorum", "1/2", "setting_value"), (PROVINCE, "proxy", 1, "setting_value"), (PROVINCE, "khong", 1, "setting_unknown"),
     (COMMUNE, "quorum", "3/4", "wrong_unit"), ("99", "quorum", "3/4", "unknown_unit")],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_and_nothing_changes(
    house: Database, unit, name, value, code
) -> None:
    assert refusal(lambda: choose(house, unit, name, value)).code == code
    assert house.read_now(lambda rtx: settings.resolved(rtx, PROVINCE)) == Settings.defaults()
    assert house.read_now(everything_in_history) == ""


def test_a_refused_value_says_which_ones_are_allowed(house: Database) -> None:
    error = refusal(lambda: choose(house, PROVINCE, "quorum", "1/2"))

    assert str(error) == 'quorum cannot take this value. Choose one of: "2/3", "3/4", "5/7".'
