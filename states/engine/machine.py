"""A lifecycle bound to its table, its facts and the `transitions` library.

One machine per lifecycle, made once at import; rows are never registered as models (that is quadratic).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

import transitions
from sqlalchemy import Table, bindparam, insert, select, update

from core.clock import VIETNAM
from core.columns import parse_instant
from core.sql import Into, Sql, whole_row
from core.tx import ReadTx, Tx
from registry.actors import Actor, Held
from registry.roles import Role
from regulations import rulesets
from states.engine.decide import Move
from states.engine.facts import Facts, FactValue
from states.engine.forms import NOTHING, Data, Form
from states.engine.rules import MachineSpec, RuleTableError, TransitionRule

T = TypeVar("T")
Row: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Asked:
    """Everything a fact or a change may be computed from: one trigger asked of one subject at one instant."""

    tx: ReadTx
    row: Row
    trigger: str
    data: Data
    reason: str | None
    actor: Actor
    now: str
    held: tuple[Held, ...]
    supply: "Supply | None" = None
    texts: "dict[str, Any] | None" = None
    cache: dict[str, Any] = field(default_factory=dict)

    def supplied(self) -> "Facts":
        """Facts that stand above this part of the room, looked up once; none where nobody supplies them."""
        supply = self.supply
        return self.once("supplied", lambda: supply(self.tx, self.row) if supply else {})

    def once(self, key: str, compute: Callable[[], T]) -> T:
        """A look-up several facts share is made once per move."""
        if key not in self.cache:
            self.cache[key] = compute()
        return cast(T, self.cache[key])

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset([held.role for held in self.held])

    @property
    def instant(self) -> datetime:
        """The move's instant; the transaction's own object where they agree, as nearly always."""
        return self.tx.now if self.now == self.tx.now_text else parse_instant(self.now)


Supply: TypeAlias = Callable[[ReadTx, Row], Facts]
FactBook: TypeAlias = Mapping[str, Callable[[Asked], FactValue]]
Changes: TypeAlias = Mapping[str, Callable[[Asked, Move], Mapping[str, object]]]


def ruleset_features(row: Row, now: datetime) -> frozenset[str]:
    """Features of the pinned ruleset, before the pin those of the ruleset in force on the Vietnamese day."""
    pin = row.get("ruleset")
    return _features(pin, None) if pin else _features(None, now.astimezone(VIETNAM).date())


@lru_cache(maxsize=1024)
def _features(pin: str | None, day: date | None) -> frozenset[str]:
    ruleset = rulesets.get(pin.partition("@")[0]) if pin else rulesets.in_force(day) if day else None
    return frozenset(str(feature) for feature in ruleset.features) if ruleset else frozenset()


class Step(NamedTuple):
    """What a trigger means in a state, put together once: whose it is, the form, what must be gathered to decide it."""

    state: StrEnum
    roles: frozenset[Role]
    form: Form
    facts: tuple[tuple[str, Callable[[Asked], FactValue]], ...]
    by_ruleset: bool  # whether it matters which ruleset is in force


class _Passing:
    """What passes through the library: a state and the rule that was decided."""

    __slots__ = ("rule", "state")

    def __init__(self, state: StrEnum, rule: TransitionRule) -> None:
        self.state = state
        self.rule = rule


def _only(rule: TransitionRule) -> Callable[[transitions.EventData], bool]:
    def decided(event: transitions.EventData) -> bool:
        return isinstance(event.model, _Passing) and event.model.rule is rule

    return decided


class Machine:
    """A spec with what it needs to run on rows."""

    def __init__(
        self,
        spec: MachineSpec,
        table: Table,
        *,
        facts: FactBook,
        changes: Changes | None = None,
        stated: tuple[str, ...] = (),
    ) -> None:
        """Bind a spec to its table; the lines themselves state every value of the columns in ``stated``.

        Raises:
            RuleTableError: a rule reads a fact that nobody gathers, or a change answers no trigger.
        """
        missing = {name for rule in spec.rules for name in rule.fact_names()} - set(facts)
        unknown = set(changes or {}) - set(spec.triggers)
        if missing or unknown:
            raise RuleTableError(
                f"{spec.kind}: facts without a source {sorted(missing)}, changes without a trigger {sorted(unknown)}"
            )
        self.spec, self.table, self.facts, self.changes = spec, table, facts, changes or {}
        self.stated = stated
        self.columns = tuple(column.name for column in table.columns)
        self.steps = {(str(state), trigger): self._step(state, trigger) for state, trigger in spec.by_move}
        whole = select(whole_row([*table.columns])).where(table.c.id == bindparam("id"))
        self._load, self._lock = Sql(whole), Sql(whole.with_for_update())
        self._insert = Sql(insert(table))
        self._updates: dict[tuple[str, ...], Sql] = {}
        self._passed: set[tuple[StrEnum, int]] = set()  # rules live as long as the spec, so an id names one
        self._library = transitions.Machine(
            model=None,
            states=[*spec.states],
            initial=next(iter(spec.states)),
            auto_transitions=False,
            send_event=True,
            transitions=[
                {
                    "trigger": rule.trigger,
                    "source": rule.source,
                    "dest": rule.dest,
                    "conditions": [_only(rule)],
                }
                for rule in spec.rules
            ],
        )

    def _step(self, state: StrEnum, trigger: str) -> Step:
        spec = self.spec
        rules = spec.by_move[state, trigger]
        return Step(
            state,
            frozenset().union(*(rule.roles for rule in rules)),
            spec.forms.get(trigger, NOTHING),
            tuple((name, self.facts[name]) for name in spec.facts_of[state, trigger]),
            any(rule.requires for rule in rules),
        )

    def stated_in(self, values: Row, under: Mapping[str, Any] = MappingProxyType({})) -> Row:
        """Those of the values that a line must state, so that a replay can be held against the row.

        ``under`` is looked at where the values do not name a column.
        """
        return {
            name: values[name] if name in values else under[name]
            for name in self.stated
            if name in values or name in under
        }

    def load(self, tx: ReadTx, subject_id: str) -> Row | None:
        return self._row(tx.sql.whole(self._load, id=subject_id))

    def lock(self, tx: Tx, subject_id: str) -> Row | None:
        """The row, locked until the transaction ends (PostgreSQL; SQLite has one writer)."""
        return self._row(tx.sql.whole(self._lock, id=subject_id))

    def _row(self, found: tuple[Any, ...] | None) -> Row | None:
        return dict(zip(self.columns, found, strict=True)) if found else None

    def insert(self, tx: Tx, row: Row) -> None:
        tx.sql.put(self._insert, {name: row.get(name) for name in self.columns})

    def insert_many(self, tx: Tx, rows: Sequence[Row], columns: Sequence[str]) -> None:
        """Insert rows of driver values; the columns that are not named are empty in all of them."""
        if rows:
            tx.sql.insert(Into(self.table, *columns), list(map(itemgetter(*columns), rows)))

    def update(self, tx: Tx, subject_id: str, changed: Row) -> None:
        names = tuple(changed)
        statement = self._updates.get(names)
        if statement is None:
            values: dict[str, Any] = {name: bindparam(name) for name in names}
            statement = Sql(
                update(self.table).where(self.table.c.id == bindparam("subject_id")).values(values),
                as_given=True,
            )
            self._updates[names] = statement
        tx.sql.put(statement, {**changed, "subject_id": subject_id})

    def pass_through(self, state: StrEnum, rule: TransitionRule) -> StrEnum:
        """Let the library make the move: the second pair of eyes on every decision.

        Raises:
            transitions.MachineError: the decided move is not in the machine.
        """
        if (state, id(rule)) in self._passed:
            return rule.dest  # the library answers by its tables alone, so it is asked once for each rule
        passing = _Passing(state, rule)
        if not self._library.events[rule.trigger].trigger(passing):
            raise transitions.MachineError(
                f"{self.spec.kind}: {rule.trigger} from {state} was decided but not allowed"
            )
        self._passed.add((state, id(rule)))
        return passing.state
