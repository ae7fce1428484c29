"""Due reminders become notices: the right people, true words, each once, a bad row left aside."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import orjson
import pytest

from core.db import Database, Tx
from notifications import reminders
from notifications.audience import PRODUCER
from notifications.ladder import text_of
from notifications.queries import inbox, outbox_summary
from notifications.reminders import plan_due_reminders
from registry.roles import Role
from states.deadlines.ladders import Rung
from tests.notifications.conftest import TwoHands
from tests.notifications.factories import People, a_certificate, a_dossier, notices, owed, told, vn
from tests.registry.factories import COMMUNE


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

    told = notices(house, "kind", "cause")
    assert [kind for kind, _ in told] == ["due_14", "due_7", "due_3", "due_1", "overdue"]
    assert {cause.rpartition("/")[0] for _, cause in told} == {f"deadline/{deadline}"}
    assert len({cause for _, cause in told}) == 5
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


def test_dossiers_that_share_their_day_are_each_told_with_their_own_code_and_product(
    house: Database, clock: TwoHands, folk: People
) -> None:
    for number, product in ((1, "Chè {ma}"), (2, "Miến dong"), (3, "Chè {ma}")):
        make = partial(a_dossier, producer_id=folk.producer_id, code=f"27-05500-010{number}", product=product)
        filing(house, replace(folk, dossier_id=house.write_now(make)))
    clock.move_to(vn("2027-03-17T08:00:00"))

    remind(house)

    bodies = {note.body for note in house.read_now(lambda rtx: inbox(rtx, folk.producer))}
    assert bodies == {
        f"Còn 14 ngày để nộp hồ sơ 27-05500-010{number} ({product}). Hạn cuối hết ngày thứ Tư, 31/03/2027."
        for number, product in ((1, "Chè {ma}"), (2, "Miến dong"), (3, "Chè {ma}"))
    }
    params = [orjson.loads(text) for text, _ in notices(house, "params", "dossier_code")]
    assert sorted((known["ma"], known["sp"]) for known in params) == [
        ("27-05500-0101", "Chè {ma}"), ("27-05500-0102", "Miến dong"), ("27-05500-0103", "Chè {ma}"),
    ]  # fmt: skip


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


def test_a_bad_row_is_passed_over_told_later_and_holds_up_nobody(
    house: Database, clock: TwoHands, folk: People
) -> None:
    owed(house, "COMMUNE_CHECK", "2027-03-31", commune_code="05500")
    filing(house, folk)
    clock.move_to(vn("2027-03-17T08:00:00"))

    def text(kind: str, *, code: str, **more: Any) -> str:
        if code == "COMMUNE_CHECK":
            raise ZeroDivisionError
        return text_of(kind, code=code, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notifications.reminders.text_of", text)
        remind(house)
    assert told(house) == {("due_14", folk.producer)}
    assert house.read_now(outbox_summary).faults == 1
    assert not house.read_now(lambda rtx: reminders.waiting(rtx, rtx.now)), "a bad row holds up no digest"
    remind(house)
    assert told(house) == {("due_14", folk.producer)}
    clock.wait(timedelta(minutes=5))
    remind(house)

    assert told(house) == {("due_14", folk.producer), ("due_14", folk.commune)}
    assert house.read_now(outbox_summary).faults == 0


def test_the_end_of_a_renewal_window_is_told_to_producer_commune_and_province(
    house: Database, clock: TwoHands, folk: People
) -> None:
    certificate = house.write_now(partial(a_certificate, producer_id=folk.producer_id))
    days = [("renew_soon", "2027-01-05"), ("renew_last", "2027-05-31"), ("renew_missed", "2027-06-02")]
    rungs = tuple(Rung(kind, date.fromisoformat(day), vn(f"{day}T08:00:00")) for kind, day in days)
    owed(
        house, "RENEW_CLOSE", "2027-06-01", subject=f"certificate/{certificate}", certificate_id=certificate,
        producer_id=folk.producer_id, commune_code=COMMUNE, rungs=rungs,
    )  # fmt: skip

    for _, day in days:
        clock.move_to(vn(f"{day}T08:00:00"))
        remind(house)

    read = {
        who: house.read_now(partial(inbox, account_id=who))
        for who in (folk.producer, folk.commune, folk.province)
    }
    assert [entry.body for entry in reversed(read[folk.producer])] == [
        (
            "Giấy chứng nhận của Chè tôm nõn hết hạn ngày 29/09/2027. Hồ sơ đánh giá lại được nhận từ ngày "
            "thứ Sáu, 02/04/2027; nên chuẩn bị ngay, tài liệu còn hiệu lực đã có sẵn trong hồ sơ."
        ),
        (
            "Ngày mai hết hạn nộp hồ sơ đánh giá lại của Chè tôm nõn (hết ngày thứ Ba, 01/06/2027). "
            "Hãy nộp ngay hoặc gọi cán bộ xã để được giúp."
        ),
        (
            "Đã hết hạn nộp hồ sơ đánh giá lại của Chè tôm nõn (ngày thứ Ba, 01/06/2027). Hãy liên hệ xã Tân Cương ngay "
            "để biết cách làm tiếp; giấy chứng nhận hết hạn ngày 29/09/2027."
        ),
    ]
    for officer in (folk.commune, folk.province):
        assert [entry.kind for entry in read[officer]] == ["renew_missed"]
        assert "hãy liên hệ chủ thể" in read[officer][0].body


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
