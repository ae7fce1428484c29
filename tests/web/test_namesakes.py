"""Two products of one name: people can tell them apart before they register one, in lists and on the check page."""

import sqlalchemy as sa

from core.sql import Sql
from core.tx import Tx
from registry import units
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import give_product_code, register_product
from registry.roles import Role
from tests.web.conftest import Page, Site
from tests.web.walk import Walk
from tests.world import SYSTEM

NAME = "Chè búp minh hoạ"


def other_product(site: Site, name: str = NAME) -> str:
    world = site.world

    def make(tx: Tx) -> str:
        data = ProducerData(
            name="Tổ hợp tác Đồi Thông", type=ProducerType.COOPERATIVE_GROUP, commune_code=world.commune
        )
        made = register_product(tx, register_producer(tx, data, actor=SYSTEM), name, actor=SYSTEM)
        give_product_code(tx, made, 2027, actor=SYSTEM)
        return made

    return site.db.write_now(make)


def products(site: Site) -> int:
    return int(site.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text("SELECT count(*) FROM product")))))


def test_a_product_of_the_same_name_in_the_commune_is_shown_before_another_is_registered(site: Site) -> None:
    other_product(site)
    officer, address = site.role(Role.COMMUNE), f"/chu-the/{site.world.producer}/san-pham-moi"
    before = products(site)

    page = officer.refused(address, {"name": NAME.replace("búp", "bup"), "set_code": "11"}, 422)

    assert products(site) == before
    assert "Trong xã đã có sản phẩm cùng tên" in page.said
    assert "của Tổ hợp tác Đồi Thông, mã sản phẩm 19-" in page.said
    assert 'value="Chè bup minh hoạ"' in page.text
    assert '<option value="11" selected>' in page.text
    to = officer.sends(address, {"name": NAME, "set_code": "11", "sure": "true"})
    assert (products(site), to) == (before + 1, f"/chu-the/{site.world.producer}")


def test_a_product_with_a_name_of_its_own_is_registered_at_once(site: Site) -> None:
    other_product(site)
    producer = site.role(Role.PRODUCER)

    to = producer.sends(f"/chu-the/{site.world.producer}/san-pham-moi", {"name": "Chè ướp sen"})

    assert to == "/trang-chinh"
    assert "Chè ướp sen" in producer.get(to).said


def test_a_set_that_is_none_is_refused_at_its_field(site: Site) -> None:
    page = site.role(Role.PRODUCER).refused(
        f"/chu-the/{site.world.producer}/san-pham-moi", {"name": "Chè lam", "set_code": "xx"}, 422
    )

    assert 'id="e-set_code"' in page.text
    assert 'value="Chè lam"' in page.text


def test_the_check_page_says_where_a_product_comes_from_and_that_others_have_its_name(site: Site) -> None:
    Walk(site).to_recognition()
    code = site.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text("SELECT certificate_no FROM certificate"))))
    commune = site.db.read_now(lambda rtx: units.get(rtx, site.world.commune).name_vi)
    alone = site.nobody().get(f"/kiem-tra/{code}")
    other_product(site)

    page = site.nobody().get(f"/kiem-tra/{code}")

    assert f"{commune}, tỉnh Thái Nguyên" in alone.said
    assert "cùng tên" not in alone.said
    assert "Trong tỉnh còn 1 sản phẩm khác cùng tên" in page.said


def test_the_product_code_finds_the_product_and_stands_on_the_page(site: Site) -> None:
    Walk(site).to_recognition()
    code = site.db.write_now(lambda tx: give_product_code(tx, site.world.product, 2027, actor=SYSTEM))

    assert f"Mã sản phẩm {code}" in site.nobody().get(f"/kiem-tra/{code}").said


def test_tasks_and_lists_carry_the_code_beside_the_name(site: Site) -> None:
    walk = Walk(site)
    walk.idea()
    code = site.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text("SELECT code FROM dossier"))))
    producer = site.role(Role.PRODUCER)

    assert f"Điền phiếu ý tưởng và nộp Mã hồ sơ {code}" in producer.get("/trang-chinh").said
    assert code in producer.get("/ho-so").said


def lists(site: Site, role: Role) -> Page:
    return site.role(role).get("/ho-so")


def test_a_list_marks_what_waits_for_the_one_who_looks(site: Site) -> None:
    Walk(site).idea()

    assert 'class="tag do"' in lists(site, Role.PRODUCER).text
    assert 'class="tag do"' not in lists(site, Role.AUDITOR).text
