"""A naive model of a dossier: the hand-copied table and plain bookkeeping, to hold the machine against.

It must never import anything of `states/`: two programs that share a mistake prove nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulations.working_calendar import seed
from tests.expected import Expected, expected_moves

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TABLE = [move for move in expected_moves() if move.machine == "dossier"]
EVENTS = sorted({move.event for move in TABLE if move.source != "new"})
STATES = sorted({move.source for move in TABLE} | {move.dest for move in TABLE} - {"new"})
NOTES = {
    "record_training", "report_progress", "confirm_evidence", "record_council_facts", "miss_cut_off", "join_event",
    "list_on_marketplace", "open_sales_point", "sign_contract", "notify_result",
}  # fmt: skip
REQUIRED = {
    "report_progress": ("progress",),
    "file_results": ("revenue_million_vnd", "output", "market"),
    "planned_inspection": ("inspected_on",),
    "surprise_inspection": ("inspected_on",),
}
EDITABLE = {
    "idea": ("idea.draft", "idea.returned"),
    "plan": ("plan.drafting", "plan.returned"),
    "registration": ("dossier.preparing", "dossier.self_assessed", "commune.returned", "province.returned"),
    "self_assessment": ("dossier.preparing", "commune.returned", "province.returned"),
}
IDEA_WINDOW = (date(2027, 2, 16), date(2027, 4, 29))
PLAN_WINDOW = (date(2027, 4, 1), date(2027, 5, 31))
BATCH_ENDS = {1: date(2027, 4, 29), 2: date(2027, 10, 29)}
REVIEW_OPENS, YEAR_ENDS = date(2027, 12, 15), date(2027, 12, 31)
MATTERS = {"idea_origin", "local_identity", "local_labour", "local_material"}
REJECTIONS = {"forged_dossier", "mandatory_certificate_missing", "registration_not_met"}
GROUNDS = {
    "untruthful_dossier", "criteria_no_longer_met", "law_broken", "mark_misused", "production_stopped",
    "other_conclusion",
}  # fmt: skip
SUPPLEMENT_DAYS = {"return_idea": 15, "return_plan": 7}
MOST_ATTEMPTS, SPREAD_LIMIT, SAMPLES = 3, 10, 5
COUNCIL = (
    "points_sum", "points_count", "spread", "quorum_met", "ballots", "required_ballots", "floor_stars",
    "materials_in_time", "minutes_signed",
)  # fmt: skip
COUNCIL_ROLES = {"advisory", "chair", "secretary", "council_member"}


def midnight(day: date) -> datetime:
    """The first instant of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def closes(last_day: date) -> datetime:
    """The first instant too late for a last good day."""
    return midnight(last_day + timedelta(days=1))


YEARS = range(2019, 2031)
_CALENDAR = seed(YEARS)


def worked(day: date) -> date:
    """The day itself, or the next one on which offices work."""
    while not _CALENDAR.is_working(day):
        day += timedelta(days=1)
    return day


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


@dataclass(frozen=True)
class Ask:
    """A move somebody asks for; `where` is home, next_door or centre, `broken` data no form can read."""

    event: str
    role: str
    where: str
    now: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    broken: bool = False
    reason: str | None = None
    stale: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(VIETNAM).date()


@dataclass(frozen=True)
class Answer:
    """Either a refusal's code, or None; and in both cases where the dossier stands then, with what is known of it."""

    code: str | None
    state: str
    level: str
    moves: int
    lines: int
    attempts: int
    due: datetime | None
    report_due: datetime | None
    batch: int | None
    stars: int | None


@dataclass
class Naive:
    """One dossier as a clerk would keep it on paper."""

    state: str
    level: str = "commune"
    moves: int = 1
    lines: int = 1
    attempts: int = 0
    due: datetime | None = None
    trained: bool = False
    evidence: bool = False
    report_due: datetime | None = None
    forms: dict[str, bool] = field(default_factory=dict)  # saved: complete or not
    assessed: bool = False  # under the ruleset of today
    batch: int | None = None
    council: dict[str, Any] = field(default_factory=dict)
    stars: int | None = None
    certified_until: date | None = None

    def save(self, name: str, role: str, where: str, *, complete: bool) -> str | None:
        """Save a form; the code of the refusal, if any."""
        if not self._seen_by(role, where):
            return "subject_not_found"
        if self.state not in EDITABLE[name] or (role, where) != ("producer", "home"):
            return "form_closed"
        self.forms[name] = complete
        return None

    def ask(self, ask: Ask) -> Answer:
        """What must come of it; the first reason that applies is the one given."""
        code = self._refusal(ask)
        if code is None:
            self._move(ask, self._rule(ask))
            self._follow(ask)
        return Answer(
            code, self.state, self.level, self.moves, self.lines, self.attempts, self.due, self.report_due, self.batch,
            self.stars,
        )  # fmt: skip

    def edges(self) -> list[datetime]:
        """Instants at which what is allowed changes."""
        days = [
            IDEA_WINDOW[1],
            PLAN_WINDOW[1],
            *BATCH_ENDS.values(),
            REVIEW_OPENS - timedelta(days=1),
            YEAR_ENDS,
        ]
        return [*map(closes, days), midnight(PLAN_WINDOW[0]), *filter(None, (self.due, self.report_due))]

    def _refusal(self, ask: Ask) -> str | None:
        if not self._seen_by(ask.role, ask.where):
            return "subject_not_found"
        if ask.stale:
            return "stale_version"
        declared = [move for move in TABLE if (move.source, move.event) == (self.state, ask.event)]
        if not declared:
            return "wrong_state" if ask.event in EVENTS or ask.event == "create_idea" else "unknown_trigger"
        if not any(ask.role in move.roles for move in declared):
            return "wrong_actor"
        if ask.broken or any(name not in ask.data for name in REQUIRED.get(ask.event, ())):
            return "bad_fields"
        rule = self._rule(ask)
        if ask.role not in rule.roles:
            return "wrong_actor"
        failing = (code for code in rule.guards if not self._holds(ask, code))
        return next((f"guard_{code}" for code in failing), None)

    def _seen_by(self, role: str, where: str) -> bool:
        if role == "system":
            return True
        if where == "next_door":
            return False
        if role in COUNCIL_ROLES:
            return (where == "centre") == (self.level == "central")
        return where == "home"

    def _rule(self, ask: Ask) -> Expected:
        """The branch that is meant, where one trigger leads to several states."""
        rules = [move for move in TABLE if (move.source, move.event) == (self.state, ask.event)]
        wanted = {
            "decide_recognition": lambda: f"recognised.{self.stars}",
            "adopt_result": lambda: "central.concluded" if self.level == "central" else "council.concluded",
            "province_decides": lambda: _decided(ask.data.get("decided_stars")),
        }.get(ask.event)
        return next(rule for rule in rules if wanted is None or rule.dest == wanted())

    def _holds(self, ask: Ask, code: str) -> bool:
        return (GUARDS.get((ask.event, code)) or GUARDS["", code])(self, ask)

    def _move(self, ask: Ask, rule: Expected) -> None:
        effect = EFFECTS.get(ask.event)
        if effect:
            effect(self, ask)
        self.state = rule.dest
        self.lines += 1
        self.moves += ask.event not in NOTES

    def _follow(self, ask: Ask) -> None:
        """The last ballot closes the scoring by itself."""
        noted = (ask.event, self.state) == ("record_council_facts", "council.scoring")
        if noted and _ballots(self, ask):
            self.state = "council.tallied"
            self.lines += 1
            self.moves += 1


def _decided(stars: int | None) -> str:
    return f"recognised.{stars}" if stars else "council.ready"


def _given(name: str) -> Callable[[Naive, Ask], bool]:
    return lambda _, ask: bool(ask.data.get(name))


def _reason(_: Naive, ask: Ask) -> bool:
    return bool(ask.reason and ask.reason.strip())


def _within(window: tuple[date, date]) -> Callable[[Naive, Ask], bool]:
    return lambda _, ask: window[0] <= ask.today <= window[1]


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
    return naive.batch is not None and closes(BATCH_ENDS[naive.batch]) <= ask.now


def _at_risk(naive: Naive, ask: Ask) -> bool:
    return bool(ask.data.get("milestone_missed")) or (
        naive.report_due is not None and naive.report_due <= ask.now
    )


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
        naive.forms.get("registration", False) and "self_assessment" in naive.forms
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
    ("cycle_review_due", "review_not_due"): lambda _, ask: midnight(REVIEW_OPENS) <= ask.now,
    ("", "conclusion_missing"): lambda _, ask: bool(ask.data.get("conclusion") or ask.data.get("conclusion_on")),
    ("finding_bad", "ground_unknown"): lambda _, ask: ask.data.get("ground") in GROUNDS,
    ("revocation_decided", "revocation_undecided"): lambda *_: False,  # no walk revokes
    ("next_cycle", "cycle_not_over"): lambda _, ask: closes(YEAR_ENDS) <= ask.now,
}  # fmt: skip


def _returned(naive: Naive, ask: Ask) -> None:
    days = ask.data.get("due_days") or SUPPLEMENT_DAYS[ask.event]
    naive.due = closes(worked(ask.today + timedelta(days=days)))


def _submitted(naive: Naive, ask: Ask) -> None:
    naive.attempts = naive.attempts + 1 if ask.event.startswith("resubmit") else 1
    naive.due = None


def _trained(naive: Naive, ask: Ask) -> None:
    naive.trained = bool(ask.data.get("trained_on") or ask.data.get("waived"))


def _report(naive: Naive, ask: Ask) -> None:
    naive.report_due = closes(worked(months_later(ask.today, 3)))


def _no_report(naive: Naive, _: Ask) -> None:
    naive.report_due = None


def _evidence(naive: Naive, _: Ask) -> None:
    naive.evidence = True


def _assessed(naive: Naive, _: Ask) -> None:
    naive.assessed = True


def _filed(naive: Naive, ask: Ask) -> None:
    naive.level = "commune"
    naive.batch = _batch_of(ask)


def _proposed(naive: Naive, ask: Ask) -> None:
    naive.level = "province"
    naive.batch = _batch_of(ask)


def _batch_of(ask: Ask) -> int | None:
    return next((number for number, end in BATCH_ENDS.items() if ask.today <= end), None)


def _rolled_on(naive: Naive, _: Ask) -> None:
    naive.batch = 2 if naive.batch == 1 else None


def _no_council(naive: Naive, _: Ask) -> None:
    naive.council, naive.stars = {}, None


def _council(naive: Naive, ask: Ask) -> None:
    naive.council |= {name: ask.data[name] for name in COUNCIL if name in ask.data}
    total, count = naive.council.get("points_sum"), naive.council.get("points_count")
    if total is not None and count:
        naive.stars = stars_of(total, count, naive.council.get("floor_stars"), naive.level)


def stars_of(total: int, count: int, floor: int | None, level: str) -> int:
    """Bands of 30, 50, 70 and 90 points, each from its lower edge on; a floor caps, at the centre it fails."""
    band = 1 + sum(total >= edge * count for edge in (30, 50, 70, 90))
    if floor is None or floor >= band:
        return band
    return min(band, 2) if level == "central" else floor


def _certificate(naive: Naive, ask: Ask) -> None:
    naive.certified_until = months_later(date.fromisoformat(ask.data["decision_on"]), 36)


def _forwarded(naive: Naive, ask: Ask) -> None:
    _no_council(naive, ask)
    naive.level = "central"


def _decides(naive: Naive, ask: Ask) -> None:
    naive.level = "province"
    stars = ask.data.get("decided_stars")
    if stars:
        naive.stars = stars
        _certificate(naive, ask)
    else:
        _no_council(naive, ask)


EFFECTS: Mapping[str, Callable[[Naive, Ask], None]] = {
    "return_idea": _returned,
    "return_plan": _returned,
    "submit_idea": _submitted,
    "submit_plan": _submitted,
    "resubmit_idea": _submitted,
    "resubmit_plan": _submitted,
    "record_training": _trained,
    "start_production": _report,
    "report_progress": _report,
    "resume": _report,
    "suspend": _no_report,
    "ready_for_evaluation": _no_report,
    "confirm_evidence": _evidence,
    "self_assess": _assessed,
    "submit_dossier": _filed,
    "propose_to_province": _proposed,
    "miss_cut_off": _rolled_on,
    "accept_for_review": _no_council,
    "unschedule": _no_council,
    "send_back": _no_council,
    "redo": _no_council,
    "record_council_facts": _council,
    "decide_recognition": _certificate,
    "decide_five_star": _certificate,
    "approve_and_forward": _forwarded,
    "province_decides": _decides,
}
