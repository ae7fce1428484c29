"""The ways an illustrative dossier goes in Thái Nguyên in 2027, under Decision 26/2026.

Who stops where, and what else happens to one, stands in ``thai_nguyen.py``.
"""

from datetime import date
from typing import Any

from ocop.demo.script import Step
from registry.roles import Role

P, C, V, T, K = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY, Role.PROVINCE_CHAIR
SECRETARY, B = Role.SECRETARY, Role.MINISTRY
MATTERS = {
    "matters": ["idea_origin", "local_identity", "local_labour", "local_material"],
    "form_03_signed": True,
    "findings": "Đủ bốn nội dung (minh hoạ)",
}
LETTER = {"letter_number": "minh-hoa-12/UBND-KT", "samples": 5}
ADVISED = {"advisory_report": "Đủ điều kiện trình Hội đồng (minh hoạ)"}
APPRAISED = {"appraisal": "Ý tưởng đạt (minh hoạ)"}


def on(text: str) -> date:
    return date.fromisoformat(f"2027-{text}")


def result(points: int, spread: int = 6) -> dict[str, Any]:
    """Seven ballots with one sum; all floors hold."""
    return {"points_sum": points, "points_count": 7, "spread": spread, "ballots": 7, "floor_stars": 5}


def decision(day: str, number: int) -> dict[str, Any]:
    return {
        "decision_number": f"minh-hoa-{number}/QĐ-UBND", "decision_on": f"2027-{day}", "signer": "Người ký minh hoạ"
    }  # fmt: skip


def consolidated(batch: int) -> dict[str, Any]:
    return {"consolidated_report": f"Báo cáo tổng hợp đợt {batch} (minh hoạ)"}


READY_MADE = (
    Step(on("02-17"), "submit_idea", P, forms=("idea",)),
    Step(on("02-19"), "commune_screen_ok", C),
    Step(on("02-23"), "accept_idea", V, APPRAISED),
    Step(on("02-26"), "record_training", C, {"trained_on": "2027-02-25"}),
    Step(on("04-01"), "start_plan", P),
    Step(on("04-01"), "submit_plan", P, forms=("plan",)),
    Step(on("04-02"), "approve_plan", V),
    Step(on("04-05"), "start_production", P),
    Step(on("04-06"), "confirm_evidence", C),
    Step(on("04-06"), "ready_for_evaluation", P),
)


def early(points: int = 525, number: int = 101) -> tuple[Step, ...]:
    """A ready product: batch 1, recognised in June, in promotion since July."""
    return (
        *READY_MADE,
        Step(on("04-07"), "self_assess", P, forms=("registration", "self_assessment")),
        Step(on("04-07"), "submit_dossier", P),
        Step(on("04-20"), "issue_commune_report", C, MATTERS),
        Step(on("04-22"), "propose_to_province", C, LETTER),
        Step(on("05-05"), "accept_for_review", V, consolidated(1)),
        Step(on("05-20"), "advisory_report_done", T, ADVISED),
        Step(on("06-10"), "record_council_facts", SECRETARY, result(points)),
        Step(on("06-14"), "propose_recognition", V),
        Step(on("06-21"), "decide_recognition", K, decision("06-21", number)),
        Step(on("06-22"), "notify_result", V, {"notice_number": f"minh-hoa-{number}/TB"}),
        Step(on("07-01"), "start_promotion", P),
        Step(on("08-16"), "join_event", P, {"event_on": "2027-08-16", "event": "Hội chợ minh hoạ"}),
    )


def until(path: tuple[Step, ...], day: date) -> tuple[Step, ...]:
    """What is done before a day."""
    return tuple(step for step in path if step.day < day)


def to_the_centre(number: int, found: int = 637) -> tuple[Step, ...]:
    """Proposed for five stars in June, before the central council in September, which finds so many points."""
    forwarded = {**decision("06-24", number), "letter_number": f"minh-hoa-{number}/UBND"}
    return (
        *until(early(637, number), on("06-14")),
        Step(on("06-14"), "propose_five_star", V),
        Step(on("06-24"), "approve_and_forward", K, forwarded),
        Step(on("07-06"), "accept_for_review", B, {"consolidated_report": "Báo cáo của Bộ (minh hoạ)"}),
        Step(on("08-10"), "advisory_report_done", T, ADVISED),
        Step(on("09-08"), "record_council_facts", SECRETARY, result(found)),
    )


def summer() -> tuple[Step, ...]:
    """A product filed in August for batch 2: before its council in September and October."""
    return (
        *READY_MADE,
        Step(on("08-02"), "self_assess", P, forms=("registration", "self_assessment")),
        Step(on("08-02"), "submit_dossier", P),
        Step(on("08-09"), "issue_commune_report", C, MATTERS),
        Step(on("08-11"), "propose_to_province", C, LETTER),
        Step(on("08-20"), "accept_for_review", V, consolidated(2)),
        Step(on("08-31"), "advisory_report_done", T, ADVISED),
    )


def late() -> tuple[Step, ...]:
    """A new product: idea in spring, production over summer, filed for batch 2."""
    return (
        Step(on("03-10"), "submit_idea", P, forms=("idea",)),
        Step(on("03-15"), "commune_screen_ok", C),
        Step(on("04-20"), "accept_idea", V, APPRAISED),
        Step(on("04-28"), "record_training", C, {"trained_on": "2027-04-27"}),
        Step(on("05-10"), "start_plan", P),
        Step(on("05-12"), "submit_plan", P, forms=("plan",)),
        Step(on("05-20"), "approve_plan", V),
        Step(on("05-24"), "start_production", P),
        Step(on("08-16"), "report_progress", P, {"progress": "Đã hoàn thiện bao bì và nhãn (minh hoạ)"}),
        Step(on("09-08"), "confirm_evidence", C),
        Step(on("09-13"), "ready_for_evaluation", P),
        Step(on("09-16"), "self_assess", P, forms=("registration", "self_assessment")),
        Step(on("09-17"), "submit_dossier", P),
        Step(on("09-24"), "issue_commune_report", C, MATTERS),
        Step(on("09-27"), "propose_to_province", C, LETTER),
        Step(on("10-01"), "accept_for_review", V, consolidated(2)),
    )


def reviewed() -> tuple[Step, ...]:
    """A product recognised the year before, taken over from paper while its review is going on."""
    found = {"revenue_million_vnd": 640, "output": "Sản lượng minh hoạ", "market": "Trong tỉnh (minh hoạ)"}
    return (
        Step(on("09-06"), "take_over", P),
        Step(on("09-09"), "file_results", P, found),
        Step(on("09-14"), "planned_inspection", V, {"inspected_on": "2027-09-13"}),
        Step(on("09-17"), "finding_ok", V, {"conclusion": "Đạt (minh hoạ)"}),
    )
