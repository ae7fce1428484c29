"""The story of a subject: as at, proof, what an auditor opens, notices, status."""

import sqlalchemy as sa

from core.history import read_lines
from core.lines import parse_line
from core.sql import Sql
from registry.roles import Role
from tests.web.conftest import Site
from tests.web.walk import Walk


def test_the_story_holds_and_shows_the_way(site: Site) -> None:
    walk = Walk(site)
    walk.to_recognition()

    page = site.role(Role.AUDITOR).get(f"/ho-so/{walk.id}/lich-su")

    assert "Lịch sử nguyên vẹn" in page.said
    assert "trùng với kết quả phát lại" in page.said
    assert "Được công nhận 4 sao" in page.said
    assert page.text.count('class="here"') == 2  # in the drawing and in its legend
    assert "20/12/2027 · đang ở đây" in page.said
    assert "quy định ghim: QĐ 26/2026/QĐ-TTg" in page.said


def test_a_line_is_a_moment_to_look_back_from(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    walk.do("commune_screen_ok", Role.COMMUNE)
    auditor = site.role(Role.AUDITOR)

    page = auditor.get(f"/ho-so/{walk.id}/lich-su?dong=1")

    assert "Xem như lúc 08:00 thứ Bảy, 20/02/2027 Bản nháp ý tưởng" in page.said
    assert "Xã đã xem ý tưởng" not in page.said.partition("Lịch sử xử lý")[2].partition("Đường đã đi")[0]
    assert "?dong=2" in page.links


def test_a_day_is_a_moment_to_look_back_from(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    site.on("2027-03-01T09:00")
    walk.do("commune_screen_ok", Role.COMMUNE)
    auditor, address = site.role(Role.AUDITOR), f"/ho-so/{walk.id}/lich-su"

    before = auditor.get(f"{address}?ngay=01/03/2027&gio=08:59")
    after = auditor.get(f"{address}?ngay=01/03/2027&gio=09:00")
    wrong = auditor.get(f"{address}?ngay=hom+qua", expect=422)

    assert "Đã nộp ý tưởng" in before.said.partition("Chọn một dòng")[0]
    assert "Xã đã xem ý tưởng" in after.said.partition("Chọn một dòng")[0]
    assert "Nhập ngày/tháng/năm" in wrong.said
    assert 'value="hom qua"' in wrong.text


def test_a_row_that_was_changed_behind_the_history_is_seen(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    change = Sql(sa.text("UPDATE dossier SET state = 'plan.drafting'"))
    site.db.write_now(lambda tx: tx.sql.run(change))

    page = site.role(Role.AUDITOR).get(f"/ho-so/{walk.id}/lich-su")

    assert "Lịch sử không khớp" in page.said
    assert "không trùng với kết quả phát lại" in page.said


def test_what_an_auditor_opens_is_written_down_and_nobody_elses_look_is(site: Site) -> None:
    walk = Walk(site)
    walk.to_idea()
    for role in (Role.AUDITOR, Role.PRODUCER):
        site.role(role).get(f"/ho-so/{walk.id}/lich-su")

    def logged(role: Role) -> list[object]:
        subject = f"account/{site.world.account[role]}"
        lines = site.db.read_now(lambda tx: [parse_line(text) for text, _ in read_lines(tx, subject)])
        return [line.inputs["subject"] for line in lines if line.kind == "access_logged"]

    assert logged(Role.AUDITOR) == [f"dossier/{walk.id}"]
    assert logged(Role.PRODUCER) == []


def test_cycles_batches_and_certificates_have_their_story_too(site: Site) -> None:
    Walk(site).to_recognition()
    auditor = site.role(Role.AUDITOR)
    found = site.db.read_now(lambda tx: tx.sql.all(Sql(sa.text("SELECT id FROM certificate"))))

    cycle = auditor.get(f"/chu-trinh/{site.world.cycle}/lich-su")
    certificate = auditor.get(f"/giay-chung-nhan/{found[0][0]}/lich-su")

    assert "Lịch sử nguyên vẹn" in cycle.said
    assert "Lịch sử nguyên vẹn" in certificate.said


def test_the_status_page_is_for_those_who_run_the_service(site: Site) -> None:
    page = site.role(Role.ADMIN).get("/he-thong")

    assert "Bộ phận ghi dữ liệu Đang chạy" in page.said
    assert "rehearsal.ocop.example/log" in page.said
    site.role(Role.COMMUNE).get("/he-thong", expect=403)
