"""Plays the demonstration in an empty folder: imports, opens the plan, walks the year, and stays where it ends."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from importlib import resources
from typing import Any

import sqlalchemy as sa

from core.config import Config
from core.errors import BadInput
from core.sequencer import sequence_all
from core.sql import Sql
from core.tx import ReadTx, Tx
from notifications.channels.configured import channels_of
from ocop import installation
from ocop.demo.people import Cast, engage
from ocop.demo.story import BATCH_ACTS, END, HOUR, START, STORIES, Step, Story
from ocop.installation import Installation
from registry.roles import Role
from registry.sign_in import Purpose, make_link
from regulations import rulesets, sheets
from states import moves
from states.cycle.models import BATCH_TABLE
from states.cycle.open_cycle import open_cycle
from states.cycle.plan import parse
from states.cycle.preview import preview
from states.deadlines.models import Deadline
from states.dossier.commands import open_idea, save_form
from states.dossier.models import DOSSIER_TABLE
from states.dossier.papers import ANSWERS, REQUIRED
from states.dossier.states import STATES, DossierState
from states.outcomes import recognitions
from states.outcomes.take_over import take_over
from workflows.runner import Runner
from workflows.service import Service
from workflows.ticker import Ticker

PLAN = "thai-nguyen-2027.yaml"
PAST = "bac-kan-products.csv"
OBSERVED_ON = date(2026, 11, 22)
_STATES = Sql(sa.select(DOSSIER_TABLE.c.state, sa.func.count()).group_by(DOSSIER_TABLE.c.state))
_DEADLINES = Sql(sa.select(sa.func.count()).select_from(sa.table(str(Deadline.__tablename__))))
_NOTICES = Sql(sa.select(sa.func.count()).select_from(sa.table("inbox_entry")))
_BATCH = Sql(
    sa.select(BATCH_TABLE.c.id).where(
        BATCH_TABLE.c.cycle_id == sa.bindparam("cycle_id"),
        BATCH_TABLE.c.level == "province",
        BATCH_TABLE.c.number == sa.bindparam("number"),
    )
)
_CERTIFICATES = Sql(sa.select(sa.func.count()).select_from(sa.table("certificate")))
Say = Callable[[str], None]


def build(config: Config, say: Say) -> tuple[Installation, Cast]:
    """Make the demonstration; ``say`` is told how far it is.

    Raises:
        BadInput: the folder is not empty.
    """
    if not installation.is_empty(config.data_dir):
        raise BadInput("folder_not_empty", folder=str(config.data_dir))
    config = replace(config, clock=f"{START} step", smtp_host=None)
    installation.prepare(config)
    opened = installation.opened(config)
    try:
        return opened, _play(opened, say)
    except BaseException:
        opened.close()
        raise


def _play(opened: Installation, say: Say) -> Cast:
    db = opened.db
    say("people, producers, products")
    cast = db.write_now(engage, alone=True)
    say("real recognitions of Bắc Kạn, as imported facts")
    db.write_now(_take_over_past, alone=True)
    say("the illustrative plan of Thái Nguyên 2027")
    cycle_id = db.write_now(lambda tx: _open(tx, cast), alone=True)
    service = Service(db, opened.clock, opened.config, channels_of(opened.config, opened.clock))
    ticker = Ticker(service, Runner(service), leads=False)
    players = {story.number: Player(opened, cast, story, cycle_id) for story in STORIES}
    for day, todo in _days():
        ticker.step_to(datetime.fromisoformat(f"{day.isoformat()}T{HOUR}+07:00"))
        say(f"{day.isoformat()}: {len(todo)} acts")
        db.write_now(partial(_batch_acts, cast=cast, cycle_id=cycle_id, day=day))
        for number, step in todo:
            players[number].do(step)
    ticker.step_to(datetime.fromisoformat(END))
    sequence_all(db)
    return cast


def _days() -> Iterator[tuple[date, list[tuple[int, Step]]]]:
    """The acts of all dossiers by day, in the order of the stories."""
    acts = [
        (step.day, story.number, place, step) for story in STORIES for place, step in enumerate(story.steps())
    ]
    acts.sort(key=lambda act: act[:3])
    for day in sorted({act[0] for act in acts}):
        yield day, [(number, step) for when, number, _, step in acts if when == day]


def _packaged(folder: str, name: str) -> str:
    """A data file of the package; from a checkout the plans stand in ``examples/plans``."""
    path = resources.files("ocop.demo").joinpath(folder, name)
    if not path.is_file():
        path = resources.files("ocop").joinpath("..", "examples", "plans", name)
    return path.read_text(encoding="utf-8")


def _take_over_past(tx: Tx) -> dict[str, object]:
    return take_over(tx, recognitions.read(_packaged("data", PAST), PAST), observed_on=OBSERVED_ON).to_json()


def _open(tx: Tx, cast: Cast) -> str:
    text = _packaged("plans", PLAN)
    actor = cast.actor(tx, Role.PROVINCE_UNIT, commune=0, producer=0)
    return open_cycle(tx, text, PLAN, preview(tx, parse(text, PLAN)).digest, actor).cycle_id


def _batch_acts(tx: Tx, cast: Cast, cycle_id: str, day: date) -> None:
    """What the province does with its batches on this day."""
    actor = cast.actor(tx, Role.PROVINCE_UNIT, commune=0, producer=0)
    for act in BATCH_ACTS:
        if act.day == day:
            batch_id = tx.sql.value(_BATCH, cycle_id=cycle_id, number=act.number)
            moves.fire(tx, "batch", batch_id, act.trigger, actor=actor, data=act.data)


class Player:
    """Plays one dossier's part."""

    def __init__(self, opened: Installation, cast: Cast, story: Story, cycle_id: str) -> None:
        self._db, self._cast, self._story, self._cycle_id = opened.db, cast, story, cycle_id
        self._id: str | None = None

    def do(self, step: Step) -> None:
        """One step; the first one opens the dossier."""
        self._id = self._db.write_now(lambda tx: self._done(tx, step))

    def _done(self, tx: Tx, step: Step) -> str:
        story, dossier_id = self._story, self._id or self._opened(tx)
        owner = self._actor(tx, Role.PRODUCER)
        for name in step.forms:
            save_form(tx, dossier_id, name, _form(name, story), actor=owner)
        moves.fire(
            tx,
            "dossier",
            dossier_id,
            step.trigger,
            actor=self._actor(tx, step.role),
            data=step.data,
            reason=step.reason,
        )
        return dossier_id

    def _opened(self, tx: Tx) -> str:
        product = self._cast.products[self._story.number]
        return open_idea(
            tx, product_id=product, cycle_id=self._cycle_id, actor=self._actor(tx, Role.PRODUCER)
        ).id

    def _actor(self, tx: ReadTx, role: Role) -> Any:
        return self._cast.actor(tx, role, commune=self._story.commune, producer=self._story.producer)


def _form(name: str, story: Story) -> dict[str, object]:
    """Illustrative answers; the self-assessment takes the middle option of every criterion of the official sheet."""
    if name != "self_assessment":
        return dict.fromkeys(REQUIRED[name], f"Nội dung minh hoạ cho {story.product}")
    sheet = sheets.sheet_for(rulesets.get("qd26-2026"), story.set_code)
    return {ANSWERS: [[one.id, str(one.options[len(one.options) // 2].id)] for one in sheet.criteria()]}


def links(opened: Installation, cast: Cast) -> list[str]:
    """One login link per role that has pages."""
    secrets = opened.db.write_now(
        lambda tx: {role: make_link(tx, account, Purpose.SIGN_IN) for role, account in cast.accounts.items()}
    )
    return [
        f"  {role.value:<15} {opened.config.base_url}/dang-nhap/{secret}" for role, secret in secrets.items()
    ]


def summary(opened: Installation) -> list[str]:
    """Products per phase and state, deadlines, notices, certificates."""

    def read(tx: ReadTx) -> list[str]:
        found = {DossierState(state): count for state, count in tx.sql.all(_STATES)}
        phases: Counter[str] = Counter()
        for state, count in found.items():
            phases[str(STATES[state].phase or "ended")] += count
        return [
            f"Dossiers by phase: {', '.join(f'{name} {count}' for name, count in sorted(phases.items()))}",
            f"Dossiers by state: {', '.join(f'{state} {count}' for state, count in sorted(found.items()))}",
            f"Deadlines: {tx.sql.value(_DEADLINES)} · notices: {tx.sql.value(_NOTICES)} · certificates: {tx.sql.value(_CERTIFICATES)}",
        ]

    return opened.db.read_now(read)
