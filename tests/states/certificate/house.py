"""A settled province whose certificates and dossiers can be put into any state and lived through by the clock.

Past facts come in as imports; everything after them is done by the one door or by the steps of the clock.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM, StepClock
from core.config import Config
from core.db import Database
from core.history import read_lines
from core.lines import Line, parse_line
from core.sql import Sql
from core.tx import Tx
from registry import settings as registry_settings
from registry.actors import SYSTEM_ACTOR
from registry.products import ProductGroup, register_product
from registry.roles import Role
from regulations import rulesets
from regulations.certificate_terms import certificate_dates
from states import moves
from states.certificate.commands import date_columns, watch
from states.certificate.models import CERTIFICATE_TABLE
from states.deadlines.entries import DEADLINE
from states.dossier import papers
from states.dossier.models import DOSSIER_TABLE
from states.engine.fire import Fired, import_past
from states.engine.replay import Replayed, fold
from tests.states.every_move.stage import filled
from tests.states.every_move.table import STANDING
from tests.world import PROVINCE, SYSTEM, World
from workflows.service import Service
from workflows.steps import STEPS

P, C, V, K, B = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR, Role.MINISTRY
NUMBERS = itertools.count(1)
Row = dict[str, Any]


@dataclass
class House:
    """The province, its clock and its people."""

    db: Database
    clock: StepClock
    config: Config
    world: World

    def on(self, when: date | str) -> "House":
        """Move the clock: a day stands for its first instant."""
        text = when.isoformat() if isinstance(when, date) else when
        moment = datetime.fromisoformat(f"{text if 'T' in text else text + 'T00:00'}+07:00")
        self.clock.move_to(max(moment, self.clock.business_now()))
        return self

    def sweep(self) -> None:
        """What the clock does: deadlines that have passed, then certificates by their own days."""
        service = Service(self.db, self.clock, self.config)
        for step in ("sweep_deadlines", "certificate_watch"):
            result = STEPS[step](service, self.clock.business_now())
            assert not result["skipped"], (step, result)

    def product(self) -> str:
        name = f"Chè {next(NUMBERS)}"
        return self.db.write_now(
            lambda tx: register_product(
                tx, self.world.producer, name, actor=SYSTEM, group=ProductGroup.DRINKS, set_code="11"
            )
        )

    def choose(self, **chosen: Any) -> None:
        """The province's own choice where the law leaves one."""

        def write(tx: Tx) -> None:
            for name, value in chosen.items():
                if registry_settings.resolved(tx, PROVINCE)[name] != value:
                    registry_settings.choose(tx, PROVINCE, name, value, source="5/QĐ-UBND", actor=SYSTEM)

        self.db.write_now(write)

    def certified(
        self,
        issued_on: date | None,
        *,
        stars: int | None = 4,
        ruleset: str | None = "qd26-2026",
        **columns: Any,
    ) -> tuple[str, str]:
        """A certificate taken over on this day with the deadlines it brings; its id and its product's."""
        product, law = (
            columns.pop("product_id", None) or self.product(),
            rulesets.get(ruleset) if ruleset else None,
        )

        def write(tx: Tx) -> str:
            days: Row = dict.fromkeys(("expires_on", "last_valid_day", "window_opens_on", "window_closes_on"))
            if issued_on:
                chosen = registry_settings.resolved(tx, PROVINCE)
                days = dict(date_columns(certificate_dates(law, issued_on, chosen)))
            values = {
                "certificate_no": f"C-{next(NUMBERS)}", "level": "province", "ruleset": law.pin if law else None,
                "product_id": product, "producer_id": self.world.producer, "province_code": PROVINCE,
                "commune_code": self.world.commune, "product_name": "Chè", "producer_name": "HTX", "stars": stars,
                "decision_number": "1/QĐ", "issued_on": issued_on.isoformat() if issued_on else None,
                "origin": "imported", "source": "bản giấy", "illustrative": 0, **days, **columns,
            }  # fmt: skip
            machine = moves.machine_of("certificate")
            fired = import_past(
                tx, machine, values, state="valid", source="bản giấy", effective_on=issued_on, inputs={}
            )
            watch(tx, fired.row, actor=SYSTEM_ACTOR)
            return fired.id

        return self.db.write_now(write), product

    def dossier(self, kind: str, state: str, product: str, **columns: Any) -> str:
        """A dossier that has come to this state on paper."""
        values = {
            "code": f"H-{next(NUMBERS)}", "kind": kind, "level": "province", "year": 2027,
            "cycle_id": self.world.cycle or None, "product_id": product, "producer_id": self.world.producer,
            "province_code": PROVINCE, "commune_code": self.world.commune, "product_name": "Chè",
            "product_group": "drinks", "product_set": "11", "producer_type": "cooperative", "illustrative": 0,
            "attempts": 0, "training_waived": 0, **STANDING["dossier", state], **columns,
        }  # fmt: skip
        machine = moves.machine_of("dossier")
        return self.db.write_now(
            lambda tx: (
                import_past(
                    tx, machine, values, state=state, source="bản giấy", effective_on=None, inputs={}
                ).id
            )
        )

    def do(
        self,
        kind: str,
        subject_id: str,
        trigger: str,
        role: Role,
        data: Mapping[str, object] | None = None,
        reason: str | None = None,
    ) -> Fired:
        return self.db.write_now(
            lambda tx: moves.fire(
                tx, kind, subject_id, trigger, actor=self.world.actor(tx, role), data=data, reason=reason
            )
        )

    # ---- a renewal or an upgrade, by its ends

    def renewal(self, product: str) -> str:
        """A renewal dossier that comes before the council again, so that the certificate is in process."""
        dossier = self.dossier("re_evaluation", "decision.annulled", product)
        self.do("dossier", dossier, "redo", V)
        return dossier

    def ready_to_file(self, product: str) -> str:
        """A renewal dossier with every form filled in, assessed under the law of the day."""
        law = rulesets.in_force(self.clock.business_now().astimezone(VIETNAM).date())
        pin = law.pin if law else None
        dossier = self.dossier("re_evaluation", "dossier.self_assessed", product, ruleset_assessed=pin)

        def fill(tx: Tx) -> None:
            owner = self.world.actor(tx, P)
            for name in ("registration", "self_assessment", "renewal_update"):
                papers.save(tx, dossier, name, filled(name), actor=owner)

        self.db.write_now(fill)
        return dossier

    def decide(self, kind: str, product: str, stars: int, on: date, number: str = "77/QĐ-UBND") -> str:
        """The chair recognises a dossier of this kind that waits for the decision."""
        filed = (on - timedelta(days=40)).isoformat()
        dossier = self.dossier(
            kind, "decision.pending", product, stars=stars, filed_on=filed, received_on=filed
        )
        self.recognise(dossier, on, number)
        return dossier

    def recognise(self, dossier: str, on: date, number: str = "77/QĐ-UBND") -> Fired:
        data = {"decision_number": number, "decision_on": on.isoformat(), "signer": "Chủ tịch"}
        return self.do("dossier", dossier, "decide_recognition", K, data)

    # ---- what came of it

    def row(self, kind: str, subject_id: str) -> Row:
        found = self.db.read_now(lambda rtx: moves.machine_of(kind).load(rtx, subject_id))
        assert found is not None
        return found

    def state(self, kind: str, subject_id: str) -> str:
        return str(self.row(kind, subject_id)["state"])

    def lines(self, kind: str, subject_id: str) -> list[Line]:
        subject = f"{kind}/{subject_id}"
        return self.db.read_now(lambda rtx: [parse_line(text) for text, _ in read_lines(rtx, subject)])

    def replayed(self, kind: str, subject_id: str, **how: Any) -> Replayed:
        return fold(self.lines(kind, subject_id), **how)

    def certificates(self, product: str) -> list[Row]:
        """Every certificate of a product, the one issued last at the end."""
        chosen = Sql(
            sa.select(CERTIFICATE_TABLE.c.id)
            .where(CERTIFICATE_TABLE.c.product_id == product)
            .order_by(CERTIFICATE_TABLE.c.id)
        )
        ids = self.db.read_now(lambda rtx: [row[0] for row in rtx.sql.all(chosen)])
        return [self.row("certificate", one) for one in ids]

    def dossiers(self, product: str) -> list[tuple[str, str]]:
        """Kind and state of every dossier of a product."""
        table = DOSSIER_TABLE
        chosen = (
            sa.select(table.c.kind, table.c.state).where(table.c.product_id == product).order_by(table.c.id)
        )
        return [(kind, state) for kind, state in self.db.read_now(lambda rtx: rtx.sql.all(Sql(chosen)))]

    def dues(self, certificate: str) -> dict[str, tuple[str, str]]:
        """Last day of each deadline of a certificate, and how it stands: open, fired, met or cancelled."""
        columns = ("code", "last_day", "fired_at", "met_at", "cancelled_at")
        chosen = sa.select(*(DEADLINE.c[name] for name in columns)).order_by(DEADLINE.c.id)
        found = self.db.read_now(
            lambda rtx: rtx.sql.all(Sql(chosen.where(DEADLINE.c.subject == f"certificate/{certificate}")))
        )
        return {code: (last, _standing(fired, met, cancelled)) for code, last, fired, met, cancelled in found}


def _standing(fired: str | None, met: str | None, cancelled: str | None) -> str:
    if cancelled:
        return "cancelled"
    return "met" if met else "fired" if fired else "open"
