"""Lists of dossiers as far as one actor may see them: pages by key, the queue of a role, deadlines of one dossier.

Who may see what is decided in SQL by the actor's rights of the day; nothing here moves anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from registry.names import name_key
from registry.producers import Producer
from registry.products import Product
from registry.roles import COUNTRY, SCOPES, Role
from registry.roles import Scope as Reach
from registry.tables import table
from registry.units import Unit, UnitKind
from states.cycle.models import BATCH_TABLE
from states.deadlines.codes import CODES
from states.deadlines.entries import DEADLINE
from states.dossier.duties import OWN
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import STATES

_D = DOSSIER_TABLE.c
_PRODUCER, _PRODUCT, _UNIT, _BATCH = table(Producer), table(Product), table(Unit), BATCH_TABLE
_COLUMNS = (
    _D.id, _D.code, _D.kind, _D.year, _D.state, _D.level, _D.product_id, _D.product_name, _D.producer_id, _D.commune_code,
    _D.province_code, _D.cycle_id, _D.batch_id, _D.illustrative, _D.stars, _D.move_version, _D.last_at,
    _PRODUCER.c.name, _UNIT.c.name_vi,
)  # fmt: skip
_FROM = DOSSIER_TABLE.join(_PRODUCER, _PRODUCER.c.id == _D.producer_id).outerjoin(
    _UNIT, _UNIT.c.code == _D.commune_code
)
LAST = "9"
"""Sorts after every instant: dossiers without a deadline stand at the end of a queue."""


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One dossier in a list; `due_at` is the next deadline of the asking roles, as stored text."""

    id: str
    code: str
    kind: str
    year: int
    state: str
    level: str
    product_id: str
    product_name: str
    producer_id: str
    commune_code: str | None
    province_code: str
    cycle_id: str | None
    batch_id: str | None
    illustrative: bool
    stars: int | None
    move_version: int
    last_at: str
    producer_name: str
    commune_name: str | None
    due_at: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an actor's rights reach: the whole country, at the centre, or by producer, commune, province, council, district.

    A district's parts are named only for offices held at an old unit itself: nobody of today pays for them.
    """

    whole: bool = False
    central: bool = False
    producers: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    councils: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    district_councils: tuple[str, ...] = ()

    def shape(self) -> tuple[str, ...]:
        """The parts that are not empty: what a statement for this scope is built from."""
        return tuple(name for name in _REACHES if getattr(self, name))

    def values(self) -> dict[str, Sequence[str]]:
        return {name: getattr(self, name) for name in self.shape() if name not in ("whole", "central")}


def scope_of(actor: Actor, roles: Iterable[Role] = tuple(Role)) -> Scope:
    """The reach of an actor's rights, or of those under some roles only."""
    wanted = frozenset(roles)
    found: dict[str, dict[str, None]] = {name: {} for name in (*_BY_UNIT, "country")}
    for held in actor.appointments:
        if held.role in wanted:
            part = _part(held.role, held.unit_code)
            found[part][held.producer_id or held.unit_code] = None
            if part in _OF_DISTRICT and held.unit_code.startswith(OLD_UNIT) and not held.taken_over:
                found[_OF_DISTRICT[part]][held.unit_code] = None
            if held.unit_code == COUNTRY and SCOPES[held.role] is Reach.COUNCIL:
                found["country"].setdefault("central")
            elif held.unit_code == COUNTRY and held.role is not Role.PRODUCER:
                found["country"].setdefault("whole")
    return Scope(
        whole="whole" in found["country"],
        central="central" in found["country"],
        **{name: tuple(found[name]) for name in _BY_UNIT},
    )


OLD_UNIT = "x-"
_OF_DISTRICT = {"provinces": "districts", "councils": "district_councils"}
_BY_UNIT = ("producers", "communes", "provinces", "councils", *_OF_DISTRICT.values())


def _part(role: Role, unit_code: str) -> str:
    reach = SCOPES[role]
    if reach is Reach.PRODUCER:
        return "producers"
    if unit_code == COUNTRY or reach is Reach.EVERYWHERE:
        return "country"
    return {Reach.COMMUNE: "communes", Reach.COUNCIL: "councils"}.get(reach, "provinces")


def _within(column: Any, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(column.in_(sa.bindparam(name, type_=sa.Text, expanding=True)))


_AT_DISTRICT = sa.and_(_D.level == "district", _D.district_code.is_not(None))
_REACHES: Mapping[str, Any] = {
    "whole": lambda _: sa.true(),
    "central": lambda _: _D.level == "central",
    "producers": lambda name: _within(_D.producer_id, name),
    "communes": lambda name: _within(_D.commune_code, name),
    "provinces": lambda name: _within(_D.province_code, name),
    "councils": lambda name: sa.and_(
        _within(_D.province_code, name), _D.level != "central", sa.not_(_AT_DISTRICT)
    ),
    "districts": lambda name: _within(_D.district_code, name),
    "district_councils": lambda name: sa.and_(_within(_D.district_code, name), _AT_DISTRICT),
}
_HELD_BY_DISTRICT = sa.and_(
    _AT_DISTRICT,
    _D.district_code.in_(
        sa.select(_UNIT.c.code).where(
            _UNIT.c.kind == UnitKind.DISTRICT,
            sa.or_(_UNIT.c.valid_to.is_(None), _UNIT.c.valid_to >= sa.bindparam("today", type_=_UNIT.c.valid_to.type)),
        ).correlate(None)
    ),
)  # fmt: skip
"""What a district had begun is its province's from the day after the district's last one (decision record 0127)."""
_ACTING: Mapping[str, Any] = {
    **_REACHES,
    "provinces": lambda name: sa.and_(_within(_D.province_code, name), sa.not_(_HELD_BY_DISTRICT)),
    "councils": lambda name: sa.and_(
        _within(_D.province_code, name), _D.level != "central", sa.not_(_HELD_BY_DISTRICT)
    ),
    "districts": lambda name: sa.and_(_within(_D.district_code, name), _AT_DISTRICT),
}
"""Where an office acts and does not only see: at its own level."""
_ASKS_THE_DAY = frozenset({"provinces", "councils"})


def _reach(
    shape: tuple[str, ...], prefix: str = "", parts: Mapping[str, Any] = _REACHES
) -> sa.ColumnElement[bool]:
    if "whole" in shape or not shape:
        return sa.true() if shape else sa.false()
    return sa.or_(*(parts[name](prefix + name) for name in shape))


@cache
def _page(shape: tuple[str, ...], filters: tuple[str, ...]) -> Sql:
    found = sa.select(*_COLUMNS).select_from(_FROM).where(_reach(shape))
    if "words" in filters:
        product = sa.select(_PRODUCT.c.id).where(
            _PRODUCT.c.id == _D.product_id,
            (" " + _PRODUCT.c.name_key).like(sa.bindparam("words", type_=sa.Text)),
        )
        found = found.where(sa.or_(sa.exists(product), _D.code == sa.bindparam("code", type_=sa.Text)))
    if "states" in filters:
        found = found.where(_within(_D.state, "states"))
    if "commune" in filters:
        found = found.where(_D.commune_code == sa.bindparam("commune", type_=sa.Text))
    if "cycle" in filters:
        found = found.where(_D.cycle_id == sa.bindparam("cycle", type_=sa.Text))
    if "before" in filters:
        found = found.where(_D.id < sa.bindparam("before", type_=sa.Text))
    return Sql(found.order_by(_D.id.desc()).limit(sa.bindparam("most", type_=sa.Integer)))


def page(
    tx: ReadTx,
    scope: Scope,
    *,
    words: str = "",
    states: Sequence[str] = (),
    commune: str = "",
    cycle: str = "",
    before: str = "",
    limit: int = 50,
) -> list[DossierLine]:
    """Dossiers in reach, newest first, from the one before `before`; words need no accents, or are a whole code."""
    typed = words.strip()
    given: dict[str, Any] = {
        "words": f"% {name_key(typed)}%" if name_key(typed) else "",
        "states": list(states),
        "commune": commune,
        "cycle": cycle,
        "before": before,
    }
    filters = tuple(name for name, value in given.items() if value)
    if "words" in filters:
        given["code"] = typed
    values = {name: given[name] for name in (*filters, *(("code",) if "words" in filters else ()))}
    rows = tx.sql.all(_page(scope.shape(), filters), **scope.values(), **values, most=limit)
    return [_line(row) for row in rows]


def _line(row: Sequence[Any]) -> DossierLine:
    values = list(row)
    values[13] = bool(values[13])
    return DossierLine(*values)


def states_waiting_for(role: Role) -> tuple[str, ...]:
    """The states in which it is this role's turn, in the order of the table."""
    return tuple(str(state) for state, info in STATES.items() if role in info.waits_for)


def _own_codes(roles: Iterable[Role]) -> list[str]:
    """Codes of deadlines that a dossier itself may carry for one of these roles."""
    asked = frozenset(roles)
    return [code for code in OWN if {CODES[code].owner, *_ALSO_OWNED.get(code, ())} & asked]


_ALSO_OWNED: Mapping[str, tuple[Role, ...]] = {"RENEW_TOTAL": (Role.MINISTRY,)}
"""Who may own a deadline beside the catalogue's owner: a renewal at the centre is the ministry's to decide."""
_OPEN_OF_ROLES = (
    _within(DEADLINE.c.owner_role, "roles"), DEADLINE.c.met_at.is_(None), DEADLINE.c.cancelled_at.is_(None)
)  # fmt: skip


@cache
def _queue(shapes: tuple[tuple[str, tuple[str, ...]], ...], *, own: bool, onward: bool) -> Sql:
    """Dossiers waiting for some roles, by the next deadline of those roles on them or on their batch.

    Keys first, of every dossier that waits, then the rest of a page's few rows: a page of 20,000 costs a page of fifty
    and a key for each. `own`: a dossier itself may carry such a deadline. `onward`: there was a page before.
    """
    of_batch = sa.select(
        _BATCH.c.id,
        sa.select(sa.func.min(DEADLINE.c.due_at, type_=sa.Text).label("due"))
        .where(DEADLINE.c.subject == sa.literal("batch/") + _BATCH.c.id, *_OPEN_OF_ROLES)
        .correlate(_BATCH)
        .scalar_subquery()
        .label("due"),
    ).cte("of_batch").prefix_with("MATERIALIZED")  # fmt: skip
    mine = sa.or_(
        *(
            sa.and_(_within(_D.state, f"{role}_states"), _reach(shape, f"{role}_", _ACTING))
            for role, shape in shapes
        )
    )
    keyed = sa.select(
        _D.id, sa.func.coalesce(_due(of_batch, own), sa.literal(LAST, sa.Text)).label("due_key")
    )
    found = keyed.where(mine).cte("keyed").prefix_with("MATERIALIZED")
    after_key, after_id = (sa.bindparam(name, type_=sa.Text) for name in ("after_key", "after_id"))
    page = (
        sa.select(found).order_by(found.c.due_key, found.c.id).limit(sa.bindparam("most", type_=sa.Integer))
    )
    if onward:
        page = page.where(
            sa.or_(found.c.due_key > after_key, sa.and_(found.c.due_key == after_key, found.c.id > after_id))
        )
    few = page.subquery("few")
    joined = _FROM.join(few, few.c.id == _D.id)
    return Sql(sa.select(*_COLUMNS, few.c.due_key).select_from(joined).order_by(few.c.due_key, few.c.id))


def _due(of_batch: sa.CTE, own: bool) -> sa.ColumnElement[Any]:
    """The earliest unsettled deadline of the roles on the batch and, where it may carry one, on the dossier itself."""
    due = sa.select(of_batch.c.due).where(of_batch.c.id == _D.batch_id).correlate(DOSSIER_TABLE)
    if not own:
        return due.scalar_subquery()
    mine = sa.select(sa.type_coerce(DEADLINE.c.due_at, sa.Text).label("due")).where(
        DEADLINE.c.subject == sa.literal("dossier/") + _D.id,
        _within(DEADLINE.c.code, "codes"),
        *_OPEN_OF_ROLES,
    )
    both = sa.union_all(mine.correlate(DOSSIER_TABLE), due).subquery("both_dues")
    return sa.select(sa.func.min(both.c.due, type_=sa.Text)).scalar_subquery()


def queue(
    tx: ReadTx, actor: Actor, *, after: tuple[str, str] = ("", ""), limit: int = 50
) -> list[DossierLine]:
    """What waits for this actor, the next deadline first; `after` is due key and id of the last one seen."""
    scopes = {role: scope_of(actor, [role]) for role in Role if actor.has(role)}
    scopes = {role: scope for role, scope in scopes.items() if states_waiting_for(role) and scope.shape()}
    if not scopes:
        return []
    values: dict[str, Any] = {"roles": [str(role) for role in scopes]}
    codes = _own_codes(scopes)
    if codes:
        values["codes"] = codes
    if onward := after != ("", ""):
        values |= {"after_key": after[0], "after_id": after[1]}
    for role, scope in scopes.items():
        values[f"{role}_states"] = list(states_waiting_for(role))
        values |= {f"{role}_{name}": value for name, value in scope.values().items()}
    shapes = tuple((str(role), scope.shape()) for role, scope in scopes.items())
    if any(_ASKS_THE_DAY.intersection(shape) for _, shape in shapes):
        values["today"] = tx.now.astimezone(VIETNAM).date()
    rows = tx.sql.all(_queue(shapes, own=bool(codes), onward=onward), **values, most=limit)
    return [_with_due(row) for row in rows]


def _with_due(row: Sequence[Any]) -> DossierLine:
    columns: list[Any] = list(row)
    columns[13] = bool(columns[13])
    columns[-1] = None if columns[-1] == LAST else columns[-1]
    return DossierLine(*columns)


@cache
def _count_by_state(shape: tuple[str, ...]) -> Sql:
    return Sql(sa.select(_D.state, sa.func.count()).where(_reach(shape)).group_by(_D.state))


def count_by_state(tx: ReadTx, scope: Scope) -> dict[str, int]:
    """How many dossiers in reach stand in each state."""
    rows = tx.sql.all(_count_by_state(scope.shape()), **scope.values())
    return {state: int(number) for state, number in rows}


_OF_CYCLE = Sql(
    sa.select(_D.state, sa.func.count()).where(_D.cycle_id == sa.bindparam("cycle_id")).group_by(_D.state)
)


def count_of_cycle(tx: ReadTx, cycle_id: str) -> dict[str, int]:
    """How many dossiers of one cycle stand in each state."""
    return {state: int(number) for state, number in tx.sql.all(_OF_CYCLE, cycle_id=cycle_id)}


@dataclass(frozen=True, slots=True)
class DueRead:
    """One deadline as a page shows it; instants as stored text, days as ISO text."""

    id: str
    code: str
    subject: str
    title: str | None
    owner_role: str
    stated_on: str | None
    bound: str | None
    last_day: str
    due_at: str
    rule: str
    basis: str
    hard: bool
    fired_at: str | None
    met_at: str | None
    cancelled_at: str | None
    extended_from: str | None


_L = DEADLINE.c
_DUE_COLUMNS = (
    _L.id, _L.code, _L.subject, _L.title, _L.owner_role, _L.stated_on, _L.bound, _L.last_day, _L.due_at, _L.rule,
    _L.basis, _L.hard, _L.fired_at, _L.met_at, _L.cancelled_at, _L.extended_from,
)  # fmt: skip
_DEADLINES = Sql(
    sa.select(*_DUE_COLUMNS)
    .where(_L.subject.in_(sa.bindparam("subjects", type_=sa.Text, expanding=True)))
    .order_by(_L.due_at, _L.id)
)


def deadlines_of(tx: ReadTx, subjects: Sequence[str]) -> list[DueRead]:
    """Every deadline of these subjects (`kind/uuid`), settled ones too, the earliest first."""
    rows = tx.sql.all(_DEADLINES, subjects=list(subjects))
    return [due_read(row) for row in rows]


def due_read(row: Sequence[Any]) -> DueRead:
    values = list(row)
    values[11] = bool(values[11])
    return DueRead(*values)


DUE_COLUMNS = _DUE_COLUMNS
"""The columns `due_read` takes, in order, for other lists of deadlines."""
