"""A settled province over one database, its interface, and subjects put straight into any state.

A subject is put there as an imported past fact, so that each move is tried on its own.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.clock import StepClock
from core.config import Config
from core.db import Database
from core.history import read_lines
from core.lines import Line, parse_line
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import sign_in
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import load_actor
from registry.products import ProductGroup, register_product
from registry.roles import COUNTRY, Role
from regulations import rulesets, sheets
from states import moves
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.dossier import papers
from states.engine.fire import import_past
from tests.world import PROVINCE, SYSTEM, World

BASE, V1 = "https://ocop.example", "/api/v1"
RULESET = rulesets.get("qd26-2026").pin
COLLECTIONS = {
    "dossier": "dossiers", "certificate": "certificates", "cycle": "cycles", "batch": "batches", "session": "sessions",
    "appeal": "appeals",
}  # fmt: skip
AT_CENTRE = (Role.ADVISORY, Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER)
NUMBERS = itertools.count(1)
YEARS = itertools.count(2100)


def vn(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


class Hand(StepClock):
    """A drill's clock that a test may also set back: each test looks only at subjects of its own."""

    def set(self, text: str) -> None:
        self._now = vn(text)


@dataclass(frozen=True)
class Subject:
    """One row under test."""

    kind: str
    id: str

    @property
    def address(self) -> str:
        return f"{V1}/{COLLECTIONS[self.kind]}/{self.id}"


@dataclass
class Stage:
    """The province, the clock and the interface; one client per role, made when first wanted."""

    db: Database
    clock: Hand
    world: World
    config: Config
    app: FastAPI
    clients: dict[str, TestClient] = field(default_factory=dict)
    centre: dict[Role, str] = field(default_factory=dict)

    def account(self, role: Role, *, central: bool = False) -> str:
        """The account that holds this role, of the council at the centre if so asked."""
        if not (central and role in AT_CENTRE):
            return self.world.account[role]
        if role not in self.centre:
            self.centre[role] = self._central(role)
        return self.centre[role]

    def by(self, role: str, *, central: bool = False) -> TestClient:
        """A program with a token of the one who holds this role, at the centre if so asked."""
        key = f"{role}@centre" if central and Role(role) in AT_CENTRE else role
        if key not in self.clients:
            account = self.account(Role(role), central=central)
            token = self.db.write_now(lambda tx: sign_in.make_token(tx, account, "thử"))
            headers = {"authorization": f"Bearer {token}"}
            self.clients[key] = TestClient(
                self.app, base_url=BASE, headers=headers, raise_server_exceptions=False
            )
        return self.clients[key]

    def _central(self, role: Role) -> str:
        def hire(tx: Tx) -> str:
            account = add_account(tx, f"Người {role} trung ương", actor=SYSTEM)
            appoint(
                tx,
                account,
                role,
                COUNTRY,
                actor=SYSTEM,
                starts_on=date(2026, 1, 1),
                ends_on=date(2030, 12, 31),
            )
            return account

        return self.db.write_now(hire)

    def fresh_product(self, producer: str | None = None) -> str:
        """A product of its own, so that no other subject's certificate speaks for it."""
        return self.db.write_now(
            lambda tx: register_product(
                tx, producer or self.world.producer, f"Chè {next(NUMBERS)}", actor=SYSTEM,
                group=ProductGroup.DRINKS, set_code="11",
            )
        )  # fmt: skip

    def put(self, kind: str, state: str, columns: Mapping[str, Any], forms: tuple[str, ...] = ()) -> Subject:
        """A subject that stands in this state by an imported line, with the forms it needs."""

        def write(tx: Tx) -> str:
            fired = import_past(
                tx, moves.machine_of(kind), dict(columns), state=state, source="bản giấy", effective_on=None,
                inputs={},
            )  # fmt: skip
            owner = load_actor(tx, self.world.account[Role.PRODUCER], "api")
            for name in forms:
                papers.save(tx, fired.id, name, filled(name), actor=owner)
            return fired.id

        return Subject(kind, self.db.write_now(write))

    def ask(
        self,
        subject: Subject,
        trigger: str,
        role: str,
        *,
        data: Any = None,
        reason: str | None = None,
        **how: Any,
    ) -> Any:
        """Ask for a move through the interface, at the version the subject has."""
        row, _ = self.stored(subject)
        body = {
            "trigger": trigger, "expected_version": row["move_version"], "reason": reason, "data": dict(data or {})
        }  # fmt: skip
        return self.by(role, **how).post(f"{subject.address}/transitions", json=body)

    def stored(self, subject: Subject) -> tuple[dict[str, Any], list[Line]]:
        """The row and the lines of a subject as they stand."""

        def read(rtx: ReadTx) -> tuple[dict[str, Any], list[Line]]:
            row = moves.machine_of(subject.kind).load(rtx, subject.id)
            lines = [parse_line(text) for text, _ in read_lines(rtx, f"{subject.kind}/{subject.id}")]
            return row or {"move_version": 0}, lines

        return self.db.read_now(read)

    def state(self, subject: Subject) -> str:
        return str(self.stored(subject)[0]["state"])

    def ids(self, table: sa.Table, **where: str) -> list[str]:
        """Ids of the rows with these values."""
        chosen = sa.select(table.c.id).where(*(table.c[name] == value for name, value in where.items()))
        return [row[0] for row in self.db.read_now(lambda rtx: rtx.sql.all(Sql(chosen)))]

    def count(self, table: sa.Table) -> int:
        counted = Sql(sa.select(sa.func.count()).select_from(table))
        return int(self.db.read_now(lambda rtx: rtx.sql.value(counted)))

    def deadline_of(self, subject: Subject) -> str:
        """The id of a deadline of this subject, set if it has none."""
        item = NewDeadline(
            code="PLAN_WINDOW", subject=f"{subject.kind}/{subject.id}", province_code=PROVINCE, cycle_id=subject.id,
            last_day=date(2027, 4, 29), due_at=vn("2027-04-30T00:00"), rule="plan", calendar_version="1",
        )  # fmt: skip
        return self.db.write_now(lambda tx: set_deadlines(tx, [item], SYSTEM))[0]


def filled(name: str) -> dict[str, object]:
    """A form with everything in it; the self-assessment takes the best option of every criterion of the tea sheet."""
    if name != "self_assessment":
        return dict.fromkeys(papers.REQUIRED[name], "đã điền")
    sheet = sheets.sheet_for(rulesets.get("qd26-2026"), "11")
    return {papers.ANSWERS: [[one.id, str(one.options[-1].id)] for one in sheet.criteria()]}


def dossier_columns(stage: Stage, **columns: Any) -> dict[str, Any]:
    """A first-time tea of the co-operative in the open cycle."""
    world, number = stage.world, next(NUMBERS)
    return {
        "code": f"T-{number}", "kind": "first", "level": "commune", "year": 2027, "cycle_id": world.cycle,
        "product_id": columns.get("product_id") or stage.fresh_product(), "producer_id": world.producer,
        "province_code": PROVINCE, "commune_code": world.commune, "product_name": "Chè búp", "product_group": "drinks",
        "product_set": "11", "producer_type": "cooperative", "illustrative": 0, "attempts": 0, "training_waived": 0,
    } | columns  # fmt: skip


def certificate_columns(stage: Stage, **columns: Any) -> dict[str, Any]:
    """Four stars of June 2026, in force until June 2029."""
    world = stage.world
    return {
        "certificate_no": f"T-{next(NUMBERS)}", "level": "province", "ruleset": RULESET, "dossier_id": None,
        "product_id": columns.get("product_id") or stage.fresh_product(), "producer_id": world.producer,
        "province_code": PROVINCE, "commune_code": world.commune, "product_name": "Chè búp", "producer_name": "HTX",
        "stars": 4, "decision_number": "1/QĐ", "issued_on": "2026-06-10", "expires_on": "2029-06-10",
        "last_valid_day": "2029-06-10", "window_opens_on": "2028-12-12", "window_closes_on": "2029-02-10",
        "origin": "imported", "source": "bản giấy", "illustrative": 0,
    } | columns  # fmt: skip


def cycle_columns(**columns: Any) -> dict[str, Any]:
    """A cycle of a year of its own, without windows."""
    return {
        "province_code": PROVINCE, "year": next(YEARS), "title": "Chu trình", "plan_number": "1/KH",
        "plan_date": "2027-01-04", "plan": "{}", "digest": "a" * 64, "ruleset": RULESET, "calendar_version": "1",
        "illustrative": 0, "theme": None, "budget_million_vnd": None, "warnings_open": 0, "calendar_open": 0,
    } | columns  # fmt: skip


def batch_columns(cycle_id: str, **columns: Any) -> dict[str, Any]:
    """A batch of the province whose intake runs from 11 January to the end of 29 April 2027."""
    return {
        "cycle_id": cycle_id, "province_code": PROVINCE, "level": "province", "number": next(NUMBERS),
        "ruleset": RULESET, "opens_on": "2027-01-11", "propose_last_day": "2027-04-29",
        "evaluate_last_day": "2027-06-29", "intake_opens_at": "2027-01-10T17:00:00.000000Z",
        "intake_closes_at": "2027-04-29T17:00:00.000000Z",
    } | columns  # fmt: skip


__all__ = [
    "AT_CENTRE", "BASE", "RULESET", "V1", "Hand", "Stage", "Subject", "batch_columns", "certificate_columns",
    "cycle_columns", "dossier_columns", "filled", "vn",
]  # fmt: skip
