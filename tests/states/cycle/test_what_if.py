"""The preview as a what-if: dates moved, councils loaded, people counted, renewals listed, every warning at its line."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.columns import instant_text
from core.db import Database
from core.errors import BadInput, Refused
from core.history import read_lines
from core.lines import SYSTEM, canonical
from core.sql import Sql
from core.tx import Tx
from registry import offices, units
from registry import settings as choices
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import SYSTEM_ACTOR
from registry.roles import Role
from states.cycle.open_cycle import open_cycle
from states.cycle.plan import parse
from states.cycle.preview import Preview, preview
from states.deadlines.entries import DEADLINE
from states.outcomes.recognitions import Recognition
from states.outcomes.take_over import take_over
from tests.states.cycle.factories import coordinator, plan_text, seed

HEAD = "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: [{number: b, date: 2027-01-04}]\n"


@pytest.fixture
def seeded(db: Database) -> Database:
    seed(db)
    return db


def shown(db: Database, text: str, moves: dict[str, str] | None = None) -> Preview:
    given = {key: date.fromisoformat(day) for key, day in (moves or {}).items()}
    return db.read_now(lambda rtx: preview(rtx, parse(text, "plan.yaml"), moves=given))


def warned(found: Preview) -> dict[str, list[int]]:
    """Warnings by id with the lines they come from."""
    listed = found.to_json()["warnings"]
    assert isinstance(listed, list)
    return {each["id"]: [place["line"] for place in each["places"]] for each in listed}


def test_a_deadline_around_tet_is_marked_and_can_be_moved_away(seeded: Database) -> None:
    text = HEAD + "calendar:\n  - {title: Họp, date: 2027-02-03, bound: by}\n"

    before, after = shown(seeded, text), shown(seeded, text, {"CALENDAR_ENTRY": "2027-02-17"})

    assert warned(before)["tet_quiet:2027-02-03"] == [7]
    assert "tet_quiet:2027-02-03" not in warned(after)
    assert [each.to_json() for each in after.moved] == [
        {
            "key": "CALENDAR_ENTRY",
            "title": "Họp",
            "was": "2027-02-03",
            "becomes": "2027-02-17",
            "why": "moved",
        }
    ]
    assert before.digest != after.digest
    assert after.plan.calendar[0].date == date(2027, 2, 17)


def test_moving_a_base_date_shows_what_moves_with_it(seeded: Database) -> None:
    text = HEAD + (
        "windows:\n  - {step: idea, opens: 2027-02-16, closes: 2027-04-29}\n"
        "tasks:\n  - {title: Tổng hợp ý tưởng, due: IDEA_WINDOW + 7 days}\n"
        "batches:\n  - level: province\n    number: 1\n    steps:\n"
        "      - {step: propose, date: 2027-04-30, bound: before}\n"
        "      - {step: evaluate, date: 2027-06-30, bound: before}\n"
    )

    found = shown(seeded, text, {"IDEA_WINDOW": "2027-05-06", "BATCH1_PROPOSE": "2027-04-20"})

    assert {each.key: (str(each.was), str(each.becomes), each.why) for each in found.moved} == {
        "BATCH1_PROPOSE": ("2027-04-30", "2027-04-20", "moved"),
        "BATCH2.opens": ("2027-04-30", "2027-04-20", "follows"),
        "IDEA_WINDOW": ("2027-04-29", "2027-05-06", "moved"),
        "TASK/1": ("2027-05-06", "2027-05-13", "hangs"),
    }


def test_a_date_only_the_law_fixes_can_be_moved_earlier_and_not_later(seeded: Database) -> None:
    earlier = shown(seeded, HEAD, {"CENTRAL2_PROPOSE": "2028-01-15"})

    assert "tet_quiet:2028-01-29" not in warned(earlier)
    assert {due.key: str(due.last_day) for due in earlier.schedule.deadlines}[
        "CENTRAL2_PROPOSE"
    ] == "2028-01-14"
    with pytest.raises(BadInput) as refusal:
        shown(seeded, HEAD, {"CENTRAL2_PROPOSE": "2028-02-15"})
    assert refusal.value.fields[0].code == "plan_batch_after_limit"


def test_moving_a_date_to_where_it_stands_changes_nothing_but_the_digest(seeded: Database) -> None:
    same = shown(seeded, plan_text(), {"IDEA_WINDOW": "2027-04-29"})

    assert same.moved == ()
    assert same.schedule == shown(seeded, plan_text()).schedule


def test_what_was_moved_is_opened_and_stands_in_the_history(seeded: Database) -> None:
    moves = {"IDEA_WINDOW": date(2027, 5, 10)}
    seen = shown(seeded, plan_text(), {"IDEA_WINDOW": "2027-05-10"}).digest

    def write(tx: Tx) -> str:
        return open_cycle(
            tx, plan_text(), "a.yaml", seen, coordinator(), moves=moves, reason="Mưa lũ ở ba xã"
        ).cycle_id

    with pytest.raises(Refused) as outdated:
        seeded.write_now(lambda tx: open_cycle(tx, plan_text(), "a.yaml", seen, coordinator()), alone=True)
    cycle_id = seeded.write_now(write, alone=True)

    d = DEADLINE.c
    statement = Sql(sa.select(d.stated_on, d.last_day).where(d.code == "IDEA_WINDOW"))
    assert outdated.value.code == "preview_outdated"
    assert seeded.read_now(lambda rtx: rtx.sql.all(statement)) == [("2027-05-10", "2027-05-10")]
    lines = seeded.read_now(
        lambda rtx: [json.loads(line) for line, _ in read_lines(rtx, f"cycle/{cycle_id}")]
    )
    assert "IDEA_WINDOW: 2027-04-29 → 2027-05-10 (moved)" in lines[1]["reason"]
    assert lines[0]["trigger"] == "draft_cycle"
    assert lines[0]["reason"].startswith("Mưa lũ ở ba xã; ")
    for said in (
        "calendar_provisional:2027: Tết và ngày 24/11/2027",
        "IDEA_WINDOW: 2027-04-29 → 2027-05-10 (moved)",
    ):
        assert said in lines[0]["reason"]


COUNCIL = HEAD + (
    "councils:\n  - {level: province, title: Hội đồng đợt 1, from: 2027-06-10, to: 2027-06-14, products: 50, per_day: 20}\n"
)


def loads(found: Preview) -> list[tuple[str, int | None, int | None, bool]]:
    return [(str(day.day), day.products, day.most, day.over) for each in found.councils for day in each.days]


def test_a_councils_products_are_spread_over_its_working_days(seeded: Database) -> None:
    """12 and 13 June 2027 are a weekend."""
    found = shown(seeded, COUNCIL)

    assert loads(found) == [
        ("2027-06-10", 17, 20, False), ("2027-06-11", 17, 20, False), ("2027-06-14", 16, 20, False)
    ]  # fmt: skip
    assert "council_overload:COUNCIL/1" not in warned(found)


def test_a_council_with_more_than_it_can_hear_is_a_warning_with_its_line(seeded: Database) -> None:
    found = shown(seeded, COUNCIL.replace("products: 50", "products: 61"))

    assert [each[3] for each in loads(found)] == [True, False, False]
    assert warned(found)["council_overload:COUNCIL/1"] == [7]


def test_two_councils_side_by_side_hear_twice_as_many(seeded: Database) -> None:
    found = shown(seeded, COUNCIL.replace("products: 50", "products: 61, sessions: 2"))

    assert {each[2] for each in loads(found)} == {40}
    assert "council_overload:COUNCIL/1" not in warned(found)


def test_a_council_on_days_off_only_is_a_warning(seeded: Database) -> None:
    found = shown(seeded, COUNCIL.replace("2027-06-10", "2027-06-12").replace("2027-06-14", "2027-06-13"))

    assert [each[0] for each in loads(found)] == ["2027-06-12", "2027-06-13"]
    assert warned(found)["council_day_off:COUNCIL/1"] == [7]


def test_a_council_hears_what_its_batch_expects(seeded: Database) -> None:
    text = COUNCIL.replace("products: 50, ", "batch: 1, ") + (
        "batches:\n  - level: province\n    number: 1\n    products: 30\n    steps:\n"
        "      - {step: propose, date: 2027-04-30, bound: before}\n"
        "      - {step: evaluate, date: 2027-06-30, bound: before}\n"
    )

    assert [each[1] for each in loads(shown(seeded, text))] == [10, 10, 10]


def test_communes_without_an_office_are_a_warning_until_each_has_one(seeded: Database) -> None:
    before = shown(seeded, HEAD)

    def enter(tx: Tx) -> None:
        for unit in units.communes(tx, "19", date(2027, 1, 1)):
            offices.set_office(tx, unit.code, phone="0912345678", hours="07:30-17:00", actor=SYSTEM)

    seeded.write_now(enter, alone=True)
    after = shown(seeded, HEAD)

    assert (before.offices_missing, after.offices_missing) == (92, 0)
    assert warned(before)["offices_missing:19"] == []
    assert "offices_missing:19" not in warned(after)


def test_a_year_without_a_calendar_is_named_where_dates_roll(seeded: Database) -> None:
    """With dates that move off days off nothing can be said of a year without rows; it is named, not refused."""
    seeded.write_now(
        lambda tx: choices.choose(
            tx, "vn", "fixed_date_roll", "next_working_day", source="quy chế", actor=SYSTEM
        )
    )
    text = HEAD.replace("2027", "2033") + "calendar:\n  - {title: Họp, date: 2033-05-01, bound: by}\n"

    found = shown(seeded, text)

    entry = next(due for due in found.schedule.deadlines if due.code == "CALENDAR_ENTRY")
    assert (str(entry.last_day), [str(mark) for mark in entry.marks]) == (
        "2033-05-01", ["calendar_missing", "day_off"]
    )  # fmt: skip
    assert warned(found)["calendar_missing:2033"] == [7]


def test_a_warning_of_the_law_has_no_line_and_one_of_the_plan_each_of_its_lines(seeded: Database) -> None:
    text = (
        HEAD
        + "calendar:\n  - {title: a, date: 2030-03-01, bound: by}\n  - {title: b, date: 2030-04-01, bound: by}\n"
    )

    found = warned(shown(seeded, text))

    assert found["calendar_missing:2030"] == [7, 8]
    assert found["tet_quiet:2028-01-29"] == []


def test_every_area_that_is_not_there_is_named_at_once(seeded: Database) -> None:
    text = HEAD + (
        "targets:\n  - kind: per_area\n    what: a\n    basis: results\n    areas:\n"
        "      - {unit: '00001', at_least: 1}\n      - {unit: '01', at_least: 1}\n"
    )

    with pytest.raises(BadInput) as refusal:
        shown(seeded, text)

    assert [(fault.code, fault.params["line"]) for fault in refusal.value.fields] == [
        ("plan_area_unknown", 11), ("plan_area_unknown", 12)
    ]  # fmt: skip


def test_each_person_is_counted_with_what_they_get_and_how_they_are_reached(seeded: Database) -> None:
    def people(tx: Tx) -> None:
        for name, email in (("a", "a@ocop.example"), ("b", None)):
            account = add_account(tx, name, actor=SYSTEM_ACTOR.ref(Role.SYSTEM), email=email)
            appoint(tx, account, Role.PROVINCE_UNIT, "19", actor=SYSTEM_ACTOR.ref(Role.SYSTEM))

    seeded.write_now(people)
    text = (
        HEAD
        + "audience: [province_unit]\ntasks:\n  - {title: a, due: 2027-03-10}\n  - {title: b, due: 2027-03-10}\n"
    )

    told = {each.who: each for each in shown(seeded, text).notices}

    mine = told[Role.PROVINCE_UNIT]
    assert (mine.count, mine.accounts, mine.emails, mine.phones) == (2, 2, 1, 0)
    # the opening; four deadlines of the law and two tasks, each with -14, -7, -3, -1 days and the day after
    assert mine.notices == 1 + 6 * 5
    assert mine.messages == 1 + 5 * 5
    assert told[Role.COMMUNE].notices == 2 * 5


def certificate(number: int, issued_on: date) -> Recognition:
    expires = issued_on.replace(year=issued_on.year + 3)
    return Recognition(
        number, f"Sản phẩm {number}", "Hợp tác xã minh hoạ", "htx", "Thái Nguyên", "province", issued_on.year, 4, "5/QĐ",
        issued_on, expires, "bản giấy", None,
    )  # fmt: skip


def test_renewals_whose_last_day_to_file_lies_in_the_year_are_listed(seeded: Database) -> None:
    """A certificate of 30 June 2025 ends on 30 June 2028 and is to be filed by 2 March 2028: the year after."""
    days = [date(2024, 5, 1), date(2025, 2, 10), date(2025, 6, 30)]
    rows = [certificate(number, day) for number, day in enumerate(days, 1)]
    seeded.write_now(lambda tx: take_over(tx, rows, observed_on=date(2027, 1, 4)), alone=True)

    found = shown(seeded, HEAD)

    assert [(each.product, each.file_until, each.dossier) for each in found.renewals] == [
        ("Sản phẩm 1", "2027-01-01", None), ("Sản phẩm 2", "2027-10-13", None)
    ]  # fmt: skip
    listed = found.to_json()["renewals"]
    assert isinstance(listed, dict)
    assert (listed["count"], listed["to_open"], len(listed["digest"])) == (2, 2, 64)


DAYS = st.dates(date(2027, 1, 5), date(2027, 12, 1))


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, dict[str, date]]:
    """A plan of windows, tasks and entries in any order, and some of its dates moved."""
    first, last = sorted([draw(DAYS), draw(DAYS)])
    dues = draw(st.lists(DAYS, max_size=4))
    entries = draw(st.lists(st.tuples(DAYS, st.sampled_from(["before", "by", "on"])), max_size=4))
    text = HEAD + f"windows:\n  - {{step: idea, opens: {first}, closes: {last + timedelta(days=1)}}}\n"
    text += "tasks:\n" + "".join(f"  - {{title: t, due: {due}}}\n" for due in dues) if dues else ""
    if entries:
        text += "calendar:\n" + "".join(
            f"  - {{title: e, date: {day}, bound: {bound}}}\n" for day, bound in entries
        )
    keys = [f"TASK/{number}" for number in range(1, len(dues) + 1)]
    moves = draw(st.dictionaries(st.sampled_from(keys), DAYS, max_size=2)) if keys else {}
    return text, moves


class UndoneError(Exception):
    """Takes an opening back once it has been looked at."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=plans())
def test_opening_writes_exactly_the_previewed_deadlines_whatever_the_plan(
    seeded: Database, made: tuple[str, dict[str, date]]
) -> None:
    text, moves = made
    pair = [seeded.read_now(lambda rtx: preview(rtx, parse(text), moves=moves)) for _ in range(2)]
    reasons = {each.id: "đã rà" for each in pair[0].warnings}
    found: list[tuple[object, ...]] = []

    def open_and_look(tx: Tx) -> None:
        open_cycle(tx, text, "a.yaml", pair[0].digest, coordinator(), accepted=reasons, moves=moves)
        d = DEADLINE.c
        found.extend(tx.sql.all(Sql(sa.select(d.code, d.title, d.stated_on, d.bound, d.last_day, d.due_at))))
        raise UndoneError

    with pytest.raises(UndoneError):
        seeded.write_now(open_and_look, alone=True)

    wanted = [
        (due.code, due.title, str(due.stated), due.bound, str(due.last_day), instant_text(due.due_at))
        for due in pair[0].schedule.deadlines
    ]
    assert sorted(map(str, found)) == sorted(map(str, wanted))
    assert canonical(pair[0].to_json()) == canonical(pair[1].to_json())
