"""A naive model of a dossier: the hand-copied table and plain bookkeeping, to hold the machine against.

It must never import anything of `states/`: two programs that share a mistake prove nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.expected import Expected
from tests.states.naive_guards import (
    GUARDS,
    _ballots,
    _certified_on,
    _decided,
)
from tests.states.naive_law import (
    BATCH_ENDS,
    CENTRAL_ENDS,
    COUNCIL,
    COUNCIL_ROLES,
    EDGES,
    EDITABLE,
    EVENTS,
    FEATURES,
    IDEA_WINDOW,
    OF_KIND,
    OFFICES,
    PLAN_WINDOW,
    RENEWED_UNTIL,
    REQUIRED,
    REVIEW_OPENS,
    STAYING,
    SUPPLEMENT_DAYS,
    TABLE,
    YEAR_ENDS,
    Answer,
    Ask,
    closes,
    midnight,
    months_later,
    worked,
)


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
    batch: str | None = None
    council: dict[str, Any] = field(default_factory=dict)
    stars: int | None = None
    certified_until: date | None = None
    kind: str = "first"
    ruleset: str = "3"
    district: bool = False  # its commune had one, whose offices act at level district
    year: int = 2027
    in_cycle: bool = True  # of its year; only the cycle of 2027 is opened
    filed_on: date | None = None
    decided_on: date | None = None
    late: int | None = None
    round: int | None = None
    raises: int | None = None  # stars of the certificate that an upgrade raises
    another_open: bool = False
    appeals_open: bool = False

    def save(self, name: str, role: str, where: str, *, complete: bool) -> str | None:
        """Save a form; the code of the refusal, if any."""
        if not self._seen_by(role, where):
            return "subject_not_found"
        mine = OF_KIND.get(name, self.kind) == self.kind
        if not mine or self.state not in EDITABLE[name] or (role, where) != ("producer", "home"):
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
            self.stars, self.year, self.late, self.round,
        )  # fmt: skip

    def edges(self) -> list[datetime]:
        """Instants at which what is allowed changes."""
        days = [
            IDEA_WINDOW[1],
            PLAN_WINDOW[1],
            *BATCH_ENDS.values(),
            REVIEW_OPENS - timedelta(days=1),
            YEAR_ENDS,
            RENEWED_UNTIL - timedelta(days=181),
            RENEWED_UNTIL - timedelta(days=120),
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
        if not self._acts(ask) or not any(ask.role in move.roles for move in declared):
            return "wrong_actor"
        if ask.broken or any(name not in ask.data for name in REQUIRED.get(ask.event, ())):
            return "bad_fields"
        unassessed = ask.event == "submit_dossier" and self.state == "dossier.preparing"
        if unassessed or self.ruleset not in FEATURES.get(ask.event, {self.ruleset}):
            return "not_in_ruleset"
        rule = self._rule(ask)
        if ask.role not in rule.roles:
            return "wrong_actor"
        failing = (code for code in (*rule.guards, *self._next_dossier(ask)) if not self._holds(ask, code))
        return next((f"guard_{code}" for code in failing), None)

    def _next_dossier(self, ask: Ask) -> tuple[str, ...]:
        """What the dossier needs that a note opens; it begins where its kind begins, or where the product had come to."""
        kind = {"plan_upgrade": "upgrade", "reapply": self.kind}.get(ask.event)
        made = self.state.startswith("evaluation.") or self.state == "commune.not_proposed"
        return {
            "upgrade": ("no_certificate", "cycle_not_open"),
            "re_evaluation": ("no_certificate",),
            "first": ("certificate_in_force", "cycle_not_open", *(() if made else ("window_closed",))),
        }.get(kind or "", ())

    def _seen_by(self, role: str, where: str) -> bool:
        if role == "system":
            return True
        if where == "next_door":
            return False
        if role in COUNCIL_ROLES:
            return where == self.place()
        return where == "home" or (where == "district" and role in OFFICES and self.district)

    def _acts(self, ask: Ask) -> bool:
        """An office sees what another level handles, and acts at its own only."""
        if ask.role not in OFFICES:
            return True
        return (ask.where == "district") == (self.place() == "district")

    def place(self) -> str:
        """Where the offices and the council of the level sit; a district that is not known is stood for by the province."""
        places = {"central": "centre", "district": "district" if self.district else "home"}
        return places.get(self.level, "home")

    def _rule(self, ask: Ask) -> Expected:
        """The branch that is meant, where one trigger leads to several states or belongs to several roles."""
        rules = [move for move in TABLE if (move.source, move.event) == (self.state, ask.event)]
        wanted = {
            "decide_recognition": lambda: f"recognised.{self.stars}",
            "adopt_result": lambda: "central.concluded" if self.level == "central" else "council.concluded",
            "province_decides": lambda: _decided(ask.data.get("decided_stars")),
            "submit_dossier": lambda: "commune.received",  # no walk files at a district
            "below_90": lambda: (
                "central.returned_to_province" if self.ruleset == "3" else "evaluation.not_passed"
            ),
        }.get(ask.event)
        if ask.event == "advisory_report_done":
            return next(rule for rule in rules if self._reporter() in rule.roles)
        return next(rule for rule in rules if wanted is None or rule.dest == wanted())

    def _reporter(self) -> str:
        """Who writes the report before the council."""
        if self.kind != "re_evaluation":
            return "advisory"
        return "ministry" if self.level == "central" else "province_unit"

    def review(self) -> tuple[int, date]:
        """The review that counts: its year and its first day."""
        year = self.year
        while True:
            opens = REVIEW_OPENS if year == 2027 else date(year + 1, 1, 1)
            if self.decided_on is None or opens > self.decided_on:
                return year, opens
            year += 1

    def decider(self) -> str | None:
        """The level that recognises the stars of the council."""
        three = "district" if self.ruleset == "2" else "province"
        return {3: three, 4: "province", 5: "central"}.get(self.stars or 0)

    def forwarded_on(self) -> int:
        """The points that count for handing up, times the ballots: a floor missed counts as the lower edge of the stars."""
        total, count = self.council.get("points_sum") or 0, self.council.get("points_count") or 1
        band = band_of(total, count)
        return total if self.stars == band else EDGES[self.stars or 0] * count

    def _holds(self, ask: Ask, code: str) -> bool:
        return (GUARDS.get((ask.event, code)) or GUARDS["", code])(self, ask)

    def _move(self, ask: Ask, rule: Expected) -> None:
        effect = EFFECTS.get(ask.event)
        if effect:
            effect(self, ask)
        self.state = rule.dest
        self.lines += 1
        self.moves += rule.dest != rule.source or ask.event in STAYING

    def _follow(self, ask: Ask) -> None:
        """The last ballot closes the scoring by itself, and a finding about a certificate that is over closes the review."""
        noted = (ask.event, self.state) == ("record_council_facts", "council.scoring")
        if noted and _ballots(self, ask):
            self._on_to("council.tallied")
        if ask.event == "finding_bad" and not _certified_on(self, ask.today):
            self._on_to("review.closed")  # nothing is left to revoke

    def _on_to(self, state: str) -> None:
        self.state = state
        self.lines += 1
        self.moves += 1


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
    naive.filed_on = ask.today
    naive.batch = _batch_of(naive, ask)
    if naive.kind == "re_evaluation":
        naive.late = int(ask.today > RENEWED_UNTIL - timedelta(days=120))


def _proposed(naive: Naive, ask: Ask) -> None:
    naive.level = "province"
    naive.batch = _batch_of(naive, ask)


def _batch_of(naive: Naive, ask: Ask, ends: Mapping[str, date] = BATCH_ENDS) -> str | None:
    """The first batch that still takes dossiers; a renewal under Decision 26 follows none."""
    if not naive.in_cycle or (naive.kind == "re_evaluation" and naive.ruleset == "3"):
        return None
    return next((number for number, end in ends.items() if ask.today <= end), None)


def _rolled_on(naive: Naive, _: Ask) -> None:
    naive.batch = "2" if naive.batch == "1" else None


def _carried(naive: Naive, ask: Ask) -> None:
    _into_year(naive, ask.data["year"])


def _next_year(naive: Naive, ask: Ask) -> None:
    _into_year(naive, max(naive.review()[0] + 1, ask.today.year))


def _into_year(naive: Naive, year: int) -> None:
    """No year after 2027 has a cycle yet."""
    naive.year, naive.in_cycle, naive.batch = year, False, None


def _second_round(naive: Naive, ask: Ask) -> None:
    _no_council(naive, ask)
    naive.round = 2


def _new_evaluation(naive: Naive, ask: Ask) -> None:
    _no_council(naive, ask)
    naive.round = None


def _annulled(naive: Naive, _: Ask) -> None:
    naive.decided_on = naive.certified_until = None


def _back(naive: Naive, _: Ask) -> None:
    naive.level = "district"


def _to_province(naive: Naive, ask: Ask) -> None:
    _new_evaluation(naive, ask)
    naive.level = "province"
    naive.batch = _batch_of(naive, ask)


def _opens_next(naive: Naive, _: Ask) -> None:
    naive.another_open = True


def _appealed(naive: Naive, _: Ask) -> None:
    naive.appeals_open = True


def _promoted(naive: Naive, _: Ask) -> None:
    naive.level = "province" if naive.level == "district" else naive.level


def _no_council(naive: Naive, _: Ask) -> None:
    naive.council, naive.stars = {}, None


def _next_round(naive: Naive, _: Ask) -> None:
    for name in ("points_sum", "points_count", "spread", "ballots", "floor_stars"):
        naive.council.pop(name, None)
    naive.stars = None


def _council(naive: Naive, ask: Ask) -> None:
    naive.council |= {name: ask.data[name] for name in COUNCIL if name in ask.data}
    total, count = naive.council.get("points_sum"), naive.council.get("points_count")
    if total is not None and count:
        floor = naive.council.get("floor_stars") if naive.ruleset != "1" else None
        naive.stars = stars_of(total, count, floor, naive.level)


def band_of(total: int, count: int) -> int:
    """Bands of 30, 50, 70 and 90 points, each from its lower edge on."""
    return 1 + sum(total >= edge * count for edge in (30, 50, 70, 90))


def stars_of(total: int, count: int, floor: int | None, level: str) -> int:
    """The band of the mean; a floor caps, at the centre it fails. Decision 1048 knew no floors."""
    band = band_of(total, count)
    if floor is None or floor >= band:
        return band
    return min(band, 2) if level == "central" else floor


def _certificate(naive: Naive, ask: Ask) -> None:
    """36 months; an upgrade that brings no more stars leaves the old certificate as it is."""
    naive.decided_on = date.fromisoformat(ask.data["decision_on"])
    if naive.raises is None or (naive.stars or 0) > naive.raises:
        naive.certified_until = months_later(naive.decided_on, 36)


def _forwarded(naive: Naive, ask: Ask) -> None:
    _new_evaluation(naive, ask)
    naive.level = "central"
    naive.batch = _batch_of(naive, ask, CENTRAL_ENDS)


def _decides(naive: Naive, ask: Ask) -> None:
    naive.level = "province"
    stars = ask.data.get("decided_stars")
    if stars:
        naive.stars = stars
        _certificate(naive, ask)
    else:
        _to_province(naive, ask)


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
    "accept_for_review": _new_evaluation,
    "unschedule": _no_council,
    "revise_ballots": _next_round,
    "send_back": _new_evaluation,
    "redo": _new_evaluation,
    "supplement_then_second_round": _second_round,
    "forward_to_province": _to_province,
    "return_to_district": _back,
    "carry_over": _carried,
    "next_cycle": _next_year,
    "ministry_orders_redo": _annulled,
    "reopen_decision": _annulled,
    "reapply": _opens_next,
    "plan_upgrade": _opens_next,
    "appeal": _appealed,
    "start_promotion": _promoted,
    "record_council_facts": _council,
    "decide_recognition": _certificate,
    "decide_five_star": _certificate,
    "approve_and_forward": _forwarded,
    "province_decides": _decides,
}
