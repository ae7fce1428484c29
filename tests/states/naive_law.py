"""What the naive model of a dossier takes from the law: windows, days, edges, grounds, and its own arithmetic of days.

It must never import anything of `states`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulations.working_calendar import seed
from tests.expected import expected_moves

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TABLE = [move for move in expected_moves() if move.machine == "dossier"]
EVENTS = sorted({move.event for move in TABLE if move.source != "new"})
STATES = sorted({move.source for move in TABLE} | {move.dest for move in TABLE} - {"new"})
STAYING = {"return_to_district"}
"""Moves that change the level and not the state; every other one that stays is a note."""
REQUIRED = {
    "report_progress": ("progress",),
    "file_results": ("revenue_million_vnd", "output", "market"),
    "planned_inspection": ("inspected_on",),
    "surprise_inspection": ("inspected_on",),
    "carry_over": ("year",),
    "appeal": ("grounds",),
    "join_event": ("event",),
    "list_on_marketplace": ("event",),
    "open_sales_point": ("event",),
    "sign_contract": ("event",),
}
EDITABLE = {
    "idea": ("idea.draft", "idea.returned"),
    "plan": ("plan.drafting", "plan.returned"),
    "registration": ("dossier.preparing", "dossier.self_assessed", "commune.returned", "province.returned"),
    "self_assessment": ("dossier.preparing", "commune.returned", "province.returned"),
    "changes_since_recognition": (
        "dossier.preparing",
        "dossier.self_assessed",
        "commune.returned",
        "province.returned",
    ),
    "renewal_update": ("dossier.preparing", "dossier.self_assessed", "commune.returned", "province.returned"),
}
OF_KIND = {
    "idea": "first",
    "plan": "first",
    "changes_since_recognition": "upgrade",
    "renewal_update": "re_evaluation",
}
"""Forms that one kind of dossier has."""
IDEA_WINDOW = (date(2027, 2, 16), date(2027, 4, 29))
PLAN_WINDOW = (date(2027, 4, 1), date(2027, 5, 31))
BATCH_ENDS = {"1": date(2027, 4, 29), "2": date(2027, 10, 29)}
CENTRAL_ENDS = {"c1": date(2027, 7, 29), "c2": date(2028, 1, 29)}
INTAKE = (
    "commune.received",
    "commune.returned",
    "commune.reported",
    "province.received",
    "province.returned",
)
FEATURES = {
    "self_assess": {"2", "2b", "3"},
    "supplement_then_second_round": {"1", "1b"},
    "forward_to_province": {"1", "1b", "2"},
    "return_to_district": {"1", "1b", "2"},
}
"""Rulesets (R1 to R3 of the process document) that know a step; every other step is known to all."""
FORWARD_FROM = {"1": 50, "1b": 50, "2": 70}
EDGES = {0: 0, 1: 0, 2: 30, 3: 50, 4: 70, 5: 90}
RENEWED_UNTIL = date(2028, 2, 25)
"""The certificate that the renewals of the walks renew, filed from 180 to 120 days before."""
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
OFFICES = {"province_unit", "province_chair"}


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
    """A move somebody asks for; `where` is home, district, next_door or centre, `broken` data no form can read."""

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
    batch: str | None
    stars: int | None
    year: int
    late: int | None
    round: int | None
