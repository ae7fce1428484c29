"""Officers: what waits for them, and acting with what the law asks for."""

import re

from registry.roles import Role
from tests.web.conftest import Site
from tests.web.walk import Walk


def test_the_queue_shows_what_waits_here_with_its_deadline(site: Site) -> None:
    walk = Walk(site)
    walk.to_commune()

    queue = site.role(Role.COMMUNE).get("/viec")

    assert "Chè búp minh hoạ" in queue.said
    assert "Kiểm tra hồ sơ và lập báo cáo đánh giá bốn nội dung" in queue.said
    assert (
        "hết ngày thứ Sáu, 24/09/2027" in queue.said
    )  # 15 working days from 1 September; 2 and 3 September are off
    assert "Chè búp minh hoạ" not in site.role(Role.PROVINCE_UNIT).get("/viec").said


def test_what_is_late_stands_under_late(site: Site) -> None:
    walk = Walk(site)
    walk.to_commune()
    site.on("2027-10-01T08:00")

    queue = site.role(Role.COMMUNE).get("/viec")

    assert "1 quá hạn" in queue.said
    assert "quá hạn 7 ngày" in queue.said.replace("\u00a0", " ")


def test_an_idea_is_returned_only_with_a_reason_and_the_words_are_kept(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    commune, address = site.role(Role.COMMUNE), f"/ho-so/{walk.id}/viec/return_idea"

    page = commune.refused(address, {"expected_version": "2", "due_days": "20", "reason": "  "}, 409)
    to = commune.sends(
        address, {"expected_version": "2", "due_days": "20", "reason": "Thiếu vùng nguyên liệu"}
    )

    assert page.said.count("Cần ghi lý do.") == 2
    assert 'value="20"' in page.text
    assert "Trả lại bổ sung ý tưởng" in commune.get(to).said


def test_a_number_that_is_none_is_said_at_its_field(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()

    page = site.role(Role.COMMUNE).refused(
        f"/ho-so/{walk.id}/viec/return_idea", {"due_days": "mười", "reason": "Thiếu"}, 422
    )

    assert page.said.count("Hãy nhập một số nguyên") == 2
    assert 'value="mười"' in page.text
    assert "Thiếu</textarea>" in page.text


def test_the_commune_reports_on_four_matters_and_proposes_with_letter_and_samples(site: Site) -> None:
    walk = Walk(site)
    walk.to_commune()
    commune, address = site.role(Role.COMMUNE), f"/ho-so/{walk.id}/viec"
    version = site.db.read_now(lambda tx: _version(tx, walk.id))
    matters = ["local_material", "local_labour", "idea_origin", "local_identity"]

    short = commune.refused(
        f"{address}/issue_commune_report",
        {
            "expected_version": version,
            "matters": matters[:3],
            "form_03_signed": "true",
            "findings": "Nguyên liệu tốt",
        },
        409,
    )
    commune.sends(
        f"{address}/issue_commune_report",
        {"expected_version": version, "matters": matters, "form_03_signed": "true", "report_number": "7/BC"},
    )
    few = commune.refused(
        f"{address}/propose_to_province",
        {"letter_number": "12/UBND", "letter_on": "02/09/2027", "samples": "4"},
        409,
    )
    to = commune.sends(
        f"{address}/propose_to_province",
        {"letter_number": "12/UBND", "letter_on": "02/09/2027", "samples": "5"},
    )

    assert "đủ bốn nội dung" in short.said
    assert short.text.count(" checked") == 4
    assert "Nguyên liệu tốt" in short.text
    assert "Cần đủ 5 mẫu sản phẩm" in few.said
    assert 'value="02/09/2027"' in few.text
    assert "Cấp tỉnh tiếp nhận" in commune.get(to).said


def _version(tx, dossier_id: str) -> int:
    from states import moves

    row = moves.machine_of("dossier").load(tx, dossier_id)
    assert row is not None
    return row["move_version"]


def test_a_day_that_is_none_is_said_at_its_field(site: Site) -> None:
    walk = Walk(site)
    walk.to_commune()
    walk.do(
        "issue_commune_report", Role.COMMUNE,
        matters=["local_material", "local_labour", "idea_origin", "local_identity"], form_03_signed=True,
    )  # fmt: skip

    page = site.role(Role.COMMUNE).refused(
        f"/ho-so/{walk.id}/viec/propose_to_province",
        {"letter_number": "12/UBND", "letter_on": "31/02/2027", "samples": "5"},
        422,
    )

    assert page.said.count("Ngày chưa đúng") == 2
    assert 'value="31/02/2027"' in page.text


def test_the_secretary_enters_the_councils_result_and_what_is_known_stands_there(site: Site) -> None:
    walk = Walk(site)
    walk.to_commune()
    matters = ["local_material", "local_labour", "idea_origin", "local_identity"]
    walk.do("issue_commune_report", Role.COMMUNE, matters=matters, form_03_signed=True)
    walk.do("propose_to_province", Role.COMMUNE, letter_number="12/UBND", samples=5)
    walk.do("accept_for_review", Role.PROVINCE_UNIT, consolidated_report="Đủ")
    walk.do("advisory_report_done", Role.ADVISORY, advisory_report="Đủ")
    walk.do("schedule", Role.PROVINCE_UNIT, session_on="2027-11-20")
    secretary, address = site.role(Role.SECRETARY), f"/ho-so/{walk.id}/viec/record_council_facts"

    secretary.sends(address, {"quorum_met": "true", "materials_in_time": "true", "points_sum": "560"})
    again = secretary.get(address)

    assert 'value="560"' in again.text
    assert again.text.count('<option value="true" selected>Có') == 2
    assert "Nhập kết quả của Hội đồng" in secretary.get(f"/ho-so/{walk.id}").said


def test_the_list_is_found_by_words_without_accents(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    province = site.role(Role.PROVINCE_UNIT)

    assert "Chè búp minh hoạ" in province.get("/ho-so?q=che+bup").said
    assert "Chè búp minh hoạ" not in province.get("/ho-so?q=mat+ong").said
    assert "Chè búp minh hoạ" not in province.get("/ho-so?buoc=promotion").said


def test_a_long_list_goes_on_by_the_last_row(site: Site) -> None:
    Walk(site).more_ideas(55)
    province = site.role(Role.PROVINCE_UNIT)

    first = province.get("/ho-so")
    onward = next(link for link in first.links if "truoc=" in link)
    second = province.get(onward)

    rows = [{link for link in page.links if link.startswith("/ho-so/")} for page in (first, second)]
    assert (len(rows[0]), len(rows[1]), rows[0] & rows[1]) == (50, 5, set())


def test_a_long_queue_goes_on_by_the_last_deadline(site: Site) -> None:
    Walk(site).more_ideas(55)
    commune = site.role(Role.COMMUNE)

    first = commune.get("/viec")
    second = commune.get(next(link for link in first.links if "sau=" in link))

    rows = [{link for link in page.links if link.startswith("/ho-so/")} for page in (first, second)]
    assert (len(rows[0]), len(rows[1]), rows[0] & rows[1]) == (50, 5, set())


def test_the_tallies_of_the_day_add_up_to_what_waits(site: Site) -> None:
    Walk(site).more_ideas(7)

    page = site.role(Role.COMMUNE).get("/viec")
    numbers = [int(each) for each in re.findall(r"<li[^>]*><a href=\"#\w+\"><b>(\d+)</b>", page.text)]

    assert (len(numbers), sum(numbers)) == (4, 7)
    assert "7 việc đang chờ" in page.said


def test_a_dossier_leads_to_the_calendar_of_its_cycle_and_says_whether_its_certificate_holds(
    site: Site,
) -> None:
    walk = Walk(site)
    walk.to_recognition()
    producer = site.role(Role.PRODUCER)

    page = producer.get(f"/ho-so/{walk.id}")

    assert f"/chu-trinh/{site.world.cycle}" in page.links
    assert "4 sao Còn hiệu lực" in page.said
    producer.get(f"/chu-trinh/{site.world.cycle}")
