"""The way of one dossier from idea to four stars, told once; whoever tells it brings the door: HTTP or the pages' own."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any

from core.db import Database
from registry import sign_in
from registry.roles import Role
from registry.sign_in import Opened
from regulations import rulesets, sheets

DECISION = {"decision_number": "77/QĐ-UBND", "decision_on": "2027-12-20", "signer": "Chủ tịch"}
RESULT = {
    "points_sum": 560, "points_count": 7, "spread": 6, "quorum_met": True, "ballots": 7, "required_ballots": 7,
    "floor_stars": 5, "materials_in_time": True, "minutes_signed": True,
}  # fmt: skip
MATTERS = ["local_material", "local_labour", "idea_origin", "local_identity"]
PRODUCER, COMMUNE, PROVINCE = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT


def vn(text: str) -> datetime:
    """An hour in Vietnam as an instant."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def signed_in(db: Database, account_id: str) -> Opened:
    """A session of the pages for an account: its key for the cookie, its token for forms."""
    return db.write_now(lambda tx: sign_in.open_session(tx, account_id))


def answers() -> list[list[str]]:
    """Every criterion of the tea sheet answered with its best option."""
    sheet = sheets.sheet_for(rulesets.get("qd26-2026"), "11")
    return [[one.id, str(one.options[-1].id)] for one in sheet.criteria()]


class Story(ABC):
    """Every step must succeed, and gives the dossier's id."""

    id = ""

    @abstractmethod
    def on(self, when: str) -> None:
        """Move the clock."""

    @abstractmethod
    def begin(self) -> None:
        """Open the draft of the idea."""

    @abstractmethod
    def form(self, name: str, data: dict[str, Any] | None = None) -> None:
        """Save one of the dossier's forms, filled with something where nothing is given."""

    @abstractmethod
    def do(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> Any:
        """One move of the dossier."""

    def look_again(self) -> None:  # noqa: B027 -- a door that reads its version anew each time has nothing to do
        """The system has moved the dossier in between."""

    def idea(self) -> str:
        self.on("2027-02-20T08:00")
        self.begin()
        return self.id

    def to_idea(self) -> str:
        """An idea that was sent."""
        self.idea()
        self.form("idea")
        self.do("submit_idea", PRODUCER)
        return self.id

    def to_filing(self) -> str:
        """As far as a dossier that may be filed."""
        self.to_idea()
        self.do("commune_screen_ok", COMMUNE)
        self.on("2027-04-05T08:00")
        self.do("accept_idea", PROVINCE, appraisal="Đạt")
        self.do("record_training", COMMUNE, trained_on="2027-04-04")
        self.do("start_plan", PRODUCER)
        self.form("plan")
        self.do("submit_plan", PRODUCER)
        self.do("approve_plan", PROVINCE)
        self.do("start_production", PRODUCER)
        self.on("2027-09-01T08:00")
        self.do("confirm_evidence", COMMUNE)
        self.do("ready_for_evaluation", PRODUCER)
        self.form("registration")
        self.form("self_assessment", {"answers": answers()})
        self.do("self_assess", PRODUCER)
        return self.id

    def to_commune(self) -> str:
        self.to_filing()
        self.do("submit_dossier", PRODUCER)
        return self.id

    def to_advisers(self) -> str:
        """With the province's advisers."""
        self.to_commune()
        self.do(
            "issue_commune_report", COMMUNE, matters=MATTERS, form_03_signed=True, findings="Đủ bốn nội dung"
        )
        self.do("propose_to_province", COMMUNE, letter_number="12/UBND", letter_on="2027-09-01", samples=5)
        self.do("accept_for_review", PROVINCE, consolidated_report="Báo cáo tổng hợp")
        return self.id

    def to_council(self) -> str:
        """Ready to be heard."""
        self.to_advisers()
        self.do("advisory_report_done", Role.ADVISORY, advisory_report="Đủ điều kiện")
        return self.id

    def to_decision(self) -> str:
        """As far as a recognition that waits for its decision."""
        self.to_council()
        self.do("schedule", PROVINCE, session_on="2027-11-20")
        self.on("2027-11-20T08:00")
        self.do("record_council_facts", Role.SECRETARY, quorum_met=True, materials_in_time=True)
        self.do("open_scoring", Role.CHAIR)
        self.do("record_council_facts", Role.SECRETARY, **RESULT)
        self.look_again()
        self.do("adopt_result", Role.CHAIR)
        self.do("propose_recognition", PROVINCE)
        self.on("2027-12-20T09:00")
        return self.id

    def to_recognition(self) -> str:
        """From nothing to four stars."""
        self.to_decision()
        self.do("decide_recognition", Role.PROVINCE_CHAIR, **DECISION)
        return self.id
