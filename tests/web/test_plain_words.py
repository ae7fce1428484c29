"""No code, no id and no English where a page speaks to people."""

import re

import pytest

from core import jobs
from core.tx import Tx
from ocop.demo import people as demo
from registry.roles import Role
from regulations import rulesets, sheets
from regulations.settings import DEFINITIONS
from states.deadlines.codes import CODES
from tests.web.conftest import Site
from tests.web.test_session_pages import CHAIR, SECRETARY, act, boxes, convened
from tests.web.walk import Walk
from web import wording

ENGLISH = re.compile(r"\b(the|of|by|set|council|plan|office|practice|days|year|session|request)\b")
UNIT = Role.PROVINCE_UNIT


@pytest.mark.parametrize("basis", sorted({spec.basis for spec in CODES.values()}))
def test_what_a_date_rests_on_is_said_in_vietnamese(basis: str) -> None:
    assert ENGLISH.search(wording.basis_words(basis)) is None


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("request + 10 days", "10 ngày kể từ ngày yêu cầu bổ sung"),
        ("complete dossier + 30 days", "30 ngày kể từ ngày nhận đủ hồ sơ"),
        ("review window of the year", "Khi mở thời gian rà soát của năm"),
        ("end of the reviewed year", "Hết năm được rà soát"),
        (
            "session 2027-11-20, ruleset qd26-2026",
            "Theo ngày họp 20/11/2027 và thời hạn gửi tài liệu của quy định",
        ),
        ("convened for this day", "Ngày họp theo giấy triệu tập"),
        ("set by the council", "Do Hội đồng ấn định"),
        ("set by whoever hears the appeal", "Do cơ quan xem xét kiến nghị ấn định"),
    ],
)
def test_every_way_to_compute_a_date_has_its_sentence(rule: str, said: str) -> None:
    assert wording.rule_words(rule) == said


def test_warnings_accepted_with_a_plan_read_as_words_in_the_history() -> None:
    kept = "calendar_provisional:2028: Sẽ rà lại; tet_quiet:2028-01-29: Đã báo trước; offices_missing:19: Nhập dần"

    assert wording.reason(kept) == (
        "Lịch nghỉ chưa chính thức (năm 2028): Sẽ rà lại; Quanh Tết (thứ Bảy, 29/01/2028): Đã báo trước; "
        "Xã chưa có số điện thoại, giờ làm việc: Nhập dần"
    )
    assert wording.reason("Thiếu: ảnh chụp; nhãn") == "Thiếu: ảnh chụp; nhãn"
    assert wording.reason(None) is None


def test_the_settings_of_a_province_are_words_and_are_chosen_from_words(site: Site) -> None:
    unit = site.role(UNIT)
    whole = unit.get("/thiet-lap?tinh=19")

    for word in ("True", "False", "process.md", "exclusive", "next_working_day", "qd26-2026", "points"):
        assert word not in whole.said
    for each in DEFINITIONS:
        link = f"/thiet-lap?tinh=19&ten={each.name}"
        assert (link in whole.links) is (len(each.values) > 1)
    one = unit.get("/thiet-lap?tinh=19&ten=proxy")
    assert [c["value"] for c in one.controls if c.get("type") == "hidden" and c["name"] == "name"] == [
        "proxy"
    ]
    assert re.findall(r"<option value=\"(\w*)\"[^>]*>([^<]+)<", one.text) == [
        ("", "Chọn một mục"), ("True", "có"),
    ]  # fmt: skip


def test_a_refused_choice_keeps_what_was_typed(site: Site) -> None:
    page = site.role(UNIT).refused(
        "/thiet-lap",
        {"province": "19", "name": "quorum", "value": "3/4", "document": "", "reason": "theo quy chế mới"},
        422,
    )

    assert 'value="theo quy chế mới"' in page.text
    assert '<option value="3/4" selected>' in page.text
    assert 'id="e-document"' in page.text


def test_the_history_of_a_session_names_members_and_products(site: Site) -> None:
    walk, address = convened(site)
    site.on("2027-11-20T08:00")
    act(site, SECRETARY, address, "deliver_materials", delivered_on="19/11/2027")
    everybody = boxes(site, SECRETARY, f"{address}/viec/record_attendance", "present")
    act(site, SECRETARY, address, "record_attendance", present=everybody)

    said = site.role(CHAIR).get(f"{address}/lich-su").said

    assert "Thành viên có mặt: Người chair, Chủ tịch Hội đồng, " in said
    assert re.search(r"Sản phẩm: \d\d-\d{5}-\d{4} Chè búp minh hoạ", said)
    assert walk.id not in said
    assert not any(each in said for each in everybody)


def test_doubts_about_a_printed_sheet_are_told_without_notes_for_editors(site: Site) -> None:
    walk = Walk(site)
    walk.to_filing()
    tea = sheets.sheet_for(rulesets.get("qd26-2026"), "11")

    said = site.role(Role.PRODUCER).get(f"/ho-so/{walk.id}/phieu/self_assessment").said

    assert f"có {len(tea.caveats)} chỗ in lỗi" in said
    assert not any(caveat in said for caveat in tea.caveats)


def test_a_row_that_a_sweep_skips_says_which_work_and_why(site: Site) -> None:
    def skipped(tx: Tx) -> None:
        tx.session.add(
            jobs.JobFault(
                name="sweep_deadlines", subject="deadline/1", error="guard_certificate_not_valid",
                last_at=tx.now, next_try_at=tx.now,
            )
        )  # fmt: skip

    site.db.write_now(skipped)

    said = site.role(Role.ADMIN).get("/he-thong").said

    assert "Rà các thời hạn đã đến" in said
    assert "Giấy chứng nhận không còn hiệu lực vào ngày này. guard_certificate_not_valid" in said


def test_members_of_the_demonstration_sit_for_a_department_with_a_name() -> None:
    assert [demo._field(seat) for seat in demo.SEATS] == [
        "Nông nghiệp và Môi trường", "Công Thương", "Y tế", "Khoa học và Công nghệ", "Văn hóa, Thể thao và Du lịch",
    ]  # fmt: skip
