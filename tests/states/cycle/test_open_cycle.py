"""Opening: exactly what was shown, all of it or nothing, once per province and year."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import sqlalchemy as sa

from core.clock import StepClock
from core.columns import instant_text
from core.db import Database
from core.errors import NotFound, OcopError, Refused
from core.history import read_lines
from core.ids import split_subject
from core.sql import Sql
from core.tx import Tx
from registry.actors import SYSTEM_ACTOR
from states.cycle import open_cycle as opening
from states.cycle.lifecycle import BATCH_MACHINE
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, TARGET_TABLE, WINDOW_TABLE
from states.cycle.open_cycle import open_cycle
from states.cycle.plan import parse
from states.cycle.preview import preview
from states.deadlines.entries import DEADLINE, REMINDER
from states.engine.fire import fire
from tests.states.cycle.factories import REAL, coordinator, digest_of, opened, plan_text, seed

TABLES = ("history", "cycle", "batch", "deadline", "reminder", "cycle_window", "target")


@pytest.fixture
def seeded(db: Database) -> Database:
    seed(db)
    return db


def count(db: Database, table: str) -> int:
    return int(
        db.read_now(lambda rtx: rtx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table(table)))))
    )


def counts(db: Database) -> dict[str, int]:
    return {table: count(db, table) for table in TABLES}


def column(db: Database, *columns: sa.Column[object]) -> list[tuple[object, ...]]:
    return db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(*columns).order_by(*columns))))


@pytest.mark.parametrize("name", [REAL, "thai-nguyen-2027.yaml"])
def test_opening_writes_exactly_the_previewed_deadlines(seeded: Database, name: str) -> None:
    text = plan_text(name)
    shown = seeded.read_now(lambda rtx: preview(rtx, parse(text)))
    wanted = [
        (
            each.code,
            each.applies_to,
            str(each.stated),
            each.bound,
            str(each.last_day),
            instant_text(each.due_at),
        )
        for each in shown.schedule.deadlines
    ]

    result = opened(seeded, text)

    names = dict(
        column(seeded, BATCH_TABLE.c.id, BATCH_TABLE.c.level + "/" + sa.cast(BATCH_TABLE.c.number, sa.Text))
    )
    found = []
    d = DEADLINE.c
    for code, subject, *rest in column(seeded, d.code, d.subject, d.stated_on, d.bound, d.last_day, d.due_at):
        kind, subject_id = split_subject(str(subject))
        found.append((code, "cycle" if kind == "cycle" else f"batch/{names[subject_id]}", *rest))
    assert sorted(found) == sorted(wanted)
    assert result.deadlines == len(wanted)


def test_an_opened_cycle_is_open_and_its_way_stands_in_the_history(seeded: Database) -> None:
    result = opened(seeded, plan_text())

    lines = seeded.read_now(
        lambda rtx: [json.loads(line) for line, _ in read_lines(rtx, f"cycle/{result.cycle_id}")]
    )
    assert [(line["trigger"], line["source"], line["dest"]) for line in lines] == [
        ("draft_cycle", "new", "draft"),
        ("publish", "draft", "published"),
        ("open", "published", "open"),
    ]
    assert lines[2]["inputs"]["digest"] == lines[2]["inputs"]["preview_digest"] == result.digest
    assert "calendar_provisional:2027" in lines[1]["reason"]
    assert column(seeded, CYCLE_TABLE.c.state, CYCLE_TABLE.c.illustrative, CYCLE_TABLE.c.plan_number) == [
        ("open", 1, "minh-hoa-01/2027")
    ]


def test_windows_batches_and_targets_are_written_as_planned(seeded: Database) -> None:
    opened(seeded, plan_text())

    windows = column(seeded, WINDOW_TABLE.c.step, WINDOW_TABLE.c.opens_on, WINDOW_TABLE.c.closes_on)
    assert ("evaluation", "2027-01-11", "2027-12-29") in windows
    b = BATCH_TABLE.c
    assert column(seeded, b.level, b.number, b.state, b.propose_last_day, b.intake_opens_at) == [
        ("central", 1, "planned", "2027-07-29", "2026-12-31T17:00:00.000000Z"),
        ("central", 2, "planned", "2028-01-29", "2027-07-29T17:00:00.000000Z"),
        ("province", 1, "planned", "2027-04-29", "2027-01-10T17:00:00.000000Z"),
        ("province", 2, "planned", "2027-10-29", "2027-04-29T17:00:00.000000Z"),
    ]
    measures = {
        str(label): json.loads(str(measure))
        for label, measure in column(seeded, TARGET_TABLE.c.label, TARGET_TABLE.c.measure)
    }
    assert measures["Nâng hạng từ 3 lên 4 sao"] == {"from_stars": 3, "to_stars": 4, "at_least": 6}


def test_an_outdated_digest_writes_nothing(seeded: Database) -> None:
    before = counts(seeded)

    with pytest.raises(Refused) as refusal:
        opened(seeded, plan_text(), digest="0" * 64)

    assert refusal.value.code == "preview_outdated"
    assert counts(seeded) == before


def test_another_plan_under_the_digest_of_the_one_shown_is_refused(seeded: Database) -> None:
    digest = digest_of(seeded, plan_text())

    with pytest.raises(Refused) as refusal:
        opened(seeded, plan_text().replace("at_least: 40", "at_least: 39"), digest=digest)

    assert refusal.value.code == "preview_outdated"


def test_a_year_is_opened_once_per_province(seeded: Database) -> None:
    opened(seeded, plan_text())
    before = counts(seeded)

    with pytest.raises(Refused) as refusal:
        opened(seeded, plan_text())

    assert refusal.value.code == "cycle_exists"
    assert counts(seeded) == before


def test_of_two_coordinators_at_once_one_opens(seeded: Database) -> None:
    digest = digest_of(seeded, plan_text())

    def one(_: int) -> str:
        try:
            return opened(seeded, plan_text(), digest=digest).cycle_id
        except OcopError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(one, range(2)))

    assert results.count("cycle_exists") == 1
    assert count(seeded, "cycle") == 1


def test_a_crash_in_the_middle_leaves_nothing(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(seeded)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(opening, "set_deadlines", crash)
    with pytest.raises(RuntimeError, match="power cut"):
        opened(seeded, plan_text())

    assert counts(seeded) == before


def test_a_warning_nobody_accepted_keeps_the_cycle_shut(seeded: Database) -> None:
    text = plan_text().replace('  - {warning: "tet_quiet:2028-01-29"', '  - {warning: "other"')
    before = counts(seeded)

    with pytest.raises(Refused) as refusal:
        opened(seeded, text)

    assert refusal.value.code == "guard_warnings_open"
    assert counts(seeded) == before


def test_a_reason_given_at_opening_is_as_good_as_one_in_the_plan(seeded: Database) -> None:
    text = plan_text().replace('  - {warning: "tet_quiet:2028-01-29"', '  - {warning: "other"')
    digest = digest_of(seeded, text)

    result = seeded.write_now(
        lambda tx: open_cycle(
            tx, text, "a.yaml", digest, coordinator(), accepted={"tet_quiet:2028-01-29": "ngày do luật định"}
        ),
        alone=True,
    )

    lines = seeded.read_now(
        lambda rtx: [json.loads(line) for line, _ in read_lines(rtx, f"cycle/{result.cycle_id}")]
    )
    assert "ngày do luật định" in lines[1]["reason"]


def test_a_plan_without_a_date_of_issue_is_not_published(seeded: Database) -> None:
    text = plan_text().replace(", date: 2027-01-04, what: Kế hoạch minh hoạ", "")

    with pytest.raises(Refused) as refusal:
        opened(seeded, text)

    assert refusal.value.code == "guard_plan_number_missing"


def test_the_officer_of_another_province_cannot_open_this_one(seeded: Database) -> None:
    before = counts(seeded)

    with pytest.raises(NotFound):
        opened(seeded, plan_text(), actor=coordinator("20"))

    assert counts(seeded) == before


def test_each_deadline_waits_with_its_first_reminder(seeded: Database) -> None:
    result = opened(seeded, plan_text())

    assert count(seeded, "reminder") == result.deadlines
    first = column(seeded, REMINDER.c.due_at, REMINDER.c.kind)[0]
    assert first == ("2027-01-08T01:00:00.000000Z", "due_14")


def test_intake_opens_and_closes_on_its_instants_only(seeded: Database, clock: StepClock) -> None:
    result = opened(seeded, plan_text())
    province_1 = result.batches[2]

    def fired(trigger: str) -> str:
        def move(tx: Tx) -> str:
            return fire(tx, BATCH_MACHINE, province_1, trigger, actor=SYSTEM_ACTOR).dest

        try:
            return seeded.write_now(move)
        except OcopError as error:
            return error.code

    found = []
    for instant, trigger in [
        ("2027-01-10T23:59:59.999999+07:00", "open_intake"),
        ("2027-01-11T00:00:00+07:00", "open_intake"),
        ("2027-04-29T23:59:59.999999+07:00", "close_intake"),
        ("2027-04-30T00:00:00+07:00", "close_intake"),
    ]:
        clock.move_to(datetime.fromisoformat(instant))
        found.append(fired(trigger))

    assert found == ["guard_intake_not_yet", "intake_open", "guard_intake_still_open", "intake_closed"]


def test_before_the_first_ruleset_no_evaluation_is_opened(seeded: Database) -> None:
    text = (
        plan_text(REAL)
        .replace("2022-", "2018-")
        .replace("year: 2022", "year: 2018")
        .replace("ruleset: qd781-2020\n", "")
    )
    text += "\naccepted:\n  - {warning: 'calendar_missing:2018', reason: chưa có lịch}\n"

    with pytest.raises(Refused) as refusal:
        opened(seeded, text)

    assert refusal.value.code == "no_national_ruleset"
    assert count(seeded, "cycle") == 0
