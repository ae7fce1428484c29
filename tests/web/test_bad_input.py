"""What people and their tools really send: nothing, too much, another alphabet, days that are none. Nothing is written."""

from html import unescape
from unicodedata import normalize

import pytest
import sqlalchemy as sa

from core.sql import Sql
from registry.roles import Role
from tests.story import MATTERS
from tests.web.conftest import Site
from tests.web.walk import Walk

CHAIR, COMMUNE, PRODUCER = Role.PROVINCE_CHAIR, Role.COMMUNE, Role.PRODUCER
SCRIPT = "<script>alert(1)</script>"
LONG = "Đ" * 10_000
DECISION = {"decision_number": "77/QĐ-UBND", "decision_on": "20/12/2027", "signer": "Chủ tịch UBND tỉnh"}


def lines(site: Site) -> int:
    return int(site.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text("SELECT count(*) FROM history")))))


@pytest.fixture
def decided(site: Site) -> str:
    """A product whose recognition waits for the decision."""
    walk = Walk(site)
    walk.to_decision()
    return walk.id


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        pytest.param("decision_on", "31/02/2027", "Ngày chưa đúng", id="no-such-day"),
        pytest.param("decision_on", "20/12/27", "Ngày chưa đúng", id="year-of-two-digits"),
        pytest.param("decision_on", "21/12/2027", "không được sau hôm nay", id="tomorrow"),
        pytest.param("decision_on", "01/01/2027", "trước ngày nộp hồ sơ", id="before-the-dossier"),
        pytest.param("decision_on", "", "Cần số quyết định, ngày quyết định", id="day-left-out"),
        pytest.param("signer", " ", "Cần số quyết định, ngày quyết định và người ký", id="signer-left-out"),
        pytest.param("decision_number", LONG, "quá dài", id="ten-thousand-signs"),
    ],
)
def test_a_decision_is_refused_at_its_field_with_everything_kept(
    site: Site, decided: str, field: str, typed: str, said: str
) -> None:
    before = lines(site)
    address = f"/ho-so/{decided}/viec/decide_recognition"

    answer = site.role(CHAIR).post(address, {**DECISION, field: typed})

    text = unescape(answer.text)
    assert answer.status_code in (409, 422)
    assert f'id="e-{field}"' in text
    assert said in text
    assert f'href="#f-{field}"' in text
    for kept in ({**DECISION, field: typed}).values():
        assert f'value="{kept}"' in text
    assert lines(site) == before


def test_the_day_of_the_decision_may_be_today(site: Site, decided: str) -> None:
    site.role(CHAIR).sends(f"/ho-so/{decided}/viec/decide_recognition", {**DECISION})


def test_html_and_script_are_shown_as_typed_and_never_run(site: Site) -> None:
    address = f"/ho-so/{Walk(site).idea()}/phieu/idea"
    producer = site.role(PRODUCER)

    producer.sends(address, {"description": SCRIPT, "market": '" onfocus="alert(1)'})

    page = producer.get(address)
    assert SCRIPT not in page.text
    assert SCRIPT in unescape(page.text)
    assert not page.attributes & {"onfocus"}


def test_emoji_and_letters_sent_in_pieces_are_taken_and_come_back_whole(site: Site) -> None:
    address = f"/ho-so/{Walk(site).idea()}/phieu/idea"
    producer = site.role(PRODUCER)

    producer.sends(address, {"description": normalize("NFD", "Chè búp 🍵 Hòa Bình")})

    assert "Chè búp 🍵 Hòa Bình" in producer.get(address).text


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b"])
def test_signs_nobody_types_do_not_reach_the_records(site: Site, sign: str) -> None:
    producer = site.role(PRODUCER)

    producer.sends(f"/chu-the/{site.world.producer}/san-pham-moi", {"name": f"Chè{sign} ướp sen"})

    assert "Chè ướp sen" in producer.get("/trang-chinh").said


@pytest.mark.parametrize("typed", ["-5", "4.9999", "năm", "99999999999999999999"])
def test_a_number_that_is_none_is_refused_at_its_field(site: Site, typed: str) -> None:
    walk = Walk(site)
    walk.to_commune()
    walk.do("issue_commune_report", COMMUNE, matters=MATTERS, form_03_signed=True, findings="Đủ")
    before, address = lines(site), f"/ho-so/{walk.id}/viec/propose_to_province"

    answer = site.role(COMMUNE).post(address, {"letter_number": "12/UBND", "samples": typed})

    assert answer.status_code in (409, 422)
    assert 'id="e-samples"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert lines(site) == before


def test_a_file_of_the_wrong_kind_is_no_plan_and_the_page_says_so(site: Site) -> None:
    before = lines(site)

    answer = site.role(Role.PROVINCE_UNIT).post(
        "/chu-trinh/mo",
        {"plan": "", "year": ""},
        files={"file": ("anh.jpg", b"\xff\xd8\xff\xe0\x00", "image/jpeg")},
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert lines(site) == before
