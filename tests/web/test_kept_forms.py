"""Nothing typed is lost: a session that is over, one that began anew in another tab, a form somebody else made stale."""

from registry import sign_in
from registry.roles import Role
from tests.web.conftest import Browser, Page, Site
from tests.web.walk import Walk
from web.kept import ADDRESS, SENT

STORY = "Chè trồng trên đồi, sao tay từng mẻ.\nBà con gọi là chè móc câu."
OURS = {"sec-fetch-site": "same-origin"}


def idea_form(site: Site) -> tuple[Browser, str]:
    return site.role(Role.PRODUCER), f"/ho-so/{Walk(site).idea()}/phieu/idea"


def end_session(browser: Browser) -> None:
    """Sign out in another tab: the browser still holds the key, which opens nothing any more."""
    key = browser.client.cookies["__Host-ocop"]
    assert browser.post("/dang-xuat").status_code == 303
    browser.client.cookies.set("__Host-ocop", key)


def sign_in_again(site: Site, browser: Browser) -> None:
    opened = site.db.write_now(lambda tx: sign_in.open_session(tx, site.world.account[Role.PRODUCER]))
    jar = browser.client.cookies.jar
    for cookie in [one for one in jar if one.name == "__Host-ocop"]:
        jar.clear(cookie.domain, cookie.path, cookie.name)
    browser.client.cookies.set("__Host-ocop", opened.session_id)
    browser.csrf = opened.csrf


def hidden(page: Page) -> dict[str, object]:
    return {str(one["name"]): one.get("value") or "" for one in page.controls if one.get("type") == "hidden"}


def saved_in(site: Site, address: str) -> str:
    return site.role(Role.PRODUCER).get(address).text


def test_a_form_sent_after_the_session_ended_is_kept_and_sent_once_signed_in_again(site: Site) -> None:
    browser, address = idea_form(site)
    end_session(browser)

    answer = browser.post(address, {"description": STORY, "market": "Hà Nội"}, headers=OURS)
    kept = Page(answer.text)
    waiting = Page(browser.client.post("/tiep-tuc", data=hidden(kept), headers=OURS).text)
    sign_in_again(site, browser)
    shown = Page(browser.client.post("/tiep-tuc", data=hidden(waiting), headers=OURS).text)
    sent = browser.client.post(address, data=hidden(shown), headers=OURS)

    assert answer.status_code == 401
    assert "chưa được gửi, nhưng vẫn được giữ" in kept.said
    assert "Chè trồng trên đồi, sao tay từng mẻ." in kept.said
    assert kept.forms[-1]["action"] == "/tiep-tuc"
    assert hidden(kept)[ADDRESS] == address
    assert hidden(waiting)[f"{SENT}description"] == STORY
    assert shown.forms[0]["action"] == address
    assert sent.status_code == 303
    assert "sao tay từng mẻ" in saved_in(site, address)


def test_a_form_opened_before_signing_in_again_in_another_tab_can_be_sent_after_all(site: Site) -> None:
    browser, address = idea_form(site)

    answer = browser.post(address, {"description": STORY}, token="một-phiên-trước", headers=OURS)
    sent = browser.client.post(address, data=hidden(Page(answer.text)), headers=OURS)

    assert answer.status_code == 403
    assert "Gửi lại nội dung vừa nhập" in Page(answer.text).said
    assert sent.status_code == 303
    assert "sao tay từng mẻ" in saved_in(site, address)


def test_a_form_sent_by_a_foreign_page_is_never_offered_to_be_sent_again(site: Site) -> None:
    browser, address = idea_form(site)

    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://xa-la.example"}, {}):
        answer = browser.post(address, {"description": STORY}, token="sai", headers=headers)
        assert answer.status_code == 403
        assert all(form["action"] != address for form in Page(answer.text).forms)


def test_the_page_that_sends_again_goes_nowhere_but_to_this_site(site: Site) -> None:
    browser, address = idea_form(site)
    end_session(browser)
    kept = hidden(Page(browser.post(address, {"description": STORY}, headers=OURS).text))
    sign_in_again(site, browser)

    shown = Page(
        browser.client.post(
            "/tiep-tuc", data={**kept, ADDRESS: "https://xa-la.example/lay"}, headers=OURS
        ).text
    )

    assert shown.forms[0]["action"] == "/"


def test_a_password_is_not_kept_in_a_page(site: Site) -> None:
    browser, _ = idea_form(site)
    end_session(browser)

    answer = browser.post("/thiet-lap", {"reason": "một lý do", "password": "bí mật của tôi"}, headers=OURS)

    assert "một lý do" in answer.text
    assert "bí mật của tôi" not in answer.text


def test_a_draft_saved_after_it_was_filed_in_another_tab_is_refused_with_everything_typed(site: Site) -> None:
    walk = Walk(site)
    dossier = walk.to_idea()

    page = site.role(Role.PRODUCER).refused(f"/ho-so/{dossier}/phieu/idea", {"description": STORY}, 409)

    assert "Nội dung vừa nhập" in page.said
    assert "Chè trồng trên đồi, sao tay từng mẻ." in page.said
    assert "sao tay từng mẻ" not in saved_in(site, f"/ho-so/{dossier}/phieu/idea")
