"""Signing in: links with a button, passwords, recovery, signing out."""

import re

from registry import sign_in
from registry.actors import load_actor
from registry.roles import Role
from registry.sign_in import Purpose
from tests.api.people import BASE
from tests.web.conftest import Page, Site

PASSWORD = "bốn con trâu trên đồi"


def link(site: Site, role: Role = Role.PRODUCER, purpose: Purpose = Purpose.SIGN_IN) -> str:
    return site.db.write_now(lambda tx: sign_in.make_link(tx, site.world.account[role], purpose))


def token_of(page: Page) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_a_preview_that_fetches_a_link_does_not_use_it(site: Site) -> None:
    secret, phone, person = link(site), site.nobody(), site.nobody()
    for _ in range(3):
        phone.get(f"/dang-nhap/{secret}")

    page = person.get(f"/dang-nhap/{secret}")
    answer = person.post(f"/dang-nhap/{secret}", token=token_of(page))

    assert "Vào hệ thống" in page.said
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-ocop="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


def test_a_link_works_once(site: Site) -> None:
    secret = link(site)
    first, second = site.nobody(), site.nobody()
    tokens = [token_of(each.get(f"/dang-nhap/{secret}")) for each in (first, second)]
    first.post(f"/dang-nhap/{secret}", token=tokens[0])

    answer = second.post(f"/dang-nhap/{secret}", token=tokens[1])

    assert answer.status_code == 409
    assert "Mỗi liên kết chỉ dùng một lần" in Page(answer.text).said
    assert not any(cookie.startswith("__Host-ocop=") for cookie in answer.headers.get_list("set-cookie"))


def test_a_link_made_for_something_else_opens_nothing(site: Site) -> None:
    site.nobody().get(f"/dang-nhap/{link(site, purpose=Purpose.RECOVER)}", expect=404)


def test_a_form_without_its_token_is_refused(site: Site) -> None:
    secret, person = link(site), site.nobody()
    person.get(f"/dang-nhap/{secret}")

    assert person.post(f"/dang-nhap/{secret}", token="falsch").status_code == 403
    assert person.get(f"/dang-nhap/{secret}").said.count("Vào hệ thống") == 1


def test_a_form_sent_by_a_foreign_page_is_refused(site: Site) -> None:
    producer = site.role(Role.PRODUCER)

    answer = producer.post("/dang-xuat", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    producer.get("/trang-chinh")


def test_a_form_over_plain_http_in_the_office_is_known_by_its_origin(site: Site) -> None:
    """Without https a browser names no `sec-fetch-site`, and under `no-referrer` its origin would be `null`."""
    producer = site.role(Role.PRODUCER)
    assert producer.client.get("/trang-chinh").headers["referrer-policy"] == "same-origin"

    for origin, status in (("null", 403), ("https://xa-la.example", 403), (BASE, 303)):
        assert producer.post("/thong-bao/da-xem", headers={"origin": origin}).status_code == status


def test_recovery_sets_a_password_that_then_opens_the_door(site: Site) -> None:
    secret, person = link(site, purpose=Purpose.RECOVER), site.nobody()
    token = token_of(person.get(f"/dat-lai-mat-khau/{secret}"))
    person.post(f"/dat-lai-mat-khau/{secret}", {"password": PASSWORD, "again": PASSWORD}, token=token)
    other = site.nobody()
    token = token_of(other.get("/dang-nhap?tiep=/ho-so"))

    answer = other.post(
        "/dang-nhap", {"login": "producer@ocop.example", "password": PASSWORD, "tiep": "/ho-so"}, token=token
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/ho-so")


def test_a_new_password_typed_differently_twice_is_refused_at_its_field(site: Site) -> None:
    secret, person = link(site, purpose=Purpose.RECOVER), site.nobody()
    token = token_of(person.get(f"/dat-lai-mat-khau/{secret}"))

    answer = person.post(f"/dat-lai-mat-khau/{secret}", {"password": PASSWORD, "again": "khác"}, token=token)

    assert answer.status_code == 422
    assert (
        Page(answer.text).said.count("Hai lần nhập mật khẩu chưa giống nhau") == 2
    )  # on top and at the field


def test_a_wrong_password_keeps_the_name_and_tells_nothing(site: Site) -> None:
    person = site.nobody()
    token = token_of(person.get("/dang-nhap"))

    answer = person.post(
        "/dang-nhap", {"login": "ai-do@ocop.example", "password": "sai sai sai"}, token=token
    )

    assert answer.status_code == 401
    assert 'value="ai-do@ocop.example"' in answer.text
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in Page(answer.text).said


def test_recovery_says_the_same_for_everybody(site: Site) -> None:
    said = []
    for login in ("producer@ocop.example", "khong-ai@ocop.example"):
        person = site.nobody()
        token = token_of(person.get("/quen-mat-khau"))
        answer = person.post("/quen-mat-khau", {"login": login}, token=token)
        said.append(Page(answer.text).said.replace(login, "…"))

    assert said[0] == said[1]


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(site: Site) -> None:
    assert site.nobody().goes_to("/ho-so") == "/dang-nhap?tiep=/ho-so"


def test_the_way_back_never_leaves_the_site(site: Site) -> None:
    producer = site.role(Role.PRODUCER)

    assert [producer.goes_to(f"/dang-nhap?tiep={to}") for to in ("//evil.example", "/\\evil", "https://x", "/viec")] == [
        "/", "/", "/", "/viec",
    ]  # fmt: skip


def test_signing_out_ends_the_session(site: Site) -> None:
    producer = site.role(Role.PRODUCER)

    assert producer.sends("/dang-xuat") == "/dang-nhap"
    assert producer.goes_to("/trang-chinh").startswith("/dang-nhap")


def test_a_role_that_is_not_held_cannot_be_chosen(site: Site) -> None:
    producer = site.role(Role.PRODUCER)

    assert producer.sends("/vai-tro", {"role": "admin"}) == "/trang-chinh"
    assert site.db.read_now(lambda rtx: load_actor(rtx, site.world.account[Role.PRODUCER], "web")).has(
        Role.PRODUCER
    )
    producer.get("/he-thong", expect=403)
