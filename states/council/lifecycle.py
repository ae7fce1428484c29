"""The table of a session's moves and the conditions they stand under, bound to its rows.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §11.16; decision record 0113
says what was spelt out: the notes, the two signatures, whose V stands where.
"""

from enum import StrEnum

from registry.roles import Role
from states.council.changes import CHANGES
from states.council.facts import FACTS
from states.council.forms import FORMS
from states.council.models import SESSION_TABLE, STATED
from states.council.states import STATES, SessionKind, SessionState
from states.engine.facts import Fact
from states.engine.machine import Machine
from states.engine.rules import Branch, Guard, MachineSpec, TransitionRule, each

S = SessionState
V, B, CLOCK = Role.PROVINCE_UNIT, Role.MINISTRY, Role.SYSTEM
SECRETARY, M = Role.SECRETARY, Role.COUNCIL_MEMBER
H = (Role.CHAIR, Role.SECRETARY)
AT_PROVINCE: Branch = (("at_centre", False),)
AT_CENTRE: Branch = (("at_centre", True),)
IN_WRITING = Fact("kind").equals(str(SessionKind.WRITTEN))
NOW = Fact("now")


def _none(fact: str, code: str) -> Guard:
    """A count that must be zero."""
    return Guard(code, Fact(fact).equals(0))


CYCLE_RUNS = Guard(
    "cycle_not_open", Fact("cycle_state").is_in(["open", "evaluating", "promotion", "under_review"])
)
APPOINTED = Guard(
    "council_not_appointed",
    Fact("seats_unappointed").equals(0) & (Fact("chairs") >= 1) & (Fact("secretaries") >= 1),
)
NOT_EMPTY = Guard("agenda_empty", Fact("agenda") >= 1)
BEARABLE = Guard(
    "load_exceeded",
    ~Fact("load_limit").given()
    | (Fact("agenda") <= Fact("load_limit"))
    | (Fact("overrule").given() & Fact("reason_given").given()),
)
VISITED = _none("tourism_unvisited", "tourism_not_visited")
AHEAD = Guard("session_date_impossible", Fact("held_on") >= Fact("today"))
AT_A_TABLE = Guard("asked_in_writing", ~IN_WRITING)
QUORUM = _none("products_without_quorum", "no_quorum")
HEADED = _none("products_without_head", "head_absent")
REASON = Guard("reason_missing", Fact("reason_given").given())
NEW_DATE = Guard("new_date_missing", Fact("adjourned_to").given() & (Fact("adjourned_to") > NOW))
MATERIALS = Guard(
    "materials_late",
    Fact("materials_on").given() & (Fact("materials_on") <= Fact("materials_last_day")),
)
QUORUM_FIRST = Guard("quorum_unconfirmed", IN_WRITING)
DUE_SET = _none("members_without_due", "ballot_due_missing")
SPREAD_WIDE = Guard("spread_within_limit", Fact("widest_spread") > Fact("spread_limit"))
DISCUSSED = Guard("discussion_missing", Fact("discussion_given").given())
BALLOTS_IN = _none("products_unscored", "ballots_missing")
SPREAD_SETTLED = Guard(
    "spread_too_wide", Fact("spreads_missing").equals(0) & (Fact("widest_spread") <= Fact("spread_limit"))
)
RESULTS = _none("results_missing", "results_missing")
WAS_WRITTEN = Guard("meeting_already", IN_WRITING)
DIFFERING = Guard("meeting_not_justified", Fact("opinions_differ").given() | Fact("complex").given())
FIRST_SIGNATURE = Guard("signed_already", Fact("signed_already").equals(False))
SAME_RESULTS = Guard("results_changed", Fact("results_digest").given() & Fact("results_changed").equals(0))
REPORT_IN = Guard("council_report_missing", Fact("report_document").given(), attested=True)
NOT_BEGUN = _none("products_being_scored", "scoring_begun")

READY = _none("dossiers_unready", "dossier_not_ready")
FREE = _none("dossiers_taken", "on_an_agenda")
SAME_RULESET = _none("dossiers_of_other_ruleset", "other_ruleset")
MEETING_WANTED = _none("dossiers_needing_meeting", "meeting_required")
WRITING_WANTED = _none("dossiers_to_be_asked_in_writing", "meeting_not_justified")
ON_AGENDA = _none("dossiers_off_agenda", "not_on_agenda")
CHOSEN_NOT_BEGUN = _none("dossiers_being_scored", "scoring_begun")
VISIT_WAS = Guard("day_in_future", Fact("visited_on") <= Fact("today"))
DELIVERY_WAS = Guard("day_in_future", Fact("delivered_on") <= Fact("today"))
DUE_AHEAD = Guard("due_in_past", Fact("due_at") > NOW)
SITTING = _none("members_unknown", "not_a_member")
SITS = Guard("not_a_member", Fact("member_sits").equals(True))
OWN_CONFLICT = Guard("conflict_of_another", Fact("may_declare").equals(True))
PROXIES = Guard("proxies_not_allowed", ~Fact("proxies_given").given() | Fact("proxy_allowed").given())


def move(
    source: SessionState, trigger: str, dest: SessionState, *roles: Role, guards: tuple[Guard, ...] = (), when: Branch = ()
) -> TransitionRule:  # fmt: skip
    return TransitionRule(trigger, source, dest, frozenset(roles), guards, when=when)


def by_unit(
    source: SessionState, trigger: str, dest: SessionState, *others: Role, guards: tuple[Guard, ...] = ()
) -> tuple[TransitionRule, ...]:
    """V is the provincial unit, at the centre the ministry's: the unit of the council's own level."""
    return (
        move(source, trigger, dest, V, *others, guards=guards, when=AT_PROVINCE),
        move(source, trigger, dest, B, *others, guards=guards, when=AT_CENTRE),
    )


def note(rule: TransitionRule, *sources: StrEnum) -> tuple[TransitionRule, ...]:
    noted = TransitionRule(
        rule.trigger, rule.source, rule.source, rule.roles, rule.guards, when=rule.when, note=True
    )
    return each(sources, noted)


def unit_note(
    trigger: str, *sources: SessionState, others: tuple[Role, ...] = (), guards: tuple[Guard, ...] = ()
) -> tuple[TransitionRule, ...]:
    return tuple(
        noted
        for rule in by_unit(sources[0], trigger, sources[0], *others, guards=guards)
        for noted in note(rule, *sources)
    )


def head_note(
    trigger: str, *sources: SessionState, roles: tuple[Role, ...], guards: tuple[Guard, ...] = ()
) -> tuple[TransitionRule, ...]:
    return note(move(sources[0], trigger, sources[0], *roles, guards=guards), *sources)


CONVENE = (APPOINTED, NOT_EMPTY, BEARABLE, VISITED, AHEAD)
OPEN_TO_CHANGE = (S.PLANNED, S.CONVENED, S.ADJOURNED)
MOVES = (
    move(S.NEW, "plan_session", S.PLANNED, V, guards=(CYCLE_RUNS,), when=AT_PROVINCE),
    move(S.NEW, "plan_session", S.PLANNED, B, when=AT_CENTRE),
    *by_unit(S.PLANNED, "convene", S.CONVENED, guards=CONVENE),
    *by_unit(S.ADJOURNED, "convene", S.CONVENED, guards=CONVENE),
    move(S.CONVENED, "confirm_quorum", S.QUORUM_OK, *H, guards=(AT_A_TABLE, QUORUM, HEADED)),
    move(S.CONVENED, "adjourn", S.ADJOURNED, *H, guards=(REASON, NEW_DATE)),
    move(S.QUORUM_OK, "open_scoring", S.SCORING, *H, guards=(MATERIALS,)),
    move(S.CONVENED, "open_scoring", S.SCORING, *H, guards=(QUORUM_FIRST, MATERIALS, DUE_SET)),
    move(S.SCORING, "reconcile", S.RECONCILING, CLOCK, guards=(SPREAD_WIDE,)),
    move(S.RECONCILING, "reopen_scoring", S.SCORING, *H, guards=(DISCUSSED,)),
    move(S.SCORING, "conclude", S.CONCLUDED, *H, guards=(BALLOTS_IN, SPREAD_SETTLED, RESULTS)),
    move(S.SCORING, "convene_meeting", S.CONVENED, *H, guards=(WAS_WRITTEN, DIFFERING)),
    *note(
        move(
            S.CONCLUDED, "sign_minutes", S.CONCLUDED, *H, guards=(FIRST_SIGNATURE, SAME_RESULTS),
            when=(("both_signed", False),),
        ),
        S.CONCLUDED,
    ),
    move(
        S.CONCLUDED, "sign_minutes", S.MINUTES_SIGNED, *H, guards=(FIRST_SIGNATURE, SAME_RESULTS),
        when=(("both_signed", True),),
    ),
    *by_unit(S.MINUTES_SIGNED, "close", S.CLOSED, guards=(REPORT_IN,)),
    *by_unit(S.PLANNED, "cancel", S.CANCELLED, guards=(REASON,)),
    *by_unit(S.CONVENED, "cancel", S.CANCELLED, guards=(REASON, NOT_BEGUN)),
)  # fmt: skip
NOTES = (
    *unit_note("name_members", S.PLANNED, S.ADJOURNED),
    *unit_note(
        "put_on_agenda", *OPEN_TO_CHANGE, guards=(READY, FREE, SAME_RULESET, MEETING_WANTED, WRITING_WANTED)
    ),
    *unit_note(
        "strike_off", *OPEN_TO_CHANGE, S.QUORUM_OK, others=H, guards=(REASON, ON_AGENDA, CHOSEN_NOT_BEGUN)
    ),
    *unit_note("record_visit", *OPEN_TO_CHANGE, others=H, guards=(ON_AGENDA, VISIT_WAS)),
    *head_note("declare_conflict", *OPEN_TO_CHANGE, roles=(*H, M), guards=(ON_AGENDA, SITS, OWN_CONFLICT)),
    *head_note("record_attendance", S.CONVENED, roles=(SECRETARY,), guards=(SITTING, PROXIES)),
    *head_note("deliver_materials", S.CONVENED, S.QUORUM_OK, roles=(SECRETARY,), guards=(DELIVERY_WAS,)),
    *head_note("set_ballot_due", S.CONVENED, S.QUORUM_OK, S.SCORING, roles=H, guards=(DUE_AHEAD, SITTING)),
)

SESSION = MachineSpec("session", "session/1", STATES, (*MOVES, *NOTES), FORMS)
MACHINE = Machine(SESSION, SESSION_TABLE, facts=FACTS, changes=CHANGES, stated=STATED)
