"""A double click, a reload, the back button: the very same form makes one thing, another content makes another."""

import pytest
import sqlalchemy as sa

from core.sql import Sql
from registry.roles import Role
from tests.web.conftest import Browser, Page, Site
from tests.web.test_cycle_pages import NEXT, accepted, hidden
from tests.web.test_session_pages import PLAN, ready

UNIT, COMMUNE, PRODUCER = Role.PROVINCE_UNIT, Role.COMMUNE, Role.PRODUCER


def mark(page: Page) -> str:
    return next(str(one["value"]) for one in page.controls if one.get("name") == "once")


def rows(site: Site, table: str) -> int:
    return int(site.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text(f"SELECT count(*) FROM {table}")))))


def sent_twice(browser: Browser, form: str, address: str, data: dict[str, object]) -> tuple[str, str]:
    typed = {**data, "once": mark(browser.get(form))}
    return browser.sends(address, typed), browser.sends(address, typed)


def test_a_product_sent_twice_is_registered_once(site: Site) -> None:
    before, form = rows(site, "product"), f"/chu-the/{site.world.producer}/san-pham-moi"

    first, second = sent_twice(site.role(PRODUCER), form, form, {"name": "Chè ướp sen"})

    assert first == second
    assert rows(site, "product") == before + 1


def test_a_producer_sent_twice_is_registered_once_and_both_answers_lead_to_it(site: Site) -> None:
    before, officer = rows(site, "producer"), site.role(COMMUNE)
    data = {"name": "Hộ bà Lường", "type": "production_household", "commune_code": site.world.commune}

    first, second = sent_twice(officer, "/chu-the/moi", "/chu-the/moi", data)

    assert first == second
    assert rows(site, "producer") == before + 1


def test_an_idea_begun_twice_opens_the_same_form(site: Site) -> None:
    site.on("2027-02-20T08:00")
    browser = site.role(PRODUCER)
    address = f"/san-pham/{site.world.product}/y-tuong"

    first, second = sent_twice(browser, "/trang-chinh", address, {"cycle_id": site.world.cycle})

    assert first == second
    assert rows(site, "dossier") == 1


def test_a_session_sent_twice_is_planned_once(site: Site) -> None:
    ready(site)
    data = PLAN | {"cycle_id": site.world.cycle}

    first, second = sent_twice(site.role(UNIT), "/phien-hop/moi", "/phien-hop/moi", data)

    assert first == second
    assert rows(site, "session") == 1


@pytest.mark.parametrize("again", ["Chè ướp nhài", "Chè lam"])
def test_going_back_and_typing_something_else_makes_something_else(site: Site, again: str) -> None:
    before, form = rows(site, "product"), f"/chu-the/{site.world.producer}/san-pham-moi"
    browser = site.role(PRODUCER)
    once = mark(browser.get(form))

    for name in ("Chè ướp sen", again):
        browser.sends(form, {"name": name, "once": once})

    assert rows(site, "product") == before + 2


def test_what_was_refused_can_be_sent_again_after_mending_it(site: Site) -> None:
    form, browser = f"/chu-the/{site.world.producer}/san-pham-moi", site.role(PRODUCER)
    once = mark(browser.get(form))

    browser.refused(form, {"name": "", "once": once}, 422)

    assert browser.sends(form, {"name": "Chè ướp sen", "once": once}) == "/trang-chinh"


def test_a_cycle_opened_by_a_double_click_is_opened_once_and_both_answers_lead_to_it(site: Site) -> None:
    unit = site.role(UNIT)
    first = Page(unit.post("/chu-trinh/mo", {"plan": NEXT}).text)
    shown = Page(unit.post("/chu-trinh/mo", {"plan": NEXT, **accepted(first)}).text)
    form = {"plan": NEXT, **accepted(first), "digest": hidden(shown, "digest"), "once": mark(shown)}

    opened = [unit.sends("/chu-trinh/mo/xac-nhan", form) for _ in range(2)]

    assert opened[0] == opened[1]
    assert rows(site, "cycle") == 2
