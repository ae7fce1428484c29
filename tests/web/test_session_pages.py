"""Sessions and appeals on pages: planning, the agenda, attendance, scoring, minutes; what a conflict hides."""

import re

import pytest

from core.tx import Tx
from registry.roles import Role
from states.engine.machine import Row
from states.moves import machine_of
from tests.web.conftest import FAR, Browser, Page, Site, id_in
from tests.web.walk import Walk

V, CHAIR, SECRETARY, MEMBER, P = (
    Role.PROVINCE_UNIT, Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER, Role.PRODUCER
)  # fmt: skip
PLAN = {
    "title": "Phiên họp đợt 1", "kind": "in_person", "convened_for": "20/11/2027 08:00", "place": "Hội trường UBND tỉnh"
}  # fmt: skip
FACTS = {"points_sum": 160, "points_count": 2, "spread": 6, "ballots": 2, "floor_stars": 5}


def reviewed(site: Site) -> Walk:
    """A tea that the province's advisers look at."""
    walk = Walk(site)
    walk.to_advisers()
    return walk


def ready(site: Site) -> Walk:
    """A tea that waits for its council."""
    walk = Walk(site)
    walk.to_council()
    return walk


def planned(site: Site, **typed: str) -> str:
    """The address of a session planned on its page."""
    to = site.role(V).sends("/phien-hop/moi", PLAN | {"cycle_id": site.world.cycle} | typed)
    return f"/phien-hop/{id_in(to)}"


def act(site: Site, role: Role, address: str, trigger: str, **typed: object) -> Page:
    """One act of a session on its page, and the page one comes to."""
    browser = site.role(role)
    form = browser.client.get(address).text
    version = re.search(r'name="expected_version" value="(\d+)"', form)
    asked = version or re.search(
        r'name="expected_version" value="(\d+)"', _act_page(browser, address, trigger)
    )
    assert asked, (trigger, Page(form).said)
    to = browser.sends(f"{address}/viec/{trigger}", {"expected_version": asked[1], **typed})
    return browser.get(to)


def _act_page(browser: Browser, address: str, trigger: str) -> str:
    return str(browser.client.get(f"{address}/viec/{trigger}").text)


def boxes(site: Site, role: Role, address: str, name: str) -> list[str]:
    """The values one can tick."""
    page = site.role(role).get(address)
    return [str(one["value"]) for one in page.controls if one.get("name") == name]


def convened(site: Site) -> tuple[Walk, str]:
    walk, address = ready(site), planned(site)
    (offered,) = boxes(site, V, f"{address}/viec/put_on_agenda", "dossiers")
    act(site, V, address, "put_on_agenda", dossiers=offered)
    act(site, V, address, "convene")
    return walk, address


def test_the_unit_plans_a_session_and_puts_a_product_on_its_agenda(site: Site) -> None:
    walk, address = ready(site), planned(site)
    assert boxes(site, V, f"{address}/viec/put_on_agenda", "dossiers") == [walk.id]

    page = act(site, V, address, "put_on_agenda", dossiers=walk.id)

    assert "Chè búp minh hoạ" in page.said
    assert "08:00" in page.said
    assert "Người chair" in page.said


def test_a_session_goes_from_its_invitation_to_its_report_by_pages_alone(site: Site) -> None:
    walk, address = convened(site)
    site.on("2027-11-20T08:00")
    act(site, SECRETARY, address, "deliver_materials", delivered_on="19/11/2027")
    everybody = boxes(site, SECRETARY, f"{address}/viec/record_attendance", "present")
    act(site, SECRETARY, address, "record_attendance", present=everybody)
    assert "2/2" in act(site, CHAIR, address, "confirm_quorum").said
    act(site, CHAIR, address, "open_scoring")
    walk.do("record_council_facts", SECRETARY, **FACTS)
    act(site, CHAIR, address, "conclude", minutes="Hội đồng nhất trí")

    assert "Chủ tịch Hội đồng đã ký" in act(site, CHAIR, address, "sign_minutes").said
    signed = act(site, SECRETARY, address, "sign_minutes")

    assert "2 phiếu, trung bình 80,00 điểm, đề nghị 4 sao" in signed.said
    assert "Hội đồng nhất trí" in signed.said
    closed = act(site, V, address, "close", report_document="12/BC-HĐ")
    assert "12/BC-HĐ" in closed.said


def test_what_waits_for_a_member_stands_in_the_queue(site: Site) -> None:
    _, address = convened(site)

    assert address in site.role(SECRETARY).get("/viec").links
    assert address not in site.role(P).get("/viec").links


def test_what_cannot_be_done_yet_says_why(site: Site) -> None:
    _, address = convened(site)

    page = site.role(CHAIR).get(address)

    assert "chưa làm được" in page.said
    version = str(_stored(site, "session", id_in(address))["move_version"])
    refused = site.role(CHAIR).refused(f"{address}/viec/confirm_quorum", {"expected_version": version}, 409)
    assert "Chưa ghi nhận phiên họp đủ số thành viên" in refused.said


def test_a_member_with_a_conflict_is_shown_no_score_of_the_product(site: Site) -> None:
    walk, address = convened(site)
    act(site, SECRETARY, address, "declare_conflict", dossiers=walk.id,
        member=_member(site, address))  # fmt: skip
    site.db.write_now(lambda tx: _scores(tx, walk.id))

    assert "Không hiển thị do đã khai báo xung đột lợi ích" in site.role(MEMBER).get(address).said
    assert "80,00" not in site.role(MEMBER).get(address).said
    assert "80,00" in site.role(SECRETARY).get(address).said
    site.role(MEMBER).get(f"/ho-so/{walk.id}/lich-su", expect=403)


def _member(site: Site, address: str) -> str:
    page = site.role(SECRETARY).get(f"{address}/viec/declare_conflict")
    found = re.search(r'value="([0-9a-f-]{36})"[^>]*>(?:<[^>]+>)*\s*Người council_member', page.text)
    assert found, page.said
    return found[1]


def _scores(tx: Tx, dossier_id: str) -> None:
    machine_of("dossier").update(tx, dossier_id, FACTS | {"stars": 4})


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"title": "  "}, id="no-title"),
        pytest.param({"title": "x" * 301}, id="long-title"),
        pytest.param({"place": "x" * 301}, id="long-place"),
        pytest.param({"convened_for": "mai"}, id="no-instant"),
        pytest.param({"convened_for": "20/11/9999 08:00"}, id="too-far"),
        pytest.param({"convened_for": "01/01/0001 00:00"}, id="too-old"),
        pytest.param({"kind": "bí mật"}, id="unknown-kind"),
        pytest.param({"load_limit": "0"}, id="no-load"),
        pytest.param({"load_limit": "²"}, id="odd-digit"),
        pytest.param({"load_limit": "9" * 5000}, id="endless-load"),
        pytest.param({"load_limit": "-3"}, id="negative-load"),
        pytest.param({"cycle_id": "x"}, id="cycle-no-id"),
        pytest.param({"batch_id": FAR}, id="unknown-batch"),
    ],
)
def test_what_cannot_be_planned_is_said_and_the_rest_is_kept(site: Site, typed: dict[str, str]) -> None:
    body = PLAN | {"cycle_id": site.world.cycle} | typed

    page = site.role(V).refused("/phien-hop/moi", body, 422)

    assert 'role="alert"' in page.text
    kept = "place" if "title" in typed else "title"
    assert PLAN[kept] in page.text


def test_nobody_else_plans_a_session(site: Site) -> None:
    for role in (P, Role.COMMUNE, SECRETARY, Role.AUDITOR):
        site.role(role).get("/phien-hop/moi", expect=403)
        site.role(role).refused("/phien-hop/moi", dict(PLAN), 403)


def test_a_session_that_is_none_is_not_there(site: Site) -> None:
    _, address = convened(site)

    for one in (f"/phien-hop/{FAR}", "/phien-hop/x", f"/kien-nghi/{FAR}", "/kien-nghi/x"):
        site.role(V).get(one, expect=404)
    site.role(P).get(address, expect=404)


def test_a_producer_appeals_on_the_dossiers_page_and_the_province_answers(site: Site) -> None:
    walk = reviewed(site)
    walk.do("disqualify", CHAIR, "Không đủ giấy tờ", rejection="registration_not_met")
    producer, unit = site.role(P), site.role(V)
    assert f"/ho-so/{walk.id}/viec/appeal" in producer.get(f"/ho-so/{walk.id}").links

    producer.sends(
        f"/ho-so/{walk.id}/viec/appeal", {"expected_version": _version(site, walk), "grounds": "Đủ giấy tờ"}
    )

    (address,) = [one for one in unit.get("/kien-nghi").links if one.startswith("/kien-nghi/")]
    page = unit.get(address)
    assert "Đủ giấy tờ" in page.said
    page = act(site, V, address, "accept_appeal", due_on="30/09/2027")
    assert "30/09/2027" in page.said
    assert "Có căn cứ" in act(site, V, address, "uphold", conclusion="Có căn cứ").said
    assert "Có căn cứ" in producer.get(address).said


def _version(site: Site, walk: Walk) -> str:
    return str(_stored(site, "dossier", walk.id)["move_version"])


def _stored(site: Site, kind: str, subject_id: str) -> Row:
    row = site.db.read_now(lambda rtx: machine_of(kind).load(rtx, subject_id))
    assert row is not None
    return row


def test_every_session_stands_in_the_list_once(site: Site) -> None:
    made = {planned(site) for _ in range(3)}

    links = [one for one in site.role(V).get("/phien-hop").links if one in made]

    assert sorted(links) == sorted(made)


def test_a_member_whose_turn_it_is_reads_whom_to_give_the_ballot_to(site: Site) -> None:
    _, address = convened(site)
    site.on("2027-11-20T08:00")
    act(site, SECRETARY, address, "deliver_materials", delivered_on="19/11/2027")
    everybody = boxes(site, SECRETARY, f"{address}/viec/record_attendance", "present")
    act(site, SECRETARY, address, "record_attendance", present=everybody)
    act(site, CHAIR, address, "confirm_quorum")
    act(site, CHAIR, address, "open_scoring")

    assert "Phiếu chấm được giao cho thư ký" in site.role(MEMBER).get(address).said
    assert "Phiếu chấm được giao cho thư ký" not in site.role(P).client.get(address).text
