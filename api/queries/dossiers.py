"""Pages of dossiers as a person may see them, and one dossier with all that belongs to it.

It never counts what is not shown, and never reads a page by its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from api.queries import deadlines
from api.queries.moving import actions_of, row_seen
from api.queries.scope import Sight, condition, sight_of
from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from states.dossier import papers
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import STATES
from states.engine.machine import Row

D = DOSSIER_TABLE.c
LISTED = (
    D.id, D.code, D.kind, D.state, D.level, D.move_version, D.cycle_id, D.batch_id, D.product_id, D.product_name,
    D.producer_id, D.commune_code, D.province_code, D.stars, D.filed_on, D.illustrative, D.last_at,
)  # fmt: skip
_NAMES = tuple("version" if column.name == "move_version" else column.name for column in LISTED)
_STATE, _FLAG = _NAMES.index("state"), _NAMES.index("illustrative")
_PHASES: dict[str, str | None] = {
    str(state): info.phase and info.phase.value for state, info in STATES.items()
}
_WAITS: dict[str, list[str]] = {
    str(state): sorted(role.value for role in info.waits_for) for state, info in STATES.items()
}
ONE = (
    "id", "code", "kind", "state", "level", "ruleset", "cycle_id", "batch_id", "product_id", "product_name",
    "product_group", "product_set", "producer_id", "producer_type", "commune_code", "province_code", "predecessor_id",
    "attempts", "due_at", "report_due_at", "filed_on", "received_on", "session_on", "points_sum", "points_count",
    "stars", "decision_number", "decision_on", "created_at", "last_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dossiers a page is asked for; `states` empty means all."""

    states: Sequence[str] = ()
    cycle_id: str | None = None
    producer_id: str | None = None
    product_id: str | None = None
    commune_code: str | None = None
    after: str = ""
    limit: int = 50


def states_of(phase: str) -> list[str]:
    """The states of a phase."""
    return [state for state, its_phase in _PHASES.items() if its_phase == phase]


def page(rtx: ReadTx, actor: Actor, wanted: Wanted) -> list[dict[str, Any]]:
    """Dossiers in the order of their opening, one more than asked for where there are more."""
    sight = sight_of(actor)
    given = {
        name: value
        for name in ("cycle_id", "producer_id", "product_id", "commune_code")
        if (value := getattr(wanted, name)) is not None
    }
    if wanted.states:
        given["states"] = list(wanted.states)
    statement = _statement(sight.shape, tuple(given), len(wanted.states) == 1)
    rows = rtx.sql.all(statement, **_values(sight, given), after=wanted.after, most=wanted.limit + 1)
    return [_listed(row) for row in rows]


def _values(sight: Sight, given: dict[str, Any]) -> dict[str, Any]:
    return {**sight.values, **{f"asked_{name}": value for name, value in given.items()}}


@lru_cache(maxsize=512)
def _statement(shape: tuple[str, ...], given: tuple[str, ...], by_place: bool) -> Sql:
    """One statement per shape of sight and filters; values stay out of it."""
    wanted = [
        D.state.in_(sa.bindparam("asked_states", type_=sa.Text, expanding=True))
        if name == "states"
        else D[name] == sa.bindparam(f"asked_{name}", type_=sa.Text)
        for name in given
    ]
    return Sql(
        sa.select(*LISTED)
        .where(
            condition(DOSSIER_TABLE, shape, by_place=by_place),
            *wanted,
            D.id > sa.bindparam("after", type_=sa.Text),
        )
        .order_by(D.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _listed(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(_NAMES, row, strict=True))
    found["phase"] = _PHASES[row[_STATE]]
    found["waits_for"] = _WAITS[row[_STATE]]
    found["illustrative"] = bool(row[_FLAG])
    return found


def one(rtx: ReadTx, actor: Actor, dossier_id: str) -> dict[str, Any]:
    """A dossier with what may be done now, its forms and its open deadlines.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    row = row_seen(rtx, "dossier", dossier_id, actor)
    return {
        **{name: row[name] for name in ONE},
        **standing(row),
        "illustrative": bool(row["illustrative"]),
        "actions": actions_of(rtx, "dossier", row, actor),
        "forms": papers.all_saved(rtx, dossier_id),
        "deadlines": deadlines.of_subject(rtx, f"dossier/{dossier_id}"),
    }


def standing(row: Row) -> dict[str, Any]:
    """What a state means: phase, whose turn it is, and the version a move must name."""
    state = row["state"]
    return {
        "version": row["move_version"],
        "lines": row["version"],
        "phase": _PHASES[state],
        "waits_for": _WAITS[state],
        "final": STATES[next(one for one in STATES if str(one) == state)].final,
    }
