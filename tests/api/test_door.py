"""The outer door: headers, ids, limits, log lines, health, metrics, the description, a real server."""

import json
import logging
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.routing import Route

from api.app import describe
from core import jobs
from core.tx import Tx
from registry.roles import Role
from tests.api.people import V1, House, Walk, code_of


def test_every_answer_carries_the_headers_that_protect_it(house: House) -> None:
    for answer in (house.nobody().get("/healthz"), house.nobody().get(f"{V1}/me"), house.nobody().get("/no")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_request_keeps_the_id_it_brings_and_gets_one_otherwise(house: House) -> None:
    nobody = house.nobody()

    assert (
        nobody.get("/healthz", headers={"x-request-id": "abc-12345"}).headers["x-request-id"] == "abc-12345"
    )
    assert len(nobody.get("/healthz", headers={"x-request-id": "x y\tz"}).headers["x-request-id"]) == 36
    assert nobody.get(f"{V1}/me", headers={"x-request-id": "abc-12345"}).json()["request_id"] == "abc-12345"


def test_one_line_per_request_names_route_and_account_and_no_secret(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "s" * 43
    with caplog.at_level(logging.INFO, "ocop.requests"):
        house.nobody().post(f"{V1}/auth/links/{secret}/use")
        house.role(Role.COMMUNE).get(f"{V1}/dossiers/0192a000-0000-7000-8000-000000000001")
    first, second = (vars(record) for record in caplog.records if record.name == "ocop.requests")

    assert (first["route"], first["status"], first["account"]) == (
        f"{V1}/auth/links/{{secret}}/use",
        404,
        None,
    )
    assert (second["account"], second["subject_id"]) == (
        house.world.account[Role.COMMUNE],
        "0192a000-0000-7000-8000-000000000001",
    )
    assert secret not in repr([vars(record) for record in caplog.records])


def test_too_large_a_body_is_refused_whether_it_says_so_or_not(house: House) -> None:
    client, path = house.role(Role.PROVINCE_UNIT), f"{V1}/cycles/preview"
    large = json.dumps({"plan": "x" * 1_100_000}).encode()
    headers = {"content-type": "application/json"}

    assert code_of(client.post(path, content=large, headers=headers)) == (413, "body_too_large")
    assert code_of(client.post(path, content=iter([large]), headers=headers)) == (413, "body_too_large")


def test_ready_means_database_tables_triggers_and_a_clock_that_ticks(house: House) -> None:
    nobody = house.nobody()
    silent = nobody.get("/readyz")

    def tick(tx: Tx) -> None:
        now = tx.clock.wall_now()
        row = {"name": jobs.CLOCK, "holder": "thử", "expires_at": now, "ticked_at": now}
        tx.session.add(jobs.ClockLease(**row))

    house.db.write_now(tick)
    ticking = nobody.get("/readyz")
    house.db.close()
    closed = nobody.get("/readyz")

    assert (silent.status_code, silent.json()["checks"]) == (
        503, {"database": True, "schema": True, "triggers": True, "clock": False},
    )  # fmt: skip
    assert (ticking.status_code, ticking.json()["ready"]) == (200, True)
    assert (closed.status_code, closed.json()["checks"]["database"]) == (503, False)
    assert nobody.get("/healthz").json() == {"alive": True}


def test_metrics_count_requests_by_route_and_say_how_the_house_is(house: House, walk: Walk) -> None:
    walk.to_idea()
    text = house.nobody().get("/metrics").text

    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert lines['ocop_http_requests_total{method="POST",route="/api/v1/dossiers",status="201"}'] == "1"
    assert lines["ocop_database_up"] == "1"
    assert int(lines["ocop_lines_unsequenced"]) > 0
    assert walk.id not in text


def test_the_description_names_every_operation_once_and_for_good() -> None:
    schema = describe()
    operations = [one for path in schema["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]

    assert len(set(names)) == len(names)
    assert {"fire_transition", "open_cycle", "list_dossiers", "check_certificate"} <= set(names)
    assert schema["components"]["schemas"]["TransitionRequest"]["additionalProperties"] is False
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert schema["paths"]["/api/v1/public/certificates/{code}"]["get"]["security"] == []
    for one in operations:
        good = [
            answer
            for status, answer in one["responses"].items()
            if status in ("200", "201") and "content" in answer
        ]
        assert one["operationId"] in {"read_metrics", "read_template"} or all(
            "$ref" in answer["content"]["application/json"]["schema"] for answer in good
        )


def test_the_running_interface_gives_the_same_description(house: House) -> None:
    served = house.nobody().get(f"{V1}/openapi.json")

    assert (served.status_code, served.json()) == (200, json.loads(json.dumps(describe())))


def test_every_route_stands_in_the_app_as_it_was_taken_apart_once(house: House) -> None:
    nested = [route for route in house.app.routes if not isinstance(route, Route)]

    assert nested == [], "a router that is included is taken apart again by whoever asks first"


def test_the_interface_never_brings_in_the_clock_or_prefect() -> None:
    code = "import sys, api.app; api.app.describe(); print([m for m in sys.modules if m.split('.')[0] in {'prefect', 'apscheduler', 'workflows'}])"
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_a_real_server_on_loopback_answers_and_moves(house: House, walk: Walk) -> None:
    walk.to_idea()
    token = walk.by(Role.COMMUNE).headers["authorization"]
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(house.app, log_level="warning", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        with httpx2.Client(base_url=base, headers={"authorization": token}, timeout=30) as client:
            listed = client.get(f"{V1}/dossiers").json()["items"]
            move = {"trigger": "commune_screen_ok", "expected_version": listed[0]["version"]}
            moved = client.post(f"{V1}/dossiers/{walk.id}/transitions", json=move)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        sock.close()

    assert (moved.status_code, moved.json()["state"]) == (200, "idea.screened")


def test_head_answers_as_get_does_without_its_body(house: House, walk: Walk) -> None:
    client = walk.by(Role.PROVINCE_UNIT)
    got, head = client.get(f"{V1}/dossiers"), client.head(f"{V1}/dossiers")

    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("etag", "content-type", "content-length")} == {
        name: got.headers[name] for name in ("etag", "content-type", "content-length")
    }
    nobody = house.nobody()
    assert [nobody.head(path).status_code for path in ("/healthz", f"{V1}/me", f"{V1}/no")] == [200, 401, 404]


def test_another_method_is_told_which_ones_the_address_answers(house: House) -> None:
    client = house.role(Role.PROVINCE_UNIT)
    answers = [client.delete(f"{V1}/dossiers"), client.patch("/healthz"), client.put(f"{V1}/auth/recover")]

    assert [code_of(answer) for answer in answers] == [(405, "method_unknown")] * 3
    assert [answer.headers["allow"] for answer in answers] == ["GET, HEAD, POST", "GET, HEAD", "POST"]


def test_answers_that_are_no_json_are_not_described_as_json() -> None:
    paths = describe()["paths"]

    assert list(paths["/metrics"]["get"]["responses"]["200"]["content"]) == ["text/plain"]
    assert "content" not in paths[f"{V1}/auth/recover"]["post"]["responses"]["202"]
