"""Who may begin an idea on which day: the list of the ruleset in force, from the first instant of its first day."""

from datetime import date, datetime

import pytest

from core.clock import Clock, StepClock
from core.db import Database
from core.errors import Refused
from core.sql import Sql
from core.tx import Tx
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import ProductGroup, register_product
from registry.roles import Role
from states import moves
from states.cycle.expected import eligible
from states.dossier.models import DOSSIER_TABLE
from tests.states.dossier.ground import Ground
from tests.world import SYSTEM, settled

T, F, D = ProducerType, ProductGroup.FOOD, ProductGroup.TOURISM
BEFORE_148, SINCE_148 = "2023-02-23T23:59:59", "2023-02-24T00:00:00"
BEFORE_26, SINCE_26 = "2026-05-21T23:59:59", "2026-05-22T00:00:00"
BEFORE_ANY = "2019-08-20T23:59:59"


@pytest.fixture
def clock(at: str) -> Clock:
    return StepClock(datetime.fromisoformat(f"{at}+07:00"))


@pytest.fixture
def ground(db: Database, clock: StepClock) -> Ground:
    return Ground(db, clock, settled(db, plan=None))


@pytest.mark.parametrize(
    ("kind", "group", "at", "admitted"),
    [
        pytest.param(T.FARM, F, BEFORE_148, False, id="farm-last-second-of-781"),
        pytest.param(T.FARM, F, SINCE_148, True, id="farm-first-instant-of-148"),
        pytest.param(T.PRODUCTION_HOUSEHOLD, F, BEFORE_148, False, id="household-last-second-of-781"),
        pytest.param(T.PRODUCTION_HOUSEHOLD, F, SINCE_148, True, id="household-first-instant-of-148"),
        pytest.param(T.ASSOCIATION, D, BEFORE_148, False, id="association-last-second-of-781"),
        pytest.param(T.ASSOCIATION, D, SINCE_148, True, id="association-first-instant-of-148"),
        pytest.param(T.ASSOCIATION, F, SINCE_148, False, id="association-for-food"),
        pytest.param(T.OPERATION_CENTRE, D, BEFORE_26, True, id="centre-last-second-of-1489"),
        pytest.param(T.OPERATION_CENTRE, D, SINCE_26, True, id="centre-first-instant-of-26"),
        pytest.param(T.OPERATION_CENTRE, F, SINCE_26, False, id="centre-for-food"),
        pytest.param(T.LARGE_ENTERPRISE, D, BEFORE_148, False, id="large-enterprise-under-781"),
        pytest.param(T.LARGE_ENTERPRISE, F, SINCE_26, False, id="large-enterprise-under-26"),
        pytest.param(T.NOT_STATED, F, SINCE_26, False, id="not-stated"),
        pytest.param(T.REGISTERED_HOUSEHOLD, F, BEFORE_148, True, id="registered-household-under-781"),
        pytest.param(T.COOPERATIVE, F, BEFORE_ANY, True, id="programme-of-2018-before-any-ruleset"),
        pytest.param(T.FARM, F, BEFORE_ANY, False, id="farm-before-any-ruleset"),
    ],
)
def test_a_producer_begins_an_idea_where_the_rules_of_the_day_admit_its_type(
    ground: Ground, kind: ProducerType, group: ProductGroup, at: str, admitted: bool
) -> None:
    def register(tx: Tx) -> str:
        ground.world.producer = register_producer(
            tx, ProducerData("Cơ sở thử", kind, ground.world.commune), actor=SYSTEM
        )
        return register_product(tx, ground.world.producer, "Sản phẩm thử", actor=SYSTEM, group=group)

    product = ground.write(register)
    cycle = ground.cycle(year=int(at[:4]))
    actor = ground.actor(Role.PRODUCER)

    def begin(tx: Tx) -> str:
        return moves.open_idea(tx, product_id=product, cycle_id=cycle, actor=actor).dest

    if admitted:
        assert ground.write(begin) == "idea.draft"
    else:
        with pytest.raises(Refused) as refused:
            ground.write(begin)
        assert refused.value.code == "guard_producer_not_eligible"
        assert ground.db.read_now(lambda rtx: rtx.sql.all(Sql(DOSSIER_TABLE.select()))) == []
    assert eligible(str(kind), str(group), date.fromisoformat(at[:10])) is admitted, (
        "the preview of a year says otherwise"
    )
