"""Clients of the interface for the tests: one per role with its own token, a browser with a cookie, and nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from core.clock import StepClock
from core.db import Database
from registry import sign_in
from registry.roles import Role
from states.dossier.papers import REQUIRED
from tests.story import Story, signed_in, vn
from tests.world import World

BASE = "https://ocop.example"
V1 = "/api/v1"
NOWHERE = "0192a000-0000-7000-8000-00000000dead"


@dataclass
class House:
    """The app over a database with one person per role."""

    app: FastAPI
    db: Database
    clock: StepClock
    world: World
    client: Callable[..., TestClient]

    def nobody(self) -> TestClient:
        return self.client()

    def account(self, account_id: str) -> TestClient:
        """A program with a token of the account."""
        token = self.db.write_now(lambda tx: sign_in.make_token(tx, account_id, "thử"))
        return self.client(headers={"authorization": f"Bearer {token}"})

    def role(self, role: Role) -> TestClient:
        return self.account(self.world.account[role])

    def browser(self, role: Role) -> tuple[TestClient, str]:
        """A browser signed in by cookie, and its csrf token."""
        account_id = self.world.account[role]
        opened = signed_in(self.db, account_id)
        return self.client(cookies={"__Host-ocop": opened.session_id}), opened.csrf

    def on(self, when: str) -> None:
        self.clock.move_to(vn(when))


class Walk(Story):
    """Drives one dossier through HTTP; every step must succeed."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.clients: dict[Role, TestClient] = {}
        self.id, self.version = "", 0

    def by(self, role: Role) -> TestClient:
        if role not in self.clients:
            self.clients[role] = self.house.role(role)
        return self.clients[role]

    def on(self, when: str) -> None:
        self.house.on(when)

    def begin(self) -> None:
        world = self.house.world
        answer = self.by(Role.PRODUCER).post(
            f"{V1}/dossiers", json={"product_id": world.product, "cycle_id": world.cycle}
        )
        assert answer.status_code == 201, answer.text
        self.id, self.version = answer.json()["id"], answer.json()["version"]

    def form(self, name: str, data: dict[str, Any] | None = None) -> None:
        body = {"data": data or dict.fromkeys(REQUIRED[name], "đã điền")}
        answer = self.by(Role.PRODUCER).put(f"{V1}/dossiers/{self.id}/forms/{name}", json=body)
        assert answer.status_code == 200, answer.text

    def do(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> dict[str, Any]:
        body = {"trigger": trigger, "expected_version": self.version, "reason": reason, "data": data}
        answer = self.by(role).post(f"{V1}/dossiers/{self.id}/transitions", json=body)
        assert answer.status_code == 200, answer.text
        moved: dict[str, Any] = answer.json()
        self.version = moved["version"]
        return moved

    def look_again(self) -> None:
        self.version = self.by(Role.PROVINCE_UNIT).get(f"{V1}/dossiers/{self.id}").json()["version"]


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal; its shape is checked on the way."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "code", "detail", "params", "fields", "request_id"}
    assert body["status"] == answer.status_code
    assert body["detail"] not in ("", body["code"])
    return answer.status_code, body["code"]
