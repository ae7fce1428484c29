"""A year opens with its dossiers: one for each renewal the preview showed, and those that waited for it."""

from datetime import date

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.db import Database
from core.sql import Sql
from core.tx import Tx
from registry.roles import Role
from states import moves
from states.cycle import facts
from states.cycle.plan import parse
from states.cycle.preview import Preview, preview
from states.dossier import states as dossier_states
from states.dossier.models import DOSSIER_TABLE
from states.outcomes.recognitions import Recognition
from states.outcomes.take_over import take_over
from states.years.opening import open_year
from tests.world import PLANS, World, settled

NAME = "thai-nguyen-2027.yaml"
PLAN = (PLANS / NAME).read_text(encoding="utf-8")
D = DOSSIER_TABLE.c


def recognition(number: int, issued_on: date, kind: str | None = "htx") -> Recognition:
    """A four-star certificate taken over from a document."""
    return Recognition(
        number, f"Sản phẩm {number}", f"Chủ thể {number}", kind, "Thái Nguyên", "province", issued_on.year, 4, "5/QĐ",
        issued_on, issued_on.replace(year=issued_on.year + 3), "bản giấy", None,
    )  # fmt: skip


@pytest.fixture
def world(db: Database) -> World:
    """Three renewals due in 2027, one of a producer nobody names the type of, and one due the year after."""
    made = settled(db, plan=None)
    days = [date(2024, 9, 2), date(2024, 9, 3), date(2024, 10, 1), date(2025, 6, 30)]
    rows = [recognition(number, day, "htx" if number != 3 else None) for number, day in enumerate(days, 1)]
    db.write_now(lambda tx: take_over(tx, rows, observed_on=date(2027, 1, 4)), alone=True)
    return made


def seen(db: Database, text: str = PLAN, accepted: dict[str, str] | None = None) -> Preview:
    return db.read_now(lambda rtx: preview(rtx, parse(text, NAME), accepted=accepted))


def opened(
    db: Database, world: World, text: str = PLAN, accepted: dict[str, str] | None = None
) -> tuple[int, int]:
    shown = seen(db, text, accepted)

    def write(tx: Tx) -> tuple[int, int]:
        actor = world.actor(tx, Role.PROVINCE_UNIT)
        made = open_year(tx, text, NAME, shown.digest, actor, accepted=accepted)
        world.cycle = made.cycle_id
        return made.renewals, made.adopted

    return db.write_now(write, alone=True)


def rows(db: Database, *columns: sa.Column[object]) -> list[tuple[object, ...]]:
    return db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(*columns).order_by(*columns))))


def test_a_dossier_is_opened_for_each_renewal_that_was_shown(db: Database, world: World) -> None:
    shown = seen(db)

    counts = opened(db, world)

    assert [(each.product, each.why_not) for each in shown.renewals] == [
        ("Sản phẩm 1", None), ("Sản phẩm 2", None), ("Sản phẩm 3", "producer_not_eligible")
    ]  # fmt: skip
    assert counts == (2, 0)
    assert rows(db, D.product_name, D.kind, D.state, D.year, D.code, D.cycle_id) == [
        ("Sản phẩm 1", "re_evaluation", "dossier.preparing", 2027, "27-19-0001", world.cycle),
        ("Sản phẩm 2", "re_evaluation", "dossier.preparing", 2027, "27-19-0002", world.cycle),
    ]
    assert db.read_now(verify).findings == []


def test_what_was_opened_is_no_renewal_to_open_any_more(db: Database, world: World) -> None:
    opened(db, world)

    after = seen(db)

    assert [(each.product, each.why_not) for each in after.renewals] == [
        ("Sản phẩm 1", "dossier_open"), ("Sản phẩm 2", "dossier_open"), ("Sản phẩm 3", "producer_not_eligible")
    ]  # fmt: skip


def test_a_renewal_goes_on_like_any_dossier(db: Database, world: World) -> None:
    """Its history begins with the system's own line; carried into the next year it waits for the cycle and is adopted."""
    opened(db, world)
    (first, _) = [row[0] for row in rows(db, D.id)]
    db.write_now(
        lambda tx: moves.fire(
            tx, "dossier", str(first), "carry_over", actor=world.actor(tx, Role.PROVINCE_UNIT), data={"year": 2028},
            reason="chủ thể đề nghị",
        )
    )  # fmt: skip
    text = PLAN.replace("2028-", "2029-").replace("2027", "2028").partition("accepted:")[0]
    accepted = {each.id: "đã rà" for each in seen(db, text).warnings}
    waiting = seen(db, text, accepted)

    counts = opened(db, world, text, accepted)

    assert [each.dossier_id for each in waiting.carried] == [first]
    assert counts == (1, 1)
    assert (first, 2028, world.cycle) in rows(db, D.id, D.year, D.cycle_id)
    assert db.read_now(verify).findings == []


def test_a_refused_opening_opens_no_dossier(db: Database, world: World) -> None:
    from core.errors import Refused

    with pytest.raises(Refused):
        db.write_now(
            lambda tx: open_year(tx, PLAN, NAME, "0" * 64, world.actor(tx, Role.PROVINCE_UNIT)), alone=True
        )

    assert rows(db, D.id) == []


def test_the_cycle_and_the_dossier_agree_on_what_is_final_and_what_is_on_its_way() -> None:
    """The cycle reads states of dossiers as text; here they are held against the dossier's own table."""
    states = [state for state in dossier_states.STATES if state != "new"]

    final = {str(s) for s in states if str(s).startswith(facts.FINAL) or str(s).endswith(facts.FINAL_ENDS)}
    coming = {
        str(s)
        for s in states
        if str(s).startswith(facts.BEFORE_RECOGNITION) and not str(s).endswith(facts.ENDED)
    }

    assert final == {str(s) for s in states if dossier_states.STATES[s].final}
    assert coming == {str(s) for s in dossier_states.BEFORE_RECOGNITION}
