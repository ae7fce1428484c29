"""What the recorded facts call for: moves of the system that no deadline announces, found by state.

Must never decide whether a move may be made: its guards do, when it is fired.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx
from regulations.settings import DEFAULTS
from states import moves_of_sessions
from states.dossier.models import DOSSIER_TABLE

SPREAD_LIMIT = int(str(DEFAULTS["spread_limit"]))
"""Points; the default limit finds the candidates, the guard reads the council's own setting."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A move the system may make now that no deadline announces."""

    kind: str
    id: str
    trigger: str


_D = DOSSIER_TABLE.c
_READY: tuple[tuple[str, Sql], ...] = (
    (
        "all_ballots_in",
        Sql(
            sa.select(_D.id).where(
                _D.state == "council.scoring", _D.required_ballots >= 1, _D.ballots >= _D.required_ballots
            )
        ),
    ),
    (
        "spread_too_wide",
        Sql(
            sa.select(_D.id).where(
                _D.state == "council.tallied",
                _D.spread > sa.bindparam("spread_limit"),
                moves_of_sessions.OUTSIDE_SESSIONS,
            )
        ),
    ),
    ("below_3_star", Sql(sa.select(_D.id).where(_D.state == "council.concluded", _D.stars < 3))),
)


def ready(tx: ReadTx, *, limit: int = 200) -> list[Ready]:
    """Dossiers and sessions whose recorded facts call for a move of the system; few at any time, found by state."""
    found = [Ready("session", one, "reconcile") for one in moves_of_sessions.to_reconcile(tx, SPREAD_LIMIT)]
    for trigger, statement in _READY:
        params = {"spread_limit": SPREAD_LIMIT} if trigger == "spread_too_wide" else {}
        found += [Ready("dossier", row[0], trigger) for row in tx.sql.all(statement, **params)]
    return found[:limit]
