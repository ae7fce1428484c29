"""The people, producers and products of the demonstration: every name says that it is illustrative.

Letters go to addresses of a domain that nobody can own; a rehearsal keeps them in its own post box.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core import texts
from core.tx import ReadTx, Tx
from ocop.demo.script import Ground, Story
from ocop.installation import SYSTEM
from registry import offices, units
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import Actor, load_actor
from registry.producers import ProducerData, register_producer
from registry.products import register_product
from registry.roles import COUNTRY, Role, Seat

DOMAIN = "minh-hoa.example"
TITLES = {
    Role.PROVINCE_UNIT: "Điều phối viên tỉnh",
    Role.ADVISORY: "Thành viên Tổ tư vấn",
    Role.CHAIR: "Chủ tịch Hội đồng",
    Role.SECRETARY: "Thư ký Hội đồng",
    Role.COUNCIL_MEMBER: "Thành viên Hội đồng",
    Role.PROVINCE_CHAIR: "Lãnh đạo UBND tỉnh",
    Role.MINISTRY: "Chuyên viên Bộ",
    Role.AUDITOR: "Người kiểm tra",
    Role.ADMIN: "Quản trị hệ thống",
}
OF_THE_COUNTRY = (Role.MINISTRY, Role.ADMIN)
COUNCIL = (Role.ADVISORY, Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER)
OF_A_DISTRICT = (Role.PROVINCE_UNIT, *COUNCIL)
SEATS = (
    Seat.AGRICULTURE_ENVIRONMENT,
    Seat.INDUSTRY_TRADE,
    Seat.HEALTH,
    Seat.SCIENCE_TECHNOLOGY,
    Seat.CULTURE_SPORTS_TOURISM,
)
"""With the chair and the member whom everybody has: seven who vote, as the stories count ballots."""
MAIL = {
    Role.PROVINCE_UNIT: "tinh", Role.ADVISORY: "tu-van", Role.CHAIR: "chu-tich", Role.SECRETARY: "thu-ky",
    Role.COUNCIL_MEMBER: "hoi-dong", Role.PROVINCE_CHAIR: "lanh-dao", Role.MINISTRY: "bo", Role.AUDITOR: "kiem-tra",
    Role.ADMIN: "quan-tri",
}  # fmt: skip


@dataclass(slots=True)
class Cast:
    """Ids of everybody in a part; officers by commune, owners by producer, people of a district and of the centre."""

    ground: Ground
    accounts: dict[Role, str] = field(default_factory=dict)
    officers: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    products: dict[int, str] = field(default_factory=dict)
    districts: dict[tuple[str, Role], str] = field(default_factory=dict)
    centre: dict[Role, str] = field(default_factory=dict)

    def of_province(self, tx: ReadTx, role: Role) -> Actor:
        return load_actor(tx, self.accounts[role], "demo")

    def at_centre(self, tx: ReadTx, role: Role) -> Actor:
        """The centre's council, the ministry for the rest."""
        return load_actor(tx, self.centre.get(role) or self.accounts[role], "demo")

    def actor(self, tx: ReadTx, role: Role, story: Story, level: str) -> Actor:
        """Who acts in this role for a story's dossier while that level handles it."""
        commune = self.ground.producers[story.producer][2]
        district = self.ground.communes[commune][1] or ""
        account = {
            Role.COMMUNE: self.officers.get(commune),
            Role.PRODUCER: self.owners.get(story.producer),
        }.get(role)
        if level == "district":
            account = account or self.districts.get((district, role))
        elif level == "central":
            account = account or self.centre.get(role)
        return load_actor(tx, account or self.accounts[role], "demo")


def engage(tx: Tx, ground: Ground, stories: Sequence[Story]) -> Cast:
    """Write everybody of a part down, with their products."""
    cast, hire = Cast(ground), _Hire(tx, ground)
    for place, (code, _) in enumerate(ground.communes):
        offices.set_office(tx, code, phone="0900000000", hours="07:30-17:00 (minh hoạ)", actor=SYSTEM)
        cast.officers[place] = hire(
            Role.COMMUNE, code, f"Cán bộ {units.get(tx, code).name_vi}", f"xa-{place + 1}"
        )
    for role, title in TITLES.items():
        unit = COUNTRY if role in OF_THE_COUNTRY else ground.province
        cast.accounts[role] = hire(role, unit, title, MAIL[role])
    for seat in SEATS:
        hire(
            Role.COUNCIL_MEMBER,
            ground.province,
            f"Đại diện sở, ngành {_field(seat)}",
            f"so-{seat.value}",
            seat=seat,
        )
    for district in dict.fromkeys(district for _, district in ground.communes if district):
        for role in OF_A_DISTRICT:
            name, mail = (
                f"{TITLES[role].removesuffix(' tỉnh')} huyện",
                f"{MAIL[role]}.{district.removeprefix('x-')}",
            )
            cast.districts[district, role] = hire(role, district, name, mail)
    producers = [_producer(tx, hire, cast, place) for place in range(len(ground.producers))]
    for story in stories:
        cast.products[story.number] = register_product(
            tx, producers[story.producer], story.product, actor=SYSTEM, group=story.group, set_code=story.set_code,
            illustrative=True,
        )  # fmt: skip
    cast.accounts |= {Role.COMMUNE: cast.officers[0], Role.PRODUCER: cast.owners[0]}
    return cast


def _field(seat: Seat) -> str:
    return texts.text(f"seat.{seat.value}")


def engage_centre(tx: Tx, cast: Cast) -> None:
    """The central council and its advisers, with a seat for every ballot."""
    hire = _Hire(tx, cast.ground)
    for role in COUNCIL:
        cast.centre[role] = hire(role, COUNTRY, f"{TITLES[role]} Trung ương", f"{MAIL[role]}.trung-uong")
    for seat in SEATS:
        name, mail = f"Thành viên Hội đồng Trung ương, {_field(seat)}", f"{seat.value}.trung-uong"
        hire(Role.COUNCIL_MEMBER, COUNTRY, name, mail, seat=seat)


def _producer(tx: Tx, hire: "_Hire", cast: Cast, place: int) -> str:
    name, kind, commune = cast.ground.producers[place]
    code = cast.ground.communes[commune][0]
    producer = register_producer(tx, ProducerData(name=name, type=kind, commune_code=code), actor=SYSTEM)
    cast.owners[place] = hire(
        Role.PRODUCER, code, f"Chủ thể {name}", f"chu-the-{place + 1}", producer=producer
    )
    return producer


@dataclass(frozen=True, slots=True)
class _Hire:
    """Gives somebody an account and an office for the days of a part."""

    tx: Tx
    ground: Ground

    def __call__(
        self,
        role: Role,
        unit: str,
        title: str,
        mail: str,
        *,
        producer: str | None = None,
        seat: Seat | None = None,
    ) -> str:
        email = f"{mail}.{self.ground.mail}@{DOMAIN}".replace("_", "-")
        account = add_account(self.tx, f"{title} (minh hoạ)", actor=SYSTEM, email=email)
        first, last = self.ground.first_day, self.ground.last_day if producer is None else OWNERS_UNTIL
        appoint(
            self.tx, account, role, unit, actor=SYSTEM, starts_on=first, ends_on=last, producer_id=producer, seat=seat
        )  # fmt: skip
        return account


OWNERS_UNTIL = date(2030, 12, 31)
"""Makers outlive the offices of a province that was merged."""
