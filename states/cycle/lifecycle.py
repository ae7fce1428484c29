"""The tables of moves of a cycle and of a batch, bound to their rows.

Every other place that names one of these moves reads it from here. Source: `process.md` §11.16; `draft_cycle` and
`plan_batch` bring a subject into being.
"""

from registry.roles import Role
from states.cycle.facts import BATCH_FACTS, CYCLE_FACTS
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, STATED
from states.cycle.states import BATCH_STATES, CYCLE_STATES, BatchState, CycleState
from states.engine.facts import Fact
from states.engine.forms import Field, Form
from states.engine.machine import Machine
from states.engine.rules import Guard, MachineSpec, TransitionRule, each

C, B = CycleState, BatchState
TASK_STATUSES = ("done", "open", "dropped")
V, CLOCK = Role.PROVINCE_UNIT, Role.SYSTEM

PLAN_NUMBERED = Guard("plan_number_missing", Fact("plan_number").given() & Fact("plan_date").given())
NO_OPEN_WARNING = Guard("warnings_open", Fact("warnings_open").equals(0))
SAME_PREVIEW = Guard("preview_outdated", Fact("digest").equals(Fact("preview_digest")))
CALENDAR_SETTLED = Guard("calendar_open", Fact("calendar_open").equals(0))
FIRST_SESSION = Guard("no_batch_in_session", Fact("batches_begun") >= 1)
FIRST_RECOGNITION = Guard("nothing_recognised", Fact("recognised") >= 1)
BATCHES_DECIDED = Guard("batches_undecided", Fact("batches_undecided").equals(0))
DOSSIERS_SETTLED = Guard("dossiers_unsettled", Fact("dossiers_unsettled").equals(0))
REPORT_FILED = Guard(
    "year_report_missing", Fact("report_document").given() & Fact("report_digest").given(), attested=True
)
EXTENSION_COMPLETE = Guard(
    "extension_incomplete",
    Fact("ground").given() & Fact("approver").given() & Fact("document").given() & Fact("scope").given(),
)
INTAKE_STARTS = Guard("intake_not_yet", Fact("now") >= Fact("intake_opens_at"))
INTAKE_ENDS = Guard("intake_still_open", Fact("now") >= Fact("intake_closes_at"))
PLAN_OF_SESSIONS = Guard("evaluation_plan_missing", Fact("evaluation_plan").given(), attested=True)
SESSION_CONVENED = Guard("no_session_convened", Fact("sessions_convened") >= 1)
BATCH_CONCLUDED = Guard("dossiers_undecided", Fact("dossiers_undecided").equals(0))
BATCH_EMPTY = Guard("batch_not_empty", Fact("dossiers").equals(0))
TASK_SETTLED = Guard(
    "task_reason_missing", Fact("task_status").equals("done") | Fact("reason_given").equals(True)
)
RESULTS_TOLD = Guard("results_not_told", Fact("notices_planned").equals(True), attested=True)


def move(trigger: str, source: CycleState | BatchState, dest: CycleState | BatchState, *roles: Role,
         guards: tuple[Guard, ...] = ()) -> TransitionRule:  # fmt: skip
    return TransitionRule(trigger, source, dest, frozenset(roles), guards)


_EXTENDABLE = (C.DRAFT, C.PUBLISHED, C.OPEN, C.EVALUATING, C.PROMOTION, C.UNDER_REVIEW)
_RUNNING = (C.OPEN, C.EVALUATING, C.PROMOTION, C.UNDER_REVIEW)
_REPORT_TASK = TransitionRule("report_task", C.OPEN, C.OPEN, frozenset({V}), (TASK_SETTLED,), note=True)
_EXTEND = TransitionRule("extend_window", C.OPEN, C.OPEN, frozenset({V}), (EXTENSION_COMPLETE,), note=True)

CYCLE_RULES: tuple[TransitionRule, ...] = (
    move("draft_cycle", C.NEW, C.DRAFT, V),
    move("publish", C.DRAFT, C.PUBLISHED, V, guards=(PLAN_NUMBERED, NO_OPEN_WARNING)),
    move("open", C.PUBLISHED, C.OPEN, V, guards=(SAME_PREVIEW, CALENDAR_SETTLED)),
    move("start_evaluating", C.OPEN, C.EVALUATING, CLOCK, guards=(FIRST_SESSION,)),
    *each((C.OPEN, C.EVALUATING), move("start_promotion", C.OPEN, C.PROMOTION, CLOCK, guards=(FIRST_RECOGNITION,))),
    *each((C.EVALUATING, C.PROMOTION), move("start_review", C.PROMOTION, C.UNDER_REVIEW, CLOCK, V, guards=(BATCHES_DECIDED,))),
    move("close", C.UNDER_REVIEW, C.CLOSED, V, guards=(DOSSIERS_SETTLED,)),
    move("archive", C.CLOSED, C.ARCHIVED, V, guards=(REPORT_FILED,)),
    *each(_EXTENDABLE, _EXTEND),
    *each(_RUNNING, _REPORT_TASK),
)  # fmt: skip
CYCLE_FORMS = {
    "open": Form((Field("digest", "text", required=True, kept=True),)),
    "archive": Form((Field("report_document", "text", required=True, kept=True),)),
    "report_task": Form((
        Field("task_id", "text", required=True, kept=True),
        Field("task_status", "choice", required=True, kept=True, choices=TASK_STATUSES),
        Field("task_document", "text", kept=True, most=300),
    )),
    "extend_window": Form((
        Field("deadline_id", "text", required=True, kept=True),
        Field("new_last_day", "day", required=True, kept=True),
        Field("ground", "text", required=True),
        Field("approver", "text", required=True),
        Field("document", "text", required=True),
        Field("scope", "text", required=True),
    )),
}  # fmt: skip

BATCH_RULES: tuple[TransitionRule, ...] = (
    move("plan_batch", B.NEW, B.PLANNED, V),
    move("open_intake", B.PLANNED, B.INTAKE_OPEN, CLOCK, guards=(INTAKE_STARTS,)),
    move("close_intake", B.INTAKE_OPEN, B.INTAKE_CLOSED, CLOCK, guards=(INTAKE_ENDS,)),
    move("start_sessions", B.INTAKE_CLOSED, B.IN_SESSION, V, guards=(PLAN_OF_SESSIONS, SESSION_CONVENED)),
    move("decide", B.IN_SESSION, B.DECIDED, V, guards=(BATCH_CONCLUDED,)),
    move("decide_empty", B.INTAKE_CLOSED, B.DECIDED, CLOCK, guards=(BATCH_EMPTY,)),
    move("publish", B.DECIDED, B.PUBLISHED, V, guards=(RESULTS_TOLD,)),
)
BATCH_FORMS = {
    "start_sessions": Form((
        Field("evaluation_plan", "text", required=True),
    )),
    "publish": Form((Field("notices_planned", "yes_no", required=True),)),
}  # fmt: skip

CYCLE = MachineSpec("cycle", "cycle/2", CYCLE_STATES, CYCLE_RULES, CYCLE_FORMS)
BATCH = MachineSpec("batch", "batch/2", BATCH_STATES, BATCH_RULES, BATCH_FORMS)
CYCLE_MACHINE = Machine(CYCLE, CYCLE_TABLE, facts=CYCLE_FACTS, stated=STATED)
BATCH_MACHINE = Machine(BATCH, BATCH_TABLE, facts=BATCH_FACTS)
