"""E-mail over a real SMTP server: what arrives, and what each way of failing is called."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from core.clock import StepClock, SystemClock
from core.config import Config
from core.errors import BadInput
from notifications.channels.base import Event, Message, Verdict
from notifications.channels.configured import channels_of
from notifications.channels.ical import calendar_text
from notifications.channels.inbox import InboxChannel
from notifications.channels.smtp import is_loopback
from tests.notifications.certificates import contexts
from tests.notifications.factories import channels
from tests.notifications.mail_server import MailServer

WALL = datetime(2026, 11, 23, 1, tzinfo=UTC)
MESSAGE = Message(
    key="0192a000-0000-7000-8000-00000000000a",
    recipient="account",
    email="che@example.test",
    phone=None,
    title="OCOP: Còn 7 ngày để nộp hồ sơ 27-05500-0001, đừng quên bổ sung giấy chứng nhận",
    body="Kính gửi Quý chủ thể,\n\n.dòng bắt đầu bằng dấu chấm\n\nHạn cuối hết ngày thứ Sáu, 03/07/2026.",
    events=(Event("0192a000", "2026-07-03", "Hạn cuối; hồ sơ 27-05500-0001"),),
)


class Wall:
    def wall_now(self) -> datetime:
        return WALL


@pytest.fixture
def email(server: MailServer) -> Iterator[Any]:
    made = channels(server.port, Wall())[0]
    yield made
    made.close()


def test_a_letter_arrives_in_vietnamese_with_its_number(server: MailServer, email: Any) -> None:
    outcome = email.send(MESSAGE)

    assert (outcome.verdict, outcome.code, outcome.provider) == (Verdict.ACCEPTED, "250", "127.0.0.1")
    (letter,) = server.letters
    assert letter["Message-ID"] == "<0192a000-0000-7000-8000-00000000000a@ocop.example>"
    assert str(make_header(decode_header(letter["Subject"]))) == MESSAGE.title
    assert letter["From"] == "OCOP Thái Nguyên <ocop@example.test>"
    assert letter["To"] == "che@example.test"
    assert letter["List-Id"] == "OCOP <thong-bao.ocop.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == MESSAGE.body
    assert all(octet < 128 for octet in server.taken[0])


def test_a_letter_with_a_day_carries_a_calendar(server: MailServer, email: Any) -> None:
    email.send(MESSAGE)

    (part,) = server.letters[0].iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    text = part.get_content()
    assert "DTSTART;VALUE=DATE:20260703" in text
    assert "SUMMARY:Hạn cuối\\; hồ sơ 27-05500-0001" in text


def test_calendar_lines_are_folded_without_cutting_a_letter() -> None:
    title = "Đăng ký ý tưởng, phương án; sản phẩm\\đặc sản\nxã Tân Cương " * 4

    text = calendar_text([Event("a", "2026-12-31", title)], made_at=WALL, origin="ocop.example")

    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTEND;VALUE=DATE:20270101" in text
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    assert f"SUMMARY:{escaped}\r\n" in text.replace("\r\n ", "")


def test_several_letters_go_over_one_connection(server: MailServer, email: Any) -> None:
    verdicts = {email.send(MESSAGE).verdict for _ in range(3)}

    assert verdicts == {Verdict.ACCEPTED}
    assert (len(server.taken), server.connections) == (3, 1)


def refuse_person(server: MailServer) -> None:
    server.refuse = "550 no such mailbox"


def busy_person(server: MailServer) -> None:
    server.refuse = "450 try later"


def refuse_text(server: MailServer) -> None:
    server.refuse_text = "554 not wanted"


def drop_text(server: MailServer) -> None:
    server.drop = True


@pytest.mark.parametrize(
    ("trouble", "verdict", "code"),
    [
        (refuse_person, Verdict.REFUSED, "550"),
        (busy_person, Verdict.LATER, "450"),
        (refuse_text, Verdict.REFUSED, "554"),
        (drop_text, Verdict.UNKNOWN, "lost"),
        (MailServer.stop, Verdict.DOWN, "no_answer"),
    ],
)
def test_each_trouble_has_its_name(
    server: MailServer, email: Any, trouble: Callable[[MailServer], None], verdict: Verdict, code: str
) -> None:
    trouble(server)

    outcome = email.send(MESSAGE)

    assert (outcome.verdict, outcome.code) == (verdict, code)
    assert "example.test" not in outcome.detail


def test_the_same_channel_works_again_after_every_trouble(server: MailServer, email: Any) -> None:
    for trouble in (refuse_person, drop_text, MailServer.stop):
        trouble(server)
        assert email.send(MESSAGE).verdict is not Verdict.ACCEPTED
    server.refuse, server.drop = None, False
    server.start()

    assert email.send(MESSAGE).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("address", ["không@dấu.test", "two@lines.test\nBcc: x@example.test", "a@b@c", ""])
def test_an_address_no_letter_can_carry_is_refused_and_stops_nothing(
    server: MailServer, email: Any, address: str
) -> None:
    bad = Message("key", "account", address, None, "t", "b")

    assert email.send(bad).verdict in {Verdict.REFUSED, Verdict.LATER}
    assert email.send(MESSAGE).verdict is Verdict.ACCEPTED
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("localhost", True), ("::1", True), ("[::1]", True),
        ("0.0.0.0", False), ("10.0.0.1", False), ("localhost.example.test", False), ("mail.example.test", False),
    ],
)  # fmt: skip
def test_loopback_is_told_without_asking_a_name_server(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_rehearsal_refuses_at_start_a_server_elsewhere(tmp_path: Any) -> None:
    config = Config(data_dir=tmp_path, smtp_host="mail.example.test")

    with pytest.raises(BadInput) as refused:
        channels_of(config, StepClock(WALL))

    assert refused.value.code == "channel_not_loopback"
    assert "mail.example.test is not this machine" in str(refused.value)


def test_a_rehearsal_without_a_server_takes_its_letters_into_the_sink(tmp_path: Any) -> None:
    sink, last = channels_of(Config(data_dir=tmp_path), StepClock(WALL))

    assert (sink.name, last.name) == ("sink", "inbox")
    assert [sink.reaches(one) for one in (MESSAGE, replace(MESSAGE, email=None, phone=None))] == [True, False]
    assert sink.send(MESSAGE).code == "sink"


def test_without_a_server_the_inbox_is_the_only_channel(tmp_path: Any) -> None:
    (only,) = channels_of(Config(data_dir=tmp_path), SystemClock())

    assert isinstance(only, InboxChannel)
    assert only.send(MESSAGE).code == "inbox_only"


@pytest.mark.parametrize(
    "title",
    [
        "Hạn gửi hồ sơ đề nghị cấp tỉnh đánh giá đợt 1 của Sản phẩm minh hoạ số mười hai tại xã Tân Cương",
        "UBND xã đã chuyển hồ sơ 27-05500-0001 lên tỉnh đề nghị đánh giá, phân hạng sản phẩm trong đợt này",
        "Giấy chứng nhận của sản phẩm sẽ hết hiệu lực, Quý chủ thể cần nộp hồ sơ đánh giá lại đúng thời hạn quy định",
    ],
)
def test_a_long_subject_keeps_every_space(server: MailServer, email: Any, title: str) -> None:
    email.send(replace(MESSAGE, title=title))

    (letter,) = server.letters
    assert str(make_header(decode_header(letter["Subject"]))) == title


LOGIN = ("thu-ngo", "a long password")


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[MailServer, ssl.SSLContext]]:
    """A server that takes letters only behind STARTTLS and a login, and a context that trusts it."""
    shown, trusting = contexts(tmp_path)
    server = MailServer(tls=shown, login=LOGIN)
    yield server, trusting
    server.close()


def behind_tls(server: MailServer, **given: Any) -> Any:
    return channels(server.port, Wall(), tls=True, **{"user": LOGIN[0], "password": LOGIN[1], **given})[0]


def test_a_letter_goes_behind_starttls_and_a_login(guarded: tuple[MailServer, ssl.SSLContext]) -> None:
    server, trusting = guarded
    email = behind_tls(server, tls_context=trusting)

    verdicts = [email.send(MESSAGE).verdict for _ in range(2)]
    email.close()

    assert verdicts == [Verdict.ACCEPTED] * 2
    assert (len(server.taken), server.connections) == (2, 1)


@pytest.mark.parametrize("fault", ["password", "accents", "no_login", "stranger", "other_name"])
def test_without_the_right_login_or_certificate_nothing_is_handed_over_and_nothing_lost(
    guarded: tuple[MailServer, ssl.SSLContext], tmp_path: Path, fault: str
) -> None:
    server, trusting = guarded
    given: dict[str, Any] = {"tls_context": trusting}
    if fault == "password":
        given["password"] = "another"
    elif fault == "accents":
        given["password"] = "mật khẩu"
    elif fault == "no_login":
        given["user"] = None
    elif fault == "stranger":
        given["tls_context"] = None  # the authorities of this machine do not know it
    else:
        given["tls_context"] = contexts(tmp_path, name="mail.example")[1]
    email = behind_tls(server, **given)

    outcome = email.send(MESSAGE)
    email.close()

    expected = Verdict.REFUSED if fault == "no_login" else Verdict.DOWN
    assert outcome.verdict is expected, outcome
    assert server.taken == []


def test_a_letter_never_goes_in_the_clear_where_tls_is_asked_for(server: MailServer, email: Any) -> None:
    email = behind_tls(server, user=None)

    assert email.send(MESSAGE).verdict is Verdict.DOWN

    assert server.taken == []


INJECTION = "x\r\nBcc: ke-gian@example.test\r\n\r\nthân giả"


def test_nothing_in_a_message_can_add_a_header_an_envelope_or_a_calendar_line(
    server: MailServer, email: Any
) -> None:
    event = Event("uid", "2026-07-03", "Hạn\r\nATTENDEE:mailto:ke-gian@example.test\rORGANIZER:x")
    outcomes = [
        email.send(replace(MESSAGE, title=INJECTION, events=(event,))).verdict,
        email.send(replace(MESSAGE, email="a@example.test\r\nBcc: b@example.test")).verdict,
        email.send(replace(MESSAGE, email="a@example.test>\r\nRCPT TO:<b@example.test")).verdict,
        email.send(replace(MESSAGE, email="a@example.test, b@example.test")).verdict,
    ]

    assert outcomes == [Verdict.ACCEPTED, Verdict.REFUSED, Verdict.REFUSED, Verdict.REFUSED]
    (letter,) = server.letters
    assert (letter["Bcc"], letter["To"]) == (None, "che@example.test")
    assert str(letter["Subject"]) == " ".join(INJECTION.split())
    (part,) = letter.iter_attachments()
    names = [line.partition(":")[0] for line in part.get_content().replace("\r\n ", "").split("\r\n")]
    assert [name for name in names if name.startswith(("ATTENDEE", "ORGANIZER"))] == []


@pytest.mark.parametrize(
    "name",
    [
        "Sở Nông nghiệp và Môi trường tỉnh Thái Nguyên, Văn phòng điều phối nông thôn mới",
        "OCOP",
        "Đội",
        'Chương trình "OCOP" (thử)',
    ],
)
def test_the_sender_keeps_its_name_however_long_and_accented(server: MailServer, name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    email = channels(server.port, Wall(), sender=f'"{quoted}" <ocop@example.test>')[0]

    email.send(MESSAGE)
    email.close()

    head = server.taken[0].decode("ascii").partition("\r\n\r\n")[0].replace("\r\n ", " ")
    (line,) = [each.removeprefix("From: ") for each in head.split("\r\n") if each.startswith("From: ")]
    words, address = parseaddr(line)
    assert (str(make_header(decode_header(words))), address) == (name, "ocop@example.test")


def test_a_calendar_is_one_any_program_reads() -> None:
    """RFC 5545: what must stand in a calendar and in an event stands there once, in lines that end with CRLF."""
    text = calendar_text(
        [Event("a", "2026-12-31", "Hạn"), Event("b", "2027-01-01", "Sau")], made_at=WALL, origin="x.vn"
    )

    lines = text.split("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//OCOP//thong bao//VI"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert [line for line in lines if line.startswith(("UID", "DTSTAMP", "DTSTART", "DTEND"))] == [
        "UID:a@x.vn", "DTSTAMP:20261123T010000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101",
        "UID:b@x.vn", "DTSTAMP:20261123T010000Z", "DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20270102",
    ]  # fmt: skip
