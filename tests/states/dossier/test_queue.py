"""The queue of a role: who waits, in which order, page by page, compared with the same said in plain Python."""

from random import Random

import pytest
import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.roles import Role
from states.cycle.models import BATCH_TABLE
from states.deadlines.entries import DEADLINE
from states.dossier import queries
from states.dossier.models import DOSSIER_TABLE
from tests.states.deadlines.factories import given, item
from tests.states.dossier.ground import Ground

WAITING = ("province.received", "commune.received", "idea.returned", "plan.submitted", "advisory.review")
DAYS = ("2027-03-01", "2027-03-31", "2027-06-30", "2027-12-31")


@pytest.fixture
def many(ground: Ground) -> Ground:
    """Forty dossiers, with and without a batch, with and without deadlines of their own, some of those settled."""
    chance = Random(2027)
    batches = ground.db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(BATCH_TABLE.c.id))))
    product = ground.product()
    for _ in range(40):
        batch = chance.choice([None, *(row[0] for row in batches)])
        dossier = ground.put(chance.choice(WAITING), product_id=product, batch_id=batch)
        for code in ("RENEW_TOTAL", "COMMUNE_CHECK", "DOSSIER_SUPPLEMENT"):
            if chance.random() < 0.4:
                ids = given(ground.db, item(chance.choice(DAYS), code=code, subject=f"dossier/{dossier}"))
                ground.db.write_now(lambda tx, ids=ids: settle(tx, ids[0], chance.randrange(4)))
    return ground


def settle(tx: Tx, deadline_id: str, how: int) -> None:
    column = {0: "met_at", 1: "cancelled_at", 2: "fired_at"}.get(how)
    if column:
        change = sa.update(DEADLINE).where(DEADLINE.c.id == deadline_id).values({column: tx.now})
        tx.sql.run(Sql(change))


def expected(rtx: ReadTx, role: Role) -> list[tuple[str | None, str]]:
    """The same in plain words: every dossier whose turn it is, by the earliest unsettled deadline of the role."""
    dossiers = rtx.sql.all(Sql(sa.select(*(DOSSIER_TABLE.c[name] for name in ("id", "batch_id", "state")))))
    columns = (DEADLINE.c[name] for name in ("subject", "owner_role", "met_at", "cancelled_at", "due_at"))
    deadlines = rtx.sql.all(Sql(sa.select(*columns)))
    found = []
    for dossier, batch, state in dossiers:
        if state in queries.states_waiting_for(role):
            dues = [
                due for subject, owner, met, cancelled, due in deadlines
                if subject in (f"dossier/{dossier}", f"batch/{batch}") and owner == role and not met and not cancelled
            ]  # fmt: skip
            found.append((min(dues, default=None), dossier))
    return sorted(found, key=lambda each: (each[0] or queries.LAST, each[1]))


def pages(ground: Ground, role: Role, size: int) -> list[list[tuple[str | None, str]]]:
    """The queue as a person leafs through it."""
    found: list[list[tuple[str | None, str]]] = []
    after = ("", "")
    while True:
        lines = ground.db.read_now(
            lambda rtx, after=after: queries.queue(rtx, ground.actor(role), after=after, limit=size)
        )
        if not lines:
            return found
        found.append([(line.due_at, line.id) for line in lines])
        after = (lines[-1].due_at or queries.LAST, lines[-1].id)


def test_pages_of_a_queue_hold_everything_once_and_in_order(many: Ground) -> None:
    for role in (Role.PROVINCE_UNIT, Role.COMMUNE, Role.PRODUCER, Role.ADVISORY):
        whole = many.db.read_now(lambda rtx, role=role: expected(rtx, role))
        assert len(whole) > 3
        for size in (1, 7, 100):
            found = pages(many, role, size)
            assert [each for page in found for each in page] == whole, (role, size)
            assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)


def test_which_deadlines_of_a_dossier_a_role_may_own() -> None:
    assert "RENEW_TOTAL" in queries._own_codes([Role.MINISTRY])
    assert queries._own_codes([Role.SECRETARY, Role.CHAIR, Role.COUNCIL_MEMBER]) == []
    assert set(queries._own_codes([Role.PRODUCER])) == {
        "IDEA_SUPPLEMENT", "PLAN_SUPPLEMENT", "DOSSIER_SUPPLEMENT", "PROGRESS_REPORT"
    }  # fmt: skip
