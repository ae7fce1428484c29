"""Cycles, deadlines, the public check, producers and products, accounts, the inbox, status: over HTTP."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.schemas import people as people_shapes
from api.schemas.cycles import CycleOpened, CyclePage, CycleRead, PreviewRead
from api.schemas.deadlines import DeadlinePage
from api.schemas.registry import CertificateCheck, ProducerPage, ProductPage
from api.schemas.running import StatusRead
from core.sequencer import sequence_all
from core.tx import Tx
from notifications.planner import plan_notices
from registry.roles import Role
from tests.api.people import NOWHERE, V1, House, Walk, code_of
from tests.world import PLANS

PLAN = (PLANS / "thai-nguyen-2027.yaml").read_text(encoding="utf-8").replace("year: 2027", "year: 2028").replace("2028-", "2029-").replace("2027-", "2028-")  # fmt: skip


def previewed(client: TestClient, plan: str = PLAN) -> dict[str, Any]:
    answer = client.post(f"{V1}/cycles/preview", json={"plan": plan})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def accepted(shown: dict[str, Any]) -> dict[str, str]:
    return {
        warning["id"]: "Lịch năm chưa công bố" for warning in shown["warnings"] if not warning["accepted"]
    }


def open_previewed(client: TestClient, plan: str = PLAN, **more: Any) -> Any:
    reasons = accepted(previewed(client, plan))
    shown = client.post(f"{V1}/cycles/preview", json={"plan": plan, "accepted": reasons}).json()
    body = {"plan": plan, "accepted": reasons, "digest": shown["digest"], **more}
    return client.post(f"{V1}/cycles", json=body)


def test_a_cycle_opens_exactly_as_previewed_and_everybody_in_the_province_sees_it(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    shown = previewed(coordinator)
    PreviewRead.model_validate(shown)
    before = coordinator.get(f"{V1}/cycles").json()["items"]
    opened = open_previewed(coordinator)

    assert opened.status_code == 201, opened.text
    CycleOpened.model_validate(opened.json())
    cycle = house.role(Role.PRODUCER).get(f"{V1}/cycles/{opened.json()['cycle_id']}").json()
    CycleRead.model_validate(cycle)
    assert len(before) == 1
    assert (cycle["state"], cycle["illustrative"], cycle["actions"]) == ("open", True, [])
    assert [item["last_day"] for item in cycle["deadlines"]] == sorted(
        item["last_day"] for item in shown["deadlines"]
    )
    CyclePage.model_validate(coordinator.get(f"{V1}/cycles").json())
    assert len(coordinator.get(f"{V1}/cycles", params={"year": 2028}).json()["items"]) == 1


def test_an_outdated_digest_opens_nothing(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    wrong = open_previewed(coordinator, digest="0" * 64)

    assert code_of(wrong) == (409, "preview_outdated")
    assert len(coordinator.get(f"{V1}/cycles").json()["items"]) == 1


def test_a_second_opening_of_the_year_is_refused_unless_it_is_the_same_request(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    coordinator.headers["idempotency-key"] = "mo-2028"
    first, again = open_previewed(coordinator), open_previewed(coordinator)
    del coordinator.headers["idempotency-key"]
    other = open_previewed(coordinator)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert code_of(other) == (409, "cycle_exists")


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        pytest.param("format: ocop-plan/1\nprovince: 19\n  year: x", "plan_invalid", id="no-yaml"),
        pytest.param("[1, 2]", "plan_invalid", id="no-plan"),
        pytest.param(PLAN.replace("2028-04-30", "2028-13-30"), "plan_invalid", id="no-day"),
        pytest.param(
            PLAN.replace("theme: ", 'theme: "\\ud800" #'), "plan_invalid", id="half-a-pair-as-an-escape"
        ),
        pytest.param(PLAN.replace("theme: ", 'theme: "\\0" #'), "plan_invalid", id="nul"),
        pytest.param("x" * 300_000, "plan_invalid", id="too-large"),
        pytest.param("", "plan_invalid", id="empty"),
        pytest.param("a: &a [x]\nb: [*a, *a]\n", "plan_invalid", id="anchors"),
        pytest.param(PLAN.replace("at_least: 40", "at_least: -1"), "plan_invalid", id="negative"),
        pytest.param(
            PLAN.replace("ruleset: qd26-2026", "ruleset: qd99"), "plan_invalid", id="no-such-ruleset"
        ),
    ],
)
def test_a_broken_plan_is_answered_with_line_and_column(house: House, plan: str, code: str) -> None:
    answer = house.role(Role.PROVINCE_UNIT).post(f"{V1}/cycles/preview", json={"plan": plan})

    assert code_of(answer) == (422, code)
    assert answer.json()["fields"]
    assert all(field["params"]["line"] >= 1 for field in answer.json()["fields"])
    assert len(house.role(Role.PROVINCE_UNIT).get(f"{V1}/cycles").json()["items"]) == 1


def test_half_a_pair_in_the_body_itself_is_refused(house: House) -> None:
    body = json.dumps({"plan": PLAN.replace("theme: ", "theme: \ud800")}).encode("ascii")
    headers = {"content-type": "application/json"}

    answer = house.role(Role.PROVINCE_UNIT).post(f"{V1}/cycles/preview", content=body, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_what_was_moved_is_opened_with_its_reason_in_the_first_line(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    moved = {"plan": PLAN, "moves": {"IDEA_WINDOW": "2028-05-10"}}
    first = coordinator.post(f"{V1}/cycles/preview", json=moved).json()
    shown = coordinator.post(f"{V1}/cycles/preview", json={**moved, "accepted": accepted(first)}).json()

    body = {**moved, "accepted": accepted(first), "digest": shown["digest"], "reason": "Mưa lũ ở ba xã"}
    opened = coordinator.post(f"{V1}/cycles", json=body)
    history = coordinator.get(f"{V1}/cycles/{opened.json()['cycle_id']}/history").json()

    assert opened.status_code == 201, opened.text
    assert (first["keeps_shut"], shown["keeps_shut"]) == (["guard_warnings_open"], [])
    line = history["items"][0]["line"]
    assert (line["trigger"], line["version"]) == ("draft_cycle", 1)
    assert line["reason"].startswith("Mưa lũ ở ba xã; ")
    assert "IDEA_WINDOW: 2028-04-29 → 2028-05-10 (moved)" in line["reason"]


def test_only_the_provinces_own_unit_opens_its_cycle(house: House) -> None:
    for role in (Role.COMMUNE, Role.PRODUCER, Role.CHAIR):
        assert code_of(house.role(role).post(f"{V1}/cycles/preview", json={"plan": PLAN})) == (
            403,
            "plan_not_yours",
        )
    foreign = PLAN.replace("province: 19", "province: 24")
    coordinator = house.role(Role.PROVINCE_UNIT)
    assert code_of(coordinator.post(f"{V1}/cycles/preview", json={"plan": foreign})) == (
        403,
        "plan_not_yours",
    )
    assert code_of(house.role(Role.AUDITOR).post(f"{V1}/cycles", json={"plan": PLAN, "digest": "x"})) == (
        403,
        "plan_not_yours",
    )


def test_deadlines_come_by_day_with_how_they_were_computed(house: House, walk: Walk) -> None:
    walk.to_idea()
    walk.do("return_idea", Role.COMMUNE, "Thiếu vùng nguyên liệu", due_days=10)
    producer = walk.by(Role.PRODUCER)
    first = producer.get(f"{V1}/deadlines", params={"limit": 2}).json()
    rest = producer.get(f"{V1}/deadlines", params={"limit": 200, "cursor": first["next"]}).json()
    found = [*first["items"], *rest["items"]]
    early = producer.get(
        f"{V1}/deadlines", params={"due_before": "2027-04-01T00:00:01+07:00", "limit": 200}
    ).json()

    DeadlinePage.model_validate(first)
    assert [item["due_at"] for item in found] == sorted(item["due_at"] for item in found)
    own = next(item for item in found if item["code"] == "IDEA_SUPPLEMENT")
    assert (own["dossier_id"], own["rule"]) == (walk.id, "return + supplement days")
    assert len({item["id"] for item in found}) == len(found)
    assert {item["code"] for item in early["items"]} == {
        item["code"] for item in found if item["last_day"] < "2027-04-01"
    }
    assert producer.get(f"{V1}/dossiers/{walk.id}").json()["deadlines"][0]["id"] == own["id"]


def test_an_extension_is_an_act_of_the_provincial_unit(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    due = next(
        item
        for item in coordinator.get(f"{V1}/deadlines", params={"limit": 200}).json()["items"]
        if item["code"] == "IDEA_WINDOW"
    )
    act = {
        "new_last_day": "2027-05-10",
        "ground": "Bão lũ",
        "approver": "Chủ tịch UBND tỉnh",
        "document": "12/UBND",
        "scope": "Toàn tỉnh",
    }
    path = f"{V1}/deadlines/{due['id']}/extensions"

    assert code_of(house.role(Role.COMMUNE).post(path, json=act))[0] in (403, 404)
    assert code_of(coordinator.post(path, json={**act, "ground": ""}))[0] in (409, 422)
    done = coordinator.post(path, json=act)
    assert done.status_code == 201, done.text
    after = next(
        item
        for item in coordinator.get(f"{V1}/deadlines", params={"limit": 200}).json()["items"]
        if item["id"] == due["id"]
    )
    assert (after["last_day"], after["extended_from"]) == ("2027-05-10", due["last_day"])
    assert code_of(coordinator.post(f"{V1}/deadlines/{NOWHERE}/extensions", json=act)) == (
        404,
        "deadline_unknown",
    )


def test_the_public_check_answers_for_any_day_and_names_no_person(house: House, walk: Walk) -> None:
    walk.to_recognition()
    number = walk.by(Role.PRODUCER).get(f"{V1}/dossiers/{walk.id}").json()["certificates"][0]
    nobody = house.nobody()

    def on(day: str) -> dict[str, Any]:
        answer = nobody.get(f"{V1}/public/certificates/{number}", params={"on": day})
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"].startswith("public")
        body: dict[str, Any] = answer.json()
        CertificateCheck.model_validate(body)
        return body

    found = on("2028-01-01")
    last = found["last_valid_day"]
    assert (on("2027-12-19")["verdict"], on("2027-12-20")["verdict"]) == ("not_yet", "valid")
    assert (on(last)["valid"], on(last)["days_left"]) == (True, 0)
    assert on(f"{int(last[:4]) + 1}{last[4:]}")["verdict"] == "expired"
    assert (found["stars"], found["product_name"], found["rehearsal"]) == (4, "Chè búp minh hoạ", True)
    whole = str(found)
    assert not any(
        text in whole
        for text in ("account", "Người", "@ocop.example", *house.world.account.values(), walk.id)
    )
    assert nobody.get(f"{V1}/public/certificates/{number.lower()}").json()["certificate_no"] == number


def test_an_unknown_certificate_is_a_calm_404(house: House) -> None:
    answer = house.nobody().get(f"{V1}/public/certificates/OCOP-0-0")

    assert code_of(answer) == (404, "certificate_unknown")
    assert "OCOP-0-0" in answer.json()["detail"]
    assert code_of(house.nobody().get(f"{V1}/public/certificates/x?on=hom-nay")) == (422, "bad_fields")


def test_a_revoked_certificate_is_revoked_from_that_day_and_was_valid_before(
    house: House, walk: Walk
) -> None:
    walk.to_recognition()
    number = walk.by(Role.PRODUCER).get(f"{V1}/dossiers/{walk.id}").json()["certificates"][0]
    house.on("2028-03-01T08:00")

    def find(tx: Tx) -> str:
        from states.certificate.queries import of_dossier

        return of_dossier(tx, walk.id)[0].id

    certificate = house.db.read_now(find)
    data = {
        "ground": "mark_misused",
        "conclusion_on": "2028-02-20",
        "revocation_number": "5/QĐ",
        "revocation_on": "2028-03-01",
        "signer": "CT",
    }
    version = house.role(Role.AUDITOR).get(f"{V1}/certificates/{certificate}/replay").json()["version"]
    moved = walk.by(Role.PROVINCE_CHAIR).post(
        f"{V1}/certificates/{certificate}/transitions",
        json={"trigger": "revoke", "expected_version": version, "data": data},
    )
    check = house.nobody()

    assert moved.status_code == 200, moved.text
    assert check.get(f"{V1}/public/certificates/{number}?on=2028-02-28").json()["verdict"] == "valid"
    assert check.get(f"{V1}/public/certificates/{number}?on=2028-03-01").json()["verdict"] == "revoked"


def test_producers_and_products_are_registered_where_one_has_a_right(house: House) -> None:
    commune, world = house.role(Role.COMMUNE), house.world
    body = {"name": "Hộ sản xuất thử", "type": "registered_household", "commune_code": world.commune}
    made = commune.post(f"{V1}/producers", json=body)
    elsewhere = commune.post(f"{V1}/producers", json={**body, "commune_code": world.other_commune})
    product = commune.post(
        f"{V1}/products", json={"producer_id": made.json()["id"], "name": "Mật ong", "group": "food"}
    )
    theirs = house.role(Role.PRODUCER).post(
        f"{V1}/products", json={"producer_id": made.json()["id"], "name": "Mượn"}
    )
    own = house.role(Role.PRODUCER).post(
        f"{V1}/products", json={"producer_id": world.producer, "name": "Chè ô long"}
    )

    assert (made.status_code, product.status_code, own.status_code) == (201, 201, 201)
    assert code_of(elsewhere) == (404, "unknown_unit")
    assert code_of(theirs) == (404, "unknown_producer")
    assert code_of(
        house.role(Role.AUDITOR).post(f"{V1}/products", json={"producer_id": world.producer, "name": "x"})
    ) == (403, "wrong_actor")
    ProducerPage.model_validate(commune.get(f"{V1}/producers").json())
    ProductPage.model_validate(commune.get(f"{V1}/products").json())
    assert {item["name"] for item in house.role(Role.PRODUCER).get(f"{V1}/products").json()["items"]} == {
        "Chè búp minh hoạ",
        "Chè ô long",
    }
    assert (
        house.role(Role.PRODUCER).get(f"{V1}/producers/{world.producer}").json()["name"]
        == "Hợp tác xã Chè Minh Hoạ"
    )
    assert code_of(house.role(Role.PRODUCER).get(f"{V1}/producers/{made.json()['id']}")) == (
        404,
        "unknown_producer",
    )


def test_an_administrator_makes_an_account_appoints_it_and_hands_over_a_link(house: House) -> None:
    admin = house.role(Role.ADMIN)
    account = admin.post(
        f"{V1}/accounts",
        json={"name": "Cán bộ mới", "email": "moi@ocop.example"},
        headers={"idempotency-key": "a"},
    )
    again = admin.post(
        f"{V1}/accounts",
        json={"name": "Cán bộ mới", "email": "moi@ocop.example"},
        headers={"idempotency-key": "a"},
    )
    taken = admin.post(f"{V1}/accounts", json={"name": "Ai đó", "email": "moi@ocop.example"})
    account_id = account.json()["id"]
    right = admin.post(
        f"{V1}/appointments",
        json={"account_id": account_id, "role": "commune", "unit_code": house.world.other_commune},
    )
    shown = admin.post(f"{V1}/accounts/{account_id}/links", json={}).json()["url"]
    signed_in = house.nobody()
    opened = signed_in.post(f"{V1}/auth/links/{shown.rpartition('/')[2]}/use")

    assert account.content == again.content
    assert code_of(taken) == (422, "email_taken")
    assert right.status_code == 201
    assert shown.startswith("https://ocop.example/dang-nhap/")
    assert opened.status_code == 200
    rights = signed_in.get(f"{V1}/me").json()["rights"]
    assert [(one["role"], one["unit_code"]) for one in rights] == [("commune", house.world.other_commune)]
    end = f"{V1}/accounts/{account_id}/appointments/{right.json()['id']}/end"
    assert admin.post(end, json={"reason": "Chuyển công tác", "last_day": "2027-01-03"}).status_code == 204
    assert signed_in.get(f"{V1}/me").json()["rights"] == []


def test_nobody_gives_a_right_that_is_not_theirs_to_give(house: House) -> None:
    world, unit = house.world, house.role(Role.PROVINCE_UNIT)
    member = {"account_id": world.account[Role.COMMUNE], "unit_code": "19"}

    assert unit.post(f"{V1}/appointments", json={**member, "role": "council_member"}).status_code == 201
    for role in ("admin", "province_unit", "province_chair", "auditor", "ministry"):
        asked = unit.post(f"{V1}/appointments", json={**member, "role": role, "ends_on": "2030-01-01"})
        assert code_of(asked) == (403, "appointing_not_yours"), role
    elsewhere = unit.post(f"{V1}/appointments", json={**member, "unit_code": "24", "role": "council_member"})
    assert code_of(elsewhere) == (403, "appointing_not_yours")
    assert code_of(house.role(Role.COMMUNE).post(f"{V1}/accounts", json={"name": "x"})) == (
        403,
        "wrong_actor",
    )
    link = unit.post(f"{V1}/accounts/{world.account[Role.ADMIN]}/links", json={})
    assert code_of(link) == (403, "appointing_not_yours")
    assert unit.post(f"{V1}/accounts/{world.account[Role.PRODUCER]}/links", json={}).status_code == 201


def test_the_inbox_is_ones_own_and_seen_once(house: House, walk: Walk) -> None:
    walk.to_idea()
    sequence_all(house.db)
    while house.db.write_now(plan_notices):
        pass
    producer, commune = walk.by(Role.PRODUCER), walk.by(Role.COMMUNE)
    mine = producer.get(f"{V1}/inbox").json()
    people_shapes.InboxPage.model_validate(mine)
    entry = mine["items"][0]["id"]

    assert commune.post(f"{V1}/inbox/{entry}/seen").status_code == 204
    assert producer.get(f"{V1}/inbox").json()["unread"] == mine["unread"] > 0
    assert producer.post(f"{V1}/inbox/{entry}/seen").status_code == 204
    assert producer.get(f"{V1}/me").json()["unread"] == mine["unread"] - 1
    assert entry not in {item["id"] for item in commune.get(f"{V1}/inbox").json()["items"]}


def test_the_status_is_for_those_who_look_after_the_service(house: House) -> None:
    shown = house.role(Role.PROVINCE_UNIT).get(f"{V1}/status").json()

    StatusRead.model_validate(shown)
    assert (shown["clock"]["rehearsal"], shown["clock"]["business_now"]) == (
        True,
        "2027-01-04T01:00:00.000000Z",
    )
    assert code_of(house.role(Role.PRODUCER).get(f"{V1}/status")) == (403, "wrong_actor")
    assert code_of(house.nobody().get(f"{V1}/status")) == (401, "not_signed_in")
