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
from tests.story import Story
from tests.web.conftest import Site
from tests.world import SYSTEM, person


@dataclass
class Walk(Story):
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

    def on(self, when: str) -> None:
        self.site.on(when)

    def begin(self) -> None:
        world = self.site.world
        fired = self.site.db.write_now(
            lambda tx: moves.open_idea(
                tx,
                product_id=world.product,
                cycle_id=world.cycle,
                actor=world.actor(tx, Role.PRODUCER, "web"),
            )
        )
        self.id = fired.id

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
