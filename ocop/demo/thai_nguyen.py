"""Thái Nguyên in 2027, from its illustrative plan: dossiers that stand in every state the law in force knows.

Only a second round before the council is missing: it ended with Decision 781.
"""

from datetime import date

from ocop.demo.script import Act, Ground, Held, Part, Sitting, Step, Story
from ocop.demo.thai_nguyen_paths import (
    SECRETARY,
    B,
    C,
    K,
    P,
    T,
    V,
    early,
    late,
    on,
    result,
    reviewed,
    summer,
    to_the_centre,
    until,
)  # fmt: skip
from registry.producers import ProducerType
from registry.products import ProductGroup

END = "2027-10-05T09:00+07:00"
GROUND = Ground(
    province="19",
    first_day=date(2027, 1, 1),
    last_day=date(2030, 12, 31),
    communes=(("05503", None), ("02155", None), ("01843", None), ("01906", None)),
    producers=(
        ("Hợp tác xã minh hoạ A", ProducerType.COOPERATIVE, 0),
        ("Hợp tác xã minh hoạ B", ProducerType.COOPERATIVE, 1),
        ("Công ty minh hoạ C", ProducerType.SMALL_MEDIUM_ENTERPRISE, 2),
        ("Tổ hợp tác minh hoạ D", ProducerType.COOPERATIVE_GROUP, 3),
    ),
    mail="thai-nguyen",
)
FOOD, DRINKS, CRAFT = ProductGroup.FOOD, ProductGroup.DRINKS, ProductGroup.HANDICRAFTS
NO_MARKET, NO_SOURCE = "Chưa nêu thị trường tiêu thụ (minh hoạ)", "Chưa rõ nguồn nguyên liệu (minh hoạ)"
TEST_SLIP, NO_LABOUR = "Cần phiếu kiểm nghiệm còn hạn (minh hoạ)", "Không dùng lao động địa phương (minh hoạ)"
LATER = "Tạm dừng vì mất mùa (minh hoạ)"
BY_PAPER = {"ministry_document": "minh-hoa-7/BNNMT"}
FIVE = {"decision_number": "minh-hoa-5/QĐ-BNNMT", "decision_on": "2027-09-20", "signer": "Người ký minh hoạ"}

MAKING = (
    Story(21, 0, FOOD, "02", (Step(on("04-12"), "create_idea", P, forms=("idea",)),)),
    Story(22, 0, DRINKS, "11", late(), "commune_screen_ok"),
    Story(23, 0, FOOD, "04", late(), "accept_idea", (Step(on("09-20"), "return_idea", V, {"due_days": 30}, reason=NO_SOURCE),)),
    Story(24, 1, FOOD, "02", late(), "accept_idea"),
    Story(25, 0, DRINKS, "12", late(), "record_training"),
    Story(26, 1, FOOD, "06", late(), "accept_idea", (Step(on("04-20"), "reject_idea", V, reason=NO_LABOUR),)),
    Story(27, 0, DRINKS, "14", late(), "accept_idea", (Step(on("03-22"), "return_idea", V, reason=NO_SOURCE),)),
    Story(28, 0, FOOD, "07", late(), "submit_plan"),
    Story(29, 2, FOOD, "08", late(), "approve_plan"),
    Story(30, 0, CRAFT, "22", late(), "approve_plan", (Step(on("09-21"), "return_plan", V, {"due_days": 30}, reason=NO_MARKET),)),
    Story(31, 3, FOOD, "05", late(), "start_production"),
    Story(32, 2, DRINKS, "13", late(), "approve_plan", (Step(on("05-20"), "reject_plan", V, reason=NO_MARKET),)),
    Story(33, 3, FOOD, "05", late(), "approve_plan", (Step(on("05-18"), "return_plan", V, reason=NO_MARKET),)),
    Story(34, 2, CRAFT, "22", late(), "confirm_evidence"),
    Story(35, 0, FOOD, "09", late(), "report_progress"),
    Story(36, 1, FOOD, "03", late(), "confirm_evidence", (Step(on("09-01"), "suspend", P, reason=LATER),)),
)  # fmt: skip
FILING = (
    Story(37, 0, DRINKS, "13", late(), "self_assess"),
    Story(38, 0, DRINKS, "11", late(), "submit_dossier"),
    Story(39, 0, FOOD, "04", late(), "issue_commune_report"),
    Story(40, 0, FOOD, "07", late(), "issue_commune_report", (Step(on("09-22"), "request_supplement", C, {"due_days": 20}, reason=TEST_SLIP),)),
    Story(41, 0, FOOD, "08", late(), "propose_to_province"),
    Story(42, 1, FOOD, "06", late(), "issue_commune_report", (Step(on("09-23"), "decline_to_propose", C, reason=NO_LABOUR),)),
    Story(43, 3, CRAFT, "21", late(), "accept_for_review"),
    Story(44, 0, DRINKS, "12", late(), "accept_for_review", (Step(on("09-30"), "request_completion", V, {"due_days": 20}, reason=TEST_SLIP),)),
    Story(45, 3, CRAFT, "21", late()),
    Story(46, 2, FOOD, "05", late(), ending=(Step(on("10-04"), "request_site_survey", T),)),
    Story(47, 1, FOOD, "06", late(), ending=(Step(on("10-04"), "request_extra_testing", T),)),
    Story(48, 1, FOOD, "03", late(), ending=(Step(on("10-04"), "disqualify", SECRETARY, {"rejection": "mandatory_certificate_missing"}),)),
    Story(49, 3, FOOD, "09", late(), "accept_for_review", (Step(on("09-29"), "withdraw", P, reason=LATER),)),
)  # fmt: skip
JUDGED = (
    Story(50, 3, FOOD, "09", summer()),
    Story(51, 2, DRINKS, "12", summer()),
    Story(52, 0, DRINKS, "11", summer()),
    Story(53, 1, FOOD, "03", summer(), ending=(Step(on("10-04"), "record_council_facts", SECRETARY, result(539)),)),
    Story(54, 2, FOOD, "08", summer(), ending=(Step(on("10-04"), "record_council_facts", SECRETARY, result(497, 16)),)),
    Story(55, 0, FOOD, "04", summer(), ending=(Step(on("09-23"), "record_council_facts", SECRETARY, result(518)),)),
    Story(56, 1, FOOD, "06", summer(), ending=(Step(on("09-23"), "record_council_facts", SECRETARY, result(308)),)),
    Story(57, 2, DRINKS, "13", summer(), ending=(
        Step(on("09-23"), "record_council_facts", SECRETARY, result(476)), Step(on("09-29"), "propose_recognition", V))),
    Story(58, 3, CRAFT, "22", summer(), ending=(
        Step(on("09-23"), "record_council_facts", SECRETARY, result(644)), Step(on("09-29"), "propose_five_star", V))),
)  # fmt: skip
RECOGNISED = (
    Story(59, 0, DRINKS, "11", early(525, 101)),
    Story(60, 1, FOOD, "06", early(392, 102), "start_promotion"),
    Story(61, 2, DRINKS, "12", early(560, 103), "start_promotion"),
    Story(62, 0, FOOD, "07", early(504, 104), "join_event"),
    Story(63, 3, FOOD, "05", early(483, 105), "start_promotion", (Step(on("09-15"), "ministry_orders_redo", K, BY_PAPER),)),
    Story(64, 1, FOOD, "04", until(to_the_centre(106), on("07-06"))),
    Story(65, 2, DRINKS, "13", until(to_the_centre(107), on("08-10"))),
    Story(66, 0, DRINKS, "11", to_the_centre(108)),
    Story(67, 1, FOOD, "03", to_the_centre(109), ending=(Step(on("09-20"), "decide_five_star", B, FIVE),)),
    Story(68, 3, CRAFT, "21", to_the_centre(110, 616), ending=(Step(on("09-20"), "below_90", B),)),
)  # fmt: skip
REVIEWED = (
    Story(69, 0, DRINKS, "11", reviewed(), "file_results"),
    Story(70, 0, FOOD, "07", reviewed(), "planned_inspection"),
    Story(71, 1, FOOD, "06", reviewed(), "finding_ok"),
    Story(72, 2, DRINKS, "12", reviewed()),
    Story(73, 3, CRAFT, "22", reviewed(), "finding_ok", (
        Step(on("09-20"), "finding_bad", V, {"ground": "criteria_no_longer_met", "conclusion_on": "2027-09-17"}),)),
)  # fmt: skip
TO_RENEW = (Story(74, 0, DRINKS, "11", ()), Story(75, 1, FOOD, "06", ()))
"""Recognised in 2024; opening the cycle makes their dossiers of re-evaluation."""
JUNE = Sitting(
    "Phiên họp Hội đồng đợt 1 (minh hoạ)", on("05-25"), "2027-06-10T08:00+07:00", tuple(range(59, 69)),
    Held(on("06-01"), on("06-10"), on("06-11"), on("06-14"), "minh-hoa-01/BC-HĐ").acts(V),
)  # fmt: skip
CENTRE = Sitting(
    "Phiên họp Hội đồng Trung ương (minh hoạ)", on("08-17"), "2027-09-08T08:00+07:00", (66, 67, 68),
    Held(on("08-31"), on("09-08"), on("09-09"), on("09-13"), "minh-hoa-02/BC-HĐ").acts(B), None, central=True,
)  # fmt: skip
SEPTEMBER = Sitting(
    "Phiên họp Hội đồng đợt 2, phiên 1 (minh hoạ)", on("09-06"), "2027-09-23T08:00+07:00", (55, 56, 57, 58),
    Held(on("09-16"), on("09-23"), on("09-28")).acts(V), 2,
)  # fmt: skip
OCTOBER_4 = Sitting(
    "Phiên họp Hội đồng đợt 2, phiên 2 (minh hoạ)", on("09-15"), "2027-10-04T08:00+07:00", (53, 54),
    Held(on("09-28"), on("10-04")).acts(V), 2,
)  # fmt: skip
OCTOBER_5 = Sitting(
    "Phiên họp Hội đồng đợt 2, phiên 3 (minh hoạ)", on("09-16"), "2027-10-05T08:00+07:00", (52,),
    Held(on("09-28"), on("10-05")).acts(V), 2,
)  # fmt: skip
NOVEMBER = Sitting(
    "Phiên họp Hội đồng đợt 2, phiên 4 (minh hoạ)", on("09-20"), "2027-11-18T08:00+07:00", (51,), Held().acts(V), 2
)  # fmt: skip
PLAN_OF_SESSIONS = {"evaluation_plan": "Kế hoạch đánh giá đợt 1 (minh hoạ)"}
THAI_NGUYEN = Part(
    GROUND,
    "thai-nguyen-2027.yaml",
    on("01-04"),
    "qd26-2026",
    (*MAKING, *FILING, *JUDGED, *RECOGNISED, *REVIEWED, *TO_RENEW),
    (JUNE, CENTRE, SEPTEMBER, OCTOBER_4, OCTOBER_5, NOVEMBER),
    (Act(on("06-10"), "start_sessions", V, PLAN_OF_SESSIONS, batch=1),),
)
