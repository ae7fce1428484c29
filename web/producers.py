"""A producer's home: what to do next, the products with where each stands, what comes, and what was told.

It reads only what belongs to the producers a person acts for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx
from notifications.queries import Entry, inbox
from registry import contact, units
from registry.actors import Actor
from registry.offices import office
from registry.producers import ProducerRead, get_producer
from registry.products import ProductRead, products_of, similar_products
from registry.roles import Role
from regulations import rulesets, sheets
from regulations.sheet_models import Taxonomy
from states.certificate import queries as certificates
from states.cycle.models import CYCLE_TABLE
from states.deadlines.entries import DEADLINE
from states.dossier.lifecycle import DOSSIER
from states.dossier.queries import (
    DUE_COLUMNS,
    DossierLine,
    DueRead,
    deadlines_of,
    due_read,
    page,
    queue,
    scope_of,
)
from states.dossier.states import STATES, DossierState
from web import days, dossiers, standings, wording
from web.phases import Strip, strip_of

OURS = (Role.PRODUCER,)
MOST = 100  # dossiers and certificates shown at home
_OPEN_STATES = ("open", "evaluating", "promotion")
_C = CYCLE_TABLE.c
_OPEN = Sql(
    sa.select(_C.id, _C.year, _C.title, _C.illustrative)
    .where(
        _C.province_code == sa.bindparam("province", type_=sa.Text),
        _C.state.in_(sa.bindparam("states", type_=sa.Text, expanding=True)),
    )
    .order_by(_C.year)
)
_AHEAD = Sql(
    sa.select(*DUE_COLUMNS)
    .where(
        DEADLINE.c.cycle_id.in_(sa.bindparam("cycles", type_=sa.Text, expanding=True)),
        DEADLINE.c.dossier_id.is_(None),
        DEADLINE.c.owner_role == "producer",
        DEADLINE.c.met_at.is_(None),
        DEADLINE.c.cancelled_at.is_(None),
        sa.type_coerce(DEADLINE.c.due_at, sa.Text) > sa.bindparam("now", type_=sa.Text),
    )
    .order_by(DEADLINE.c.due_at, DEADLINE.c.id)
    .limit(4)
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: which dossier, what, until when."""

    line: DossierLine
    todo: str
    state: str
    due: days.Chip | None


@dataclass(frozen=True, slots=True)
class Participation:
    """A dossier of a product on the home page; one that has ended needs no strip of what is ahead."""

    line: DossierLine
    strip: Strip | None
    state: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class CycleChoice:
    """A cycle that takes ideas: its window in words, and whether it is open today."""

    id: str
    year: int
    illustrative: bool
    open_today: bool
    window: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with its dossiers and certificates; `may_begin` says whether a new idea can be opened."""

    product: ProductRead
    dossiers: list[Participation]
    certificates: list[tuple[certificates.CertificateRead, str, str]]
    may_begin: bool


@dataclass(frozen=True, slots=True)
class ProducerHome:
    """The home of one producer."""

    producer: ProducerRead
    commune: str | None
    province: str
    products: list[ProductView]
    cycles: list[CycleChoice]
    phone: str | None
    phone_shown: str
    hours: str


@dataclass(frozen=True, slots=True)
class Home:
    """Everything a person acting for producers sees first."""

    tasks: list[Task]
    producers: list[ProducerHome]
    ahead: list[tuple[str, days.Chip]]
    notices: list[Entry]


def home(rtx: ReadTx, actor: Actor) -> Home:
    """Read the home page of a producer's people."""
    scope = scope_of(actor, [Role.PRODUCER])
    lines = page(rtx, scope, limit=MOST)
    held = certificates.of_producers(rtx, scope.producers, limit=MOST)
    homes = [_home(rtx, each, lines, held) for each in scope.producers]
    cycles = sorted({cycle.id for each in homes for cycle in each.cycles})
    ahead = [due_read(row) for row in rtx.sql.all(_AHEAD, cycles=cycles, now=rtx.now_text)] if cycles else []
    return Home(
        tasks=_tasks(rtx, actor),
        producers=homes,
        ahead=[
            (wording.deadline_name(d.code, d.title), days.chip(d.due_at, rtx.now, staff=False)) for d in ahead
        ],
        notices=inbox(rtx, actor.account_id, limit=3),
    )


def _tasks(rtx: ReadTx, actor: Actor) -> list[Task]:
    """Dossiers that wait for the producer; selling goes on by itself and is no task."""
    lines = [line for line in queue(rtx, actor, limit=MOST) if standings.waits_for_one_of(line.state, OURS)]
    subjects = {line.id: standings.subjects_of(line.id, line.batch_id, line.cycle_id) for line in lines}
    found: dict[str, list[DueRead]] = {}
    for due in deadlines_of(rtx, sorted({each for mine in subjects.values() for each in mine})):
        found.setdefault(due.subject, []).append(due)
    tasks = [
        _task(rtx, line, [due for each in subjects[line.id] for due in found.get(each, [])]) for line in lines
    ]
    return sorted(tasks, key=lambda task: task.due.iso if task.due else "9")


def _task(rtx: ReadTx, line: DossierLine, found: Sequence[DueRead]) -> Task:
    due = standings.due_of(line.state, found)
    return Task(
        line=line,
        todo=wording.label("todo.dossier", line.state),
        state=wording.state_label("dossier", line.state),
        due=days.chip(due.due_at, rtx.now, staff=False) if due else None,
    )


def _home(
    rtx: ReadTx, producer_id: str, lines: Sequence[DossierLine], held: Sequence[certificates.CertificateRead]
) -> ProducerHome:
    producer = get_producer(rtx, producer_id)
    commune = units.find(rtx, producer.commune_code) if producer.commune_code else None
    place = office(rtx, producer.commune_code) if producer.commune_code else None
    return ProducerHome(
        producer=producer,
        commune=commune.name_vi if commune else None,
        province=units.get(rtx, producer.province_code).name_vi,
        products=[_product(rtx, each, lines, held) for each in products_of(rtx, producer_id)],
        cycles=open_cycles(rtx, producer.province_code),
        phone=place.phone if place else None,
        phone_shown=contact.shown_phone(place.phone) if place else "",
        hours=place.hours if place else "",
    )


def _product(
    rtx: ReadTx,
    product: ProductRead,
    lines: Sequence[DossierLine],
    held: Sequence[certificates.CertificateRead],
) -> ProductView:
    mine = [line for line in lines if line.product_id == product.id]
    today = days.local(rtx.now).date()
    return ProductView(
        product=product,
        dossiers=[_participation(line) for line in mine],
        certificates=[(one, *standing(one, today)) for one in held if one.product_id == product.id],
        may_begin=all(STATES[DossierState(line.state)].final for line in mine),
    )


def standing(one: certificates.CertificateRead, today: date) -> tuple[str, str]:
    """Tone and words for a certificate: in force until when, or over."""
    label = wording.state_label("certificate", one.state)
    if not one.in_force:
        return "late", label
    if one.last_day is None:
        return "", label
    if date.fromisoformat(one.last_day) < today:
        return "late", wording.state_label("certificate", "expired")
    return ("do" if one.state in ("renewal_open", "renewal_late") else "done"), label


def _participation(line: DossierLine) -> Participation:
    mine = standings.waits_for_one_of(line.state, OURS)
    ended = STATES[DossierState(line.state)].final
    return Participation(
        line=line,
        strip=None if ended else strip_of(DOSSIER, line.state, (), kind=line.kind),
        state=wording.state_label("dossier", line.state),
        tone=standings.tone_of(line.state, mine=mine),
        icon=standings.icon_of(line.state, mine=mine),
    )


def open_cycles(rtx: ReadTx, province_code: str) -> list[CycleChoice]:
    """Cycles of a province that are open, with the days on which they take ideas."""
    today = days.local(rtx.now).date().isoformat()
    found = []
    for cycle_id, year, _, illustrative in rtx.sql.all(
        _OPEN, province=province_code, states=list(_OPEN_STATES)
    ):
        opens, closes = dossiers.windows_of(rtx, cycle_id).get("idea", ("", ""))
        window = f"từ {days.long(opens)} đến hết {days.long(closes)}" if opens else ""
        open_today = (not opens or opens <= today) and (not closes or today <= closes)
        found.append(CycleChoice(cycle_id, int(year), bool(illustrative), open_today, window))
    return found


@dataclass(frozen=True, slots=True)
class Twin:
    """A product of the same name, with what tells it apart."""

    name: str
    code: str
    producer: str


def twins(rtx: ReadTx, producer_id: str, name: str) -> list[Twin]:
    """Products of this producer or its commune that carry this very name: a hint before another one is registered."""
    if not name.strip():
        return []
    return [
        Twin(each.name, each.product_code or "", get_producer(rtx, each.producer_id).name)
        for each in similar_products(rtx, producer_id, name)
    ]


def product_tree(rtx: ReadTx) -> Taxonomy | None:
    """The tree of products under the ruleset in force today."""
    ruleset = rulesets.in_force(days.local(rtx.now).date())
    return sheets.taxonomy(ruleset.sheet_edition) if ruleset else None
