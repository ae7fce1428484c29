"""Producers, repairs, settings, offices and tables on pages: done by those who may, refused with the field, shown afterwards."""

import pytest
import sqlalchemy as sa

from core.sql import Sql
from registry.producers import producers_named
from registry.roles import Role
from states.certificate.models import CERTIFICATE_TABLE
from states.outcomes.import_kinds import KINDS
from states.outcomes.tables import template
from tests.web.conftest import FAR, Page, Site
from tests.web.walk import Walk

V, C, P = Role.PROVINCE_UNIT, Role.COMMUNE, Role.PRODUCER
WHY = {"reason": "gõ nhầm", "document": "15/TB-VPĐP"}


def new_producer(site: Site, **changes: str) -> dict[str, object]:
    return {
        "name": "Tổ hợp tác Thử", "type": "cooperative_group", "commune_code": site.world.commune,
        "representative_name": "Người Thử", "representative_phone": "0900 000 009", **changes,
    }  # fmt: skip


def test_an_officer_registers_a_producer_and_finds_it_without_accents(site: Site) -> None:
    officer = site.role(C)

    address = officer.sends("/chu-the/moi", new_producer(site))

    assert "0900 000 009" in officer.get(address).said
    assert "Tổ hợp tác Thử" in officer.get("/chu-the?q=to hop tac thu").said
    assert "Tổ hợp tác Thử" not in officer.get("/chu-the?q=mat ong").said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"), ({"type": ""}, "type"), ({"commune_code": ""}, "commune_code"),
        ({"representative_phone": "12"}, "representative_phone"), ({"tax_code": "123"}, "tax_code"),
        ({"legal_form": "limited_company"}, "legal_form"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_told_at_the_field_and_nothing_is_written(
    site: Site, changes: dict[str, str], field: str
) -> None:
    page = site.role(C).refused("/chu-the/moi", new_producer(site, **changes), 422)

    assert f'id="e-{field}"' in page.text
    assert site.db.read_now(lambda rtx: producers_named(rtx, "Tổ hợp tác Thử", "19")) == []


def test_a_namesake_is_shown_before_another_producer_is_registered(site: Site) -> None:
    officer = site.role(V)
    officer.sends("/chu-the/moi", new_producer(site))

    shown = officer.refused("/chu-the/moi", new_producer(site), 422)
    officer.sends("/chu-the/moi", {**new_producer(site), "sure": "true"})

    assert "đã có chủ thể cùng tên" in shown.said
    assert len(site.db.read_now(lambda rtx: producers_named(rtx, "Tổ hợp tác Thử", "19"))) == 2


def test_nobody_registers_outside_of_their_own_place(site: Site) -> None:
    elsewhere = new_producer(site, commune_code=site.world.other_commune)

    assert site.role(C).post("/chu-the/moi", elsewhere).status_code in (403, 404)
    site.role(P).get("/chu-the/moi", expect=403)
    assert site.role(P).post("/chu-the/moi", new_producer(site)).status_code in (403, 404)
    assert site.db.read_now(lambda rtx: producers_named(rtx, "Tổ hợp tác Thử", "19")) == []


def test_the_people_behind_a_producer_are_shown_to_those_who_look_after_it_only(site: Site) -> None:
    address = site.role(C).sends("/chu-the/moi", new_producer(site))

    assert "Người Thử" in site.role(V).get(address).said
    assert "Người Thử" not in site.role(Role.CHAIR).get(address).said
    assert "Người Thử" not in site.role(Role.AUDITOR).get(address).said
    site.account(Walk(site).another_producer()).get(address, expect=404)


def test_a_legal_form_that_changes_and_the_years_are_shown_on_the_producers_page(site: Site) -> None:
    officer, base = site.role(C), f"/chu-the/{site.world.producer}"
    form = {
        "type": "small_medium_enterprise", "legal_form": "joint_stock_company", "community_majority": "true",
        "since": "01/03/2026", **WHY,
    }  # fmt: skip
    year = {"year": "2026", "workers": "40", "local_workers": "31"}

    wrong_day = officer.refused(f"{base}/loai-hinh", {**form, "since": "hôm qua"}, 422)
    officer.sends(f"{base}/loai-hinh", form)
    officer.refused(f"{base}/nam", {**year, "local_workers": "41"}, 422)
    site.role(P).sends(f"{base}/nam", year)

    said = officer.get(base).said
    assert 'id="e-since"' in wrong_day.text
    assert "Công ty cổ phần, vốn cộng đồng địa phương từ 51%" in said
    assert "từ 01/03/2026, theo 15/TB-VPĐP" in said
    assert "77 %" in said
    site.role(P).get(f"{base}/loai-hinh", expect=403)


def test_a_mistake_is_put_right_with_what_stood_there_before(site: Site) -> None:
    unit, base = site.role(V), f"/san-pham/{site.world.product}/dinh-chinh"
    shown = unit.get(base)

    refused = unit.refused(base, {"name": "Chè đã sửa", "lines": "1"}, 422)
    unit.sends(base, {"name": "Chè đã sửa", "lines": "1", **WHY})

    after = unit.get(base).said
    assert "Chè búp minh hoạ" in shown.text
    assert 'id="e-reason"' in refused.text
    assert "Tên: Chè búp minh hoạ → Chè đã sửa" in after
    assert "15/TB-VPĐP" in after
    site.role(C).get(base, expect=403)
    unit.get(f"/san-pham/{FAR}/dinh-chinh", expect=404)
    unit.get(f"/khong-co/{FAR}/dinh-chinh", expect=404)


def test_a_producers_name_put_right_never_shows_the_values(site: Site) -> None:
    unit, base = site.role(V), f"/chu-the/{site.world.producer}"

    unit.sends(f"{base}/dinh-chinh", {"name": "Hợp tác xã Chè Đã Sửa", **WHY})

    said = unit.get(base).said
    assert "Hợp tác xã Chè Đã Sửa" in said
    assert "Hợp tác xã Chè Minh Hoạ" not in said
    assert "đã sửa, không nêu giá trị" in said


def test_a_certificate_put_right_says_so_on_its_story_and_to_the_public(site: Site) -> None:
    dossier = Walk(site).to_recognition()
    rows = CERTIFICATE_TABLE.c
    asked = Sql(sa.select(rows.id, rows.certificate_no).where(rows.dossier_id == dossier))
    certificate, number = site.db.read_now(lambda rtx: rtx.sql.one(asked))
    unit = site.role(V)

    unit.sends(
        f"/giay-chung-nhan/{certificate}/dinh-chinh",
        {"issued_on": "19/12/2027", "decision_number": "78/QĐ", **WHY},
    )

    story = unit.get(f"/giay-chung-nhan/{certificate}/lich-su").said
    public = site.nobody().get(f"/kiem-tra/{number}").said
    assert f"/giay-chung-nhan/{certificate}/dinh-chinh" in unit.get(f"/giay-chung-nhan/{certificate}").links
    assert "Lịch sử nguyên vẹn" in story
    assert "Lịch sử nguyên vẹn" in unit.get(f"/ho-so/{dossier}/lich-su").said
    for said in (story, public):
        assert "Số quyết định: 77/QĐ-UBND → 78/QĐ" in said
        assert "Ngày cấp: 20/12/2027 → 19/12/2027" in said
        assert "15/TB-VPĐP" in said


def test_a_choice_of_the_province_needs_reason_and_document(site: Site) -> None:
    unit = site.role(V)
    choice = {
        "province": "19",
        "name": "quorum",
        "value": "3/4",
        "document": "5/QĐ-UBND",
        "reason": "quy chế mới",
    }

    for field in ("document", "reason"):
        assert f'id="e-{field}"' in unit.refused("/thiet-lap", {**choice, field: " "}, 422).text
    assert 'id="e-value"' in unit.refused("/thiet-lap", {**choice, "value": "1/2"}, 422).text
    unit.sends("/thiet-lap", choice)
    unit.sends("/thiet-lap", {**choice, "name": "proxy", "value": "True"})

    said = unit.get("/thiet-lap").said
    assert "5/QĐ-UBND" in said
    assert "3/4 số thành viên từ" in said
    site.role(C).get("/thiet-lap", expect=403)
    assert site.role(C).post("/thiet-lap", choice).status_code == 403
    assert unit.post("/thiet-lap", {**choice, "province": "24"}).status_code == 404


def test_a_commune_enters_its_own_office_and_no_other(site: Site) -> None:
    officer = site.role(C)
    office = {"commune_code": site.world.commune, "phone": "0208 3855 000", "hours": "7:30-17:00"}
    before = officer.get("/van-phong").said

    assert 'id="e-phone"' in officer.refused("/van-phong", {**office, "phone": "1"}, 422).text
    officer.sends("/van-phong", office)
    assert officer.post("/van-phong", {**office, "commune_code": site.world.other_commune}).status_code == 403

    after = officer.get("/van-phong").said
    assert "0208 3855 000" in after
    assert ("Còn 1 xã chưa có" in before, "Mọi xã đều đã có" in after) == (True, True)
    assert "Còn 91 xã" in site.role(V).get("/van-phong").said
    site.role(P).get("/van-phong", expect=403)


def send_table(site: Site, table: str, role: Role = V, **given: str) -> Page:
    browser = site.role(role)
    data = {"csrf": browser.csrf, "kind": "producers", "province": "19", "document": "12/BC", **given}
    answer = browser.client.post(
        "/nhap-du-lieu", data=data, files={"table": ("p.csv", table.encode(), "text/csv")}
    )
    return Page(answer.text)


def test_a_table_is_checked_first_and_imported_as_it_was_checked(site: Site) -> None:
    unit, table = site.role(V), template(KINDS["producers"].spec)
    checked = send_table(site, table)
    none_yet = site.db.read_now(lambda rtx: producers_named(rtx, "Hợp tác xã Chè Minh Hoạ", "19"))

    answer = unit.post(
        "/nhap-du-lieu",
        {
            "kind": "producers",
            "province": "19",
            "document": "12/BC",
            "file_name": "p.csv",
            "checked": table,
            "write": "true",
        },
    )

    assert "Bảng đúng, chưa ghi gì" in checked.said
    assert "Nhập 1 dòng" in checked.said
    assert len(none_yet) == 1  # the world's own producer of that name
    assert "Đã nhập" in Page(answer.text).said
    assert len(site.db.read_now(lambda rtx: producers_named(rtx, "Hợp tác xã Chè Minh Hoạ", "19"))) == 2
    assert "Đã có từ trước 1" in send_table(site, table).said


def test_every_fault_of_a_table_is_shown_with_its_cell(site: Site) -> None:
    table = (
        template(KINDS["producers"].spec).replace("cooperative", "hợp tác xã").replace("0900 000 000", "1")
    )

    page = send_table(site, table)

    assert "2 type" in page.said
    assert "cooperative_group" in page.said
    assert "chưa ghi gì" in page.said
    assert "Chưa nhập được" in send_table(site, "a,b\n1,2\n").said


def test_only_those_who_may_import_see_the_page(site: Site) -> None:
    unit = site.role(V)

    assert unit.client.get("/nhap-du-lieu/mau/products").text == template(KINDS["products"].spec)
    unit.get("/nhap-du-lieu")
    for role in (C, P, Role.CHAIR):
        site.role(role).get("/nhap-du-lieu", expect=403)
    assert "Không" in send_table(site, template(KINDS["producers"].spec), C).said
