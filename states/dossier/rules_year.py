"""Moves at the turn of the programme year: what goes on is carried over, what will not is closed.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §2.7; decision record 0106.
"""

from states.dossier import guards as g
from states.dossier.declare import CLOCK, S, V, move, note
from states.dossier.states import BEFORE_RECOGNITION, NOT_FINAL
from states.engine.rules import each

YEAR = (
    *note("carry_over", V, CLOCK, guards=(g.REASON, g.YEAR_LATER, g.CYCLE_TAKES), sources=NOT_FINAL),
    *each(
        BEFORE_RECOGNITION,
        move(S.IDEA_DRAFT, "close_unfinished", S.WITHDRAWN, V, guards=(g.REASON, g.YEAR_ENDING)),
    ),
)
