"""Opening a cycle in three steps, and the board of its year."""

from html import unescape

import pytest

from core.config import Config
from registry.roles import Role
from tests.web.conftest import Page, Site
from tests.world import PLANS, World
from web.plan_words import line_numbers

PLAN = (PLANS / "thai-nguyen-2027.yaml").read_text(encoding="utf-8")
NEXT = PLAN.replace("2028-", "2029-").replace("2027", "2028")


def cycles(site: Site) -> int:
    import sqlalchemy as sa

    from core.sql import Sql

    return site.db.read_now(
        lambda tx: tx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table("cycle"))))
    )


def hidden(page: Page, name: str) -> str:
    return page.text.split(f'name="{name}" value="')[1].split('"')[0]


def test_a_broken_plan_names_every_place_and_keeps_the_text(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    broken = PLAN.replace("step: idea", "stepp: idea").replace("2027-04-30, bound", "2027-13-30, bound")

    page = province.refused("/chu-trinh/mo", {"plan": broken}, 422)

    assert "chưa đúng; chỗ đầu tiên ở dòng" in page.said
    assert "không có mục stepp. Có phải là: step?" in page.said
    assert "2027-13-30 không phải ngày" in page.said
    assert "stepp: idea" in page.text
    assert cycles(site) == 1


def test_no_plan_at_all_is_said_in_one_sentence(site: Site) -> None:
    page = site.role(Role.PROVINCE_UNIT).refused("/chu-trinh/mo", {"plan": " "}, 422)

    assert page.said.count("Chưa có kế hoạch.") == 1


def test_a_file_that_is_no_text_is_refused(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)

    answer = province.post("/chu-trinh/mo", files={"file": ("anh.png", b"\x89PNG\xff\xfe", "image/png")})

    assert answer.status_code == 422
    assert "anh.png" in Page(answer.text).said


def test_a_plan_file_is_previewed_with_everything_it_would_write(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)

    answer = province.post("/chu-trinh/mo", files={"file": ("ke-hoach.yaml", PLAN.encode(), "text/yaml")})

    page = Page(answer.text)
    assert answer.status_code == 200
    assert "hết ngày thứ Năm, 29/04/2027" in page.said
    assert "“trước ngày 30/04/2027”" in page.said
    assert "Bước 2 trong 3" in page.said
    assert "Minh hoạ" in page.said
    assert "QĐ 26/2026/QĐ-TTg" in page.said
    assert page.text.count('class="chart" height=') == 1
    assert cycles(site) == 1


def test_the_preview_says_all_the_plan_says_and_what_would_keep_it_shut(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    plan = NEXT.replace(
        "documents:\n  - {number: minh-hoa-01/2028, date: 2028-01-04, what: Kế hoạch minh hoạ}",
        "documents: []",
    )
    plan += (
        "baseline:\n  - {at: 2027-12-31, products: 105, target: 40, held: [{what: VietGAP, count: 3}]}\n"
        "events:\n  - {kind: fair, title: Hội chợ xuân, places: 60}\npartners:\n  - {name: Hội doanh nhân, kind: association, members: 89}\n"
        "local_brand: OCOP_TN\nkey_products: [Chè Tân Cương]\n"
    )
    assert "documents: []" in plan

    said = Page(province.post("/chu-trinh/mo", {"plan": plan}).text).said

    for part in (
        "Kế hoạch này chưa mở được Kế hoạch chưa có số và ngày ban hành.",
        "Chủ đề Nâng chất lượng, giữ chứng nhận còn hiệu lực",
        "Kinh phí năm 2028: 12.000 triệu đồng · Ngân sách tỉnh",
        "Sản phẩm mới đạt 3 sao trở lên: ít nhất 40",
        "Hướng dẫn chủ thể hoàn thiện tiêu chí · Biên bản hướng dẫn",
        "Hội chợ xuân",
        "31/12/2027 · 105 sản phẩm · đạt 262,5 % mục tiêu 40 · VietGAP 3",
        "Hội doanh nhân · 89 thành viên",
        "Nhãn hiệu của tỉnh OCOP_TN",
        "Sản phẩm chủ lực Chè Tân Cương",
    ):
        assert part in said


@pytest.fixture
def empty(site: Site, place: tuple[Config, World]) -> Site:
    """The same province; the plan of the year after has not been opened."""
    return site


def accepted(page: Page) -> dict[str, str]:
    names = [
        str(control["name"]) for control in page.controls if str(control.get("name")).startswith("reason:")
    ]
    return dict.fromkeys(names, "Đã rà với Văn phòng điều phối")


def test_a_cycle_is_opened_exactly_as_it_was_shown(empty: Site) -> None:
    province = empty.role(Role.PROVINCE_UNIT)
    first = Page(province.post("/chu-trinh/mo", {"plan": NEXT}).text)
    shown = Page(province.post("/chu-trinh/mo", {"plan": NEXT, **accepted(first)}).text)

    to = province.sends(
        "/chu-trinh/mo/xac-nhan", {"plan": NEXT, "digest": hidden(shown, "digest"), **accepted(first)}
    )
    board = province.get(to)

    assert "Mở chu trình 2028" in shown.said
    assert "Đã mở chu trình 2028" in board.said
    assert cycles(empty) == 2


def test_warnings_hide_the_button_until_each_has_a_reason(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    bare = NEXT.partition("accepted:")[0] if "accepted:" in NEXT else NEXT

    page = Page(province.post("/chu-trinh/mo", {"plan": bare}).text)

    assert "chỗ cần quyết định trước khi mở" in page.said
    assert "Mở chu trình 2028" not in page.said


def test_a_plan_changed_after_the_preview_is_shown_again(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    first = Page(province.post("/chu-trinh/mo", {"plan": NEXT}).text)
    shown = Page(province.post("/chu-trinh/mo", {"plan": NEXT, **accepted(first)}).text)
    changed = NEXT.replace("at_least: 40", "at_least: 41")

    page = province.refused(
        "/chu-trinh/mo/xac-nhan", {"plan": changed, "digest": hidden(shown, "digest"), **accepted(first)}, 409
    )

    assert "Hãy xem lại bản mới rồi xác nhận" in page.said
    assert hidden(page, "digest") != hidden(shown, "digest")
    assert cycles(site) == 1


def test_a_year_is_opened_once(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)

    shown = Page(province.post("/chu-trinh/mo", {"plan": PLAN}).text)
    page = province.refused("/chu-trinh/mo/xac-nhan", {"plan": PLAN, "digest": "0" * 64}, 409)

    assert "/chu-trinh/mo/xac-nhan" not in shown.text
    for said in (shown.said, page.said):
        assert "Chu trình năm 2027 của Tỉnh Thái Nguyên đã được mở" in said
    assert cycles(site) == 1


def test_nobody_opens_a_cycle_but_the_provincial_unit_of_the_province(site: Site) -> None:
    producer, province = site.role(Role.PRODUCER), site.role(Role.PROVINCE_UNIT)

    assert producer.post("/chu-trinh/mo", {"plan": PLAN}).status_code == 403
    assert producer.client.get("/chu-trinh/mo").status_code == 403
    answer = province.post("/chu-trinh/mo", {"plan": PLAN.replace("province: 19", "province: 24")})
    assert answer.status_code == 403


def test_the_board_shows_the_year_and_every_deadline(site: Site) -> None:
    board = site.role(Role.PROVINCE_UNIT).get(f"/chu-trinh/{site.world.cycle}")

    assert "Đã mở" in board.said
    assert "Xã chuyển" in board.said or "Hạn gửi hồ sơ đề nghị cấp tỉnh đánh giá đợt 1" in board.said
    assert "hết ngày thứ Năm, 29/04/2027" in board.said
    assert "Đợt 1, cấp tỉnh" in board.said
    assert "Sản phẩm mới đạt 3 sao trở lên: ít nhất 40" in board.said
    assert "Chứng nhận đến hạn năm 2027 được đánh giá lại đúng kỳ: 90 %" in board.said


def test_a_deadline_is_extended_by_an_act_and_both_days_stand(site: Site) -> None:
    province, address = site.role(Role.PROVINCE_UNIT), f"/chu-trinh/{site.world.cycle}/viec/extend_window"
    form = province.get(address)
    option = next(part for part in form.text.split("<option ") if "Hạn nộp ý tưởng" in part)
    deadline = option.split('value="')[1].split('"')[0]
    act = {
        "deadline_id": deadline, "new_last_day": "10/05/2027", "ground": "Mưa lũ", "approver": "Chủ tịch UBND tỉnh",
        "document": "15/UBND-NN", "scope": "Toàn tỉnh",
    }  # fmt: skip

    kept = province.refused(address, {**act, "document": ""}, 422)
    board = province.get(province.sends(address, act))

    assert "Mưa lũ</textarea>" in kept.text
    assert "hết ngày thứ Năm, 29/04/2027 Đã gia hạn" in board.said
    assert "hết ngày thứ Hai, 10/05/2027" in board.said


def test_a_plan_without_a_number_says_so_in_the_preview_and_shows_no_button_that_would_be_refused(
    site: Site,
) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    clone = province.get(f"/chu-trinh/{site.world.cycle}/sao-chep").text
    plan = unescape(clone.split('name="plan"')[1].split(">", 1)[1].split("</textarea>")[0])
    shown = Page(province.post("/chu-trinh/mo", {"plan": plan}).text)
    numbered = Page(province.post("/chu-trinh/mo", {"plan": NEXT}).text)

    unnumbered = Page(province.post("/chu-trinh/mo", {"plan": plan, **accepted(shown)}).text)
    ready = Page(province.post("/chu-trinh/mo", {"plan": NEXT, **accepted(numbered)}).text)

    assert "Chưa mở được. Kế hoạch chưa có số và ngày ban hành." in unnumbered.said
    assert "/chu-trinh/mo/xac-nhan" not in unnumbered.text
    assert "Quay lại sửa kế hoạch" in unnumbered.said
    assert "Chưa mở được" not in ready.said
    assert "/chu-trinh/mo/xac-nhan" in ready.text


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([], ""),
        ([7, 7], "dòng 7"),
        ([17, 18, 19, 29], "dòng 17–19, 29"),
        ([3, 2, 9, 8, 5], "dòng 2–3, 5, 8–9"),
    ],
)
def test_lines_of_a_plan_are_told_by_runs(numbers: list[int], said: str) -> None:
    assert line_numbers(numbers) == said
