"""What the tests of cycles stand on: a seeded installation, a coordinator, a plan to change."""

from pathlib import Path

import pytest

from core.db import Database
from core.errors import BadInput
from core.lines import SYSTEM
from core.tx import Tx
from registry import calendar_days, units_seed
from registry.actors import Actor, Held
from registry.roles import Role
from states.cycle.open_cycle import Opened, open_cycle
from states.cycle.plan import parse
from states.cycle.preview import preview

PLANS = Path(__file__).parents[3] / "examples" / "plans"
ILLUSTRATIVE = "thai-nguyen-2027.yaml"
REAL = "bac-giang-2022.yaml"


def coordinator(unit_code: str = "19") -> Actor:
    """A provincial officer; rights are the actor's own, so no rows are needed."""
    held = Held(Role.PROVINCE_UNIT, unit_code)
    return Actor("0192a000-0000-7000-8000-000000000001", "Cán bộ tỉnh", "web", (held,))


def plan_text(name: str = ILLUSTRATIVE) -> str:
    return (PLANS / name).read_text(encoding="utf-8")


def seed(db: Database) -> None:
    def write(tx: Tx) -> None:
        units_seed.seed_units(tx)
        calendar_days.seed_calendar(tx, actor=SYSTEM)

    db.write_now(write, alone=True)


def digest_of(db: Database, text: str, name: str = ILLUSTRATIVE) -> str:
    return db.read_now(lambda rtx: preview(rtx, parse(text, name)).digest)


def opened(db: Database, text: str, *, digest: str | None = None, actor: Actor | None = None) -> Opened:
    """Preview and open, as a coordinator who sees and says yes."""
    seen = digest or digest_of(db, text)
    who = actor or coordinator(parse(text).province)
    return db.write_now(lambda tx: open_cycle(tx, text, "plan.yaml", seen, who), alone=True)


def faults(text: str) -> list[tuple[str, int, int]]:
    """Every mistake of a plan text: code, line, column."""
    with pytest.raises(BadInput) as refusal:
        parse(text, "plan.yaml")
    return [
        (fault.code, int(fault.params["line"] or 0), int(fault.params["column"] or 0))
        for fault in refusal.value.fields
    ]
