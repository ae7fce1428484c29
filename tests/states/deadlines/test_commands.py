"""Setting, meeting, cancelling and extending deadlines, on both databases."""

from datetime import date

import pytest

from core.clock import StepClock
from core.db import Database
from core.errors import BadInput, NotFound, Refused
from core.history import read_lines
from core.lines import leaf_hash, parse_line
from registry import calendar_days
from states.deadlines.commands import Extension, cancel, extend, meet
from states.deadlines.entries import DEADLINE, EXTENSION
from states.deadlines.sweep import due, mark_fired
from tests.states.deadlines.factories import (
    OFFICER,
    SUBJECT,
    at,
    given,
    item,
    lines,
    rows,
    vn,
    waiting,
)

LONGER = Extension(
    new_last_day=date(2027, 4, 9),
    ground="bão số 2, đường vào xã bị cắt",
    approver="Chủ tịch UBND tỉnh",
    document="QĐ minh-hoa-09/2027",
    scope="xã này",
)


@pytest.fixture
def seeded(db: Database) -> Database:
    db.write_now(lambda tx: calendar_days.seed_calendar(tx, actor=OFFICER))
    return db


def extended(db: Database, deadline_id: str, extension: Extension = LONGER) -> None:
    db.write_now(lambda tx: extend(tx, deadline_id, extension, actor=OFFICER))


def test_a_deadline_keeps_how_it_was_computed_in_its_line(db: Database) -> None:
    (deadline_id,) = given(db, item("2027-03-31"))

    (line,) = lines(db, deadline_id)

    assert line["kind"] == "deadline_set"
    assert line["inputs"] == {
        "code": "COMMUNE_CHECK",
        "subject": SUBJECT,
        "last_day": "2027-03-31",
        "due_at": "2027-03-31T17:00:00.000000Z",
        "stated_on": None,
        "bound": None,
        "rule": "test",
        "basis": "QĐ 26/2026/QĐ-TTg Điều 7.2",
        "calendar_version": item().calendar_version,
        "owner_role": "commune",
        "hard": True,
    }


@pytest.mark.parametrize("subject", [SUBJECT, 'dossier/Đ"1'], ids=["filled-into-a-form", "encoded-whole"])
def test_a_line_written_in_bulk_is_canonical_to_the_byte(db: Database, subject: str) -> None:
    ids = given(db, item(subject=subject), item("2027-04-30", subject=subject), item(subject=subject))

    for deadline_id in ids:
        ((text, line_hash),) = db.read_now(lambda rtx, one=deadline_id: read_lines(rtx, f"deadline/{one}"))
        assert parse_line(text).to_text() == text
        assert leaf_hash(text.encode()) == line_hash
        assert parse_line(text).subject == f"deadline/{deadline_id}"
        assert parse_line(text).inputs["subject"] == subject


def test_only_the_first_reminder_waits(db: Database) -> None:
    given(db, item("2027-03-31"))

    assert waiting(db) == [("due_14", "2027-03-17", at("2027-03-17 08:00:00"))]


def test_a_deadline_that_is_over_when_set_reminds_nobody(db: Database) -> None:
    given(db, item("2026-12-31"))

    assert waiting(db) == []


def test_meeting_a_deadline_ends_its_reminders_and_is_not_done_twice(db: Database) -> None:
    (deadline_id,) = given(db, item())

    met = [db.write_now(lambda tx: meet(tx, SUBJECT, "COMMUNE_CHECK", actor=OFFICER)) for _ in range(2)]

    assert met == [1, 0]
    assert waiting(db) == []
    assert lines(db, deadline_id)[-1]["inputs"] == {
        "code": "COMMUNE_CHECK",
        "subject": SUBJECT,
        "late": False,
    }


def test_meeting_leaves_the_other_deadlines_of_the_subject_alone(db: Database) -> None:
    given(db, item(), item(code="RENEW_TOTAL"), item(subject="dossier/another"))

    db.write_now(lambda tx: meet(tx, SUBJECT, "COMMUNE_CHECK", actor=OFFICER))

    found = rows(db, DEADLINE, "subject", "code", "met_at")
    assert [(subject, code) for subject, code, met_at in found if met_at] == [(SUBJECT, "COMMUNE_CHECK")]


def test_a_deadline_met_late_says_so(db: Database, clock: StepClock) -> None:
    (deadline_id,) = given(db, item("2027-03-31"))
    clock.move_to(vn("2027-04-01 00:00:00"))

    db.write_now(lambda tx: meet(tx, SUBJECT, "COMMUNE_CHECK", actor=OFFICER))

    assert lines(db, deadline_id)[-1]["inputs"]["late"] is True


def test_cancelling_takes_several_codes_and_never_fires(db: Database) -> None:
    given(db, item(), item(code="RENEW_TOTAL"))

    count = db.write_now(
        lambda tx: cancel(tx, SUBJECT, ["COMMUNE_CHECK", "RENEW_TOTAL", "EXPIRY"], actor=OFFICER)
    )

    assert count == 2
    assert db.read_now(lambda rtx: due(rtx, vn("2030-01-01 00:00:00"))) == []


def test_an_extension_keeps_both_dates_and_climbs_a_new_ladder(seeded: Database) -> None:
    (deadline_id,) = given(seeded, item("2027-03-31"))

    extended(seeded, deadline_id)

    columns = ("last_day", "due_at", "extended_from")
    assert rows(seeded, DEADLINE, *columns) == [("2027-04-09", at("2027-04-10 00:00:00"), "2027-03-31")]
    acts = rows(seeded, EXTENSION, "from_last_day", "to_last_day", "ground", "approver", "document", "scope")
    assert acts == [
        ("2027-03-31", "2027-04-09", LONGER.ground, LONGER.approver, LONGER.document, LONGER.scope)
    ]
    assert waiting(seeded) == [("due_14", "2027-03-26", at("2027-03-26 08:00:00"))]
    last = lines(seeded, deadline_id)[-1]
    assert (last["kind"], last["reason"], last["inputs"]["from_last_day"]) == (
        "deadline_extended",
        LONGER.ground,
        "2027-03-31",
    )


def test_a_second_extension_still_names_the_first_day(seeded: Database) -> None:
    (deadline_id,) = given(seeded, item("2027-03-31"))

    extended(seeded, deadline_id)
    extended(
        seeded,
        deadline_id,
        Extension(new_last_day=date(2027, 4, 20), ground="a", approver="b", document="c", scope="d"),
    )

    assert rows(seeded, DEADLINE, "last_day", "extended_from") == [("2027-04-20", "2027-03-31")]
    assert len(lines(seeded, deadline_id)) == 3


def test_a_deadline_that_only_noted_its_day_waits_again_once_extended(
    seeded: Database, clock: StepClock
) -> None:
    (deadline_id,) = given(seeded, item("2027-03-31"))
    clock.move_to(vn("2027-04-01 00:00:00"))
    seeded.write_now(lambda tx: mark_fired(tx, [deadline_id]))

    extended(seeded, deadline_id)

    assert [one.id for one in seeded.read_now(lambda rtx: due(rtx, vn("2027-04-10 00:00:00")))] == [
        deadline_id
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"new_last_day": date(2027, 3, 31)}, "new_last_day", id="the-same-day"),
        pytest.param({"ground": " "}, "ground", id="no-ground"),
        pytest.param({"document": "x" * 501}, "document", id="a-novel-for-a-document"),
    ],
)
def test_an_incomplete_extension_names_the_field_and_changes_nothing(
    seeded: Database, change: dict[str, object], field: str
) -> None:
    (deadline_id,) = given(seeded, item("2027-03-31"))
    fields = {
        name: getattr(LONGER, name) for name in ("new_last_day", "ground", "approver", "document", "scope")
    }

    with pytest.raises(BadInput) as refusal:
        extended(seeded, deadline_id, Extension(**{**fields, **change}))

    assert [fault.path for fault in refusal.value.fields] == [field]
    assert len(lines(seeded, deadline_id)) == 1


def test_what_is_met_unknown_or_bound_by_law_is_not_extended(seeded: Database) -> None:
    met, window = given(seeded, item(), item(code="RENEW_CLOSE", subject="certificate/one"))
    seeded.write_now(lambda tx: meet(tx, SUBJECT, "COMMUNE_CHECK", actor=OFFICER))

    with pytest.raises(Refused) as settled:
        extended(seeded, met)
    with pytest.raises(Refused) as lawful:
        extended(seeded, window)
    with pytest.raises(NotFound):
        extended(seeded, "nobody")

    assert (settled.value.code, lawful.value.code) == ("deadline_settled", "deadline_not_extendable")


def test_a_deadline_that_moved_its_subject_is_not_extended(seeded: Database, clock: StepClock) -> None:
    (deadline_id,) = given(seeded, item("2027-03-31", code="IDEA_SUPPLEMENT"))
    clock.move_to(vn("2027-04-01 00:00:00"))
    seeded.write_now(lambda tx: mark_fired(tx, [deadline_id]))

    with pytest.raises(Refused) as refusal:
        extended(seeded, deadline_id)

    assert refusal.value.code == "deadline_acted"
