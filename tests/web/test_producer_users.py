"""People without e-mail come in: the province's unit adds who acts for a producer and hands over a link."""

import re

import sqlalchemy as sa

from core.sql import Sql
from registry.roles import Role
from tests.web.conftest import Page, Site
from tests.web.walk import Walk

UNIT, COMMUNE, PRODUCER = Role.PROVINCE_UNIT, Role.COMMUNE, Role.PRODUCER
PERSON = {"name": "Bà Lường Thị Minh Hoạ", "phone": "0900 000 321"}


def address(site: Site) -> str:
    return f"/chu-the/{site.world.producer}/nguoi-dung"


def accounts(site: Site) -> int:
    return int(site.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text("SELECT count(*) FROM account")))))


def link_in(text: str) -> str:
    found = re.search(r'value="[^"]*(/dang-nhap/[^"]+)"', text)
    assert found, Page(text).said
    return found[1]


def test_somebody_without_e_mail_is_added_and_comes_in_by_the_link_shown(site: Site) -> None:
    unit = site.role(UNIT)
    assert address(site) in unit.get(f"/chu-the/{site.world.producer}").links

    answer = unit.post(address(site), PERSON)
    person = site.nobody()
    page = person.get(link_in(answer.text))
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token
    entered = person.post(link_in(answer.text), token=token[1])

    assert answer.status_code == 200
    assert "Bà Lường Thị Minh Hoạ 0900 000 321" in Page(answer.text).said
    assert entered.status_code == 303
    assert "Xin chào Quý chủ thể" in person.get("/trang-chinh").said


def test_the_same_form_sent_twice_adds_one_person(site: Site) -> None:
    unit = site.role(UNIT)
    mark = next(one["value"] for one in unit.get(address(site)).controls if one.get("name") == "once")
    before = accounts(site)

    for _ in range(2):
        assert unit.post(address(site), {**PERSON, "once": mark}).status_code == 200

    assert accounts(site) == before + 1
    assert unit.get(address(site)).said.count("Bà Lường") == 2  # the name, and the words of its button


def test_a_known_phone_takes_the_account_that_is_there(site: Site) -> None:
    unit = site.role(UNIT)
    unit.post(address(site), PERSON)
    before = accounts(site)

    answer = unit.post(address(site), {**PERSON, "phone": "+84 900 000 321"})

    assert answer.status_code == 200
    assert accounts(site) == before


def test_a_lost_link_is_made_anew_for_people_of_this_producer_only(site: Site) -> None:
    unit = site.role(UNIT)
    mine, stranger = site.world.account[PRODUCER], Walk(site).another_producer()

    assert "/dang-nhap/" in unit.post(f"{address(site)}/{mine}/lien-ket").text
    assert unit.post(f"{address(site)}/{stranger}/lien-ket").status_code == 404
    assert unit.post(f"{address(site)}/{site.world.account[Role.AUDITOR]}/lien-ket").status_code == 404


def test_what_is_wrong_is_told_at_its_field_and_nobody_is_added(site: Site) -> None:
    before = accounts(site)

    page = site.role(UNIT).refused(address(site), {"name": "Bà Lường", "phone": "12"}, 422)

    assert 'id="e-phone"' in page.text
    assert 'value="Bà Lường"' in page.text
    assert accounts(site) == before


def test_nobody_else_gives_rights(site: Site) -> None:
    before = accounts(site)

    for role in (COMMUNE, PRODUCER, Role.AUDITOR, Role.CHAIR):
        assert site.role(role).client.get(address(site)).status_code in (403, 404)
        assert site.role(role).post(address(site), PERSON).status_code in (403, 404, 409)
        assert address(site) not in site.role(role).client.get(f"/chu-the/{site.world.producer}").text

    assert accounts(site) == before
