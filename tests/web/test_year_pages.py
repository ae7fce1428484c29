"""The end of a year in the pages: dates moved in the preview, next year's plan, the list before closing, the report."""

import pytest

from core.clock import StepClock
from registry.roles import Role
from tests.states.years.conftest import Year
from tests.web.conftest import Page, Site
from tests.web.test_cycle_pages import NEXT, PLAN, accepted, cycles, hidden
from web import wording


@pytest.fixture
def year(site: Site, clock: StepClock) -> Year:
    """The opened year of the site with two ideas, at its end."""
    made = Year(site.db, clock, site.world)
    made.on("2027-03-01T08:00")
    made.idea("nháp", submit=False)
    made.idea("đã nộp", submit=True)
    made.on("2027-12-31T08:00")
    made.finish_batches()
    return made


def address(site: Site, more: str = "") -> str:
    return f"/chu-trinh/{site.world.cycle}{more}"


def test_a_date_is_moved_in_the_preview_and_what_moves_with_it_is_shown(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    text = NEXT.replace("due: 2028-03-31", "due: IDEA_WINDOW + 7 days")

    page = Page(province.post("/chu-trinh/mo", {"plan": text, "move:IDEA_WINDOW": "10/05/2028"}).text)

    assert "Những mốc đã dời so với kế hoạch" in page.said
    assert "29/04/2028 → 10/05/2028 (dời tại đây)" in page.said
    assert "06/05/2028 → 17/05/2028 (tính theo mốc đã dời)" in page.said
    assert "hết ngày thứ Tư, 10/05/2028" in page.said
    assert "7 ngày sau mốc “Hạn nộp ý tưởng sản phẩm” của kế hoạch" in page.said


def test_a_moved_date_is_opened_as_it_was_shown(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    moved = {"plan": NEXT, "move:IDEA_WINDOW": "10/05/2028"}
    reasons = accepted(Page(province.post("/chu-trinh/mo", moved).text))
    shown = Page(province.post("/chu-trinh/mo", {**moved, **reasons}).text)

    to = province.sends("/chu-trinh/mo/xac-nhan", {**moved, **reasons, "digest": hidden(shown, "digest")})

    assert "hết ngày thứ Tư, 10/05/2028" in province.get(to).said
    assert cycles(site) == 2


def test_a_day_that_is_none_is_said_and_nothing_is_lost(site: Site) -> None:
    page = site.role(Role.PROVINCE_UNIT).refused(
        "/chu-trinh/mo", {"plan": PLAN, "move:IDEA_WINDOW": "mai"}, 422
    )

    assert "mai không phải ngày để dời mốc “Hạn nộp ý tưởng sản phẩm”" in page.said
    assert "ocop-plan/1" in page.text


def test_warnings_name_the_lines_of_the_plan(site: Site) -> None:
    bare = PLAN.partition("accepted:")[0].replace("2027", "2029").replace("2028", "2030")

    page = Page(site.role(Role.PROVINCE_UNIT).post("/chu-trinh/mo", {"plan": bare}).text)

    assert "Xã chưa có số điện thoại, giờ làm việc: 92 xã" in page.said
    assert "của kế hoạch)" in page.said


def test_next_years_plan_is_offered_with_the_reason_of_every_date(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)

    page = province.get(address(site, "/sao-chep"))
    preview = Page(province.post("/chu-trinh/mo", {"plan": page.text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0].replace("&#34;", '"').replace("&gt;", ">").replace("&amp;", "&")}).text)  # fmt: skip

    assert "Sao chép kế hoạch sang năm 2028" in page.said
    assert "thứ Hai, 01/05/2028 cùng ngày năm sau" in page.said
    assert "ngày của luật" in page.said
    assert "Mở chu trình OCOP năm 2028" in preview.said
    assert cycles(site) == 1


def test_what_is_unfinished_is_listed_decided_and_closed(site: Site, year: Year) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    listed = province.get(address(site, "/khoa"))
    decided = Page(province.post(address(site, "/khoa"), {"all": "hết năm"}).text)

    to = province.sends(
        address(site, "/khoa/xac-nhan"), {"all": "hết năm", "digest": hidden(decided, "digest")}
    )
    report = province.get(to)

    assert "Hồ sơ chưa xong: 2" in listed.said
    assert "Chưa quyết định 2" in listed.said
    assert "Khóa chu trình 2027" not in listed.said
    assert "Khóa chu trình 2027" in decided.said
    assert "Chuyển sang năm 2028 1 Kết thúc 1" in decided.said
    assert to == address(site, "/bao-cao")
    assert "Lưu khi khóa chu trình" in report.said
    assert "Tham gia 2" in report.said
    assert wording.state_label("cycle", "closed") in province.get(address(site)).said


def test_one_dossier_is_decided_against_the_proposal_with_its_own_reason(site: Site, year: Year) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    listed = province.get(address(site, "/khoa"))
    code = listed.text.split('name="act:')[1].split('"')[0]

    page = Page(
        province.post(
            address(site, "/khoa"),
            {f"act:{code}": "carry_over", f"why:{code}": "còn làm tiếp", "all": "hết năm"},
        ).text
    )

    assert "Chuyển sang năm 2028 2 Kết thúc 0" in page.said
    assert "còn làm tiếp" in page.text


def test_a_list_that_is_no_longer_true_is_shown_again(site: Site, year: Year) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    decided = Page(province.post(address(site, "/khoa"), {"all": "hết năm"}).text)
    year.do("dossier", year.dossiers["đã nộp"], "withdraw", Role.PRODUCER)

    page = province.refused(
        address(site, "/khoa/xac-nhan"), {"all": "hết năm", "digest": hidden(decided, "digest")}, 409
    )

    assert "Hồ sơ chưa xong: 1" in page.said
    assert hidden(page, "digest") != hidden(decided, "digest")


def test_a_year_that_runs_is_listed_and_cannot_be_closed(site: Site) -> None:
    page = site.role(Role.PROVINCE_UNIT).get(address(site, "/khoa"))

    assert "chưa ở bước rà soát" in page.said
    assert "/khoa/xac-nhan" not in page.text


@pytest.mark.parametrize("more", ["/khoa", "/sao-chep"])
@pytest.mark.parametrize("role", [Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_CHAIR])
def test_only_the_provincial_unit_closes_and_clones(site: Site, role: Role, more: str) -> None:
    page = site.role(role).get(address(site, more), expect=403)

    assert "Khóa chu trình năm" not in page.said


def test_the_report_is_for_those_who_answer_for_the_province(site: Site) -> None:
    assert "số liệu còn thay đổi" in site.role(Role.PROVINCE_CHAIR).get(address(site, "/bao-cao")).said
    site.role(Role.PRODUCER).get(address(site, "/bao-cao"), expect=403)


def test_a_task_is_reported_and_stands_on_the_board(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    form = province.get(address(site, "/viec/report_task"))
    option = next(part for part in form.text.split("<option ") if "Rà soát chứng nhận" in part)
    task = option.split('value="')[1].split('"')[0]

    board = province.get(
        province.sends(
            address(site, "/viec/report_task"),
            {"task_id": task, "task_status": "done", "task_document": "7/BC"},
        )
    )

    assert "7/BC" in board.said
    assert "Đã xong" in board.said


def test_the_reason_for_moved_dates_is_kept_when_opening_is_refused(site: Site) -> None:
    province = site.role(Role.PROVINCE_UNIT)
    moved = {"plan": NEXT, "move:IDEA_WINDOW": "10/05/2028"}
    reasons = accepted(Page(province.post("/chu-trinh/mo", moved).text))

    page = province.refused(
        "/chu-trinh/mo/xac-nhan",
        {**moved, **reasons, "digest": "0" * 64, "move_reason": "Mưa lũ kéo dài"},
        409,
    )

    assert 'value="Mưa lũ kéo dài"' in page.text
