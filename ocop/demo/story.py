"""The story of the demonstration year as a table: dossiers, and what is done with them on which day.

Every name is illustrative and says so; no score here stands beside a real product.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.producers import ProducerType
from registry.products import ProductGroup
from registry.roles import Role

P, C, V, T, K = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY, Role.PROVINCE_CHAIR
SECRETARY, CHAIR = Role.SECRETARY, Role.CHAIR
START = "2027-01-04T08:00+07:00"
END = "2027-10-05T09:00+07:00"
HOUR = "09:00"
PROVINCE = "19"
COMMUNES = ("Xã Tân Cương", "Xã Na Rì", "Phường Bắc Kạn", "Xã Ba Bể")
FORMS = "forms"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done on one day; ``forms`` are saved before it."""

    day: date
    trigger: str
    role: Role
    data: Mapping[str, Any] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One dossier: its product, and how far along which path it has come."""

    number: int
    commune: int
    producer: int
    group: ProductGroup
    set_code: str
    path: tuple[Step, ...]
    stop_before: str | None = None
    ending: tuple[Step, ...] = ()

    @property
    def product(self) -> str:
        return f"Sản phẩm minh hoạ {self.number:02d}"

    def steps(self) -> tuple[Step, ...]:
        walked = []
        for step in self.path:
            if step.trigger == self.stop_before:
                break
            walked.append(step)
        return (*walked, *self.ending)


def on(text: str) -> date:
    return date.fromisoformat(f"2027-{text}")


MATTERS = {
    "matters": ["idea_origin", "local_identity", "local_labour", "local_material"],
    "form_03_signed": True,
    "findings": "Đủ bốn nội dung",
}
READY = {"quorum_met": True, "materials_in_time": True}
LETTER = {"letter_number": "12/UBND-KT", "samples": 5}


def result(points: int) -> dict[str, Any]:
    """Seven ballots with one sum; the spread is small, all floors hold."""
    return {
        "points_sum": points, "points_count": 7, "spread": 6, "ballots": 7, "required_ballots": 7, "floor_stars": 5,
        "minutes_signed": True,
    }  # fmt: skip


def decision(day: str, number: int) -> dict[str, Any]:
    return {
        "decision_number": f"minh-hoa-{number}/QĐ-UBND",
        "decision_on": f"2027-{day}",
        "signer": "Người ký minh hoạ",
    }


def early(points: int = 525, number: int = 101) -> tuple[Step, ...]:
    """A ready product: batch 1, recognised in June, in promotion since July."""
    return (
        Step(on("02-17"), "submit_idea", P, forms=("idea",)),
        Step(on("02-19"), "commune_screen_ok", C),
        Step(on("02-23"), "accept_idea", V, {"appraisal": "Ý tưởng đạt"}),
        Step(on("02-26"), "record_training", C, {"trained_on": "2027-02-25"}),
        Step(on("04-01"), "start_plan", P),
        Step(on("04-01"), "submit_plan", P, forms=("plan",)),
        Step(on("04-02"), "approve_plan", V),
        Step(on("04-05"), "start_production", P),
        Step(on("04-06"), "confirm_evidence", C),
        Step(on("04-06"), "ready_for_evaluation", P),
        Step(on("04-07"), "self_assess", P, forms=("registration", "self_assessment")),
        Step(on("04-07"), "submit_dossier", P),
        Step(on("04-20"), "issue_commune_report", C, MATTERS),
        Step(on("04-22"), "propose_to_province", C, LETTER),
        Step(on("05-05"), "accept_for_review", V, {"consolidated_report": "Báo cáo tổng hợp đợt 1"}),
        Step(on("05-20"), "advisory_report_done", T, {"advisory_report": "Đủ điều kiện trình Hội đồng"}),
        Step(on("05-25"), "schedule", V, {"session_on": "2027-06-10"}),
        Step(on("06-10"), "record_council_facts", SECRETARY, READY),
        Step(on("06-10"), "open_scoring", CHAIR),
        Step(on("06-10"), "record_council_facts", SECRETARY, result(points)),
        Step(on("06-11"), "adopt_result", CHAIR),
        Step(on("06-14"), "propose_recognition", V),
        Step(on("06-21"), "decide_recognition", K, decision("06-21", number)),
        Step(on("06-22"), "notify_result", V, {"notice_number": f"{number}/TB"}),
        Step(on("07-01"), "start_promotion", P),
        Step(on("08-16"), "join_event", P, {"event_on": "2027-08-16", "event": "Hội chợ minh hoạ"}),
    )


def late() -> tuple[Step, ...]:
    """A new product: idea in spring, production over summer, filed for batch 2."""
    return (
        Step(on("03-10"), "submit_idea", P, forms=("idea",)),
        Step(on("03-15"), "commune_screen_ok", C),
        Step(on("04-20"), "accept_idea", V, {"appraisal": "Ý tưởng đạt"}),
        Step(on("04-28"), "record_training", C, {"trained_on": "2027-04-27"}),
        Step(on("05-10"), "start_plan", P),
        Step(on("05-12"), "submit_plan", P, forms=("plan",)),
        Step(on("05-20"), "approve_plan", V),
        Step(on("05-24"), "start_production", P),
        Step(on("08-16"), "report_progress", P, {"progress": "Đã hoàn thiện bao bì và nhãn"}),
        Step(on("09-08"), "confirm_evidence", C),
        Step(on("09-13"), "ready_for_evaluation", P),
        Step(on("09-16"), "self_assess", P, forms=("registration", "self_assessment")),
        Step(on("09-17"), "submit_dossier", P),
        Step(on("09-24"), "issue_commune_report", C, MATTERS),
        Step(on("09-27"), "propose_to_province", C, LETTER),
        Step(on("10-04"), "accept_for_review", V, {"consolidated_report": "Báo cáo tổng hợp đợt 2"}),
    )


FOOD, DRINKS, CRAFT = ProductGroup.FOOD, ProductGroup.DRINKS, ProductGroup.HANDICRAFTS
REASON = "Nội dung minh hoạ: cần bổ sung phiếu kiểm nghiệm còn hạn"
NO_MARKET, NO_SOURCE = "Chưa nêu thị trường tiêu thụ", "Chưa rõ nguồn nguyên liệu"
SUPPLEMENT = Step(on("09-22"), "request_supplement", C, {"due_days": 20}, reason=REASON)
TO_THE_CENTRE = (
    Step(on("06-14"), "propose_five_star", V),
    Step(on("06-24"), "approve_and_forward", K, {**decision("06-24", 104), "letter_number": "104/UBND"}),
)
STORIES: tuple[Story, ...] = (
    Story(1, 0, 0, DRINKS, "11", early(525, 101)),
    Story(2, 1, 1, FOOD, "06", early(392, 102), stop_before="join_event"),
    Story(3, 2, 2, DRINKS, "12", early(560, 103), stop_before="start_promotion"),
    Story(4, 0, 0, DRINKS, "11", early(), stop_before="propose_recognition"),
    Story(5, 1, 1, FOOD, "03", early(308), stop_before="propose_recognition"),
    Story(6, 3, 3, CRAFT, "21", late()),
    Story(7, 2, 2, FOOD, "08", late(), stop_before="propose_to_province"),
    Story(8, 0, 0, FOOD, "04", late(), stop_before="issue_commune_report"),
    Story(9, 0, 0, FOOD, "07", late(), stop_before="issue_commune_report", ending=(SUPPLEMENT,)),
    Story(10, 0, 0, DRINKS, "13", late(), stop_before="submit_dossier"),
    Story(11, 2, 2, CRAFT, "22", late(), stop_before="confirm_evidence"),
    Story(
        12, 3, 3, FOOD, "05", late(), "approve_plan", (Step(on("05-18"), "return_plan", V, reason=NO_MARKET),)
    ),
    Story(
        13,
        0,
        0,
        DRINKS,
        "14",
        late(),
        "accept_idea",
        (Step(on("03-22"), "return_idea", V, reason=NO_SOURCE),),
    ),
    Story(14, 1, 1, FOOD, "02", late(), stop_before="accept_idea"),
    Story(15, 3, 3, FOOD, "09", early(), stop_before="open_scoring"),
    Story(16, 2, 2, DRINKS, "13", early(476), stop_before="decide_recognition"),
    Story(17, 1, 1, FOOD, "04", early(637), stop_before="propose_recognition", ending=TO_THE_CENTRE),
    Story(18, 0, 0, DRINKS, "11", late(), stop_before="commune_screen_ok"),
)


@dataclass(frozen=True, slots=True)
class BatchAct:
    """What the province does with one of its batches."""

    day: date
    number: int
    trigger: str
    data: Mapping[str, Any]


BATCH_ACTS = (
    BatchAct(
        on("06-10"),
        1,
        "start_sessions",
        {"evaluation_plan": "Kế hoạch đánh giá đợt 1 (minh hoạ)", "sessions_convened": 1},
    ),
)

PRODUCERS: tuple[tuple[str, ProducerType], ...] = (
    ("Hợp tác xã minh hoạ A", ProducerType.COOPERATIVE),
    ("Hợp tác xã minh hoạ B", ProducerType.COOPERATIVE),
    ("Công ty minh hoạ C", ProducerType.SMALL_MEDIUM_ENTERPRISE),
    ("Tổ hợp tác minh hoạ D", ProducerType.COOPERATIVE_GROUP),
)
