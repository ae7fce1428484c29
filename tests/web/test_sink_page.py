"""The letters of a rehearsal are read in the pages, by those who run it and by nobody else."""

import pytest

from core.clock import StepClock
from core.sequencer import sequence_all
from core.tx import Tx
from notifications.channels.configured import channels_of
from notifications.delivery import send_due
from notifications.planner import plan_notices
from registry.roles import Role
from tests.web.conftest import Site
from tests.web.walk import Walk


@pytest.fixture
def told(site: Site) -> Site:
    """An idea is submitted in office hours; what follows from it is planned and delivered."""
    Walk(site).more_ideas(1, "idea.submitted")
    sequence_all(site.db)
    while site.db.write_now(plan_notices):
        pass
    channels = channels_of(site.service.config, site.clock)
    send_due(site.db, channels, site.clock, base_url="https://ocop.example")
    return site


@pytest.mark.parametrize("role", [Role.PROVINCE_UNIT, Role.ADMIN, Role.AUDITOR])
def test_every_letter_that_would_have_left_is_read_with_its_words(told: Site, role: Role) -> None:
    page = told.role(role).get("/thu-dien-tap")

    assert "Không thư nào rời khỏi hệ thống" in page.said
    assert "producer@ocop.example" in page.said
    assert "Thư diễn tập (không gửi ra ngoài)" in page.said
    assert "[Diễn tập]" in page.said


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_CHAIR])
def test_nobody_else_reads_them(told: Site, role: Role) -> None:
    page = told.role(role).get("/thu-dien-tap", expect=403)

    assert "ocop.example" not in page.said


def test_a_live_installation_has_no_such_page(told: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Tx.__mro__[1].__init__

    def live(self: object, driver: object, clock: StepClock, *, rehearsal: bool) -> None:
        original(self, driver, clock, rehearsal=False)  # type: ignore[misc, arg-type]  # a look at a live house

    monkeypatch.setattr("core.tx.ReadTx.__init__", live)

    page = told.role(Role.ADMIN).get("/thu-dien-tap", expect=404)

    assert "producer@ocop.example" not in page.said


def test_the_page_is_found_from_the_inbox(told: Site) -> None:
    assert "/thu-dien-tap" in told.role(Role.PROVINCE_UNIT).get("/thong-bao").links
    assert "/thu-dien-tap" not in told.role(Role.PRODUCER).get("/thong-bao").links
