"""Every status of the table, the shape of a refusal, both languages, and nothing leaked."""

import ast
import json
import re
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

import api
from api import error_list, errors, field_errors
from api.app import create_app
from api.languages import preferred
from api.service import Service
from core import texts
from core.errors import OcopError, TooMany, Unavailable
from registry.roles import Role
from tests.api.people import BASE, NOWHERE, V1, House, Walk, code_of

SAID_BY_OTHERS = {"csrf_bad"}


def test_every_class_of_refusal_has_one_status() -> None:
    kinds = {kind for kind in vars(__import__("core.errors", fromlist=["x"])).values() if _is_refusal(kind)}

    assert set(errors.STATUS) == kinds
    assert sorted(set(errors.STATUS.values())) == [400, 401, 403, 404, 409, 422, 429, 503]


def _is_refusal(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, OcopError) and kind is not OcopError


def test_each_status_answers_over_http_with_its_own_code(house: House, walk: Walk) -> None:
    walk.to_idea()
    door = f"{V1}/dossiers/{walk.id}/transitions"
    producer, commune = walk.by(Role.PRODUCER), walk.by(Role.COMMUNE)
    move = {"trigger": "submit_idea", "expected_version": 2}

    assert code_of(producer.post(door, content=b"{no", headers={"content-type": "application/json"})) == (
        400,
        "malformed_json",
    )
    assert code_of(house.nobody().post(door, json=move)) == (401, "not_signed_in")
    assert code_of(producer.post(door, json={**move, "trigger": "commune_screen_ok"})) == (403, "wrong_actor")
    assert code_of(producer.get(f"{V1}/dossiers/{NOWHERE}")) == (404, "subject_not_found")
    assert code_of(producer.get(f"{V1}/nothing")) == (404, "not_found")
    assert code_of(producer.get(f"{V1}/dossiers/no-id")) == (404, "not_found")
    assert code_of(producer.delete(f"{V1}/dossiers")) == (405, "method_unknown")
    assert code_of(producer.post(door, json={**move, "expected_version": 1})) == (409, "stale_version")
    assert code_of(producer.post(door, json=move)) == (409, "wrong_state")
    assert code_of(commune.post(door, json={**move, "trigger": "return_idea"})) == (
        409,
        "guard_reason_missing",
    )
    assert code_of(producer.post(door, json={**move, "trigger": "no_such"})) == (422, "unknown_trigger")
    assert code_of(producer.post(door, json={**move, "more": 1})) == (422, "bad_fields")


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        pytest.param(TooMany("too_many_tries", minutes=3), 429, ("retry-after", "180"), id="too-often"),
        pytest.param(Unavailable("writer_down"), 503, ("retry-after", "5"), id="house-is-down"),
    ],
)
def test_a_refusal_of_the_house_says_when_to_come_back(
    service: Service, error: OcopError, status: int, header: tuple[str, str]
) -> None:
    answer = _raising(service, error).get("/boom")

    assert code_of(answer) == (status, error.code)
    assert answer.headers[header[0]] == header[1]


def test_what_nobody_foresaw_is_a_number_and_nothing_of_the_inside(service: Service) -> None:
    answer = _raising(service, ZeroDivisionError("secret /srv/path password=x")).get("/boom")

    assert code_of(answer) == (500, "internal_error")
    assert answer.json()["params"] == {"id": answer.headers["x-request-id"]}
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


def _raising(service: Service, error: Exception) -> TestClient:
    router = APIRouter()

    @router.get("/boom")
    async def boom() -> None:
        raise error

    return TestClient(create_app(service, [router]), base_url=BASE, raise_server_exceptions=False)


def test_a_page_outside_of_the_interface_shows_its_own_refusals(service: Service) -> None:
    from starlette.responses import PlainTextResponse

    def page(_: object, problem: errors.Problem) -> PlainTextResponse:
        return PlainTextResponse(f"page {problem.status} {problem.code}", problem.status)

    router = APIRouter()

    @router.get("/boom")
    async def boom() -> None:
        raise ZeroDivisionError

    client = TestClient(create_app(service, [router], page_errors=page), base_url=BASE)

    assert client.get("/khong-co").text == "page 404 not_found"
    assert client.get("/boom").text == "page 500 internal_error"
    assert client.get("/%00").text == "page 400 unreadable_text"
    assert code_of(client.get(f"{V1}/khong-co")) == (404, "not_found")


def test_a_refusal_speaks_vietnamese_unless_english_is_preferred(house: House) -> None:
    nobody = house.nobody()
    plain = nobody.get(f"{V1}/me").json()
    english = nobody.get(f"{V1}/me", headers={"accept-language": "en-GB,en;q=0.9,vi;q=0.5"}).json()

    assert plain["detail"] == texts.text("not_signed_in", "vi")
    assert english["detail"] == texts.text("not_signed_in", "en")
    assert (plain["title"], english["title"]) == ("Chưa đăng nhập", "Not signed in")


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "vi"), ("*", "vi"), ("en", "en"), ("vi,en;q=0.8", "vi"), ("en;q=x", "vi"), ("fr,de", "vi"), ("en;q=0.5,vi;q=0.4", "en")],
)  # fmt: skip
def test_the_language_is_the_one_preferred(header: str, language: str) -> None:
    assert preferred(header) == language


def test_every_bad_field_is_named_at_its_place(house: House) -> None:
    body = {"account_id": "x", "role": "king", "unit_code": 5, "starts_on": "soon", "inputs": {}}
    answer = house.role(Role.ADMIN).post(f"{V1}/appointments", json=body)

    assert code_of(answer) == (422, "bad_fields")
    assert {(field["path"], field["code"]) for field in answer.json()["fields"]} == {
        ("account_id", "bad_form"),
        ("role", "bad_choice"),
        ("unit_code", "bad_text"),
        ("starts_on", "bad_day"),
        ("inputs", "unknown_field"),
    }
    assert all(field["message"] not in ("", field["code"]) for field in answer.json()["fields"])


def test_text_no_database_can_keep_is_refused_wherever_it_stands(house: House) -> None:
    client, headers = house.role(Role.PRODUCER), {"content-type": "application/json"}

    def sent(value: object) -> tuple[int, str]:
        content = json.dumps({"trigger": "x", "expected_version": 0, "data": {"a": [value]}})
        answer = client.post(f"{V1}/dossiers/{NOWHERE}/transitions", content=content, headers=headers)
        return answer.status_code, answer.json()["fields"][0]["code"]

    deep: object = 1
    for _ in range(30):
        deep = [deep]
    assert [sent(value) for value in ("a\0b", "\ud800", {"a\0b": 1}, deep)] == [(422, "unreadable_text")] * 4
    assert code_of(client.get(f"{V1}/dossiers?words=%00")) == (400, "unreadable_text")
    assert code_of(client.get(f"{V1}/public/certificates/a%00b")) == (400, "unreadable_text")


def test_every_code_of_this_room_has_both_texts() -> None:
    named = {*errors._OF_HTTP.values(), *field_errors.CODES.values(), "bad_day", "bad_instant", "bad_value"}
    for path in Path(next(iter(api.__path__))).rglob("*.py"):
        named |= set(_raised(ast.parse(path.read_text(encoding="utf-8"))))
    named |= {f"problem.{status}" for status in (*errors.STATUS.values(), 405, 413, 500)}

    assert [
        code for code in sorted(named) for lang in ("vi", "en") if not texts.catalogue().has(code, lang)
    ] == []
    assert texts.all_codes("api", "vi") == texts.all_codes("api", "en")


def _raised(tree: ast.AST) -> list[str]:
    kinds = {kind.__name__ for kind in errors.STATUS} | {"FieldError", "Problem"}
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds:
            found += [
                each.value for each in call.args if isinstance(each, ast.Constant) and _is_code(each.value)
            ]
    return [code for code in found if code not in ("cursor", "at", "due_before")]


def _is_code(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]+", value) is not None


def test_every_code_of_the_service_stands_in_the_list_with_both_texts() -> None:
    found, pages = error_list.codes(), texts.all_codes("web", "vi")

    assert {"stale_version", "guard_reason_missing", "plan_not_yaml", "bad_choice", "link_used"} <= set(found)
    assert (found["stale_version"], found["link_unknown"], found["too_many_tries"]) == (409, 404, 429)
    assert [one for one in error_list.missing() if one.removeprefix("en:") not in pages] == []
    assert all(f"| `{code}` |" in error_list.document() for code in list(found)[:20])
