"""Every page that can be reached by links, for every role: it answers, is well made, safe, and small enough."""

import gzip
from collections.abc import Callable, Iterator

import pytest

from core.tx import ReadSql
from registry.roles import Role
from tests.web.conftest import Browser, Page, Site, id_in
from tests.web.walk import Walk
from web.render import CONTENT_POLICY

FIRST_VIEW = 100 * 1024  # bytes compressed, page and style sheet together; users.md §11
MOST = 40
ROLES = [role for role in Role if role is not Role.SYSTEM]


def reached(browser: Browser, start: str) -> Iterator[tuple[str, Page]]:
    """Pages in the order of the links, each once; links that only look back in a history are followed too."""
    waiting, seen = [start], set()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = browser.client.get(address)
        if answer.headers["content-type"].startswith("text/csv"):  # a table to download, not a page
            continue
        assert answer.status_code == 200, (address, answer.status_code, Page(answer.text).said[:300])
        assert answer.headers["content-security-policy"] == CONTENT_POLICY
        page = Page(answer.text)
        yield address, page
        base = address.partition("?")[0]
        links = [f"{base}{link}" if link.startswith("?") else link for link in page.links]
        waiting += [link for link in links if link.startswith("/") and not link.startswith("/static")]


def faults(address: str, page: Page) -> list[str]:
    """What is wrong with how a page is made."""
    found = []
    if '<html lang="vi">' not in page.text:
        found.append("language")
    if page.attributes & {"style", "onclick", "onload"} or "script" in page.tags or "style" in page.tags:
        found.append("something the content policy forbids")
    if page.tags.count("h1") < 1 or page.tags.count("main") != 1:
        found.append("headings")
    if len(page.ids) != len(set(page.ids)):
        found.append("an id twice")
    for control in page.controls:
        hidden = control.get("type") == "hidden" or "hidden" in control
        if not hidden and control.get("_label") is None and control.get("id") not in page.labelled:
            found.append(f"no label: {control.get('name')}")
    open_forms = [form for form in page.forms if form["method"] == "post" and "csrf" not in form["names"]]
    found += [f"no token: {form['action']}" for form in open_forms]
    if "Diễn tập" not in page.said:
        found.append("the rehearsal is not marked")
    return [f"{address}: {fault}" for fault in found]


@pytest.fixture
def filled(site: Site) -> Site:
    """A recognised product, and a second one whose idea waits for the commune."""
    walk = Walk(site)
    walk.to_recognition()
    return site


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_answers_and_is_well_made(filled: Site, role: Role) -> None:
    browser = filled.role(role)

    wrong = [
        fault for address, page in reached(browser, browser.goes_to("/")) for fault in faults(address, page)
    ]

    assert wrong == []


def test_the_first_view_of_a_producer_is_small(filled: Site) -> None:
    producer = filled.role(Role.PRODUCER)
    style = len(
        gzip.compress(
            producer.client.get(
                producer.get("/trang-chinh").text.split('stylesheet" href="')[1].split('"')[0]
            ).content
        )
    )
    dossier = next(link for link in producer.get("/trang-chinh").links if link.startswith("/ho-so/"))

    sizes = [
        style + len(gzip.compress(producer.client.get(address).content))
        for address in ("/trang-chinh", dossier, f"{dossier}/phieu/self_assessment")
    ]

    assert max(sizes) <= FIRST_VIEW


def test_an_unknown_address_is_a_page_that_says_so(site: Site) -> None:
    page = site.role(Role.PRODUCER).get("/khong-co-gi-o-day", expect=404)

    assert "Không tìm thấy" in page.said


def test_the_interface_still_answers_in_json(site: Site) -> None:
    answer = site.open().get("/api/v1/khong-co")

    assert answer.headers["content-type"] == "application/problem+json"


def test_another_producers_dossier_is_not_there(filled: Site) -> None:
    dossier = next(
        link for link in filled.role(Role.PRODUCER).get("/trang-chinh").links if link.startswith("/ho-so/")
    )
    stranger = filled.account(Walk(filled).another_producer())

    pages = [
        stranger.get(f"{dossier}{more}", expect=404)
        for more in ("", "/lich-su", "/phieu/idea", "/viec/withdraw")
    ]
    listed = stranger.get("/ho-so")

    assert all("Chè búp" not in page.said for page in pages)
    assert id_in(dossier) not in listed.text


def test_what_nobody_foresaw_is_a_page_with_a_number(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    producer = site.role(Role.PRODUCER)
    monkeypatch.setattr("web.pages.producer.producers.home", lambda *_: 1 / 0)

    page = producer.get("/trang-chinh", expect=500)

    assert "Có lỗi của hệ thống" in page.said
    assert "ZeroDivisionError" not in page.text


@pytest.mark.parametrize("address", ["/ho-so", "/viec", "/trang-chinh"])
def test_lists_ask_the_database_no_more_often_for_more_rows(
    site: Site, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    for name in ("one", "all", "value"):
        original = getattr(ReadSql, name)
        monkeypatch.setattr(ReadSql, name, counted(original, asked))
    browser = site.role(Role.PRODUCER if address == "/trang-chinh" else Role.COMMUNE)
    browser.get(address)  # calendars and settings are read once per process
    counts = []
    for _ in range(2):
        Walk(site).more_ideas(2, "idea.returned" if address == "/trang-chinh" else "idea.submitted")
        asked.clear()
        browser.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def counted(original: Callable[..., object], asked: list[object]) -> Callable[..., object]:
    def counting(self: ReadSql, stmt: object, /, **params: object) -> object:
        asked.append(stmt)
        return original(self, stmt, **params)

    return counting
