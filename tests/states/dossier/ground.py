"""A settled province with dossiers put straight into any state, and one line per move asked for.

Rights are an actor's own here, so that a district's or the centre's officers need no rows.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.clock import StepClock
from core.db import Database
from core.errors import OcopError
from core.history import read_lines
from core.lines import Line, parse_line
from core.tx import ReadTx, Tx
from registry.actors import SYSTEM_ACTOR, Actor, Held
from registry.products import ProductGroup, register_product
from registry.roles import COUNTRY, SCOPES, Role, Scope
from regulations import rulesets
from states import moves
from states.engine.fire import Fired, import_past
from states.engine.replay import Replayed, fold
from tests.world import PROVINCE, SYSTEM, World

NUMBERS = itertools.count(1)
DECISION = {"decision_number": "77/QĐ-UBND", "signer": "Chủ tịch"}


@dataclass
class Ground:
    """What the tests of dossiers stand on; ``units`` says where a role is held if not where it belongs."""

    db: Database
    clock: StepClock
    world: World
    units: dict[Role, str] = field(default_factory=dict)

    def on(self, when: str) -> "Ground":
        """Move the clock to an instant in Vietnam, `2027-03-01` meaning nine in the morning."""
        instant = f"{when}T09:00" if len(when) == len("2027-03-01") else when
        self.clock.move_to(datetime.fromisoformat(f"{instant}:00+07:00"))
        return self

    def actor(self, role: Role, unit: str | None = None) -> Actor:
        if role is Role.SYSTEM:
            return SYSTEM_ACTOR
        owner = self.world.producer if role is Role.PRODUCER else None
        held = Held(role, unit or self.units.get(role) or self._home(role), owner)
        return Actor(self.world.account[role], f"Người {role}", "api", (held,))

    def _home(self, role: Role) -> str:
        if SCOPES[role] in (Scope.COMMUNE, Scope.PRODUCER):
            return self.world.commune
        return COUNTRY if role in (Role.MINISTRY, Role.ADMIN) else PROVINCE

    def product(self, **given: Any) -> str:
        return self.write(
            lambda tx: register_product(
                tx, self.world.producer, f"Chè {next(NUMBERS)}", actor=SYSTEM,
                **{"group": ProductGroup.DRINKS, "set_code": "11"} | given,
            )
        )  # fmt: skip

    def put(self, state: str, **columns: Any) -> str:
        """A dossier that stands in a state by an imported line."""
        values = {
            "code": f"G-{next(NUMBERS)}", "kind": "first", "level": "commune", "year": 2027,
            "cycle_id": self.world.cycle or None, "product_id": columns.get("product_id") or self.product(),
            "producer_id": self.world.producer, "province_code": PROVINCE, "commune_code": self.world.commune,
            "product_name": "Chè búp", "product_group": "drinks", "product_set": "11", "producer_type": "cooperative",
            "illustrative": 0, "attempts": 0, "training_waived": 0,
            "ruleset": rulesets.get("qd26-2026").pin if columns.get("filed_on") else None, **columns,
        }  # fmt: skip
        return self._import("dossier", values, state)

    def certificate(self, product_id: str, state: str = "valid", **columns: Any) -> str:
        """A certificate of four stars of June 2024, in force until June 2027."""
        values = {
            "certificate_no": f"G-{next(NUMBERS)}", "level": "province", "ruleset": rulesets.get("qd148-2023").pin,
            "product_id": product_id, "producer_id": self.world.producer, "province_code": PROVINCE,
            "commune_code": self.world.commune, "product_name": "Chè búp", "producer_name": "HTX", "stars": 4,
            "decision_number": "1/QĐ", "issued_on": "2024-06-10", "expires_on": "2027-06-10",
            "last_valid_day": "2027-06-10", "origin": "imported", "source": "bản giấy", "illustrative": 0, **columns,
        }  # fmt: skip
        return self._import("certificate", values, state)

    def cycle(self, state: str = "open", **columns: Any) -> str:
        """A cycle without windows and batches."""
        values = {
            "province_code": PROVINCE, "year": 2028, "title": "Chu trình", "plan_number": "1/KH",
            "plan_date": "2028-01-04", "plan": "{}", "digest": "a" * 64, "calendar_version": "1", "illustrative": 0,
            "warnings_open": 0, "calendar_open": 0, **columns,
        }  # fmt: skip
        return self._import("cycle", values, state)

    def batch(self, cycle_id: str, number: int, last_day: str, level: str = "province") -> str:
        values = {
            "cycle_id": cycle_id, "province_code": PROVINCE, "level": level, "number": number,
            "opens_on": "2027-01-11", "propose_last_day": last_day, "evaluate_last_day": last_day,
            "intake_opens_at": "2027-01-10T17:00:00.000000Z", "intake_closes_at": "2030-01-01T17:00:00.000000Z",
        }  # fmt: skip
        return self._import("batch", values, "planned")

    def _import(self, kind: str, values: dict[str, Any], state: str) -> str:
        def write(tx: Tx) -> str:
            machine = moves.machine_of(kind)
            return import_past(
                tx, machine, values, state=state, source="bản giấy", effective_on=None, inputs={}
            ).id

        return self.write(write)

    def write(self, fn: Callable[[Tx], Any]) -> Any:
        return self.db.write_now(fn)

    def fire(
        self,
        dossier_id: str,
        trigger: str,
        role: Role,
        reason: str | None = None,
        *,
        unit: str | None = None,
        kind: str = "dossier",
        **data: object,
    ) -> Fired:
        """One move by one role, at its own place unless a unit is named."""
        actor = self.actor(role, unit)

        def step(tx: Tx) -> Fired:
            return moves.fire(tx, kind, dossier_id, trigger, actor=actor, data=data, reason=reason)

        return self.db.write_now(step)

    def refused(self, dossier_id: str, trigger: str, role: Role, *rest: Any, **how: Any) -> str | None:
        """The code of the refusal, None where the move was made; a refusal leaves everything as it was."""
        before = self.stored(dossier_id)
        try:
            self.fire(dossier_id, trigger, role, *rest, **how)
        except OcopError as error:
            assert self.stored(dossier_id) == before, "a refusal changed something"
            return error.code
        return None

    def stored(self, subject_id: str, kind: str = "dossier") -> tuple[dict[str, Any], list[Line]]:
        def read(rtx: ReadTx) -> tuple[dict[str, Any], list[Line]]:
            row = moves.machine_of(kind).load(rtx, subject_id)
            assert row is not None
            return row, [parse_line(text) for text, _ in read_lines(rtx, f"{kind}/{subject_id}")]

        return self.db.read_now(read)

    def row(self, subject_id: str, kind: str = "dossier") -> dict[str, Any]:
        return self.stored(subject_id, kind)[0]

    def replayed(self, subject_id: str) -> Replayed:
        return fold(self.stored(subject_id)[1])


def decision(on: str) -> dict[str, object]:
    return {**DECISION, "decision_on": on}


def day(text: str) -> date:
    return date.fromisoformat(text)
