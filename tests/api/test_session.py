"""Who asks: links, passwords, cookies, tokens; and whether a change comes from our own page."""

import sqlalchemy as sa

from core.db import Database
from core.sql import Sql
from notifications.outbox import OUTBOX
from registry import sign_in
from registry.roles import Role
from registry.sign_in import Purpose
from tests.api.people import NOWHERE, V1, House, code_of

SEEN = f"{V1}/inbox/{NOWHERE}/seen"
_KINDS = Sql(sa.select(OUTBOX.c.kind, OUTBOX.c.recipient, OUTBOX.c.params))


def link(house: House, role: Role, purpose: Purpose = Purpose.SIGN_IN) -> str:
    account_id = house.world.account[role]
    return house.db.write_now(lambda tx: sign_in.make_link(tx, account_id, purpose))


def test_a_link_signs_in_once_and_its_cookie_opens_the_house(house: House) -> None:
    secret, browser = link(house, Role.COMMUNE), house.nobody()

    opened = browser.post(f"{V1}/auth/links/{secret}/use")
    me = browser.get(f"{V1}/me").json()
    again = house.nobody().post(f"{V1}/auth/links/{secret}/use")

    cookie = opened.headers["set-cookie"]
    assert opened.status_code == 200
    assert all(part in cookie for part in ("__Host-ocop=", "Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert (me["account_id"], me["csrf"]) == (house.world.account[Role.COMMUNE], opened.json()["csrf"])
    assert [right["role"] for right in me["rights"]] == ["commune"]
    assert code_of(again) == (409, "link_used")
    assert "set-cookie" not in again.headers


def test_recovery_sets_a_password_that_signs_in_and_the_old_sessions_are_over(house: House) -> None:
    old, _ = house.browser(Role.COMMUNE)
    secret = link(house, Role.COMMUNE, Purpose.RECOVER)
    short = house.nobody().post(f"{V1}/auth/links/{secret}/password", json={"password": "ngan"})
    set_new = house.nobody().post(
        f"{V1}/auth/links/{secret}/password", json={"password": "rất dài và dễ nhớ"}
    )
    signed_in = house.nobody().post(
        f"{V1}/auth/password", json={"login": "commune@ocop.example", "password": "rất dài và dễ nhớ"}
    )
    wrong = house.nobody().post(
        f"{V1}/auth/password", json={"login": "commune@ocop.example", "password": "sai bét"}
    )

    assert code_of(short) == (422, "password_short")
    assert (set_new.status_code, signed_in.status_code) == (200, 200)
    assert code_of(wrong) == (401, "wrong_login")
    assert code_of(old.get(f"{V1}/me")) == (401, "not_signed_in")


def outbox(db: Database) -> list[tuple[str, str, str]]:
    return [
        (kind, recipient, params) for kind, recipient, params in db.read_now(lambda rtx: rtx.sql.all(_KINDS))
    ]


def test_asking_for_recovery_answers_the_same_for_everybody_and_mails_only_whom_it_knows(
    house: House,
) -> None:
    nobody = house.nobody()
    before = len(outbox(house.db))
    known = [nobody.post(f"{V1}/auth/recover", json={"login": "commune@ocop.example"}) for _ in range(7)]
    unknown = nobody.post(f"{V1}/auth/recover", json={"login": "ai-do@ocop.example"})
    queued = outbox(house.db)[before:]

    assert {(answer.status_code, answer.content) for answer in (*known, unknown)} == {(202, b"")}
    assert {(kind, recipient) for kind, recipient, _ in queued} == {
        ("recover_link", house.world.account[Role.COMMUNE])
    }
    assert len(queued) == 5
    assert "https://ocop.example/dat-lai-mat-khau/" in queued[0][2]


def test_signing_out_ends_the_session(house: House) -> None:
    browser, csrf = house.browser(Role.COMMUNE)

    out = browser.post(f"{V1}/auth/sign-out", headers={"x-csrf-token": csrf})
    key = out.request.headers["cookie"]

    assert out.status_code == 204
    assert code_of(house.nobody().get(f"{V1}/me", headers={"cookie": key})) == (401, "not_signed_in")


ORIGINS: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 403),
    ({"x-csrf-token": "{csrf}"}, 204),
    ({"x-csrf-token": "wrong"}, 403),
    ({"x-csrf-token": "wrong", "sec-fetch-site": "same-origin"}, 403),
    ({"sec-fetch-site": "same-origin"}, 204),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "none"}, 403),
    ({"sec-fetch-site": "cross-site", "x-csrf-token": "{csrf}"}, 403),
    ({"origin": "https://ocop.example"}, 204),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
)


def test_a_change_by_cookie_must_come_from_our_own_page(house: House) -> None:
    browser, csrf = house.browser(Role.COMMUNE)

    def sent(headers: dict[str, str]) -> int:
        answer = browser.post(
            SEEN, headers={name: value.format(csrf=csrf) for name, value in headers.items()}
        )
        return 204 if answer.status_code == 204 else code_of(answer)[0]

    assert [(headers, sent(headers)) for headers, _ in ORIGINS] == list(ORIGINS)


def test_a_foreign_page_cannot_sign_anybody_in(house: House) -> None:
    secret = link(house, Role.COMMUNE)
    foreign = house.nobody().post(f"{V1}/auth/links/{secret}/use", headers={"origin": "https://evil.example"})

    assert code_of(foreign) == (403, "foreign_request")
    assert house.nobody().post(f"{V1}/auth/links/{secret}/use").status_code == 200


def test_a_token_acts_until_it_is_revoked_and_needs_no_csrf(house: House) -> None:
    browser, csrf = house.browser(Role.COMMUNE)
    made = browser.post(f"{V1}/me/tokens", json={"name": "máy tính xã"}, headers={"x-csrf-token": csrf})
    program = house.client(headers={"authorization": f"Bearer {made.json()['token']}"})

    assert program.post(SEEN).status_code == 204
    assert program.get(f"{V1}/me").json()["via"] == "api"
    tokens = program.get(f"{V1}/me/tokens").json()["items"]
    assert [token["name"] for token in tokens] == ["máy tính xã"]
    assert program.delete(f"{V1}/me/tokens/{tokens[0]['id']}").status_code == 204
    assert code_of(program.get(f"{V1}/me")) == (401, "token_unknown")


def test_a_plain_http_office_network_uses_the_other_cookie(house: House) -> None:
    from dataclasses import replace

    house.app.state.service = replace(house.app.state.service, insecure_lan=True)
    opened = house.nobody().post(f"{V1}/auth/links/{link(house, Role.COMMUNE)}/use")

    assert opened.headers["set-cookie"].startswith("ocop=")
    assert "Secure" not in opened.headers["set-cookie"]
