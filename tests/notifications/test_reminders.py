"""Due reminders become notices: the right people, true words, each once, a bad row left aside."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from core.db import Database, Tx
from core.sql import Sql
from notifications import reminders
from notifications.audience import PRODUCER
from notifications.ladder import text_of
from notifications.queries import inbox, outbox_summary
from notifications.reminders import plan_due_reminders
from registry.roles import Role
from tests.notifications.conftest import TwoHands
from tests.notifications.factories import People, a_dossier, notices, owed, told, vn


def remind(db: Database, limit: int = 5000) -> None:
    while db.write_now(lambda tx: plan_due_reminders(tx, tx.now, limit)):
        pass


def filing(house: Database, folk: People, last_day: str = "2027-03-31") -> str:
    more = {
        "subject": f"dossier/{folk.dossier_id}",
        "dossier_id": folk.dossier_id,
        "producer_id": folk.producer_id,
    }
    return owed(house, "BATCH1_FILE", last_day, **more)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ("2027-03-17T07:59:59", []),
        ("2027-03-17T08:00:00", ["due_14"]),
    ],
)
def test_a_reminder_is_told_from_its_very_instant(
    house: Database, clock: TwoHands, folk: People, now: str, kinds: list[str]
) -> None:
    filing(house, folk)
    clock.move_to(vn(now))

    remind(house)

    assert [kind for (kind,) in notices(house, "kind")] == kinds


def test_the_whole_ladder_tells_the_producer_and_nobody_else(
    house: Database, clock: TwoHands, folk: People
) -> None:
    deadline = filing(house, folk)
    bodies = []

    for now in (
        "2027-03-17T08:00",
        "2027-03-24T08:00",
        "2027-03-26T08:00",
        "2027-03-30T08:00",
        "2027-04-01T00:00",
    ):
        clock.move_to(vn(f"{now}:00"))
        remind(house)
        bodies.append(house.read_now(lambda rtx: inbox(rtx, folk.producer, limit=1))[0].body)

    assert [(kind, cause) for kind, cause in notices(house, "kind", "cause")] == [
        (kind, f"deadline/{deadline}/{kind}") for kind in ("due_14", "due_7", "due_3", "due_1", "overdue")
    ]
    assert {recipient for (recipient,) in notices(house, "recipient")} == {folk.producer}
    assert bodies == [
        "Còn 14 ngày để nộp hồ sơ 27-05500-0001 (Chè tôm nõn). Hạn cuối hết ngày thứ Tư, 31/03/2027.",
        "Còn 7 ngày để nộp hồ sơ 27-05500-0001 (Chè tôm nõn). Hạn cuối hết ngày thứ Tư, 31/03/2027.",
        # the third day before is a Sunday: told on Friday, with the days really left
        "Còn 5 ngày để nộp hồ sơ 27-05500-0001 (Chè tôm nõn). Hạn cuối hết ngày thứ Tư, 31/03/2027.",
        "Ngày mai là hạn cuối. Hồ sơ 27-05500-0001 (Chè tôm nõn) cần nộp trước khi hết ngày thứ Tư, 31/03/2027.",
        "Hồ sơ 27-05500-0001 (Chè tôm nõn) đã quá hạn ngày thứ Tư, 31/03/2027. Hồ sơ vẫn được giữ.",
    ]


@pytest.mark.parametrize(
    ("code", "more", "who"),
    [
        ("COMMUNE_CHECK", {"commune_code": "05500"}, "commune"),
        ("BATCH1_PROVINCE", {}, "province"),
        ("IDEA_WINDOW", {}, "producer"),
        ("BATCH1_PROPOSE", {}, "commune"),
    ],
)
def test_who_owes_it_is_told(
    house: Database, clock: TwoHands, folk: People, code: str, more: dict[str, Any], who: str
) -> None:
    owed(house, code, "2027-03-31", **more)
    clock.move_to(vn("2027-03-17T08:00:00"))

    remind(house)

    assert told(house) == {("due_14", getattr(folk, who))}


def test_once_more_or_late_or_in_small_bites_tells_nothing_twice(
    house: Database, clock: TwoHands, folk: People
) -> None:
    for number in range(7):
        make = partial(a_dossier, producer_id=folk.producer_id, code=f"27-05500-01{number:02}")
        filing(house, replace(folk, dossier_id=house.write_now(make)))
    clock.move_to(vn("2027-03-24T09:00:00"))

    remind(house, limit=3)
    first = notices(house, "cause")
    remind(house)

    assert len(first) == len(set(first)) == 14, "two rungs of seven ladders"
    assert notices(house, "cause") == first


def test_a_crash_before_the_commit_loses_and_doubles_nothing(
    house: Database, clock: TwoHands, folk: People
) -> None:
    filing(house, folk)
    clock.move_to(vn("2027-03-17T08:00:00"))

    def crash(tx: Tx) -> None:
        plan_due_reminders(tx, tx.now)
        raise KeyError("power cut")

    with pytest.raises(KeyError):
        house.write_now(crash)
    assert told(house) == set()
    remind(house)

    assert told(house) == {("due_14", folk.producer)}
    assert len(notices(house, "id")) == 1


def test_a_bad_row_is_kept_aside_and_the_others_are_told(
    house: Database, clock: TwoHands, folk: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = owed(house, "COMMUNE_CHECK", "2027-03-31", commune_code="05500")
    filing(house, folk)
    clock.move_to(vn("2027-03-17T08:00:00"))
    sound = text_of

    def text(kind: str, *, code: str, **more: Any) -> str:
        if code == "COMMUNE_CHECK":
            raise ZeroDivisionError
        return sound(kind, code=code, **more)

    monkeypatch.setattr("notifications.reminders.text_of", text)

    remind(house)

    assert told(house) == {("due_14", folk.producer)}
    faults = house.read_now(lambda rtx: rtx.sql.all(Sql.raw(sqlite=_FAULTS, postgresql=_FAULTS)))
    assert [(cause.partition("/")[0], kind) for cause, kind in faults] == [("reminder", "due_14")]
    assert house.read_now(outbox_summary).faults == 1
    assert bad


_FAULTS = "SELECT cause, kind FROM planning_fault"


def test_a_digest_waits_until_every_due_reminder_is_told(
    house: Database, clock: TwoHands, folk: People
) -> None:
    filing(house, folk)
    clock.move_to(vn("2027-03-17T08:00:00"))

    assert house.read_now(lambda rtx: reminders.waiting(rtx, rtx.now))
    remind(house)

    assert not house.read_now(lambda rtx: reminders.waiting(rtx, rtx.now))


@pytest.mark.parametrize(
    ("kind", "code", "role", "days_left", "text"),
    [
        ("due_7", "BATCH1_FILE", PRODUCER, 7, "due_7"),
        ("due_7", "BATCH1_FILE", PRODUCER, 9, "due_days"),
        ("due_1", "BATCH1_FILE", PRODUCER, 3, "due_3"),
        ("due_1", "BATCH1_FILE", PRODUCER, 0, "due_0"),
        ("due_1", "BATCH1_FILE", PRODUCER, -2, "overdue"),
        ("due_1", "COMMUNE_CHECK", Role.COMMUNE, 1, "task_last"),
        ("overdue", "COMMUNE_CHECK", Role.COMMUNE, -1, "task_over"),
        ("due_14", "IDEA_SUPPLEMENT", PRODUCER, 14, "task_due"),
        ("renew_last", "RENEW_CLOSE", PRODUCER, 1, "renew_last"),
        ("renew_last", "RENEW_CLOSE", PRODUCER, 2, "renew_closing"),
        ("renew_today", "RENEW_CLOSE", PRODUCER, 0, "renew_today"),
        ("renew_open", "RENEW_CLOSE", PRODUCER, 60, "renew_open"),
        ("renew_missed", "RENEW_CLOSE", Role.COMMUNE, -1, "renew_missed_officer"),
        ("expire_30", "EXPIRY", PRODUCER, 30, "expire_30"),
    ],
)
def test_a_reminder_never_says_a_wrong_number_of_days(
    kind: str, code: str, role: Role, days_left: int, text: str
) -> None:
    has_dossier = not code.startswith(("RENEW", "EXPIRY"))

    assert text_of(kind, code=code, role=role, has_dossier=has_dossier, days_left=days_left) == text


def test_the_ladder_of_a_window_speaks_to_everybody_who_may_still_come(
    house: Database, clock: TwoHands, folk: People
) -> None:
    owed(house, "IDEA_WINDOW", "2027-03-31")
    clock.move_to(vn("2027-03-30T08:00:00") - timedelta(days=0))

    remind(house)

    bodies = {entry.body for entry in house.read_now(lambda rtx: inbox(rtx, folk.producer))}
    assert any(body.startswith("Ngày mai là hạn cuối: ") for body in bodies)
    assert all("hết ngày thứ Tư, 31/03/2027" in body for body in bodies)
    assert date(2027, 3, 31).weekday() == 2
