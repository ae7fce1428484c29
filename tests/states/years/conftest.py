"""A small province at the end of its year: ideas in three states, a renewal, the cycle under review."""

from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from core.clock import StepClock
from core.db import Database
from core.sql import Sql
from core.tx import Tx
from registry.products import ProductGroup, register_product
from registry.roles import Role
from states import moves
from states.cycle.models import BATCH_TABLE
from states.dossier.commands import save_form
from states.dossier.papers import REQUIRED
from states.outcomes.recognitions import Recognition
from states.outcomes.take_over import take_over
from tests.world import SYSTEM, World, open_plan, settled

B = BATCH_TABLE.c
_PROVINCIAL = Sql(sa.select(B.id).where(B.level == "province").order_by(B.number))


@dataclass
class Year:
    """The year's database, clock and people; dossiers by what happened to them."""

    db: Database
    clock: StepClock
    world: World
    dossiers: dict[str, str] = field(default_factory=dict)

    def on(self, when: str) -> None:
        self.clock.move_to(datetime.fromisoformat(f"{when}:00+07:00"))

    def do(
        self, kind: str, one: str, trigger: str, role: Role, reason: str | None = None, **data: object
    ) -> str:
        def write(tx: Tx) -> str:
            actor = self.world.actor(tx, role)
            return moves.fire(tx, kind, one, trigger, actor=actor, data=data, reason=reason).dest

        return self.db.write_now(write)

    def idea(self, name: str, *, submit: bool) -> None:
        def write(tx: Tx) -> str:
            product = register_product(
                tx, self.world.producer, name, actor=SYSTEM, group=ProductGroup.DRINKS, set_code="11"
            )
            owner = self.world.actor(tx, Role.PRODUCER)
            made = moves.open_idea(tx, product_id=product, cycle_id=self.world.cycle, actor=owner).id
            if submit:
                save_form(tx, made, "idea", dict.fromkeys(REQUIRED["idea"], "đã điền"), actor=owner)
                moves.fire(tx, "dossier", made, "submit_idea", actor=owner)
            return made

        self.dossiers[name] = self.db.write_now(write)

    def finish_batches(self) -> None:
        """Nobody filed: the clock settles both provincial batches, and the year comes under review."""
        for (batch,) in self.db.read_now(lambda rtx: rtx.sql.all(_PROVINCIAL)):
            for trigger in ("open_intake", "close_intake", "decide_empty"):
                self.do("batch", str(batch), trigger, Role.SYSTEM)
        self.do("cycle", self.world.cycle, "start_evaluating", Role.SYSTEM)
        self.do("cycle", self.world.cycle, "start_review", Role.PROVINCE_UNIT)


RENEWAL = Recognition(
    1, "Chè đã công nhận", "Hợp tác xã cũ", "htx", "Thái Nguyên", "province", 2024, 4, "5/QĐ", date(2024, 9, 2),
    date(2027, 9, 2), "bản giấy", None,
)  # fmt: skip


@pytest.fixture
def running(db: Database, clock: StepClock) -> Year:
    """The plan is opened with one renewal; in spring three ideas come in."""
    world = settled(db, plan=None)
    db.write_now(lambda tx: take_over(tx, [RENEWAL], observed_on=date(2027, 1, 4)), alone=True)
    db.write_now(lambda tx: open_plan(tx, world), alone=True)
    year = Year(db, clock, world)
    year.on("2027-03-01T08:00")
    for name, submit in (("nháp", False), ("đã nộp", True), ("bị bác", True)):
        year.idea(name, submit=submit)
    year.do("dossier", year.dossiers["bị bác"], "commune_screen_ok", Role.COMMUNE)
    year.do("dossier", year.dossiers["bị bác"], "reject_idea", Role.PROVINCE_UNIT, "Trùng sản phẩm")
    return year


@pytest.fixture
def ended(running: Year) -> Year:
    running.on("2027-12-31T08:00")
    running.finish_batches()
    return running
