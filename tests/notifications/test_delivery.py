"""Delivery: at least once, never twice while nothing fails, in open hours, one message a day."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.db import Database
from core.history import read_lines
from core.lines import parse_line
from notifications import claims, settling
from notifications.channels.base import Channel, Message, Outcome, Verdict
from notifications.channels.inbox import InboxChannel
from notifications.delivery import Sent, resend_failed, send_due
from notifications.links import queue_link
from notifications.queries import outbox_summary, proof_of_notice
from notifications.settling import MOST_ATTEMPTS, fate
from tests.notifications.conftest import TwoHands
from tests.notifications.factories import BASE_URL, People, channels, notices, vn, write_notice
from tests.notifications.mail_server import MailServer

MINUTE = timedelta(minutes=1)


class Recorder:
    """A channel that keeps what it is given and answers as told."""

    name = "email"

    def __init__(self, verdict: Verdict = Verdict.ACCEPTED) -> None:
        self.verdict = verdict
        self.messages: list[Message] = []

    def reaches(self, message: Message) -> bool:
        return message.email is not None

    def send(self, message: Message) -> Outcome:
        self.messages.append(message)
        return Outcome(self.verdict, code="told", provider="test")

    def close(self) -> None:
        pass


@pytest.fixture
def deliver(house: Database, clock: TwoHands, server: MailServer) -> Iterator[Callable[[], Sent]]:
    ways = channels(server.port, clock)
    yield lambda: send_due(house, ways, clock, base_url=BASE_URL)
    for way in ways:
        way.close()


def send(house: Database, clock: TwoHands, *ways: Channel) -> Sent:
    return send_due(house, (*ways, InboxChannel()), clock, base_url=BASE_URL)


def states(house: Database) -> list[str]:
    return [state for (state,) in notices(house, "state")]


def test_a_notice_arrives_by_mail_and_its_proof_is_whole(
    house: Database, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    notice = write_notice(house, folk.producer, "supplement", title="Hồ sơ cần bổ sung")

    assert deliver() == Sent(accepted=1)

    (letter,) = server.letters
    assert letter["Message-ID"] == f"<{notice}@ocop.example>"
    assert str(letter["Subject"]) == "OCOP: [Diễn tập] Hồ sơ cần bổ sung"
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Hồ sơ cần bổ sung cần làm." in body.get_content()
    assert "DIỄN TẬP" in body.get_content()
    proof = house.read_now(lambda rtx: proof_of_notice(rtx, notice))
    assert (proof.state, proof.message_id, proof.lawful) == ("sent", notice, True)
    assert [(each.channel, each.outcome, each.code) for each in proof.tries] == [("email", "accepted", "250")]
    lines = [parse_line(text) for text, _ in house.read_now(lambda rtx: read_lines(rtx, f"notice/{notice}"))]
    assert [line.kind for line in lines] == ["notice_planned", "notice_settled"]
    assert lines[1].inputs == {"state": "sent", "channel": "email", "message": notice, "attempts": 1}


def test_who_has_no_address_is_told_by_the_inbox(
    house: Database, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    notice = write_notice(house, folk.province)

    assert deliver() == Sent(accepted=1)

    assert server.taken == []
    (way,) = house.read_now(lambda rtx: proof_of_notice(rtx, notice)).tries
    assert (way.channel, way.code) == ("inbox", "inbox_only")


def test_a_server_that_is_down_loses_nothing(
    house: Database, clock: TwoHands, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    for number in range(5):
        write_notice(house, folk.producer, cause=f"test/{number}")
    server.stop()

    assert deliver() == Sent(down=1)
    assert deliver() == Sent(), "the channel is left alone for a while"
    assert [each.name for each in house.read_now(outbox_summary).paused] == ["email"]
    for _ in range(30):
        clock.wait(15 * MINUTE)
        assert deliver() == Sent(down=1)
    server.start()
    clock.wait(15 * MINUTE)
    assert deliver() == Sent(accepted=5)

    assert states(house) == ["sent"] * 5
    assert len(server.taken) == 5
    assert house.read_now(outbox_summary).paused == ()


def test_an_unknown_outcome_is_repeated_once_under_the_same_number(
    house: Database, clock: TwoHands, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    notice = write_notice(house, folk.producer, "supplement")
    server.drop = True

    assert deliver() == Sent(unknown=1)
    clock.wait(30 * MINUTE - timedelta(seconds=1))
    assert deliver() == Sent(), "not before half an hour"
    server.drop = False
    clock.wait(timedelta(seconds=1))
    assert deliver() == Sent(accepted=1)

    assert [letter["Message-ID"] for letter in server.letters] == [f"<{notice}@ocop.example>"] * 2
    assert states(house) == ["sent"]


def test_a_second_unknown_outcome_is_left_to_people(
    house: Database, clock: TwoHands, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    write_notice(house, folk.producer, "supplement")
    server.drop = True

    for _ in range(4):
        deliver()
        clock.wait(60 * MINUTE)

    assert len(server.taken) == 2
    assert states(house) == ["dead"]


def test_an_unknown_outcome_of_a_mere_reminder_is_not_repeated(
    house: Database, clock: TwoHands, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    write_notice(house, folk.producer, "due_7")
    server.drop = True

    for _ in range(3):
        deliver()
        clock.wait(60 * MINUTE)

    assert len(server.taken) == 1
    assert states(house) == ["unknown"]


def test_a_refusal_for_good_is_a_dead_letter_that_can_be_sent_again(
    house: Database, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    write_notice(house, folk.producer, cause="test/1")
    server.refuse = "550 no such mailbox"
    assert deliver() == Sent(refused=1)
    server.refuse = None
    write_notice(house, folk.commune, cause="test/2")
    assert deliver() == Sent(accepted=1)
    assert sorted(states(house)) == ["dead", "sent"]

    assert house.write_now(resend_failed) == 1
    assert deliver() == Sent(accepted=1)

    assert [letter["To"] for letter in server.letters] == ["xa@example.test", "che@example.test"]


def test_a_refusal_for_now_is_tried_again_later_and_later(
    house: Database, clock: TwoHands, folk: People
) -> None:
    write_notice(house, folk.producer)
    channel = Recorder(Verdict.LATER)
    waits: list[int] = []

    for _ in range(MOST_ATTEMPTS):
        waits.append(0)
        while send(house, clock, channel) == Sent() and waits[-1] < 100:
            clock.wait(MINUTE)
            waits[-1] += 1

    assert waits == [0, 1, 2, 4, 8, 16, 32, 60]
    assert states(house) == ["dead"]


@pytest.mark.parametrize(
    ("verdict", "lawful", "before", "expected"),
    [
        (Verdict.ACCEPTED, True, (0, 0), ("sent", None)),
        (Verdict.REFUSED, True, (0, 0), ("dead", None)),
        (Verdict.LATER, False, (MOST_ATTEMPTS - 2, 0), ("failed", 60)),
        (Verdict.LATER, False, (MOST_ATTEMPTS - 1, 0), ("dead", None)),
        (Verdict.LATER, True, (MOST_ATTEMPTS - 1, 0), ("failed", 60)),
        (Verdict.LATER, True, (5000, 0), ("failed", 60)),
        (Verdict.DOWN, False, (MOST_ATTEMPTS - 1, 0), ("failed", 1)),
        (Verdict.UNKNOWN, True, (0, 0), ("unknown", 30)),
        (Verdict.UNKNOWN, True, (1, 1), ("dead", None)),
        (Verdict.UNKNOWN, False, (0, 0), ("unknown", None)),
    ],
)
def test_what_follows_from_an_outcome(
    clock: TwoHands, verdict: Verdict, lawful: bool, before: tuple[int, int], expected: tuple[str, int | None]
) -> None:
    wall = clock.wall_now()

    ends = fate(verdict, lawful=lawful, attempts=before[0], unknowns=before[1], wall=wall)

    minutes = None if ends.next_try_at is None else int((ends.next_try_at - wall) / MINUTE)
    assert (ends.state, minutes) == expected


def test_a_sender_killed_before_a_try_leaves_it_to_the_next(
    house: Database, clock: TwoHands, folk: People
) -> None:
    notice = write_notice(house, folk.producer)
    house.write_now(lambda tx: claims.claim(tx, "killed", 50))
    channel = Recorder()

    assert send(house, clock, channel) == Sent(), "the lease holds"
    clock.wait(claims.LEASE)
    assert send(house, clock, channel) == Sent(accepted=1)

    assert [message.key for message in channel.messages] == [notice]


@pytest.mark.parametrize(("kind", "repeated"), [("supplement", 1), ("due_7", 0)])
def test_a_sender_killed_during_a_try_leaves_an_unknown_outcome(
    house: Database, clock: TwoHands, folk: People, kind: str, repeated: int
) -> None:
    notice = write_notice(house, folk.producer, kind)
    house.write_now(lambda tx: claims.claim(tx, "killed", 50))
    until = clock.wall_now() + claims.LEASE
    house.write_now(lambda tx: settling.begin(tx, notice, "killed", channel="email", until=until))
    channel = Recorder()

    clock.wait(claims.LEASE)
    assert send(house, clock, channel) == Sent()
    assert states(house) == ["unknown"]
    clock.wait(30 * MINUTE)
    send(house, clock, channel)

    assert [message.key for message in channel.messages] == [notice] * repeated


def test_a_sender_that_comes_back_late_can_settle_nothing(
    house: Database, clock: TwoHands, folk: People
) -> None:
    notice = write_notice(house, folk.producer, "supplement")
    until = clock.wall_now() + claims.LEASE
    house.write_now(lambda tx: claims.claim(tx, "late", 50))
    clock.wait(claims.LEASE)
    house.write_now(lambda tx: claims.claim(tx, "other", 50))

    assert (
        house.write_now(lambda tx: settling.begin(tx, notice, "late", channel="email", until=until)) is None
    )

    assert notices(house, "state", "lease") == [("claimed", "other")]


def test_two_senders_at_once_send_every_message_once(house: Database, clock: TwoHands, folk: People) -> None:
    for number in range(60):
        write_notice(house, folk.producer if number % 2 else folk.commune, cause=f"test/{number}")
    for number in range(20):
        write_notice(house, folk.producer, "due_7", cause=f"day/{number}", title=f"Việc {number}")
    channel, done = Recorder(), []
    ready = threading.Barrier(2)

    def one() -> None:
        ready.wait(10)
        done.append(send(house, clock, channel))

    senders = [threading.Thread(target=one) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    keys = [message.key for message in channel.messages]
    assert len(keys) == len(set(keys)) == 61
    assert sum(each.accepted for each in done) == 61
    assert set(states(house)) == {"sent"}


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2027-01-04T19:59:59", 1),
        ("2027-01-04T20:00:00", 0),
        ("2027-01-05T07:29:59", 0),
        ("2027-01-05T07:30:00", 1),
        ("2027-01-09T10:00:00", 0),
    ],
)
def test_quiet_hours_hold_back_everything_but_links(
    house: Database, clock: TwoHands, folk: People, now: str, sent: int
) -> None:
    write_notice(house, folk.producer, "supplement")
    house.write_now(lambda tx: queue_link(tx, folk.commune, "sign_in", f"{BASE_URL}/login/secret"))
    clock.move_to(vn(now))
    channel = Recorder()

    send(house, clock, channel)

    assert [message.email for message in channel.messages][:1] == ["xa@example.test"]
    assert len(channel.messages) == 1 + sent


@pytest.mark.parametrize(
    ("now", "kind", "expected"),
    [
        ("2027-01-04T19:59:59", "supplement", True),
        ("2027-01-04T20:00:00", "supplement", False),
        ("2027-01-04T20:00:00", "recover_link", True),
    ],
)
def test_whether_something_leaves_now(
    house: Database, clock: TwoHands, folk: People, now: str, kind: str, expected: bool
) -> None:
    assert not house.read_now(lambda rtx: claims.leaves(rtx, vn(now)))
    write_notice(house, folk.producer, kind)

    assert house.read_now(lambda rtx: claims.leaves(rtx, vn(now))) is expected


def test_nothing_leaves_while_a_channel_is_left_alone(
    house: Database, clock: TwoHands, folk: People, server: MailServer, deliver: Callable[[], Sent]
) -> None:
    write_notice(house, folk.producer)
    server.stop()
    deliver()

    assert not house.read_now(lambda rtx: claims.leaves(rtx, rtx.now))
    clock.wait(MINUTE)

    assert house.read_now(lambda rtx: claims.leaves(rtx, rtx.now))


def test_what_is_planned_at_night_leaves_in_the_morning(
    house: Database, clock: TwoHands, folk: People
) -> None:
    clock.move_to(vn("2027-01-08T21:00:00"))
    write_notice(house, folk.producer, "supplement")
    assert house.read_now(lambda rtx: claims.next_opening_at(rtx, rtx.now)) == vn("2027-01-11T07:30:00")
    channel = Recorder()

    for now in ("2027-01-08T23:00:00", "2027-01-10T09:00:00", "2027-01-11T07:29:59", "2027-01-11T07:30:00"):
        assert channel.messages == []
        clock.move_to(vn(now))
        send(house, clock, channel)

    assert len(channel.messages) == 1


def test_reminders_of_a_day_become_one_message(house: Database, clock: TwoHands, folk: People) -> None:
    for number in (1, 2, 2):
        write_notice(
            house,
            folk.producer,
            "due_7",
            cause=f"deadline/{len(notices(house, 'id'))}",
            title=f"Việc {number}",
        )
    write_notice(house, folk.producer, "forwarded", cause="test/other", title="Không phải nhắc hạn")
    channel = Recorder()

    assert send(house, clock, channel) == Sent(accepted=2)

    digest = next(message for message in channel.messages if "việc cần nhớ" in message.title)
    assert digest.title == "OCOP: [Diễn tập] Có 2 việc cần nhớ hôm nay"
    assert "1. Việc 1 cần làm." in digest.body
    assert "2. Việc 2 cần làm." in digest.body
    assert "3." not in digest.body
    assert states(house) == ["sent"] * 4


def test_a_person_gets_one_reminder_message_a_day(house: Database, clock: TwoHands, folk: People) -> None:
    channel = Recorder()
    write_notice(house, folk.producer, "due_7", cause="deadline/1")
    send(house, clock, channel)
    write_notice(house, folk.producer, "due_3", cause="deadline/2", title="Sáng mai")
    write_notice(house, folk.commune, "due_3", cause="deadline/2", title="Người khác")

    send(house, clock, channel)
    assert [message.email for message in channel.messages] == ["che@example.test", "xa@example.test"]
    assert house.read_now(lambda rtx: claims.next_opening_at(rtx, rtx.now)) == vn("2027-01-05T07:30:00")
    clock.move_to(vn("2027-01-05T07:30:00"))
    send(house, clock, channel)

    assert [message.title for message in channel.messages][2:] == ["OCOP: [Diễn tập] Sáng mai"]


def test_a_link_is_sent_once_and_forgotten(house: Database, clock: TwoHands, folk: People) -> None:
    house.write_now(lambda tx: queue_link(tx, folk.producer, "recover", f"{BASE_URL}/login/secret"))
    channel = Recorder()

    send(house, clock, channel)

    assert f"{BASE_URL}/login/secret" in channel.messages[0].body
    assert notices(house, "state", "params") == [("sent", "{}")]
    assert house.read_now(lambda rtx: outbox_summary(rtx).by_state) == {"sent": 1}


def test_a_link_for_a_person_without_address_is_not_taken_for_delivered(
    house: Database, clock: TwoHands, folk: People
) -> None:
    house.write_now(lambda tx: queue_link(tx, folk.province, "sign_in", f"{BASE_URL}/login/secret"))

    assert send(house, clock, Recorder()) == Sent(refused=1)

    assert notices(house, "state", "params") == [("dead", "{}")]


def test_a_channel_that_breaks_is_an_unknown_outcome_and_stops_nobody(
    house: Database, clock: TwoHands, folk: People
) -> None:
    class Broken(Recorder):
        def send(self, message: Message) -> Outcome:
            if not self.messages:
                super().send(message)
                raise ZeroDivisionError
            return super().send(message)

    for number in range(3):
        write_notice(house, folk.producer, cause=f"test/{number}")
    channel: Any = Broken()

    assert send(house, clock, channel) == Sent(accepted=2, unknown=1)


def test_a_server_that_is_slow_for_each_letter_does_not_hold_up_the_clock(
    house: Database, clock: TwoHands, folk: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round ends once it has lasted; what it had claimed waits for the next one as if never claimed."""
    for number in range(5):
        write_notice(house, folk.producer, cause=f"test/{number}")
    seconds = iter(range(0, 10_000, 15))
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(seconds)), raising=False)
    channel = Recorder(Verdict.LATER)

    assert send(house, clock, channel) == Sent(later=1)
    assert states(house) == ["failed", "planned", "planned", "planned", "planned"]

    channel.verdict = Verdict.ACCEPTED
    rounds = [send(house, clock, channel) for _ in range(4)]
    assert rounds == [Sent(accepted=1)] * 4
