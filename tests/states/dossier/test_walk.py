"""One product through all six phases by the one door, and back again by replay."""

from datetime import datetime

import pytest

from core.clock import StepClock
from core.db import Database
from core.history import read_lines
from core.lines import parse_line
from core.tx import Tx
from registry.roles import Role
from regulations import rulesets, sheets
from states import moves
from states.dossier.commands import save_form
from states.dossier.papers import REQUIRED
from states.engine.fire import Fired
from states.engine.replay import fold
from tests.world import World, settled

P, C, V, T = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY
DECISION = {"decision_number": "77/QĐ-UBND", "decision_on": "2027-12-10", "signer": "Chủ tịch"}
RESULT = {
    "points_sum": 560, "points_count": 7, "spread": 6, "quorum_met": True, "ballots": 7, "required_ballots": 7, "floor_stars": 5,
    "materials_in_time": True, "minutes_signed": True,
}  # fmt: skip


class Walk:
    """Drives one dossier; every step is a transaction of its own."""

    def __init__(self, db: Database, clock: StepClock, world: World) -> None:
        self.db, self.clock, self.world, self.id = db, clock, world, ""

    def on(self, when: str) -> "Walk":
        self.clock.move_to(datetime.fromisoformat(when + ":00+07:00"))
        return self

    def idea(self) -> Fired:
        fired = self.db.write_now(
            lambda tx: moves.open_idea(
                tx, product_id=self.world.product, cycle_id=self.world.cycle, actor=self.world.actor(tx, P)
            )
        )
        self.id = fired.id
        return fired

    def form(self, name: str, data: dict[str, object] | None = None) -> None:
        values = data or dict.fromkeys(REQUIRED[name], "đã điền")
        self.db.write_now(lambda tx: save_form(tx, self.id, name, values, actor=self.world.actor(tx, P)))

    def do(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> Fired:
        def step(tx: Tx) -> Fired:
            actor = self.world.actor(tx, role)
            return moves.fire(tx, "dossier", self.id, trigger, actor=actor, data=data, reason=reason)

        return self.db.write_now(step)


def answers() -> list[list[str]]:
    """The best option of every criterion of the tea sheet."""
    ruleset = rulesets.get("qd26-2026")
    return [[one.id, str(one.options[-1].id)] for one in sheets.sheet_for(ruleset, "11").criteria()]


@pytest.fixture
def walk(db: Database, clock: StepClock) -> Walk:
    return Walk(db, clock, settled(db))


def to_production(walk: Walk) -> None:
    walk.on("2027-02-20T08:00").idea()
    walk.form("idea")
    walk.do("submit_idea", P)
    walk.do("return_idea", C, "Thiếu vùng nguyên liệu")
    walk.on("2027-02-25T08:00").do("resubmit_idea", P)
    walk.do("commune_screen_ok", C)
    walk.on("2027-04-05T08:00").do("accept_idea", V, appraisal="Đạt")
    walk.do("record_training", C, trained_on="2027-04-04")
    walk.do("start_plan", P)
    walk.form("plan")
    walk.do("submit_plan", P)
    walk.do("approve_plan", V)
    walk.do("start_production", P)
    walk.do("report_progress", P, progress="Đã xong bao bì")


def to_decision(walk: Walk) -> None:
    walk.on("2027-09-01T08:00").do("confirm_evidence", C)
    walk.do("ready_for_evaluation", P)
    walk.form("registration")
    walk.form("self_assessment", {"answers": answers()})
    walk.do("self_assess", P)
    walk.do("submit_dossier", P)
    matters = ["local_material", "local_labour", "idea_origin", "local_identity"]
    walk.do("issue_commune_report", C, matters=matters, form_03_signed=True, findings="Đủ bốn nội dung")
    walk.do("propose_to_province", C, letter_number="12/UBND", letter_on="2027-09-02", samples=5)
    walk.do("accept_for_review", V, consolidated_report="Báo cáo tổng hợp")
    walk.do("advisory_report_done", T, advisory_report="Đủ điều kiện")
    walk.do("schedule", V, session_on="2027-11-20")
    walk.on("2027-11-20T08:00").do(
        "record_council_facts", Role.SECRETARY, quorum_met=True, materials_in_time=True
    )
    walk.do("open_scoring", Role.CHAIR)
    walk.do("record_council_facts", Role.SECRETARY, **RESULT)
    walk.do("adopt_result", Role.CHAIR)
    walk.do("propose_recognition", V)


def test_a_product_walks_from_idea_to_closed_review_and_replay_agrees(walk: Walk) -> None:
    to_production(walk)
    to_decision(walk)
    recognised = walk.on("2027-12-10T09:00").do("decide_recognition", Role.PROVINCE_CHAIR, **DECISION)
    walk.do("notify_result", V)
    walk.do("start_promotion", P)
    walk.do("join_event", V, event="Hội chợ xuân")
    walk.on("2028-01-02T08:00").do("cycle_review_due", Role.SYSTEM)
    walk.do("file_results", P, revenue_million_vnd=1200, output="3 tấn", market="Trong tỉnh")
    walk.do("planned_inspection", V, inspected_on="2028-01-02")
    closed = walk.do("finding_ok", V, conclusion="Đạt")

    lines = walk.db.read_now(
        lambda tx: [parse_line(text) for text, _ in read_lines(tx, f"dossier/{walk.id}")]
    )
    replayed = fold(lines)

    assert recognised.dest == "recognised.4"
    assert replayed.problems == ()
    assert (replayed.state, replayed.level, replayed.version, replayed.move_version) == (
        "review.closed", closed.row["level"], closed.version, closed.move_version,
    )  # fmt: skip
