"""The drill on real input: the one fully dated plan found, and certificates that really ran out.

From 1 December 2021, step by step: what is past is imported, the plan of 2022 is shown and opened, every day fires.
"""

from datetime import date, datetime

import pytest

from core.clock import StepClock
from core.tx import Tx
from ocop.installation import calendar_years
from registry import units_seed
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.calendar_days import seed_calendar
from registry.producers import ProducerData, ProducerType, register_producer
from registry.roles import COUNTRY, Role
from registry.units import UnitKind
from states.deadlines.entries import DEADLINE
from states.outcomes import recognitions
from states.outcomes.take_over import take_over
from tests.journeys.house import V1, House, good
from tests.world import PLANS, SYSTEM

PLAN = (PLANS / "bac-giang-2022.yaml").read_text(encoding="utf-8")
PAST = PLANS.parents[1] / "ocop" / "demo" / "data" / "bac-kan-products.csv"
PROVINCE, OTHER = "x-bac-giang", "x-bac-kan"


@pytest.fixture
def clock() -> StepClock:
    return StepClock(datetime.fromisoformat("2021-12-01T08:00:00+07:00"))


class People:
    """The officers of two old provinces, a producer of each, and an auditor of the country."""

    def __init__(self, tx: Tx) -> None:
        units_seed.seed_units(tx)
        seed_calendar(tx, actor=SYSTEM, years=calendar_years(tx.now.date()))
        commune = units_seed.add_historic_unit(
            tx, "Xã Lục Sơn", UnitKind.COMMUNE, parent_code=PROVINCE, successor_codes=(), source="câu chuyện"
        )
        data = ProducerData("Hợp tác xã minh hoạ", ProducerType.COOPERATIVE, commune)
        self.coordinator = person(tx, "coordinator", Role.PROVINCE_UNIT, PROVINCE)
        self.commune = person(tx, "commune", Role.COMMUNE, commune)
        self.producer = person(tx, "producer", Role.PRODUCER, commune, register_producer(tx, data, actor=SYSTEM))
        self.other = person(tx, "other", Role.PROVINCE_UNIT, OTHER)
        self.auditor = person(tx, "auditor", Role.AUDITOR, COUNTRY)


def person(tx: Tx, name: str, role: Role, unit: str, producer: str | None = None) -> str:
    account = add_account(tx, name, actor=SYSTEM, email=f"{name}@ocop.example")
    appoint(
        tx, account, role, unit, actor=SYSTEM, starts_on=date(2021, 1, 1), ends_on=date(2024, 12, 31), producer_id=producer
    )
    return account


def test_x(house: House) -> None:
    people = house.db.write_now(People, alone=True)
    rows = recognitions.read(PAST.read_text(encoding="utf-8"), PAST.name)
    rep = house.db.write_now(lambda tx: take_over(tx, rows, observed_on=date(2026,11,22)), alone=True)
    plan = {"plan": PLAN, "filename": "bac-giang-2022.yaml"}
    shown = good(house.by(people.coordinator).post(f"{V1}/cycles/preview", json=plan))
    import pprint
    pprint.pprint({k: shown[k] for k in ("batches","windows","warnings","notices","deadlines","ruleset","calendar")})
    opened = house.by(people.coordinator).post(f"{V1}/cycles", json=plan | {"digest": shown["digest"]})
    pprint.pprint(opened.json())
    house.on("2023-02-01T08:00")
    for name in ("coordinator", "commune","producer","other"):
        print(name)
        pprint.pprint([(e["created_at"], e["kind"], e["title"]) for e in house.inbox(getattr(people, name))], width=200)
    pprint.pprint(house.rows(DEADLINE, "code", "last_day", "fired_at"))
