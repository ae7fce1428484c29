"""The drill on real input: the one fully dated plan found, and certificates that really ran out.

From 1 December 2021, step by step: what is past is imported, the plan of 2022 is shown and opened, every day fires.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.clock import StepClock
from core.tx import Tx
from registry import units_seed
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.calendar_days import seed_calendar
from registry.producers import ProducerData, ProducerType, register_producer
from registry.roles import COUNTRY, Role
from registry.units import UnitKind
from ocop.installation import calendar_years
from states.certificate.models import CERTIFICATE_TABLE
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
    def __init__(self, tx: Tx) -> None:
        units_seed.seed_units(tx)
        seed_calendar(tx, actor=SYSTEM, years=calendar_years(tx.now.date()))


def test_x(house: House) -> None:
    house.db.write_now(People, alone=True)
    print([r for r in house.rows(__import__("registry.tables", fromlist=["table"]).table(__import__("registry.units", fromlist=["Unit"]).Unit), "code","name_vi", kind="province") if r[0].startswith("x-bac")])
    rows = recognitions.read(PAST.read_text(encoding="utf-8"), PAST.name)
    rep = house.db.write_now(lambda tx: take_over(tx, rows, observed_on=date(2026,11,22)), alone=True)
    print(rep.to_json())
    print(house.rows(CERTIFICATE_TABLE, "last_valid_day", "issued_on", "state", "province_code", "window_opens_on", "window_closes_on", "ruleset"))
    print(house.rows(DEADLINE, "code", "last_day", "due_at"))
