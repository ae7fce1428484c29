"""A producer with nothing but forms: a product, an idea, drafts, filing, and what is said when something is missing."""

import pytest

from registry.roles import Role
from states.dossier.papers import REQUIRED
from tests.web.conftest import Page, Site, id_in
from tests.web.walk import Walk

IDEA = dict.fromkeys(REQUIRED["idea"], "Chè của đồi nhà")


def begun(site: Site) -> str:
    """The address of a dossier just opened from the home page."""
    site.on("2027-02-20T08:00")
    producer = site.role(Role.PRODUCER)
    address = producer.sends(f"/san-pham/{site.world.product}/y-tuong", {"cycle_id": site.world.cycle})
    return address.partition("/phieu")[0]


def test_the_home_page_offers_an_idea_only_while_ideas_are_taken(site: Site) -> None:
    early = site.role(Role.PRODUCER).get("/trang-chinh")
    site.on("2027-02-20T08:00")
    open_now = site.role(Role.PRODUCER).get("/trang-chinh")

    assert "Soạn ý tưởng" not in early.said
    assert "chỉ nhận ý tưởng từ thứ Ba, 16/02/2027 đến hết thứ Năm, 29/04/2027" in early.said
    assert "Soạn ý tưởng cho chu trình 2027" in open_now.said


def test_a_product_is_registered_and_stands_on_the_home_page(site: Site) -> None:
    producer = site.role(Role.PRODUCER)
    form = f"/chu-the/{site.world.producer}/san-pham-moi"

    kept = producer.refused(form, {"name": " ", "set_code": "11"}, 422)
    to = producer.sends(form, {"name": "Trà hoa vàng", "set_code": "12"})

    assert '<option value="11" selected>' in kept.text
    assert to == "/trang-chinh"
    assert "Trà hoa vàng" in producer.get(to).said


def test_a_set_the_law_does_not_know_is_refused(site: Site) -> None:
    producer = site.role(Role.PRODUCER)

    page = producer.refused(
        f"/chu-the/{site.world.producer}/san-pham-moi", {"name": "Trà", "set_code": "99"}, 422
    )

    assert 'value="Trà"' in page.text


def test_a_draft_may_have_gaps_and_is_kept(site: Site) -> None:
    producer, address = site.role(Role.PRODUCER), begun(site)

    to = producer.sends(f"{address}/phieu/idea", {"description": "Chè shan tuyết", "stay": "1"})

    assert to == f"{address}/phieu/idea?da=luu"
    page = producer.get(to)
    assert "Đã lưu nháp" in page.said
    assert "Chè shan tuyết</textarea>" in page.text


def test_a_text_that_is_too_long_is_said_at_its_field_and_kept(site: Site) -> None:
    producer, address = site.role(Role.PRODUCER), begun(site)
    long = "chè " * 2500

    page = producer.refused(f"{address}/phieu/idea", {**IDEA, "description": long}, 422)

    assert page.said.count("Nội dung quá dài") == 2
    assert long in page.text
    assert "Chè của đồi nhà" in page.text


def test_the_dossier_answers_three_questions_and_says_why_not(site: Site) -> None:
    producer, address = site.role(Role.PRODUCER), begun(site)

    page = producer.get(address)

    assert "Đang ở bước nào Bản nháp ý tưởng" in page.said
    assert "Ai đang giữ Quý chủ thể" in page.said
    assert "Điền phiếu ý tưởng và nộp" in page.said
    assert "hết ngày thứ Năm, 29/04/2027" in page.said
    assert "Nộp ý tưởng: chưa làm được. Phiếu ý tưởng còn mục bắt buộc chưa nhập." in page.said
    assert "Minh hoạ" in page.said


def test_filing_shows_every_answer_first_and_a_receipt_after(site: Site) -> None:
    producer, address = site.role(Role.PRODUCER), begun(site)
    producer.sends(f"{address}/phieu/idea", IDEA)

    review = producer.get(f"{address}/viec/submit_idea")
    to = producer.sends(f"{address}/viec/submit_idea", {"expected_version": "1"})
    receipt = producer.get(to)

    assert review.said.count("Chè của đồi nhà") == len(IDEA)
    assert "Kiểm tra lại trước khi nộp" in review.said
    assert "Đã xong: Nộp ý tưởng" in receipt.said
    assert "27-" in receipt.said
    assert "Chưa cần làm gì" in receipt.said


def test_a_receipt_is_not_shown_for_what_was_not_done(site: Site) -> None:
    producer, address = site.role(Role.PRODUCER), begun(site)

    assert "Đã xong" not in producer.get(f"{address}?da=submit_dossier").said


def test_sending_twice_does_it_once_and_leads_to_the_same_place(site: Site) -> None:
    producer, address = site.role(Role.PRODUCER), begun(site)
    producer.sends(f"{address}/phieu/idea", IDEA)

    answers = [producer.sends(f"{address}/viec/submit_idea", {"expected_version": "1"}) for _ in range(2)]
    page = producer.get(f"{address}/lich-su")

    assert answers[0] == answers[1]
    assert page.said.count("Đã nộp ý tưởng") >= 1
    assert "2 trong 2 đúng quy định" in page.said


def test_what_somebody_else_did_in_between_is_told_and_nothing_typed_is_lost(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    commune = site.role(Role.COMMUNE)
    walk.do("commune_screen_ok", Role.COMMUNE)

    answer = commune.post(
        f"/ho-so/{walk.id}/viec/return_idea", {"expected_version": "2", "reason": "Thiếu vùng nguyên liệu"}
    )

    assert answer.status_code == 409
    said = Page(answer.text).said
    assert "Vừa có người cập nhật" in said
    assert "Thiếu vùng nguyên liệu" in said


def test_a_filed_form_can_be_read_but_not_written(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    producer = site.role(Role.PRODUCER)

    page = producer.get(f"/ho-so/{walk.id}/phieu/idea")
    answer = producer.post(f"/ho-so/{walk.id}/phieu/idea", IDEA)

    assert "đã điền" in page.said
    assert "Lưu nháp" not in page.said
    assert answer.status_code == 409


def test_the_self_assessment_keeps_its_answers_by_criterion(site: Site) -> None:
    walk = Walk(site)
    walk.to_filing()
    walk.do("reopen_self_assessment", Role.PRODUCER)
    producer, address = site.role(Role.PRODUCER), f"/ho-so/{walk.id}/phieu/self_assessment"
    before = producer.get(address)

    producer.sends(address, {"c:1.1": "1", "results": "Đã có 3 điểm bán"})
    after = producer.get(address)

    assert before.text.count(" checked") > 20
    assert after.text.count(" checked") == 1
    assert "Đã có 3 điểm bán" in after.text


def test_a_task_with_its_deadline_leads_the_home_page(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    walk.do("return_idea", Role.COMMUNE, "Thiếu vùng nguyên liệu")
    producer = site.role(Role.PRODUCER)

    home, dossier = producer.get("/trang-chinh"), producer.get(f"/ho-so/{walk.id}")

    assert "Việc cần làm: 1" in home.said
    assert "Sửa phiếu ý tưởng theo lý do trả lại và nộp lại" in home.said
    assert "còn 16 ngày" in home.said.replace("\u00a0", " ") or "còn 15 ngày" in home.said.replace(
        "\u00a0", " "
    )
    assert "Lý do trả lại Thiếu vùng nguyên liệu" in dossier.said


def test_a_dossier_that_has_ended_stands_on_the_home_page_without_a_way_ahead(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    producer = site.role(Role.PRODUCER)
    before = producer.get("/trang-chinh")
    walk.do("withdraw", Role.PRODUCER, "Không tham gia năm nay")

    after = producer.get("/trang-chinh")

    assert "Bước 1/6" in before.said
    assert "Bước 1/6" not in after.said
    assert "Rút hồ sơ" in after.said
    assert f"/ho-so/{walk.id}" in after.text


@pytest.mark.parametrize("trigger", ["accept_idea", "commune_screen_ok"])
def test_what_is_anothers_to_do_is_refused(site: Site, trigger: str) -> None:
    walk = Walk(site)
    walk.to_idea()
    producer = site.role(Role.PRODUCER)

    answer = producer.post(f"/ho-so/{walk.id}/viec/{trigger}", {"expected_version": "2"})

    assert answer.status_code in (403, 409)
    assert "Đã nộp ý tưởng" in producer.get(f"/ho-so/{walk.id}").said


def test_an_id_that_is_none_is_not_found(site: Site) -> None:
    site.role(Role.PRODUCER).get("/ho-so/khong-phai-ma", expect=404)
    assert id_in(f"/x/{site.world.product}") == site.world.product
