"""What is told of a certificate, to whom, in words that are true on the day they are told."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.sequencer import sequence_all
from core.sql import Sql
from notifications.ladder import Held, text_of
from notifications.naming import place
from notifications.planner import plan_notices
from notifications.queries import inbox, outbox_summary
from notifications.reminders import plan_due_reminders
from registry import units
from registry.roles import Role
from states.deadlines.entries import DEADLINE, REMINDER
from tests.states.certificate.house import C, House, K, P, V

GROUND = {"ground": "law_broken", "conclusion_on": "2027-03-05"}
PAPER = GROUND | {"revocation_number": "9/QĐ", "revocation_on": "2027-03-10", "signer": "Chủ tịch"}


@pytest.fixture
def starts() -> str:
    return "2027-01-04T08:00"


def tell(house: House) -> None:
    """Everything that is to be told by now."""
    sequence_all(house.db)
    while house.db.write_now(plan_notices):
        pass
    while house.db.write_now(lambda tx: plan_due_reminders(tx, tx.now)):
        pass
    assert house.db.read_now(outbox_summary).faults == 0


def told(house: House, role: Role = P) -> list[tuple[str, str]]:
    """Kind and text of what this person was told, the oldest first."""
    tell(house)
    entries = house.db.read_now(lambda rtx: inbox(rtx, house.world.account[role], limit=100))
    return [(entry.kind, entry.body) for entry in reversed(entries)]


def kinds(house: House, role: Role = P) -> list[str]:
    return [kind for kind, _ in told(house, role)]


def test_a_proposal_is_told_with_its_day_to_those_it_concerns(house: House) -> None:
    certificate, _ = house.certified(date(2025, 12, 15))
    house.on("2027-03-10T09:00").do("certificate", certificate, "propose_revocation", V, GROUND)

    body = (
        "Giấy chứng nhận của Chè bị đề nghị thu hồi. Cơ quan có thẩm quyền quyết định trước khi hết ngày "
        "thứ Hai, 22/03/2027; căn cứ có trong lịch sử giấy chứng nhận."
    )
    said = ("revocation_proposed", body)
    assert [told(house, role) for role in (P, C, K)] == [[said], [said], [said]]
    assert kinds(house, Role.MINISTRY) == kinds(house, Role.AUDITOR) == []


@pytest.mark.parametrize(
    ("trigger", "data", "reason", "kind"),
    [
        ("decline_revocation", None, "Đã khắc phục", "revocation_declined"),
        ("revoke", PAPER, None, "revoked"),
    ],
)
def test_a_decision_on_a_proposal_is_told(
    house: House, trigger: str, data: dict[str, object] | None, reason: str | None, kind: str
) -> None:
    certificate, _ = house.certified(date(2025, 12, 15))
    house.on("2027-03-10T09:00").do("certificate", certificate, "propose_revocation", V, GROUND)
    tell(house)

    house.do("certificate", certificate, trigger, K, data, reason)

    assert [kinds(house, role)[-1] for role in (P, C, V)] == [kind] * 3


def test_an_annulment_is_told(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "recognised.4", product)
    house.certified(date(2025, 12, 15), product_id=product, dossier_id=dossier)

    house.do("dossier", dossier, "ministry_orders_redo", K, {"ministry_document": "8/BNNMT"})

    assert kinds(house) == kinds(house, C) == ["annulled"]


def test_a_renewal_that_fails_is_told_with_what_is_left(house: House) -> None:
    certificate, product = house.certified(date(2024, 12, 15))
    renewal = house.on("2027-07-01T09:00").renewal(product)
    house.on("2027-07-20T09:00").do("dossier", renewal, "withdraw", P)

    kind, body = told(house)[-1]

    assert house.state("certificate", certificate) == "renewal_late"
    assert kind == "not_renewed"
    assert "vẫn có giá trị đến hết ngày 15/12/2027" in body


def test_an_extension_and_its_end_are_told_and_no_end_before_it(house: House) -> None:
    house.choose(grace="all")
    certificate, product = house.certified(date(2024, 3, 15))
    renewal = house.renewal(product)
    house.on("2027-03-15T09:00")
    before = kinds(house)
    house.on("2027-03-16T00:00").sweep()
    tell(house)
    house.on("2027-03-16T08:00")

    new = told(house)[len(before) :]

    assert [kind for kind, _ in new] == ["grace"]
    assert "lâu nhất đến hết ngày 11/09/2027" in new[-1][1]
    house.on("2027-06-10T09:00").do("dossier", renewal, "withdraw", P)
    assert kinds(house)[-1] == "not_renewed_ended"
    assert house.state("certificate", certificate) == "expired"


def test_an_extension_that_runs_out_is_told_by_its_own_last_day(house: House) -> None:
    house.choose(grace="all")
    _, product = house.certified(date(2024, 3, 15))
    house.renewal(product)
    house.on("2027-03-16").sweep()
    house.on("2027-08-12T08:00")
    tell(house)
    house.on("2027-09-12").sweep()
    house.on("2027-09-12T08:00")

    *_, warned, ended = told(house)

    assert (warned[0], ended[0]) == ("expire_30", "expired")
    assert "hết hạn ngày 11/09/2027" in warned[1]
    assert ended[1].startswith("Giấy chứng nhận của Chè đã hết hiệu lực sau ngày 11/09/2027.")


def test_who_waits_for_a_result_is_not_told_to_begin_anew(house: House) -> None:
    _, product = house.certified(date(2024, 3, 15))
    house.renewal(product)
    house.on("2027-03-16").sweep()
    tell(house)

    house.on("2027-03-16T08:00")

    kind, body = told(house)[-1]
    assert kind == "expired"
    assert "Hồ sơ đánh giá lại đang được xử lý" in body
    assert "đăng ký đánh giá lại từ đầu" not in body


@pytest.mark.parametrize(
    ("now", "body"),
    [
        pytest.param(
            "2027-04-19T08:00",
            "Giấy chứng nhận của Chè hết hạn ngày 15/12/2027. Hồ sơ đánh giá lại được nhận từ ngày thứ Sáu, 18/06/2027; "
            "nên chuẩn bị tài liệu ngay.",
            id="a-paper-certificate-has-no-documents-here",
        ),
        pytest.param(
            "2027-09-16T08:00",
            "Giấy chứng nhận của Chè còn 90 ngày, hết hạn ngày 15/12/2027, chưa có hồ sơ đánh giá lại. "
            "Hãy liên hệ {xa} để biết cách làm tiếp.",
            id="ninety-days",
        ),
        pytest.param(
            "2027-11-15T08:00",
            "Còn 30 ngày, giấy chứng nhận của Chè hết hạn ngày 15/12/2027. "
            "Sau ngày này không được in biểu trưng OCOP lên bao bì.",
            id="thirty-days",
        ),
    ],
)
def test_the_ladder_says_what_is_so(house: House, now: str, body: str) -> None:
    house.certified(date(2024, 12, 15))
    house.on(date.fromisoformat(now[:10]) - timedelta(days=1))
    before = len(told(house))

    house.on(now)

    assert [text.replace(commune(house), "{xa}") for _, text in told(house)[before:]] == [body]


def commune(house: House) -> str:
    """The name of the commune as it stands in a sentence."""
    return place(house.db.read_now(lambda rtx: units.get(rtx, house.world.commune)).name_vi)


def test_a_warning_moved_off_a_sunday_names_the_days_really_left(house: House) -> None:
    """Thirty days before Tuesday 23 November is a Sunday: told on Friday, 32 days ahead."""
    house.certified(date(2024, 11, 23))
    house.on("2027-10-21")
    before = len(told(house))

    house.on("2027-10-22T08:00")

    ((kind, body),) = told(house)[before:]
    assert kind == "expire_30"
    assert body.startswith("Còn 32 ngày, giấy chứng nhận của Chè hết hạn ngày 23/11/2027.")


def test_a_renewal_that_failed_is_not_called_one_never_filed(house: House) -> None:
    _, product = house.certified(date(2024, 12, 15))
    renewal = house.on("2027-07-01T09:00").renewal(product)
    house.on("2027-07-20T09:00").do("dossier", renewal, "withdraw", P)
    tell(house)

    house.on("2027-09-16T08:00")

    assert "Hồ sơ đánh giá lại đã nộp chưa được công nhận" in told(house)[-1][1]


@pytest.mark.parametrize(
    ("kind", "days_left", "text"),
    [
        pytest.param("renew_open", 60, "renew_open", id="the-day-itself"),
        pytest.param("renew_open", 59, "renew_closing", id="a-day-late-it-is-not-from-today"),
        pytest.param("renew_soon", 61, "renew_soon", id="before-the-window"),
        pytest.param("renew_soon", 40, "renew_closing", id="so-late-that-the-window-is-open"),
        pytest.param("renew_soon", -1, "renew_missed", id="so-late-that-it-is-over"),
        pytest.param("expire_30", 30, "expire_30", id="thirty"),
        pytest.param("expire_30", 31, "expire_days", id="thirty-one"),
        pytest.param("expire_30", -1, "expired", id="over"),
        pytest.param("expire_90_filed", 91, "expire_filed_days", id="ninety-one"),
    ],
)
def test_a_rung_told_late_says_what_is_so_by_then(kind: str, days_left: int, text: str) -> None:
    assert text_of(kind, code="RENEW_CLOSE", role=P, has_dossier=False, days_left=days_left) == text


class TestBeforeDecision26:
    """A certificate that ends while its ruleset sets no filing window."""

    @pytest.fixture
    def starts(self) -> str:
        return "2025-09-01T08:00"

    def test_nobody_is_told_that_filing_opens_or_closes(self, house: House) -> None:
        """180 days before 20 May 2026 is 21 November 2025; people's rights in this house begin in 2026."""
        certificate, _ = house.certified(date(2023, 5, 20), ruleset="qd148-2023")
        assert set(house.dues(certificate)) == {"EXPIRY", "EXPIRY_NOTICE"}

        rungs = told_texts(house, certificate)

        assert [kind for kind, _ in rungs] == [
            "renew_soon",
            "renew_soon",
            "renew_open",
            "expire_90_not_filed",
            "expire_30",
            "expired",
        ]
        assert dict(rungs)["renew_open"] == "renew_open_any_day"


def told_texts(house: House, certificate: str) -> list[tuple[str, str]]:
    """The rungs of a certificate's last valid day, each with the text it is told with."""
    chosen = (
        sa.select(REMINDER.c.kind, sa.type_coerce(REMINDER.c.rest, sa.Text))
        .select_from(REMINDER.join(DEADLINE, DEADLINE.c.id == REMINDER.c.deadline_id))
        .where(DEADLINE.c.subject == f"certificate/{certificate}", DEADLINE.c.code == "EXPIRY")
    )
    ((first, rest),) = house.db.read_now(lambda rtx: rtx.sql.all(Sql(chosen)))
    assert house.row("certificate", certificate)["window_opens_on"] is None
    held = Held("valid", window_days=None)
    named = [first, *(rung[0] for rung in json.loads(rest))]
    days = {"expire_90_not_filed": 90, "expire_30": 30, "expired": -1}
    return [
        (
            kind,
            text_of(kind, code="EXPIRY", role=P, has_dossier=False, days_left=days.get(kind, 180), held=held),
        )
        for kind in named
    ]


def test_the_record_of_all_this_verifies(house: House) -> None:
    house.choose(grace="all")
    product = house.product()
    dossier = house.dossier("first", "recognised.4", product)
    house.certified(date(2025, 12, 15), product_id=product, dossier_id=dossier)
    house.do("dossier", dossier, "ministry_orders_redo", K, {"ministry_document": "8/BNNMT"})
    revoked, _ = house.certified(date(2025, 12, 15))
    house.on("2027-03-10T09:00").do("certificate", revoked, "propose_revocation", V, GROUND)
    house.do("certificate", revoked, "revoke", K, PAPER)
    _, renewed = house.certified(date(2024, 3, 15))
    house.renewal(renewed)
    house.on("2027-03-16").sweep()
    house.on("2027-05-03T09:00").decide("re_evaluation", renewed, 3, date(2027, 5, 1))
    sequence_all(house.db)

    report = house.db.read_now(verify)

    assert [str(finding) for finding in report.findings] == []
    assert [row["state"] for row in house.certificates(renewed)] == ["superseded", "valid"]
