"""Clients of the interface for the tests: one per role with its own token, a browser with a cookie, and nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from core.clock import StepClock
from core.db import Database
from registry import sign_in
from registry.roles import Role
from regulations import rulesets, sheets
from states.dossier.papers import REQUIRED
from tests.world import World

BASE = "https://ocop.example"
V1 = "/api/v1"
NOWHERE = "0192a000-0000-7000-8000-00000000dead"
DECISION = {"decision_number": "77/QĐ-UBND", "decision_on": "2027-12-20", "signer": "Chủ tịch"}
RESULT = {
    "points_sum": 560, "points_count": 7, "spread": 6, "quorum_met": True, "ballots": 7, "required_ballots": 7,
    "floor_stars": 5, "materials_in_time": True, "minutes_signed": True,
}  # fmt: skip
MATTERS = ["local_material", "local_labour", "idea_origin", "local_identity"]


def vn(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


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
        opened = self.db.write_now(lambda tx: sign_in.open_session(tx, account_id))
        return self.client(cookies={"__Host-ocop": opened.session_id}), opened.csrf

    def on(self, when: str) -> None:
        self.clock.move_to(vn(when))


class Walk:
    """Drives one dossier through HTTP; every step must succeed."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.clients: dict[Role, TestClient] = {}
        self.id, self.version = "", 0

    def by(self, role: Role) -> TestClient:
        if role not in self.clients:
            self.clients[role] = self.house.role(role)
        return self.clients[role]

    def idea(self) -> None:
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

    def submitted_idea(self) -> None:
        self.house.on("2027-02-20T08:00")
        self.idea()
        self.form("idea")
        self.do("submit_idea", Role.PRODUCER)

    def to_recognition(self) -> dict[str, Any]:
        """From nothing to four stars."""
        producer, commune, province = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT
        self.submitted_idea()
        self.do("commune_screen_ok", commune)
        self.house.on("2027-04-05T08:00")
        self.do("accept_idea", province, appraisal="Đạt")
        self.do("record_training", commune, trained_on="2027-04-04")
        self.do("start_plan", producer)
        self.form("plan")
        self.do("submit_plan", producer)
        self.do("approve_plan", province)
        self.do("start_production", producer)
        self.house.on("2027-09-01T08:00")
        self.do("confirm_evidence", commune)
        self.do("ready_for_evaluation", producer)
        self.form("registration")
        self.form("self_assessment", {"answers": _answers()})
        self.do("self_assess", producer)
        self.do("submit_dossier", producer)
        self.do(
            "issue_commune_report", commune, matters=MATTERS, form_03_signed=True, findings="Đủ bốn nội dung"
        )
        self.do("propose_to_province", commune, letter_number="12/UBND", letter_on="2027-09-02", samples=5)
        self.do("accept_for_review", province, consolidated_report="Báo cáo tổng hợp")
        self.do("advisory_report_done", Role.ADVISORY, advisory_report="Đủ điều kiện")
        self.do("schedule", province, session_on="2027-11-20")
        self.house.on("2027-11-20T08:00")
        self.do("record_council_facts", Role.SECRETARY, quorum_met=True, materials_in_time=True)
        self.do("open_scoring", Role.CHAIR)
        self.do("record_council_facts", Role.SECRETARY, **RESULT)
        self.version = self.by(province).get(f"{V1}/dossiers/{self.id}").json()["version"]
        self.do("adopt_result", Role.CHAIR)
        self.do("propose_recognition", province)
        self.house.on("2027-12-20T09:00")
        return self.do("decide_recognition", Role.PROVINCE_CHAIR, **DECISION)


def _answers() -> list[list[str]]:
    sheet = sheets.sheet_for(rulesets.get("qd26-2026"), "11")
    return [[one.id, str(one.options[-1].id)] for one in sheet.criteria()]


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal; its shape is checked on the way."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "code", "detail", "params", "fields", "request_id"}
    assert body["status"] == answer.status_code
    assert body["detail"] not in ("", body["code"])
    return answer.status_code, body["code"]
