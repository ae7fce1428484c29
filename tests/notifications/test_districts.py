"""Whom a notice reaches about a dossier that a district handles: the district's offices, and not the province's."""

from datetime import date, datetime

import pytest

from core.clock import Clock, StepClock
from core.db import Database
from core.sequencer import sequence_all
from core.sql import Sql
from core.tx import Tx
from notifications.planner import plan_notices
from notifications.queries import inbox, outbox_summary
from notifications.reminders import plan_due_reminders
from notifications.silence import plan_silent
from registry import calendar_days
from registry.accounts.appointments import appoint
from registry.accounts.models import Appointment
from registry.accounts.people import add_account
from registry.producers import ProducerData, ProducerType, register_producer
from registry.roles import Role
from registry.tables import table
from registry.units import UnitKind
from registry.units_seed import add_historic_unit
from regulations import rulesets
from states.deadlines.commands import set_deadlines
from states.dossier.duties import Due, new_deadline
from states.dossier.machine import MACHINE
from tests.states.dossier.ground import Ground, decision
from tests.world import PROVINCE, SYSTEM, settled

P, C, V, K = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR
R1B, R2 = rulesets.get("qd781-2020").pin, rulesets.get("qd148-2023").pin
FILED = {"ruleset": R2, "filed_on": "2024-05-03", "received_on": "2024-05-03"}
LONG_AGO, LATER = date(2019, 1, 1), date(2030, 12, 31)


class Places:
    """A province and one of its districts, each with an office and a chair; the producer and commune are the district's."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        ground.write(self._settle)

    def _settle(self, tx: Tx) -> None:
        there = {"source": "bản giấy", "successor_codes": ()}
        self.district = add_historic_unit(
            tx,
            "Huyện Minh Hoạ",
            UnitKind.DISTRICT,
            parent_code=PROVINCE,
            **there,  # type: ignore[arg-type]  # both are given
        )
        commune = add_historic_unit(
            tx,
            "Xã Minh Hoạ",
            UnitKind.COMMUNE,
            parent_code=self.district,
            **there,  # type: ignore[arg-type]  # both are given
        )
        data = ProducerData("HTX huyện", ProducerType.COOPERATIVE, commune)
        world = self.ground.world
        world.commune, world.producer = commune, register_producer(tx, data, actor=SYSTEM)
        self.people = {
            **{name: self._person(tx, name, V, unit) for name, unit in self._offices()},
            "district chair": self._person(tx, "district chair", K, self.district),
            "province chair": self._person(tx, "province chair", K, PROVINCE),
            "commune": self._person(tx, "commune", C, commune),
            "producer": self._person(tx, "producer", P, commune, producer=world.producer),
        }

    def _offices(self) -> list[tuple[str, str]]:
        return [("district", self.district), ("province", PROVINCE)]

    def _person(self, tx: Tx, name: str, role: Role, unit: str, producer: str | None = None) -> str:
        account = add_account(tx, name, actor=SYSTEM, email=f"{name.replace(' ', '-')}-2019@ocop.example")
        appoint(
            tx, account, role, unit, actor=SYSTEM, starts_on=LONG_AGO, ends_on=LATER, producer_id=producer
        )
        return account

    def put(self, state: str, **columns: object) -> str:
        return self.ground.put(state, **{"level": "district", "district_code": self.district, **columns})

    def told(self) -> dict[str, list[tuple[str, str]]]:
        """Kind and title of what each person was told, the oldest first; who was told nothing is left out."""
        db = self.ground.db
        sequence_all(db)
        while db.write_now(plan_notices):
            pass
        while db.write_now(lambda tx: plan_due_reminders(tx, tx.now)):
            pass
        assert db.read_now(outbox_summary).faults == 0
        found = {}
        for name, account in self.people.items():
            entries = db.read_now(lambda rtx, of=account: inbox(rtx, of, limit=100))
            if entries:
                found[name] = [(entry.kind, entry.title) for entry in reversed(entries)]
        return found

    def kinds(self) -> dict[str, list[str]]:
        return {name: [kind for kind, _ in entries] for name, entries in self.told().items()}


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Clock:
    """A day under Decision 148, or the one the test asks for."""
    return StepClock(datetime.fromisoformat(f"{getattr(request, 'param', '2024-05-06')}T08:00:00+07:00"))


@pytest.fixture
def places(db: Database, clock: StepClock) -> Places:
    return Places(Ground(db, clock, settled(db, plan=None)))


@pytest.mark.parametrize(
    ("columns", "office", "title"),
    [
        pytest.param({}, "district", "Hồ sơ G-{n} chờ huyện xử lý", id="at-the-district"),
        pytest.param({"level": "commune"}, "province", "Hồ sơ G-{n} chờ tỉnh xử lý", id="at-the-commune"),
        pytest.param(
            {"district_code": None}, "province", "Hồ sơ G-{n} chờ tỉnh xử lý", id="no-district-known"
        ),
    ],
)
def test_an_idea_screened_by_the_commune_reaches_the_office_that_appraises_it(
    places: Places, columns: dict[str, object], office: str, title: str
) -> None:
    dossier = places.put("idea.submitted", attempts=1, **columns)
    code = places.ground.row(dossier)["code"]

    places.ground.fire(dossier, "commune_screen_ok", C)

    told = places.told()
    assert set(told) == {"producer", office}
    assert told[office] == [("arrived_province", title.replace("G-{n}", code))]
    assert told["producer"] == [
        ("forwarded", f"Hồ sơ {code} đã chuyển lên {'huyện' if office == 'district' else 'tỉnh'}")
    ]


def test_a_plan_handed_in_reaches_the_district(places: Places) -> None:
    dossier = places.put("plan.returned", attempts=1, due_at="2024-05-10T17:00:00.000000Z")

    places.ground.fire(dossier, "resubmit_plan", P)

    assert places.kinds() == {"producer": ["plan_received"], "district": ["arrived_province"]}


def test_what_a_district_hands_up_is_told_to_the_province_and_below(places: Places) -> None:
    result = {"points_sum": 560, "points_count": 7, "spread": 6, "stars": 4}
    dossier = places.put("council.concluded", **FILED, **result)

    places.ground.fire(dossier, "forward_to_province", V, unit=places.district)

    assert places.kinds() == {
        "producer": ["from_district"], "commune": ["from_district"], "province": ["arrived_province"]
    }  # fmt: skip


def test_three_stars_that_go_back_are_told_to_the_district(places: Places) -> None:
    result = {"points_sum": 350, "points_count": 7, "spread": 6, "stars": 3, "level": "province"}
    dossier = places.put("council.concluded", **FILED, **result)

    places.ground.fire(dossier, "return_to_district", V)

    assert places.kinds() == {"district": ["back_to_district"]}


def test_a_proposal_to_revoke_what_a_district_certified_reaches_its_chair(places: Places) -> None:
    product = places.ground.product()
    certificate = places.ground.certificate(product, level="district", district_code=places.district, stars=3)

    places.ground.fire(
        certificate, "propose_revocation", V, unit=places.district, kind="certificate", ground="law_broken",
        conclusion_on="2024-05-03",
    )  # fmt: skip

    told = places.kinds()
    assert "province chair" not in told
    assert told["district chair"] == ["revocation_proposed"]


def test_a_deadline_of_a_district_reminds_the_district(places: Places) -> None:
    dossier = places.put("council.ready", **FILED)

    def due(tx: Tx) -> None:
        row = MACHINE.load(tx, dossier)
        assert row is not None
        last_day = Due(date(2024, 5, 20), "thử", V)
        set_deadlines(tx, [new_deadline(tx, row, "RENEW_TOTAL", last_day)], SYSTEM)

    places.ground.write(lambda tx: calendar_days.seed_calendar(tx, actor=SYSTEM, years=[2024]))
    places.ground.write(due)
    places.ground.on("2024-05-13T08:00")

    assert places.kinds() == {"district": ["due_7"]}


def test_a_dossier_that_stands_still_is_told_to_the_office_above_at_its_level(places: Places) -> None:
    places.put("commune.received", **FILED)
    places.put("council.ready", **FILED)
    places.ground.on("2024-07-01")
    places.ground.write(lambda tx: plan_silent(tx, tx.now))

    assert places.kinds() == {"district": ["silent"], "district chair": ["silent"]}


def test_where_nobody_holds_the_district_office_any_more_the_province_is_told(places: Places) -> None:
    held = table(Appointment)
    ended = held.update().where(held.c.unit_code == places.district).values(ends_on=date(2024, 5, 5))
    places.ground.write(lambda tx: tx.sql.run(Sql(ended)))
    dossier = places.put("idea.submitted", attempts=1)

    places.ground.fire(dossier, "commune_screen_ok", C)

    assert set(places.kinds()) == {"producer", "province"}


def test_the_chair_of_the_district_recognises_and_its_people_are_told(places: Places) -> None:
    standing = {"points_sum": 350, "points_count": 7, "spread": 6, "stars": 3}
    dossier = places.put("decision.pending", **FILED, **standing)

    places.ground.fire(dossier, "decide_recognition", K, unit=places.district, **decision("2024-05-06"))

    assert places.kinds() == {"producer": ["certificate"], "commune": ["certificate"]}
