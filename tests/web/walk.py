"""Drives a dossier behind the pages, by the same door they use, so that a page has something to show."""

from dataclasses import dataclass

from core.tx import Tx
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import ProductGroup, register_product
from registry.roles import Role
from states import moves
from states.dossier.commands import save_form
from states.dossier.papers import REQUIRED
from states.engine.fire import Fired
from tests.api.people import DECISION, MATTERS, RESULT, _answers
from tests.web.conftest import Site
from tests.world import SYSTEM, person


@dataclass
class Walk:
    """One dossier; every step is a transaction of its own."""

    site: Site
    id: str = ""

    def do(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> Fired:
        def step(tx: Tx) -> Fired:
            actor = self.site.world.actor(tx, role, "web")
            return moves.fire(tx, "dossier", self.id, trigger, actor=actor, data=data, reason=reason)

        return self.site.db.write_now(step)

    def form(self, name: str, data: dict[str, object] | None = None) -> None:
        values = data or dict.fromkeys(REQUIRED[name], "đã điền")
        world = self.site.world
        self.site.db.write_now(
            lambda tx: save_form(tx, self.id, name, values, actor=world.actor(tx, Role.PRODUCER, "web"))
        )

    def idea(self, product: str | None = None) -> str:
        world = self.site.world
        self.site.on("2027-02-20T08:00")
        fired = self.site.db.write_now(
            lambda tx: moves.open_idea(
                tx,
                product_id=product or world.product,
                cycle_id=world.cycle,
                actor=world.actor(tx, Role.PRODUCER, "web"),
            )
        )
        self.id = fired.id
        return fired.id

    def submitted(self) -> str:
        self.idea()
        self.form("idea")
        self.do("submit_idea", Role.PRODUCER)
        return self.id

    def to_filing(self) -> str:
        """As far as a dossier that may be filed."""
        producer, commune, province = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT
        self.submitted()
        self.do("commune_screen_ok", commune)
        self.site.on("2027-04-05T08:00")
        self.do("accept_idea", province, appraisal="Đạt")
        self.do("record_training", commune, trained_on="2027-04-04")
        self.do("start_plan", producer)
        self.form("plan")
        self.do("submit_plan", producer)
        self.do("approve_plan", province)
        self.do("start_production", producer)
        self.site.on("2027-09-01T08:00")
        self.do("confirm_evidence", commune)
        self.do("ready_for_evaluation", producer)
        self.form("registration")
        self.form("self_assessment", {"answers": _answers()})
        self.do("self_assess", producer)
        return self.id

    def to_commune(self) -> str:
        self.to_filing()
        self.do("submit_dossier", Role.PRODUCER)
        return self.id

    def to_recognition(self) -> str:
        """From nothing to four stars."""
        self.to_commune()
        commune, province = Role.COMMUNE, Role.PROVINCE_UNIT
        self.do(
            "issue_commune_report", commune, matters=MATTERS, form_03_signed=True, findings="Đủ bốn nội dung"
        )
        self.do("propose_to_province", commune, letter_number="12/UBND", letter_on="2027-09-02", samples=5)
        self.do("accept_for_review", province, consolidated_report="Báo cáo tổng hợp")
        self.do("advisory_report_done", Role.ADVISORY, advisory_report="Đủ điều kiện")
        self.do("schedule", province, session_on="2027-11-20")
        self.site.on("2027-11-20T08:00")
        self.do("record_council_facts", Role.SECRETARY, quorum_met=True, materials_in_time=True)
        self.do("open_scoring", Role.CHAIR)
        self.do("record_council_facts", Role.SECRETARY, **RESULT)
        self.do("adopt_result", Role.CHAIR)
        self.do("propose_recognition", province)
        self.site.on("2027-12-20T09:00")
        self.do("decide_recognition", Role.PROVINCE_CHAIR, **DECISION)
        return self.id

    def another_producer(self) -> str:
        """The account of somebody of another producer in the same commune."""
        world = self.site.world

        def make(tx: Tx) -> str:
            data = ProducerData(
                name="Tổ hợp tác khác", type=ProducerType.COOPERATIVE_GROUP, commune_code=world.commune
            )
            mine = world.producer
            world.producer = register_producer(tx, data, actor=SYSTEM)
            try:
                return person(tx, Role.PRODUCER, world, name="nguoi-khac")
            finally:
                world.producer = mine

        return self.site.db.write_now(make)

    def more_products(self, count: int) -> list[str]:
        world = self.site.world
        return self.site.db.write_now(
            lambda tx: [
                register_product(
                    tx,
                    world.producer,
                    f"Chè {number}",
                    actor=SYSTEM,
                    group=ProductGroup.DRINKS,
                    set_code="11",
                )
                for number in range(count)
            ]
        )

    def more_ideas(self, count: int, state: str = "idea.submitted") -> None:
        """Further products with dossiers put there as past facts, whatever the day is."""
        for product in self.more_products(count):
            self._past(product, state)

    def _past(self, product: str, state: str) -> None:
        from states.engine.fire import import_past

        world = self.site.world
        columns = {
            "code": f"x-{product[-12:]}", "kind": "first", "year": 2027, "level": "commune", "cycle_id": world.cycle, "product_id": product,
            "producer_id": world.producer, "province_code": "19", "commune_code": world.commune, "product_name": "Chè",
            "illustrative": 1, "attempts": 1, "training_waived": 0,
        }  # fmt: skip
        self.site.db.write_now(
            lambda tx: import_past(
                tx, moves.machine_of("dossier"), dict(columns), state=state, source="bản giấy",
                effective_on=None, inputs={},
            ).id
        )  # fmt: skip
