"""Bắc Kạn in 2020, from its plan: twelve illustrative products through all six phases, under Decision 1048 and 781.

Days and scores are invented and stand beside invented names only; the plan publishes no dates for them.
"""

from datetime import date
from typing import Any

from ocop.demo.script import Act, Ground, Held, Part, Sitting, Step, Story
from registry.producers import ProducerType
from registry.products import ProductGroup
from registry.roles import Role

P, C, V, T, K = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY, Role.PROVINCE_CHAIR
CHAIR, SECRETARY = Role.CHAIR, Role.SECRETARY
FOOD, DRINKS, CRAFT = ProductGroup.FOOD, ProductGroup.DRINKS, ProductGroup.HANDICRAFTS
NA_RI, BA_BE = "x-bac-kan-huyen-na-ri", "x-bac-kan-huyen-ba-be"
TITLE = "Phiên họp Hội đồng cấp tỉnh năm 2020 (minh hoạ)"

GROUND = Ground(
    province="x-bac-kan",
    first_day=date(2020, 1, 1),
    last_day=date(2025, 6, 30),
    communes=(
        (f"{NA_RI}-xa-con-minh", NA_RI),
        (f"{NA_RI}-xa-van-lang", NA_RI),
        (f"{BA_BE}-xa-nam-mau", BA_BE),
        (f"{BA_BE}-xa-yen-duong", BA_BE),
    ),
    producers=(
        ("Hợp tác xã minh hoạ Bắc Kạn 1", ProducerType.COOPERATIVE, 0),
        ("Tổ hợp tác minh hoạ Bắc Kạn 2", ProducerType.COOPERATIVE_GROUP, 1),
        ("Công ty minh hoạ Bắc Kạn 3", ProducerType.SMALL_MEDIUM_ENTERPRISE, 2),
        ("Hợp tác xã minh hoạ Bắc Kạn 4", ProducerType.COOPERATIVE, 3),
    ),
    mail="bac-kan",
)


def on(text: str) -> date:
    return date.fromisoformat(f"2020-{text}")


def after(text: str) -> date:
    return date.fromisoformat(f"2021-{text}")


REVIEWS = range(2021, 2025)
"""Their certificates end in September 2023; the last review is that of this year."""
IDEA_BACK = (
    Step(on("02-17"), "return_idea", C, reason="Chưa rõ vùng nguyên liệu (minh hoạ)"),
    Step(on("02-21"), "resubmit_idea", P),
)
PLAN_BACK = (
    Step(on("03-25"), "return_plan", V, reason="Chưa nêu thị trường tiêu thụ (minh hoạ)"),
    Step(on("03-27"), "resubmit_plan", P),
)
SITS: dict[str, Any] = {"quorum_met": True, "materials_in_time": True}
PAPERS = {"papers": ["business_registration", "organisation_introduction"]}


def ballots(points: int) -> dict[str, Any]:
    """Seven ballots with one sum; the spread is small, all floors hold."""
    return {"points_sum": points, "points_count": 7, "spread": 5, "ballots": 7, "floor_stars": 5}


def making(*, idea_back: bool = False, plan_back: bool = False) -> tuple[Step, ...]:
    """From the idea to a product that can be evidenced."""
    return (
        Step(on("02-12"), "submit_idea", P, forms=("idea",)),
        *(IDEA_BACK if idea_back else ()),
        Step(on("02-24"), "commune_screen_ok", C),
        Step(on("02-28"), "accept_idea", V, {"appraisal": "Ý tưởng đạt (minh hoạ)"}),
        Step(on("03-06"), "record_training", C, {"trained_on": "2020-03-05"}),
        Step(on("03-10"), "start_plan", P),
        Step(on("03-18"), "submit_plan", P, forms=("plan",)),
        *(PLAN_BACK if plan_back else ()),
        Step(on("03-31"), "approve_plan", V),
        Step(on("04-06"), "start_production", P),
        Step(on("06-25"), "report_progress", P, {"progress": "Đã hoàn thiện bao bì và nhãn (minh hoạ)"}),
        Step(on("07-06"), "confirm_evidence", C),
        Step(on("07-07"), "ready_for_evaluation", P),
    )


def evaluated(points: int, number: int) -> tuple[Step, ...]:
    """Filed with the district, scored there and by the province, recognised in September."""
    decision = {
        "decision_number": f"minh-hoa-{number}/QĐ-UBND", "decision_on": "2020-09-25", "signer": "Người ký minh hoạ"
    }  # fmt: skip
    return (
        Step(on("07-10"), "submit_dossier", P, PAPERS),
        Step(on("07-20"), "advisory_report_done", T, {"advisory_report": "Đủ điều kiện (minh hoạ)"}),
        Step(on("07-22"), "schedule", V, {"session_on": "2020-07-30"}),
        Step(on("07-30"), "record_council_facts", SECRETARY, SITS),
        Step(on("07-30"), "open_scoring", CHAIR),
        Step(
            on("07-30"),
            "record_council_facts",
            SECRETARY,
            {**ballots(points), "required_ballots": 7, "minutes_signed": True},
        ),
        Step(on("07-30"), "adopt_result", CHAIR),
        Step(on("08-10"), "forward_to_province", V),
        Step(on("08-12"), "accept_for_review", V, {"consolidated_report": "Báo cáo tổng hợp (minh hoạ)"}),
        Step(
            on("08-18"),
            "advisory_report_done",
            T,
            {"advisory_report": "Đủ điều kiện trình Hội đồng (minh hoạ)"},
        ),
        Step(on("09-10"), "record_council_facts", SECRETARY, ballots(points)),
        Step(on("09-16"), "propose_recognition", V),
        Step(on("09-25"), "decide_recognition", K, decision),
        Step(on("09-28"), "notify_result", V, {"notice_number": f"minh-hoa-{number}/TB"}),
    )


def sold(number: int) -> tuple[Step, ...]:
    """Promotion in autumn, then the reviews of each year until the certificate has run out."""
    return (
        Step(on("10-05"), "start_promotion", P),
        Step(on("10-20"), "join_event", P, {"event_on": "2020-10-20", "event": "Hội chợ minh hoạ"}),
        *(step for year in REVIEWS for step in reviewed(number, year)),
    )


def reviewed(number: int, year: int) -> tuple[Step, ...]:
    """The review of the year before, in January."""
    revenue = 25 * (number + year - 2009)
    found = {
        "revenue_million_vnd": revenue,
        "output": "Sản lượng minh hoạ",
        "market": "Trong tỉnh (minh hoạ)",
    }
    return (
        Step(date(year, 1, 8), "file_results", P, found),
        Step(date(year, 1, 13), "planned_inspection", V, {"inspected_on": f"{year}-01-12"}),
        Step(date(year, 1, 15), "finding_ok", V, {"conclusion": "Đạt (minh hoạ)"}),
    )


def story(number: int, group: ProductGroup, set_code: str, points: int) -> Story:
    """Every third idea and every fourth plan is sent back once."""
    path = making(idea_back=number % 3 == 0, plan_back=number % 4 == 0)
    path += (*evaluated(points, number), *sold(number))
    return Story(number, (number - 1) % len(GROUND.producers), group, set_code, path)


STORIES = tuple(
    story(number, group, set_code, points)
    for number, group, set_code, points in (
        (1, FOOD, "06", 525), (2, DRINKS, "11", 392), (3, FOOD, "03", 560), (4, CRAFT, "21", 406),
        (5, DRINKS, "12", 504), (6, FOOD, "08", 371), (7, FOOD, "04", 546), (8, CRAFT, "22", 455),
        (9, DRINKS, "13", 588), (10, FOOD, "07", 420), (11, FOOD, "05", 511), (12, DRINKS, "14", 476),
    )
)  # fmt: skip
SITTING = Sitting(
    TITLE, on("08-20"), "2020-09-10T08:00+07:00", tuple(each.number for each in STORIES),
    Held(on("09-03"), on("09-10"), on("09-11"), on("09-14"), "minh-hoa-20/BC-HĐ").acts(V),
)  # fmt: skip
ACTS = (
    Act(
        on("08-31"),
        "start_sessions",
        V,
        {"evaluation_plan": "Kế hoạch đánh giá năm 2020 (minh hoạ)"},
        batch=1,
    ),
    Act(on("09-28"), "decide", V, batch=1),
    Act(on("09-29"), "publish", V, {"notices_planned": True}, batch=1),
    Act(after("02-03"), "close", V),
    Act(after("02-08"), "archive", V, {"report_document": "minh-hoa-21/BC-UBND"}),
)
BAC_KAN = Part(
    GROUND,
    "bac-kan-2020.yaml",
    on("02-03"),
    "qd781-2020",
    STORIES,
    (SITTING,),
    ACTS,
    assumed="bac-kan-2020-assumed.yaml",
)
