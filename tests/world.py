"""A small province with one person per role, one producer and one product: what most stories start from."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from core.db import Database
from core.tx import ReadTx, Tx
from registry import calendar_days, units
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import SYSTEM_ACTOR, Actor, load_actor
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import ProductGroup, register_product
from registry.roles import COUNTRY, Role
from registry.units_seed import seed_units
from states.cycle.plan import parse
from states.cycle.preview import preview
from states.years.opening import open_year

PLANS = Path(__file__).parents[1] / "examples" / "plans"
PROVINCE = "19"
SYSTEM = SYSTEM_ACTOR.ref(Role.SYSTEM)
START = date(2026, 1, 1)


@dataclass
class World:
    """Ids of what was made; ``account`` holds one account per role."""

    commune: str
    other_commune: str
    producer: str
    product: str
    account: dict[Role, str] = field(default_factory=dict)
    cycle: str = ""

    def actor(self, tx: ReadTx, role: Role, via: str = "api") -> Actor:
        return SYSTEM_ACTOR if role is Role.SYSTEM else load_actor(tx, self.account[role], via)


def settle(tx: Tx) -> World:
    """Units, calendar, one account per role in Thái Nguyên, a co-operative and its tea."""
    seed_units(tx)
    calendar_days.seed_calendar(tx, actor=SYSTEM)
    communes = units.communes(tx, PROVINCE, START)
    commune, other = communes[0].code, communes[1].code
    data = ProducerData(name="Hợp tác xã Chè Minh Hoạ", type=ProducerType.COOPERATIVE, commune_code=commune)
    producer = register_producer(tx, data, actor=SYSTEM)
    product = register_product(
        tx, producer, "Chè búp minh hoạ", actor=SYSTEM, group=ProductGroup.DRINKS, set_code="11"
    )
    world = World(commune, other, producer, product)
    for role in Role:
        if role is not Role.SYSTEM:
            world.account[role] = person(tx, role, world)
    return world


def person(tx: Tx, role: Role, world: World, *, name: str | None = None) -> str:
    """An account with one appointment where the role belongs."""
    account = add_account(
        tx, name or f"Người {role}", actor=SYSTEM, email=f"{name or role}@ocop.example".replace("_", "-")
    )
    unit = {
        Role.PRODUCER: world.commune,
        Role.COMMUNE: world.commune,
        Role.MINISTRY: COUNTRY,
        Role.ADMIN: COUNTRY,
    }
    appoint(
        tx, account, role, unit.get(role, PROVINCE), actor=SYSTEM, starts_on=START,
        ends_on=date(2030, 12, 31), producer_id=world.producer if role is Role.PRODUCER else None,
    )  # fmt: skip
    return account


def open_plan(tx: Tx, world: World, name: str = "thai-nguyen-2027.yaml") -> str:
    """Open a packaged plan as the coordinator would, and return the cycle's id."""
    text = (PLANS / name).read_text(encoding="utf-8")
    shown = preview(tx, parse(text, name))
    opened = open_year(tx, text, name, shown.digest, world.actor(tx, Role.PROVINCE_UNIT))
    world.cycle = opened.cycle_id
    return opened.cycle_id


def settled(db: Database, *, plan: str | None = "thai-nguyen-2027.yaml") -> World:
    """The world written to a database, with the cycle open unless ``plan`` is None."""

    def build(tx: Tx) -> World:
        world = settle(tx)
        if plan:
            open_plan(tx, world, plan)
        return world

    return db.write_now(build, alone=True)
