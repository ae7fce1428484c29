"""A real installation in a folder on disk, with a cycle open and as many dossiers as a row needs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from core import history
from core.clock import StepClock
from core.config import Config
from core.db import Database, open_database
from core.ids import new_id
from core.lines import ZEROS, parse_line
from core.sql import Sql
from core.tx import Tx
from ocop import schema
from registry.actors import Actor
from registry.products import ProductGroup, register_product
from registry.roles import Role
from states import moves
from states.dossier.commands import MACHINE, save_form
from states.dossier.models import DOSSIER_TABLE, FORM_TABLE
from states.dossier.papers import REQUIRED
from tests.world import SYSTEM, World, open_plan, settle

START = datetime.fromisoformat("2027-01-04T08:00:00+07:00")
IN_THE_IDEA_WINDOW = datetime.fromisoformat("2027-02-20T08:00:00+07:00")
_FORM = Sql(FORM_TABLE.select().where(FORM_TABLE.c.dossier_id == sa.bindparam("id")))
BUILD = Path(__file__).parents[1] / "build"
"""In the project's own folder, which is on a disk; a temporary folder may be memory, where a commit costs nothing."""


@contextmanager
def folder() -> Iterator[Path]:
    BUILD.mkdir(exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix="bench-", dir=BUILD))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Place:
    """An opened installation with one person per role."""

    db: Database
    clock: StepClock
    world: World
    path: Path

    def actor(self, role: Role) -> Actor:
        return self.db.read_now(lambda tx: self.world.actor(tx, role))


@contextmanager
def place(path: Path) -> Iterator[Place]:
    """The tables by the migrations, a province, its cycle of 2027 open, the day inside the window for ideas."""
    config = Config(data_dir=path / "data", clock=f"{START.isoformat()} step")
    schema.upgrade(config)
    clock = StepClock(START)
    db = open_database(config, clock)

    def build(tx: Tx) -> World:
        world = settle(tx)
        open_plan(tx, world)
        return world

    try:
        world = db.write_now(build, alone=True)
        clock.move_to(IN_THE_IDEA_WINDOW)
        yield Place(db, clock, world, config.database_file)
    finally:
        db.close()


def ideas(here: Place, count: int, *, filed: bool = True) -> list[str]:
    """Ideas copied from a real one (rows, lines, forms): filed and waiting for the commune, or still drafts."""
    producer = here.actor(Role.PRODUCER)
    form = dict.fromkeys(REQUIRED["idea"], "đã điền")

    def write(tx: Tx) -> list[str]:
        product = register_product(
            tx,
            here.world.producer,
            f"Chè minh hoạ {new_id()}",
            actor=SYSTEM,
            group=ProductGroup.DRINKS,
            set_code="11",
        )
        made = moves.open_idea(tx, product_id=product, cycle_id=here.world.cycle, actor=producer)
        save_form(tx, made.id, "idea", form, actor=producer)
        if filed:
            moves.fire(tx, "dossier", made.id, "submit_idea", actor=producer)
        return _copies(tx, made.id, count)

    return here.db.write_now(write, alone=True)


def _copies(tx: Tx, model_id: str, count: int) -> list[str]:
    """The model's row, its form and its chain under new ids; each chain hashed anew."""
    ids = [new_id() for _ in range(count)]
    row = MACHINE.load(tx, model_id)
    assert row is not None
    heads = dict.fromkeys(ids, ZEROS)
    for text, _ in history.read_lines(tx, f"dossier/{model_id}"):
        line = parse_line(text)
        lines = [line._replace(subject=f"dossier/{one}", prev=head) for one, head in heads.items()]
        heads = dict(zip(ids, history.write_lines(tx, lines), strict=True))
    rows = [{**row, "id": one, "code": f"bench-{one}", "head": head} for one, head in heads.items()]
    tx.sql.bulk(DOSSIER_TABLE, rows)
    form = dict(zip(FORM_TABLE.c.keys(), tx.sql.one(_FORM, id=model_id) or (), strict=True))
    tx.sql.bulk(FORM_TABLE, [{**form, "dossier_id": one} for one in ids])
    return ids
