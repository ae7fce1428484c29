"""When the naive model of a dossier lets a move happen, in its own words.

It must never import anything of `states`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.states.naive_law import (
    BATCH_ENDS,
    CENTRAL_ENDS,
    FORWARD_FROM,
    GROUNDS,
    IDEA_WINDOW,
    MATTERS,
    MOST_ATTEMPTS,
    PLAN_WINDOW,
    REJECTIONS,
    RENEWED_UNTIL,
    SAMPLES,
    SPREAD_LIMIT,
    Ask,
    closes,
    midnight,
)

if TYPE_CHECKING:
    from tests.states.naive_dossier import Naive


def _decided(stars: int | None) -> str:
    return f"recognised.{stars}" if stars else "council.ready"


def _given(name: str) -> Callable[[Naive, Ask], bool]:
    return lambda _, ask: bool(ask.data.get(name))


def _reason(_: Naive, ask: Ask) -> bool:
    return bool(ask.reason and ask.reason.strip())


def _within(window: tuple[date, date]) -> Callable[[Naive, Ask], bool]:
    """A cycle that is not opened has no windows."""
    return lambda naive, ask: not naive.in_cycle or window[0] <= ask.today <= window[1]


def _stars(least: int, most: int) -> Callable[[Naive, Ask], bool]:
    return lambda naive, _: naive.stars is not None and least <= naive.stars <= most


def _spread(test: Callable[[int], bool]) -> Callable[[Naive, Ask], bool]:
    def holds(naive: Naive, _: Ask) -> bool:
        spread = naive.council.get("spread")
        return spread is not None and test(spread)

    return holds


def _ballots(naive: Naive, _: Ask) -> bool:
    ballots, required = naive.council.get("ballots"), naive.council.get("required_ballots")
    return ballots is not None and required is not None and 1 <= required <= ballots


def _mean(least: int) -> Callable[[Naive, Ask], bool]:
    def holds(naive: Naive, _: Ask) -> bool:
        total, count = naive.council.get("points_sum"), naive.council.get("points_count")
        return total is not None and count is not None and total >= least * count

    return holds


def _decision(_: Naive, ask: Ask) -> bool:
    return all(ask.data.get(name) for name in ("decision_number", "decision_on", "signer"))


def _certified(naive: Naive, ask: Ask) -> bool:
    day = date.fromisoformat(ask.data["event_on"]) if ask.data.get("event_on") else ask.today
    return naive.certified_until is not None and day <= naive.certified_until


def _past_cut_off(naive: Naive, ask: Ask) -> bool:
    return naive.batch is not None and closes({**BATCH_ENDS, **CENTRAL_ENDS}[naive.batch]) <= ask.now


def _certified_on(naive: Naive, day: date) -> bool:
    return naive.certified_until is not None and day <= naive.certified_until


def _still_certified(naive: Naive, ask: Ask) -> bool:
    """The walks' renewals have a certificate that nobody lets run out; an upgrade needs one in force today."""
    return naive.kind != "upgrade" or _certified_on(naive, ask.today)


def _filing_day(naive: Naive, ask: Ask, from_180: bool) -> bool:
    if naive.kind != "re_evaluation":
        return True
    return not from_180 or ask.today >= RENEWED_UNTIL - timedelta(days=180)


def _dated(naive: Naive, ask: Ask) -> bool:
    day = date.fromisoformat(ask.data["decision_on"])
    return (naive.filed_on is None or naive.filed_on <= day) and day <= ask.today


def _session_day(naive: Naive, ask: Ask) -> bool:
    day = date.fromisoformat(ask.data["session_on"])
    return (naive.filed_on is None or naive.filed_on <= day) and ask.today <= day


def _year(naive: Naive, ask: Ask) -> bool:
    year = ask.data["year"]
    later = year > naive.year or (not naive.in_cycle and year >= naive.year)
    return later and year <= max(ask.today.year, naive.year) + 1


def _year_over(naive: Naive, ask: Ask) -> bool:
    return midnight(date(naive.review()[0] + 1, 1, 1)) <= ask.now


def _at_risk(naive: Naive, ask: Ask) -> bool:
    return bool(ask.data.get("milestone_missed")) or (
        naive.report_due is not None and naive.report_due <= ask.now
    )


PAPERS = {"upgrade": ("changes_since_recognition",), "re_evaluation": ("renewal_update",)}
GUARDS: Mapping[tuple[str, str], Callable[[Naive, Ask], bool]] = {
    ("", "reason_missing"): _reason,
    ("submit_idea", "idea_incomplete"): lambda naive, _: naive.forms.get("idea", False),
    ("submit_idea", "window_closed"): _within(IDEA_WINDOW),
    ("commune_screen_ok", "other_commune"): lambda *_: True,
    ("", "due_passed"): lambda naive, ask: naive.due is None or ask.now < naive.due,
    ("", "due_not_reached"): lambda naive, ask: naive.due is not None and naive.due <= ask.now,
    ("", "attempts_exhausted"): lambda naive, _: naive.attempts < MOST_ATTEMPTS,
    ("accept_idea", "appraisal_missing"): _given("appraisal"),
    ("start_plan", "training_missing"): lambda naive, _: naive.trained,
    ("submit_plan", "plan_incomplete"): lambda naive, _: naive.forms.get("plan", False),
    ("submit_plan", "window_closed"): _within(PLAN_WINDOW),
    ("flag_at_risk", "not_at_risk"): _at_risk,
    ("ready_for_evaluation", "evidence_unconfirmed"): lambda naive, _: naive.evidence,
    ("self_assess", "assessment_incomplete"): lambda naive, _: naive.forms.get("self_assessment", False),
    ("submit_dossier", "documents_missing"): lambda naive, _: (
        naive.forms.get("registration", False)
        and "self_assessment" in naive.forms
        and all(naive.forms.get(name, False) for name in PAPERS.get(naive.kind, ()))
    ),
    ("submit_dossier", "ruleset_changed"): lambda naive, _: naive.assessed,
    ("issue_commune_report", "matters_missing"): lambda _, ask: set(ask.data.get("matters", ())) == MATTERS,
    ("issue_commune_report", "report_unsigned"): _given("form_03_signed"),
    ("", "letter_missing"): _given("letter_number"),
    ("propose_to_province", "samples_missing"): lambda _, ask: ask.data.get("samples", 0) >= SAMPLES,
    ("accept_for_review", "report_missing"): _given("consolidated_report"),
    ("advisory_report_done", "report_missing"): _given("advisory_report"),
    ("disqualify", "ground_unknown"): lambda _, ask: ask.data.get("rejection") in REJECTIONS,
    ("schedule", "session_missing"): _given("session_on"),
    ("", "on_an_agenda"): lambda *_: True,  # no walk plans a session
    ("open_scoring", "no_quorum"): lambda naive, _: bool(naive.council.get("quorum_met")),
    ("open_scoring", "materials_late"): lambda naive, _: bool(naive.council.get("materials_in_time")),
    ("all_ballots_in", "ballots_missing"): _ballots,
    ("spread_too_wide", "spread_within_limit"): _spread(lambda spread: spread > SPREAD_LIMIT),
    ("adopt_result", "spread_too_wide"): _spread(lambda spread: spread <= SPREAD_LIMIT),
    ("adopt_result", "minutes_missing"): lambda naive, _: bool(naive.council.get("minutes_signed")),
    ("below_3_star", "score_above_band"): _stars(0, 2),
    ("propose_recognition", "score_below_band"): _stars(3, 5),
    ("propose_recognition", "score_above_band"): _stars(0, 4),
    ("propose_five_star", "score_below_band"): _stars(5, 5),
    ("decide_five_star", "score_below_band"): _stars(5, 5),
    ("below_90", "score_above_band"): _stars(0, 4),
    ("province_decides", "score_below_band"): lambda naive, ask: _mean(50 if ask.data["decided_stars"] == 3 else 70)(naive, ask),
    ("", "decision_missing"): _decision,
    ("ministry_orders_redo", "ministry_request_missing"): _given("ministry_document"),
    ("miss_cut_off", "cut_off_not_reached"): _past_cut_off,
    ("", "certificate_not_valid"): _certified,
    ("cycle_review_due", "review_not_due"): lambda naive, ask: midnight(naive.review()[1]) <= ask.now,
    ("", "dossier_already_open"): lambda naive, _: not naive.another_open,
    ("", "no_certificate"): _still_certified,
    ("plan_upgrade", "no_certificate"): lambda naive, ask: _certified_on(naive, ask.today),
    ("reapply", "no_certificate"): lambda naive, ask: (
        naive.kind == "re_evaluation" or _certified_on(naive, ask.today)
    ),  # no walk lets the renewed certificate run out
    ("", "certificate_in_force"): lambda naive, ask: not _certified_on(naive, ask.today),
    ("", "cycle_not_open"): lambda _, ask: ask.today.year == 2027,
    ("reapply", "window_closed"): lambda _, ask: IDEA_WINDOW[0] <= ask.today <= IDEA_WINDOW[1],
    ("reapply", "reapply_too_early"): lambda *_: True,  # from the next batch on, the default
    ("renewal_window_open", "renewal_not_open"): lambda naive, _: naive.kind == "re_evaluation" and naive.decided_on is None,
    ("submit_dossier", "too_early"): lambda naive, ask: _filing_day(naive, ask, True),
    ("submit_dossier", "too_late"): lambda *_: True,  # flagged by default
    ("", "decision_date_impossible"): _dated,
    ("", "runoff_passed"): lambda *_: True,  # every walk files in 2027, under whatever rules it is pinned to
    ("schedule", "session_date_impossible"): _session_day,
    ("", "date_ahead"): lambda _, ask: date.fromisoformat(ask.data["inspected_on"]) <= ask.today,
    ("finding_bad", "conclusion_ahead"): lambda _, ask: date.fromisoformat(ask.data["conclusion_on"]) <= ask.today,
    ("propose_recognition", "other_level_decides"): lambda naive, _: naive.decider() == naive.level,
    ("return_to_district", "other_level_decides"): lambda naive, _: naive.decider() == "district",
    ("forward_to_province", "wrong_level"): lambda naive, _: naive.level == "district",
    ("", "wrong_level"): lambda naive, _: naive.level == "province",
    ("forward_to_province", "score_below_band"): lambda naive, _: (
        naive.forwarded_on() >= FORWARD_FROM[naive.ruleset] * (naive.council.get("points_count") or 1)
    ),
    ("supplement_then_second_round", "second_round_held"): lambda naive, _: naive.round is None,
    ("reopen_decision", "document_missing"): _given("document"),
    ("reopen_decision", "appeal_not_upheld"): lambda *_: False,  # no walk answers an appeal
    ("appeal", "appeal_already_open"): lambda naive, _: not naive.appeals_open,
    ("successor_recognised", "certificate_not_superseded"): lambda *_: False,  # no walk recognises a second dossier
    ("carry_over", "year_impossible"): _year,
    ("carry_over", "cycle_ended"): lambda *_: True,
    ("close_unfinished", "cycle_still_running"): _year_over,
    ("", "conclusion_missing"): lambda _, ask: bool(ask.data.get("conclusion") or ask.data.get("conclusion_on")),
    ("finding_bad", "ground_unknown"): lambda _, ask: ask.data.get("ground") in GROUNDS,
    ("revocation_decided", "revocation_undecided"): lambda *_: False,  # no walk revokes, nor lets a proposal drop
    ("next_cycle", "cycle_not_over"): _year_over,
}  # fmt: skip
