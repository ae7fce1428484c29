"""The people, producers and products of the demonstration: every name says that it is illustrative."""

from dataclasses import dataclass, field
from datetime import date

from core.tx import ReadTx, Tx
from ocop.demo.story import COMMUNES, PRODUCERS, PROVINCE, STORIES
from ocop.installation import SYSTEM
from registry import offices, units
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import Actor, load_actor
from registry.producers import ProducerData, register_producer
from registry.products import register_product
from registry.roles import COUNTRY, Role

FIRST_DAY, LAST_DAY = date(2027, 1, 1), date(2030, 12, 31)
TITLES = {
    Role.PROVINCE_UNIT: "Điều phối viên tỉnh",
    Role.COMMUNE: "Cán bộ xã",
    Role.PRODUCER: "Chủ thể",
    Role.ADVISORY: "Thành viên Tổ tư vấn",
    Role.CHAIR: "Chủ tịch Hội đồng",
    Role.SECRETARY: "Thư ký Hội đồng",
    Role.COUNCIL_MEMBER: "Thành viên Hội đồng",
    Role.PROVINCE_CHAIR: "Lãnh đạo UBND tỉnh",
    Role.MINISTRY: "Chuyên viên Bộ",
    Role.AUDITOR: "Người kiểm tra",
    Role.ADMIN: "Quản trị hệ thống",
}


@dataclass(slots=True)
class Cast:
    """Ids of everybody in the story."""

    accounts: dict[Role, str] = field(default_factory=dict)
    officers: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    products: dict[int, str] = field(default_factory=dict)

    def actor(self, tx: ReadTx, role: Role, *, commune: int, producer: int) -> Actor:
        account = {Role.COMMUNE: self.officers.get(commune), Role.PRODUCER: self.owners.get(producer)}.get(
            role
        )
        return load_actor(tx, account or self.accounts[role], "demo")


def engage(tx: Tx) -> Cast:
    """Write everybody down."""
    cast = Cast()
    communes = [units.commune_of(tx, name, PROVINCE, FIRST_DAY) for name in COMMUNES]
    for place, code in enumerate(communes):
        offices.set_office(tx, code, phone="0900000000", hours="07:30-17:00 (minh hoạ)", by=SYSTEM.id)
        cast.officers[place] = _person(tx, Role.COMMUNE, code, f"Cán bộ {COMMUNES[place]}")
    producers = [_producer(tx, cast, place, communes[place]) for place in range(len(PRODUCERS))]
    for story in STORIES:
        cast.products[story.number] = register_product(
            tx,
            producers[story.producer],
            story.product,
            actor=SYSTEM,
            group=story.group,
            set_code=story.set_code,
        )
    for role, title in TITLES.items():
        if role not in (Role.COMMUNE, Role.PRODUCER):
            unit = COUNTRY if role in (Role.MINISTRY, Role.ADMIN) else PROVINCE
            cast.accounts[role] = _person(tx, role, unit, title)
    cast.accounts |= {Role.COMMUNE: cast.officers[0], Role.PRODUCER: cast.owners[0]}
    return cast


def _producer(tx: Tx, cast: Cast, place: int, commune: str) -> str:
    name, kind = PRODUCERS[place]
    producer = register_producer(tx, ProducerData(name=name, type=kind, commune_code=commune), actor=SYSTEM)
    cast.owners[place] = _person(tx, Role.PRODUCER, commune, f"{TITLES[Role.PRODUCER]} {name}", producer)
    return producer


def _person(tx: Tx, role: Role, unit: str, title: str, producer: str | None = None) -> str:
    account = add_account(tx, f"{title} (minh hoạ)", actor=SYSTEM)
    appoint(
        tx, account, role, unit, actor=SYSTEM, starts_on=FIRST_DAY, ends_on=LAST_DAY, producer_id=producer
    )
    return account
