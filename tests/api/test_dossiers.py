"""Dossiers over HTTP: lists and one, scope, the one door, versions, forged facts, history and replay."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from api.schemas.dossiers import DossierPage, DossierRead
from api.schemas.moves import HistoryRead, ReplayRead
from core.history import read_lines
from core.lines import canonical, parse_line
from core.tx import ReadSql, ReadTx, Tx
from registry import units
from registry.accounts import add_account, appoint
from registry.actors import SYSTEM_ACTOR, load_actor
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import register_product
from registry.roles import Role
from states.engine.permissions import may_see
from states.moves import MACHINES
from tests.api.people import BASE, NOWHERE, V1, House, Walk, code_of
from tests.world import START

SYSTEM = SYSTEM_ACTOR.ref(Role.SYSTEM)


def neighbour(house: House) -> str:
    """A commune officer of the next commune, who has a dossier of their own to look at."""

    def make(tx: Tx) -> str:
        account = add_account(tx, "Cán bộ xã bên", actor=SYSTEM)
        appoint(tx, account, Role.COMMUNE, house.world.other_commune, actor=SYSTEM, starts_on=START)
        return account

    return house.db.write_now(make)


def second_product(house: House, commune: str | None = None) -> str:
    def make(tx: Tx) -> str:
        producer = house.world.producer
        if commune:
            data = ProducerData("Tổ hợp tác bên cạnh", ProducerType.COOPERATIVE_GROUP, commune)
            producer = register_producer(tx, data, actor=SYSTEM)
            account = add_account(tx, "Chủ thể bên cạnh", actor=SYSTEM, email="canh@ocop.example")
            appoint(tx, account, Role.PRODUCER, commune, actor=SYSTEM, starts_on=START, producer_id=producer)
            house.world.account[Role.PRODUCER] = account
        return register_product(tx, producer, "Miến dong", actor=SYSTEM)

    return house.db.write_now(make)


def test_one_dossier_says_where_it_stands_what_may_be_done_and_why_not_the_rest(
    house: House, walk: Walk
) -> None:
    house.on("2027-02-20T08:00")
    walk.begin()
    body = walk.by(Role.PRODUCER).get(f"{V1}/dossiers/{walk.id}", headers={"accept-language": "en"}).json()

    DossierRead.model_validate(body)
    assert {name: body[name] for name in ("state", "phase", "level", "version", "waits_for", "final")} == {
        "state": "idea.draft", "phase": "idea", "level": "commune", "version": 1, "waits_for": ["producer"], "final": False,
    }  # fmt: skip
    actions = {action["trigger"]: action for action in body["actions"]}
    assert set(actions) == {"submit_idea", "withdraw"}
    assert (actions["submit_idea"]["allowed"], actions["submit_idea"]["code"]) == (
        False,
        "guard_idea_incomplete",
    )
    assert actions["submit_idea"]["message"] == "The idea form has required fields left empty."
    assert actions["withdraw"]["allowed"]


def test_another_communes_dossier_is_not_there_in_any_way(house: House, walk: Walk) -> None:
    walk.to_idea()
    stranger = house.account(neighbour(house))
    one = f"{V1}/dossiers/{walk.id}"
    move = {"trigger": "commune_screen_ok", "expected_version": 2}
    asked = [
        stranger.get(one),
        stranger.get(f"{one}/history"),
        stranger.get(f"{one}/replay"),
        stranger.post(f"{one}/transitions", json=move),
        stranger.put(f"{one}/forms/idea", json={"data": {}}),
    ]

    assert [code_of(answer) for answer in asked] == [(404, "subject_not_found")] * 5
    assert all("Chè" not in answer.text and walk.id not in answer.text for answer in asked)
    assert stranger.get(f"{V1}/dossiers").json() == {"items": [], "next": None}
    assert stranger.get(f"{V1}/dossiers/waiting").json() == {"items": [], "next": None}
    assert stranger.get(f"{V1}/producers").json()["items"] == []
    assert stranger.get(f"{V1}/products").json()["items"] == []
    assert walk.by(Role.COMMUNE).get(f"{V1}/dossiers").json()["items"][0]["id"] == walk.id


def test_lists_show_exactly_what_may_see_lets_through(house: House, walk: Walk) -> None:
    walk.to_idea()
    owner = house.world.account[Role.PRODUCER]
    house.world.product = second_product(house, house.world.other_commune)
    other = Walk(house)
    other.begin()
    accounts = [*house.world.account.values(), owner]

    def allowed(tx: ReadTx) -> list[set[str]]:
        rows = {one: MACHINES["dossier"].load(tx, one) or {} for one in (walk.id, other.id)}
        actors = [load_actor(tx, account, "api") for account in accounts]
        return [{one for one, row in rows.items() if may_see(actor, row)} for actor in actors]

    def shown(account: str) -> set[str]:
        items = house.account(account).get(f"{V1}/dossiers").json()["items"]
        return {item["id"] for item in items}

    expected = house.db.read_now(allowed)
    assert [shown(account) for account in accounts] == expected
    assert {frozenset(one) for one in expected} == {
        frozenset({walk.id}), frozenset({other.id}), frozenset({walk.id, other.id})
    }  # fmt: skip


def test_pages_follow_one_another_without_gap_or_repeat(house: House, walk: Walk) -> None:
    house.on("2027-02-20T08:00")
    walk.begin()
    ids = [walk.id]
    for _ in range(3):
        house.world.product = second_product(house)
        walk.begin()
        ids.append(walk.id)
    officer = house.role(Role.PROVINCE_UNIT)
    pages, cursor = [], ""
    while cursor is not None:
        page = officer.get(
            f"{V1}/dossiers", params={"limit": 3} | ({"cursor": cursor} if cursor else {})
        ).json()
        DossierPage.model_validate(page)
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next"]
    waiting = walk.by(Role.PRODUCER).get(f"{V1}/dossiers/waiting", params={"limit": 3}).json()
    rest = (
        walk.by(Role.PRODUCER)
        .get(f"{V1}/dossiers/waiting", params={"limit": 3, "cursor": waiting["next"]})
        .json()
    )

    assert pages == [ids[:0:-1], ids[:1]]
    assert sorted(item["id"] for page in (waiting, rest) for item in page["items"]) == ids
    assert rest["next"] is None
    assert officer.get(f"{V1}/dossiers", params={"state": "idea.submitted"}).json()["items"] == []
    assert len(officer.get(f"{V1}/dossiers", params={"phase": "idea"}).json()["items"]) == 4
    assert len(officer.get(f"{V1}/dossiers", params={"words": "mien dong"}).json()["items"]) == 3
    bad = officer.get(f"{V1}/dossiers", params={"cursor": "AAAA"})
    assert (bad.status_code, bad.json()["fields"][0]["code"]) == (422, "bad_cursor")


FORGED: tuple[dict[str, Any], ...] = (
    {"inputs": {"idea_gaps": 0}},
    {"facts": {"now": "2027"}},
    {"actor": "account/x"},
    {"at": "2027-01-01T00:00:00Z"},
)


def test_forged_facts_are_refused_and_nothing_is_written(house: House, walk: Walk) -> None:
    house.on("2027-02-20T08:00")
    walk.begin()
    producer, door = walk.by(Role.PRODUCER), f"{V1}/dossiers/{walk.id}"
    before = producer.get(f"{door}/history").json()
    move = {"trigger": "submit_idea", "expected_version": 1}
    bodies = [*({**move, **forged} for forged in FORGED), *({**move, "data": forged} for forged in FORGED)]
    answers = [producer.post(f"{door}/transitions", json=body) for body in bodies]

    assert [answer.status_code for answer in answers] == [422] * len(bodies)
    assert {answer.json()["fields"][0]["code"] for answer in answers} == {"unknown_field"}
    assert producer.get(f"{door}/history").json() == before


def test_a_move_must_name_the_version_it_saw(house: House, walk: Walk) -> None:
    house.on("2027-02-20T08:00")
    walk.begin()
    client, door = walk.by(Role.PRODUCER), f"{V1}/dossiers/{walk.id}/transitions"
    bodies = [{}, *({"expected_version": version} for version in ("1", 1.5, True, -1, None))]
    answers = [client.post(door, json={"trigger": "withdraw", **body}) for body in bodies]

    assert [answer.status_code for answer in answers] == [422] * 6
    assert {answer.json()["fields"][0]["path"] for answer in answers} == {"expected_version"}


def test_of_two_who_move_the_same_version_at_once_exactly_one_is_stale(house: House, walk: Walk) -> None:
    walk.to_idea()
    commune, province = house.role(Role.COMMUNE), house.role(Role.PROVINCE_UNIT)

    async def both() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app=house.app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            sent = (
                client.post(
                    f"{V1}/dossiers/{walk.id}/transitions",
                    json={"trigger": "return_idea", "expected_version": 2, "reason": "Thiếu"},
                    headers={"authorization": one.headers["authorization"]},
                )
                for one in (commune, province, commune, province)
            )
            return await asyncio.gather(*sent)

    answers = asyncio.run(both())

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"stale_version"}
    assert walk.by(Role.PRODUCER).get(f"{V1}/dossiers/{walk.id}").json()["version"] == 3


def test_history_gives_every_line_with_a_hash_anybody_can_recompute(house: House, walk: Walk) -> None:
    walk.to_idea()
    history = walk.by(Role.PRODUCER).get(f"{V1}/dossiers/{walk.id}/history").json()

    HistoryRead.model_validate(history)
    assert [item["line"]["trigger"] for item in history["items"]] == ["create_idea", "submit_idea"]
    assert [item["line"]["actor"]["via"] for item in history["items"]] == ["api", "api"]
    for item in history["items"]:
        assert sha256(b"\0" + canonical(item["line"])).hexdigest() == item["hash"]
    assert history["items"][1]["line"]["prev"] == history["items"][0]["hash"]


def test_a_replay_asks_for_an_instant_or_for_a_day_but_not_for_both(house: House, walk: Walk) -> None:
    walk.to_idea()
    asked = {"at": "2027-01-04T08:00:00+07:00", "effective": "2027-01-04"}

    answer = walk.by(Role.PROVINCE_UNIT).get(f"{V1}/dossiers/{walk.id}/replay", params=asked)

    assert code_of(answer) == (422, "replay_at_or_effective")


def test_replay_equals_the_stored_row_and_tells_what_was_known_before(house: House, walk: Walk) -> None:
    walk.to_idea()
    house.on("2027-02-22T08:00")
    walk.do("commune_screen_ok", Role.COMMUNE)
    auditor, one = walk.by(Role.PROVINCE_UNIT), f"{V1}/dossiers/{walk.id}/replay"

    whole = auditor.get(one).json()
    known = auditor.get(one, params={"at": "2027-02-21T00:00:00+07:00"}).json()
    lawful = auditor.get(one, params={"effective": "2027-02-19"}).json()

    for body in (whole, known, lawful):
        ReplayRead.model_validate(body)
    assert (whole["state"], whole["equals_stored"], whole["problems"]) == ("idea.screened", True, [])
    assert (known["state"], known["lines"], known["of_lines"], known["equals_stored"]) == (
        "idea.submitted",
        2,
        3,
        None,
    )
    assert lawful["state"] == "new"
    assert code_of(auditor.get(one, params={"at": "2027-02-21T00:00:00"})) == (422, "bad_fields")


def test_a_read_that_has_not_changed_is_not_sent_again(house: House, walk: Walk) -> None:
    walk.to_idea()
    client, path = walk.by(Role.PRODUCER), f"{V1}/dossiers/{walk.id}"
    first = client.get(path)
    same = client.get(path, headers={"if-none-match": first.headers["etag"]})
    walk.do("withdraw", Role.PRODUCER)
    changed = client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert first.headers["cache-control"] == "no-store"


def test_a_filed_form_stands_still_and_an_unknown_one_is_refused(house: House, walk: Walk) -> None:
    walk.to_idea()
    client, forms = walk.by(Role.PRODUCER), f"{V1}/dossiers/{walk.id}/forms"

    assert code_of(client.put(f"{forms}/idea", json={"data": {"description": "khác"}})) == (
        409,
        "form_closed",
    )
    assert code_of(client.put(f"{forms}/story", json={"data": {}})) == (422, "form_unknown")
    assert client.get(f"{V1}/dossiers/{walk.id}").json()["forms"]["idea"]["description"] == "đã điền"


def test_the_same_create_sent_twice_opens_one_dossier(house: House) -> None:
    house.on("2027-02-20T08:00")
    client = house.role(Role.PRODUCER)
    body = {"product_id": house.world.product, "cycle_id": house.world.cycle}
    first = client.post(f"{V1}/dossiers", json=body, headers={"idempotency-key": "lan-1"})
    again = client.post(f"{V1}/dossiers", json=body, headers={"idempotency-key": "lan-1"})
    other = client.post(
        f"{V1}/dossiers", json={**body, "cycle_id": NOWHERE}, headers={"idempotency-key": "lan-1"}
    )
    without = client.post(f"{V1}/dossiers", json=body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert code_of(other) == (409, "idempotency_key_reused")
    assert (without.status_code, without.json()["code"]) == (409, "guard_dossier_already_open")
    assert len(client.get(f"{V1}/dossiers").json()["items"]) == 1


def test_a_refused_create_keeps_no_key(house: House) -> None:
    client = house.role(Role.PRODUCER)
    body = {"product_id": house.world.product, "cycle_id": house.world.cycle}
    early = client.post(f"{V1}/dossiers", json=body, headers={"idempotency-key": "lan-1"})
    house.on("2027-02-20T08:00")
    in_time = client.post(f"{V1}/dossiers", json=body, headers={"idempotency-key": "lan-1"})

    assert code_of(early) == (409, "guard_window_closed")
    assert in_time.status_code == 201


def test_the_same_key_sent_at_once_is_done_once(house: House) -> None:
    house.on("2027-02-20T08:00")
    token = house.role(Role.PRODUCER).headers["authorization"]
    body = {"product_id": house.world.product, "cycle_id": house.world.cycle}

    async def many() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app=house.app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            headers = {"authorization": token, "idempotency-key": "mot"}
            return await asyncio.gather(
                *(client.post(f"{V1}/dossiers", json=body, headers=headers) for _ in range(4))
            )

    answers = asyncio.run(many())

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1


def test_unit_names_and_json_are_what_people_read(house: House, walk: Walk) -> None:
    walk.to_idea()
    listed = walk.by(Role.PRODUCER).get(f"{V1}/dossiers").text
    commune = house.db.read_now(lambda rtx: units.get(rtx, house.world.commune).name_vi)

    assert json.loads(listed)["items"][0]["commune_name"] == commune
    assert commune in listed


def test_what_an_auditor_opens_stands_in_the_auditors_own_history(house: House, walk: Walk) -> None:
    walk.to_idea()
    account, one = house.world.account[Role.AUDITOR], f"{V1}/dossiers/{walk.id}"
    before = walk.by(Role.COMMUNE).get(f"{one}/history").json()
    auditor = house.account(account)
    seen = [
        auditor.get(path).status_code
        for path in (one, f"{one}/replay", f"{one}/history", f"{V1}/dossiers/{NOWHERE}")
    ]
    lines = house.db.read_now(
        lambda rtx: [parse_line(text) for text, _ in read_lines(rtx, f"account/{account}")]
    )

    opened = [line.inputs for line in lines if line.kind == "access_logged"]
    assert seen == [200, 200, 200, 404]
    assert opened == [
        {"subject": f"dossier/{walk.id}", "opened": what} for what in ("dossier", "replay", "history")
    ]
    assert walk.by(Role.COMMUNE).get(f"{one}/history").json() == before


@pytest.mark.parametrize("path", ["dossiers", "dossiers/waiting", "deadlines", "products", "inbox", "cycles"])
def test_a_page_costs_as_many_statements_for_one_row_as_for_three(
    house: House, walk: Walk, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.on("2027-02-20T08:00")
    for _ in range(3):
        walk.begin()
        house.world.product = second_product(house)
    client, ran = walk.by(Role.PRODUCER), Counter[str]()
    for name in ("one", "all", "value"):
        monkeypatch.setattr(ReadSql, name, counted(getattr(ReadSql, name), ran))

    def cost(limit: int) -> int:
        ran.clear()
        assert client.get(f"{V1}/{path}", params={"limit": limit}).status_code == 200
        return ran.total()

    assert cost(1) == cost(3) > 0


def counted(run: Callable[..., Any], ran: Counter[str]) -> Callable[..., Any]:
    def count(*given: Any, **params: Any) -> Any:
        ran["statement"] += 1
        return run(*given, **params)

    return count
