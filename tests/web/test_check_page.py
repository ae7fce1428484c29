"""The public question about a certificate, around every edge of its days."""

from datetime import date

import pytest
import sqlalchemy as sa

from core.sql import Sql
from registry.roles import Role
from states import moves
from states.certificate.queries import Verdict, check
from states.engine.fire import import_past
from tests.web.conftest import Site
from tests.web.walk import Walk


def number(site: Site) -> str:
    found = site.db.read_now(lambda tx: tx.sql.all(Sql(sa.text("SELECT certificate_no FROM certificate"))))
    return str(found[0][0])


@pytest.mark.parametrize(
    ("day", "said"),
    [
        pytest.param("19/12/2027", "Chưa có hiệu lực", id="day-before"),
        pytest.param("20/12/2027", "Còn hiệu lực", id="day-of-the-decision"),
        pytest.param("20/12/2030", "Còn hiệu lực", id="last-valid-day"),
        pytest.param("21/12/2030", "Hết hiệu lực", id="first-day-too-late"),
    ],
)
def test_the_answer_follows_the_day_asked_for(site: Site, day: str, said: str) -> None:
    Walk(site).to_recognition()

    page = site.nobody().get(f"/kiem-tra?ma={number(site)}&ngay={day}")

    assert f"{said} vào" in page.said
    assert "Minh hoạ" in page.said


def test_a_typed_code_may_be_sloppy_and_a_qr_address_answers_for_today(site: Site) -> None:
    Walk(site).to_recognition()
    code = number(site)

    assert "Còn hiệu lực" in site.nobody().get(f"/kiem-tra?ma=+{code.lower()}+").said
    assert "Còn hiệu lực vào thứ Hai, 20/12/2027" in site.nobody().get(f"/kiem-tra/{code}").said


def test_what_is_not_found_is_never_called_forged(site: Site) -> None:
    page = site.nobody().get("/kiem-tra?ma=OCOP-19-2027-9999")

    assert "Không tìm thấy mã này" in page.said
    assert "giả mạo" not in page.said


def test_a_day_that_is_none_is_said_and_the_code_kept(site: Site) -> None:
    page = site.nobody().get("/kiem-tra?ma=OCOP-1&ngay=31/02/2027", expect=422)

    assert "Ngày chưa đúng" in page.said
    assert 'value="OCOP-1"' in page.text


def test_a_revoked_certificate_was_good_until_the_day_it_was_revoked(site: Site) -> None:
    Walk(site).to_recognition()
    site.on("2028-03-01T09:00")
    data = {
        "ground": "mark_misused", "conclusion_on": "2028-02-20", "revocation_number": "9/QĐ", "revocation_on": "2028-03-01",
        "signer": "Chủ tịch",
    }  # fmt: skip
    found = site.db.read_now(lambda tx: tx.sql.all(Sql(sa.text("SELECT id FROM certificate"))))
    site.db.write_now(
        lambda tx: (
            moves.fire(
                tx,
                "certificate",
                found[0][0],
                "revoke",
                actor=site.world.actor(tx, Role.PROVINCE_CHAIR),
                data=data,
            ).dest
        )
    )

    code = number(site)

    assert "Còn hiệu lực" in site.nobody().get(f"/kiem-tra?ma={code}&ngay=29/02/2028").said
    assert "Đã thu hồi" in site.nobody().get(f"/kiem-tra?ma={code}&ngay=01/03/2028").said


def test_an_imported_certificate_names_its_source(site: Site) -> None:
    world = site.world
    columns = {
        "certificate_no": "BK-2021-01", "product_id": world.product, "producer_id": world.producer, "province_code": "19",
        "product_name": "Chè cũ", "producer_name": "Hợp tác xã cũ", "stars": 3, "issued_on": "2021-06-30",
        "expires_on": "2024-06-30", "last_valid_day": "2024-06-30", "origin": "imported", "source": "Trang tin tỉnh",
        "level": "province", "illustrative": 0,
    }  # fmt: skip
    site.db.write_now(
        lambda tx: import_past(
            tx, moves.machine_of("certificate"), dict(columns), state="expired", source="Trang tin tỉnh",
            effective_on=date(2021, 6, 30), inputs={},
        ).id
    )  # fmt: skip

    page = site.nobody().get("/kiem-tra?ma=BK-2021-01&ngay=30/06/2024")
    answers = [
        site.db.read_now(lambda tx, on=on: check(tx, "BK-2021-01", on))
        for on in (date(2024, 6, 30), date(2024, 7, 1))
    ]

    assert "Nhập từ tài liệu Trang tin tỉnh" in page.said
    assert "không tìm thấy số" in page.said
    assert [answer and answer.verdict for answer in answers] == [Verdict.VALID, Verdict.EXPIRED]


def test_the_answer_shows_nobodys_data(site: Site) -> None:
    Walk(site).to_recognition()

    page = site.nobody().get(f"/kiem-tra/{number(site)}")

    assert "@ocop.example" not in page.text
    assert site.world.producer not in page.text
