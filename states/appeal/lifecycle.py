"""The table of an appeal's moves, the conditions they stand under and where those get their facts.

Source: ``process.md`` §2.5, §10 #10, §11.16; decision record 0115. Nothing of the dossier is frozen meanwhile.
"""

from collections.abc import Callable, Mapping
from datetime import date

import sqlalchemy as sa

from core.columns import instant_text
from core.sql import Sql
from core.tx import ReadTx
from registry.roles import Role
from regulations.periods import closes_at
from states.appeal.models import APPEAL_TABLE
from states.appeal.states import STATES, UNDECIDED, AppealState
from states.dossier.context import settings_of, today
from states.engine.decide import Move
from states.engine.facts import Fact, Facts, FactValue
from states.engine.forms import Field, Form
from states.engine.machine import Asked, FactBook, Machine, Row
from states.engine.rules import Guard, MachineSpec, TransitionRule

S = AppealState
P = Role.PRODUCER
HEARING = (Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR)
APPEALABLE = ["evaluation.not_passed", "evaluation.disqualified"]
"""What may be appealed: not passed (also where the chair refused to recognise), disqualified. Source: process.md §2.5."""

AN_OUTCOME = Guard("nothing_to_appeal", Fact("about_state").is_in(APPEALABLE))
ONE_AT_A_TIME = Guard("appeal_already_open", Fact("open_appeals").equals(0))
GROUNDS = Guard("appeal_grounds_missing", Fact("grounds_given").given())
DUE_SET = Guard("appeal_due_missing", Fact("due_on").given() & (Fact("due_on") >= Fact("today")))
REASON = Guard("reason_missing", Fact("reason_given").given())
FOUND = Guard("conclusion_missing", Fact("conclusion_given").given())


def move(
    source: AppealState, trigger: str, dest: AppealState, *roles: Role, guards: tuple[Guard, ...]
) -> TransitionRule:
    return TransitionRule(trigger, source, dest, frozenset(roles), guards)


RULES = (
    move(S.NEW, "open_appeal", S.OPEN, P, guards=(AN_OUTCOME, ONE_AT_A_TIME, GROUNDS)),
    move(S.OPEN, "accept_appeal", S.ACCEPTED, *HEARING, guards=(DUE_SET,)),
    move(S.OPEN, "refuse_to_hear", S.NOT_HEARD, *HEARING, guards=(REASON,)),
    move(S.ACCEPTED, "uphold", S.UPHELD, *HEARING, guards=(FOUND,)),
    move(S.ACCEPTED, "dismiss", S.DISMISSED, *HEARING, guards=(REASON,)),
)
DOCUMENT = Field("document", "text", kept=True, most=60)
FORMS = {
    "open_appeal": Form((Field("grounds", "text"),)),
    "accept_appeal": Form((Field("due_on", "day", kept=True), DOCUMENT)),
    "refuse_to_hear": Form((DOCUMENT,)),
    "uphold": Form((Field("conclusion", "text"), DOCUMENT)),
    "dismiss": Form((Field("conclusion", "text"), DOCUMENT)),
}

_A = APPEAL_TABLE.c
_STANDING = Sql(
    sa.select(_A.state, sa.func.count()).where(_A.dossier_id == sa.bindparam("dossier_id")).group_by(_A.state)
)


def appeals_of(tx: ReadTx, row: Row) -> Facts:
    """What stands above a dossier: how many appeals wait for their answer, and whether one was upheld."""
    found: Mapping[str, int] = dict(tx.sql.all(_STANDING, dossier_id=row["id"]))
    waiting = sum(number for state, number in found.items() if state in UNDECIDED)
    return {"open_appeals": waiting, "appeal_upheld": str(S.UPHELD) in found}


def _open_appeals(asked: Asked) -> FactValue:
    return appeals_of(asked.tx, {"id": asked.row["dossier_id"]})["open_appeals"]


def _is_sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: bool(asked.data.get(name))


FACTS: FactBook = {
    "today": lambda asked: today(asked).isoformat(),
    "about_state": lambda asked: asked.row["about_state"],
    "open_appeals": _open_appeals,
    "grounds_given": _is_sent("grounds"),
    "due_on": lambda asked: asked.data.get("due_on"),
    "reason_given": lambda asked: bool(asked.reason and asked.reason.strip()),
    "conclusion_given": _is_sent("conclusion"),
}


def _due(asked: Asked, _: Move) -> Row:
    """The day set still counts."""
    return {
        "due_at": instant_text(closes_at(date.fromisoformat(str(asked.data["due_on"])), settings_of(asked)))
    }


APPEAL = MachineSpec("appeal", "appeal/1", STATES, RULES, FORMS)
MACHINE = Machine(APPEAL, APPEAL_TABLE, facts=FACTS, changes={"accept_appeal": _due})
