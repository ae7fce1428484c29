"""The tables of a cycle and of a batch against the law's own list, and every guard on both sides. No database."""

import pytest

from registry.roles import Role
from states.cycle.facts import settled, undecided
from states.cycle.lifecycle import BATCH, CYCLE
from states.cycle.states import BatchState, CycleState
from states.deadlines.codes import CODES
from states.engine.decide import Move, Refusal, decide
from states.engine.rules import MachineSpec

EXPECTED_CYCLE = """
new draft_cycle draft V · draft publish published V · published open open V · open start_evaluating evaluating S
open start_promotion promotion S · evaluating start_promotion promotion S · evaluating start_review under_review SV
promotion start_review under_review SV · under_review close closed V · closed archive archived V
draft extend_window draft V · published extend_window published V · open extend_window open V
evaluating extend_window evaluating V · promotion extend_window promotion V · under_review extend_window under_review V
open report_task open V · evaluating report_task evaluating V · promotion report_task promotion V
under_review report_task under_review V
"""
EXPECTED_BATCH = """
new plan_batch planned V · planned open_intake intake_open S · intake_open close_intake intake_closed S
intake_closed start_sessions in_session V · in_session decide decided V · intake_closed decide_empty decided S
decided publish published V
"""
LETTERS = {Role.PROVINCE_UNIT: "V", Role.SYSTEM: "S"}
DATA = {"ground": "a", "approver": "b", "document": "c", "scope": "d"}


@pytest.mark.parametrize(("spec", "expected"), [(CYCLE, EXPECTED_CYCLE), (BATCH, EXPECTED_BATCH)])
def test_the_table_is_the_one_of_process_md(spec: MachineSpec, expected: str) -> None:
    """Copied by hand from process.md §11.16; `report_task` is the status of the task catalogue of §7."""
    wanted = {tuple(row.split()) for line in expected.strip().splitlines() for row in line.split(" · ")}

    found = {
        (
            str(rule.source),
            rule.trigger,
            str(rule.dest),
            "".join(sorted(LETTERS[role] for role in rule.roles)),
        )
        for rule in spec.rules
    }

    assert found == wanted


def answer(spec: MachineSpec, state: CycleState | BatchState, trigger: str, facts: dict[str, object]) -> str:
    roles = {Role.PROVINCE_UNIT, Role.SYSTEM}
    made = decide(spec, state=state, trigger=trigger, roles=roles, facts=facts, features=())  # type: ignore[arg-type]
    assert isinstance(made, Move | Refusal)
    return str(made.rule.dest) if isinstance(made, Move) else made.code


C, B = CycleState, BatchState


@pytest.mark.parametrize(
    ("spec", "state", "trigger", "facts", "expected"),
    [
        (CYCLE, C.DRAFT, "publish", {"plan_number": "1", "plan_date": "2027-01-04", "warnings_open": 0}, "published"),
        (CYCLE, C.DRAFT, "publish", {"plan_number": "1", "plan_date": None, "warnings_open": 0}, "plan_number_missing"),
        (CYCLE, C.DRAFT, "publish", {"plan_number": "1", "plan_date": "2027-01-04", "warnings_open": 1}, "warnings_open"),
        (CYCLE, C.PUBLISHED, "open", {"digest": "a", "preview_digest": "a", "calendar_open": 0}, "open"),
        (CYCLE, C.PUBLISHED, "open", {"digest": "a", "preview_digest": "b", "calendar_open": 0}, "preview_outdated"),
        (CYCLE, C.PUBLISHED, "open", {"digest": "a", "preview_digest": "a", "calendar_open": 1}, "calendar_open"),
        (CYCLE, C.OPEN, "start_evaluating", {"batches_begun": 0}, "no_batch_in_session"),
        (CYCLE, C.OPEN, "start_evaluating", {"batches_begun": 1}, "evaluating"),
        (CYCLE, C.OPEN, "start_promotion", {"recognised": 0}, "nothing_recognised"),
        (CYCLE, C.EVALUATING, "start_promotion", {"recognised": 1}, "promotion"),
        (CYCLE, C.PROMOTION, "start_review", {"batches_undecided": 1}, "batches_undecided"),
        (CYCLE, C.EVALUATING, "start_review", {"batches_undecided": 0}, "under_review"),
        (CYCLE, C.PROMOTION, "start_review", {"batches_undecided": None}, "batches_undecided"),
        (CYCLE, C.OPEN, "report_task", {"task_status": "done", "reason_given": False}, "open"),
        (CYCLE, C.OPEN, "report_task", {"task_status": "dropped", "reason_given": True}, "open"),
        (CYCLE, C.OPEN, "report_task", {"task_status": "dropped", "reason_given": False}, "task_reason_missing"),
        (CYCLE, C.CLOSED, "report_task", {"task_status": "done", "reason_given": False}, "wrong_state"),
        (CYCLE, C.UNDER_REVIEW, "close", {"dossiers_unsettled": 1}, "dossiers_unsettled"),
        (CYCLE, C.UNDER_REVIEW, "close", {"dossiers_unsettled": 0}, "closed"),
        (CYCLE, C.CLOSED, "archive", {"report_document": None, "report_digest": "0f"}, "year_report_missing"),
        (CYCLE, C.CLOSED, "archive", {"report_document": "BC-01", "report_digest": None}, "year_report_missing"),
        (CYCLE, C.CLOSED, "archive", {"report_document": "BC-01", "report_digest": "0f"}, "archived"),
        (CYCLE, C.OPEN, "extend_window", DATA, "open"),
        (CYCLE, C.OPEN, "extend_window", {**DATA, "ground": None}, "extension_incomplete"),
        (CYCLE, C.CLOSED, "extend_window", DATA, "wrong_state"),
        (BATCH, B.PLANNED, "open_intake", {"now": "2027-01-10", "intake_opens_at": "2027-01-11"}, "intake_not_yet"),
        (BATCH, B.PLANNED, "open_intake", {"now": "2027-01-11", "intake_opens_at": "2027-01-11"}, "intake_open"),
        (BATCH, B.INTAKE_OPEN, "close_intake", {"now": "2027-04-29", "intake_closes_at": "2027-04-30"}, "intake_still_open"),
        (BATCH, B.INTAKE_OPEN, "close_intake", {"now": "2027-04-30", "intake_closes_at": "2027-04-30"}, "intake_closed"),
        (BATCH, B.INTAKE_CLOSED, "start_sessions", {"evaluation_plan": None, "sessions_convened": 1}, "evaluation_plan_missing"),
        (BATCH, B.INTAKE_CLOSED, "start_sessions", {"evaluation_plan": "a", "sessions_convened": 0}, "no_session_convened"),
        (BATCH, B.INTAKE_CLOSED, "start_sessions", {"evaluation_plan": "a", "sessions_convened": 1}, "in_session"),
        (BATCH, B.IN_SESSION, "decide", {"dossiers_undecided": 1}, "dossiers_undecided"),
        (BATCH, B.IN_SESSION, "decide", {"dossiers_undecided": 0}, "decided"),
        (BATCH, B.INTAKE_CLOSED, "decide_empty", {"dossiers": 1}, "batch_not_empty"),
        (BATCH, B.INTAKE_CLOSED, "decide_empty", {"dossiers": 0}, "decided"),
        (BATCH, B.DECIDED, "publish", {"notices_planned": False}, "results_not_told"),
        (BATCH, B.DECIDED, "publish", {"notices_planned": True}, "published"),
    ],
)  # fmt: skip
def test_each_guard_holds_on_its_side_of_the_edge(
    spec: MachineSpec, state: CycleState, trigger: str, facts: dict[str, object], expected: str
) -> None:
    assert answer(spec, state, trigger, facts) == expected


@pytest.mark.parametrize(
    ("state", "is_settled", "is_undecided"),
    [
        ("idea.draft", False, False),
        ("idea.rejected", True, False),
        ("plan.deferred_next_cycle", True, False),
        ("commune.received", False, True),
        ("commune.not_proposed", True, False),
        ("council.scoring", False, True),
        ("council.concluded", False, False),
        ("decision.pending", False, False),
        ("central.received", False, False),
        ("evaluation.not_passed", True, False),
        ("recognised.4", False, False),
        ("review.closed", True, False),
        ("withdrawn", True, False),
    ],
)
def test_which_dossiers_hold_a_cycle_or_a_batch_back(
    state: str, is_settled: bool, is_undecided: bool
) -> None:
    assert (settled(state), undecided(state)) == (is_settled, is_undecided)


def test_the_catalogue_has_every_code_of_process_md() -> None:
    """Copied by hand from process.md §2.8."""
    wanted = """
        IDEA_WINDOW IDEA_SUPPLEMENT PLAN_WINDOW PLAN_SUPPLEMENT PROGRESS_REPORT COMMUNE_CHECK BATCH1_PROPOSE
        BATCH2_PROPOSE BATCH1_PROVINCE BATCH2_PROVINCE CENTRAL1_PROPOSE CENTRAL2_PROPOSE CENTRAL1_DONE CENTRAL2_DONE
        COUNCIL_MATERIAL BALLOT_DUE RENEW_OPEN RENEW_CLOSE RENEW_TOTAL EXPIRY_NOTICE EXPIRY GRACE_END REVOKE_DECISION
        RUNOFF_FIRST RUNOFF_RENEW INSPECTION YEAR_REPORT
    """

    assert set(wanted.split()) - set(CODES) == set()
