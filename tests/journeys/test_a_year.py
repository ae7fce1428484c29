"""The story of one year by HTTP alone: a plan is opened, a tea walks from idea to review, everybody is told."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from core.columns import instant_text
from core.tx import Tx
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.roles import Role
from registry.sign_in import make_link
from regulations import rulesets, sheets
from states.certificate.models import CERTIFICATE_TABLE
from states.deadlines.entries import DEADLINE
from states.dossier.papers import REQUIRED
from tests.journeys.house import COLLECTIONS, V1, House, Letter, good, refusal
from tests.world import PLANS, SYSTEM, World, settled

PLAN = (PLANS / "thai-nguyen-2027.yaml").read_text(encoding="utf-8")
P, C, V, T, K = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY, Role.PROVINCE_CHAIR
CHAIR, SECRETARY, AUDITOR = Role.CHAIR, Role.SECRETARY, Role.AUDITOR
MATTERS = ["idea_origin", "local_identity", "local_labour", "local_material"]
RESULT = {"points_sum": 160, "points_count": 2, "spread": 6, "ballots": 2, "floor_stars": 5}
MARK = "OCOP: [Diễn tập]"


class Filed(NamedTuple):
    """A dossier and the code people know it by."""

    id: str
    code: str


class Story:
    """The people of a small province at their programs, and the dossier they are at."""

    def __init__(self, house: House, world: World) -> None:
        self.house, self.world = house, world
        self.id = ""
        self.last = Letter("", "", "")

    def by(self, role: Role) -> TestClient:
        return self.house.by(self.world.account[role])

    def idea(self, product: str, cycle: str) -> str:
        made = good(self.by(P).post(f"{V1}/dossiers", json={"product_id": product, "cycle_id": cycle}), 201)
        self.id = made["id"]
        return self.id

    def form(self, name: str, data: dict[str, Any] | None = None) -> None:
        body = {"data": data or dict.fromkeys(REQUIRED[name], "đã điền")}
        good(self.by(P).put(f"{V1}/dossiers/{self.id}/forms/{name}", json=body))

    def dossier(self, role: Role = V) -> dict[str, Any]:
        return good(self.by(role).get(f"{V1}/dossiers/{self.id}"))

    def ask(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> Any:
        body = {
            "trigger": trigger, "expected_version": self.dossier(role)["version"], "reason": reason, "data": data
        }  # fmt: skip
        return self.by(role).post(f"{V1}/dossiers/{self.id}/transitions", json=body)

    def do(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> str:
        """A move that must succeed; the state it leads to. What follows from it is told at once."""
        state = good(self.ask(trigger, role, reason, **data))["state"]
        self.house.settle()
        return str(state)

    def move(self, kind: str, subject_id: str, trigger: str, *, role: Role = V, **data: object) -> str:
        """A move on a cycle, a batch or a session, of the coordinator where nobody else is named."""
        at = f"{V1}/{COLLECTIONS[kind]}/{subject_id}"
        seen = good(self.by(role).get(f"{at}/replay"))["version"]
        body = {"trigger": trigger, "expected_version": seen, "data": data}
        return str(good(self.by(role).post(f"{at}/transitions", json=body))["state"])

    def session(self, session_id: str) -> dict[str, Any]:
        return good(self.by(SECRETARY).get(f"{V1}/sessions/{session_id}"))

    def filed(self) -> "Filed":
        return Filed(self.id, self.dossier()["code"])

    def told(self) -> Counter[tuple[str, str]]:
        """Who got which letters since one last looked."""
        new = self.house.letters()
        self.last = new[-1] if new else self.last
        return Counter((letter.to.partition("@")[0], letter.subject) for letter in new)


def answers() -> list[list[str]]:
    sheet = sheets.sheet_for(rulesets.get("qd26-2026"), "11")
    return [[one.id, str(one.options[-1].id)] for one in sheet.criteria()]


@pytest.fixture
def story(house: House) -> Story:
    """Nothing is open yet; next door sits an officer who must hear of the cycle and never of a dossier."""
    made = Story(house, settled(house.db, plan=None))
    house.db.write_now(lambda tx: next_door(tx, made.world))
    return made


def next_door(tx: Tx, world: World) -> None:
    account = add_account(tx, "Cán bộ xã bên", actor=SYSTEM, email="next-door@ocop.example")
    appoint(
        tx,
        account,
        C,
        world.other_commune,
        actor=SYSTEM,
        starts_on=date(2026, 1, 1),
        ends_on=date(2030, 12, 31),
    )


def letters(**told: list[str]) -> Counter[tuple[str, str]]:
    """Who is to have got which letters."""
    return Counter(
        (who.replace("_", "-"), f"{MARK} {subject}") for who, all_of in told.items() for subject in all_of
    )


def about(told: Counter[tuple[str, str]], *words: str) -> Counter[tuple[str, str]]:
    """The letters whose subject names one of these."""
    return Counter({key: count for key, count in told.items() if any(word in key[1] for word in words)})


def test_a_year_from_the_plan_to_the_closed_cycle(story: Story) -> None:
    house = story.house
    story.world.cycle = opened_by_a_coordinator_who_signs_in(story)
    house.on("2027-02-17T08:00")
    assert story.told() == THE_CYCLE_OPENS

    late, tea = an_idea_nobody_supplements(story), an_idea_that_is_accepted(story)
    told = story.told()
    assert about(told, late.code, "bổ sung ý tưởng") == never_supplemented(late.code)
    assert about(told, tea.code) == letters(
        producer=[f"Đã nhận phiếu đăng ký ý tưởng {tea.code}", f"Hồ sơ {tea.code} đã chuyển lên tỉnh", f"Ý tưởng {tea.code} được chấp nhận"],
        commune=[f"Hồ sơ {tea.code} chờ xã xử lý"],
        province_unit=[f"Hồ sơ {tea.code} chờ tỉnh xử lý"],
        province_chair=[f"Hồ sơ {tea.code} đã 14 ngày chưa có thay đổi"],
    )  # fmt: skip

    a_plan_and_its_production(story)
    assert about(story.told(), tea.code, "báo cáo tiến độ", "bổ sung phương án") == letters(
        producer=[
            f"Đã nhận phương án của hồ sơ {tea.code}", f"Hồ sơ {tea.code} cần bổ sung", f"Đã nhận phương án của hồ sơ {tea.code}",
            f"Phương án của hồ sơ {tea.code} được phê duyệt", "Còn 14 ngày: báo cáo tiến độ", "Còn 7 ngày: báo cáo tiến độ",
            "Còn 3 ngày: báo cáo tiến độ",
        ],
        province_unit=[f"Hồ sơ {tea.code} chờ tỉnh xử lý"] * 2,
    )  # fmt: skip

    a_dossier_that_reaches_the_province(story)
    assert about(story.told(), tea.code) == letters(
        producer=[
            f"Đã tiếp nhận hồ sơ {tea.code}", f"Hồ sơ {tea.code} cần bổ sung", f"Hồ sơ {tea.code} đã chuyển lên tỉnh",
            f"Hồ sơ {tea.code} đủ thành phần",
        ],
        commune=[f"Hồ sơ {tea.code} chờ xã xử lý"] * 2 + [f"Hồ sơ {tea.code} đủ thành phần"],
        province_unit=[f"Hồ sơ {tea.code} chờ tỉnh xử lý"],
    )  # fmt: skip

    a_council_that_concludes(story)
    number = a_decision_and_its_certificate(story)
    both = ["Kết quả đánh giá sản phẩm Chè búp minh hoạ", "Giấy chứng nhận OCOP của Chè búp minh hoạ"]
    assert about(story.told(), "Chè búp minh hoạ") == letters(producer=both, commune=both)
    assert "được cấp giấy chứng nhận 4 sao" in story.last.body

    a_promotion_and_its_review(story)
    the_end_of_the_cycle(story)
    closed = ["Chu trình OCOP năm 2027 (minh họa) của tỉnh Thái Nguyên đã khóa"]
    assert about(story.told(), "đã khóa", "Kết quả") == letters(
        producer=[both[0], *closed], commune=[both[0], *closed], next_door=closed
    )
    everything_replays(story, [late.id, tea.id], number)
    nothing_is_left_undone_or_done_twice(house)


OPENS = "Chu trình OCOP năm 2027 (minh họa) của tỉnh Thái Nguyên đã mở"
TASK = "rà soát chứng nhận hết hạn trong năm và báo chủ thể"
THE_CYCLE_OPENS = letters(
    producer=[OPENS],
    commune=[OPENS],
    next_door=[OPENS],
    province_unit=[f"{when}: {TASK}" for when in ("Còn 14 ngày", "Còn 7 ngày", "Còn 3 ngày", "Ngày mai là hạn cuối", "Đã quá hạn")],
)  # fmt: skip


def never_supplemented(code: str) -> Counter[tuple[str, str]]:
    """What is told of an idea that was sent back and left alone."""
    deferred = f"Hồ sơ {code} chuyển sang chu trình sau"
    return letters(
        producer=[
            f"Đã nhận phiếu đăng ký ý tưởng {code}", f"Hồ sơ {code} cần bổ sung", "Còn 14 ngày: bổ sung ý tưởng",
            "Còn 7 ngày: bổ sung ý tưởng", "Còn 3 ngày: bổ sung ý tưởng", "Ngày mai là hạn cuối: bổ sung ý tưởng", deferred,
        ],
        commune=[f"Hồ sơ {code} chờ xã xử lý", f"Hồ sơ {code} đã 7 ngày chưa có thay đổi", deferred],
    )  # fmt: skip


def an_idea_nobody_supplements(story: Story) -> Filed:
    """Sent back on 17 February with the usual fifteen days; 4 March still counts, then the next year is open to it."""
    product = {
        "producer_id": story.world.producer,
        "name": "Trà hoa minh hoạ",
        "group": "drinks",
        "set_code": "11",
    }
    made = good(story.by(P).post(f"{V1}/products", json=product), 201)
    story.idea(made["id"], story.world.cycle)
    story.form("idea")
    story.do("submit_idea", P)
    story.do("return_idea", C, "Thiếu vùng nguyên liệu")
    return story.filed()


def an_idea_that_is_accepted(story: Story) -> Filed:
    late = story.id
    story.idea(story.world.product, story.world.cycle)
    story.form("idea")
    story.do("submit_idea", P)
    story.do("commune_screen_ok", C)
    story.house.on("2027-03-04T23:59")
    assert good(story.by(C).get(f"{V1}/dossiers/{late}"))["state"] == "idea.returned"
    story.house.on("2027-03-05T00:00")
    assert good(story.by(C).get(f"{V1}/dossiers/{late}"))["state"] == "idea.deferred_next_cycle"
    story.house.on("2027-03-08T08:00")
    assert story.do("accept_idea", V, appraisal="Đạt") == "idea.accepted"
    return story.filed()


def a_plan_and_its_production(story: Story) -> None:
    story.do("record_training", C, trained_on="2027-03-05")
    story.house.on("2027-04-05T08:00")
    story.do("start_plan", P)
    story.form("plan")
    story.do("submit_plan", P)
    story.do("return_plan", V, "Chưa nêu thị trường")
    story.house.on("2027-04-08T08:00")
    story.do("resubmit_plan", P)
    story.do("approve_plan", V)
    story.do("start_production", P)
    story.house.on("2027-07-06T08:00")
    story.do("report_progress", P, progress="Đã xong bao bì")


def a_dossier_that_reaches_the_province(story: Story) -> None:
    story.house.on("2027-09-06T08:00")
    story.do("confirm_evidence", C)
    story.do("ready_for_evaluation", P)
    story.form("registration")
    story.form("self_assessment", {"answers": answers()})
    story.do("self_assess", P)
    story.do("submit_dossier", P)
    story.house.on("2027-09-08T08:00")
    story.do("request_supplement", C, "Thiếu phiếu kiểm nghiệm")
    story.house.on("2027-09-13T08:00")
    story.do("resubmit", P)
    story.do("issue_commune_report", C, matters=MATTERS, form_03_signed=True, findings="Đủ bốn nội dung")
    story.do("propose_to_province", C, letter_number="12/UBND", letter_on="2027-09-13", samples=5)
    story.do("accept_for_review", V, consolidated_report="Báo cáo tổng hợp")


def a_session_is_convened(story: Story, batch: str) -> str:
    """The province plans a session of its council for the product and convenes it; the dossier follows."""
    planned = {
        "kind": "in_person", "title": "Phiên họp đợt 2", "convened_for": "2027-11-18T08:00:00+07:00",
        "cycle_id": story.world.cycle, "batch_id": batch, "place": "Hội trường UBND tỉnh", "dossiers": [story.id],
    }  # fmt: skip
    session = str(good(story.by(V).post(f"{V1}/sessions", json=planned), 201)["id"])
    assert story.move("session", session, "convene") == "convened"
    assert story.dossier()["state"] == "council.scheduled"
    return session


def a_council_that_concludes(story: Story) -> None:
    house = story.house
    story.do("advisory_report_done", T, advisory_report="Đủ điều kiện")
    batch = story.dossier()["batch_id"]
    session = a_session_is_convened(story, batch)
    house.on("2027-10-30T08:00")
    assert story.move("batch", batch, "start_sessions", evaluation_plan="3/KH") == "in_session"
    house.on("2027-11-18T08:00")
    people = [one["appointment_id"] for one in story.session(session)["members"]]
    story.move("session", session, "deliver_materials", role=SECRETARY, delivered_on="2027-11-16")
    story.move("session", session, "record_attendance", role=SECRETARY, present=people)
    story.move("session", session, "confirm_quorum", role=CHAIR)
    story.move("session", session, "open_scoring", role=CHAIR)
    assert story.dossier()["state"] == "council.scoring"
    assert story.do("record_council_facts", SECRETARY, **RESULT) == "council.tallied"
    story.move("session", session, "conclude", role=CHAIR, minutes="Nhất trí")
    assert story.move("session", session, "sign_minutes", role=SECRETARY) == "concluded"
    assert story.move("session", session, "sign_minutes", role=CHAIR) == "minutes_signed"
    assert story.move("session", session, "close", report_document="4/BC-HĐ") == "closed"
    assert story.do("propose_recognition", V) == "decision.pending"
    house.on("2027-11-23T08:00")
    assert story.move("batch", batch, "decide") == "decided"
    assert story.move("batch", batch, "publish", notices_planned=True) == "published"


def checked(story: Story, number: str, on: str | None = None) -> Any:
    return story.house.nobody().get(f"{V1}/public/certificates/{number}", params={"on": on} if on else {})


def a_decision_and_its_certificate(story: Story) -> str:
    house = story.house
    house.on("2027-11-29T09:00")
    number = "OCOP-19-2027-0001"
    assert refusal(checked(story, number)) == (404, "certificate_unknown")

    decision = {"decision_number": "77/QĐ-UBND", "decision_on": "2027-11-29", "signer": "Chủ tịch"}
    assert story.do("decide_recognition", K, **decision) == "recognised.4"

    assert story.dossier()["certificates"] == [number]
    days = ("2027-11-28", "2027-11-29", "2030-11-29", "2030-11-30")
    said = [good(checked(story, number, day)) for day in days]
    assert [(one["valid"], one["verdict"], one["days_left"]) for one in said] == [
        (False, "not_yet", None), (True, "valid", 1096), (True, "valid", 0), (False, "expired", None)
    ]  # fmt: skip
    assert good(checked(story, number)) == said[1]
    return number


def a_promotion_and_its_review(story: Story) -> None:
    """In promotion from 1 December; the plan's review begins on the 15th, by the clock."""
    house = story.house
    house.on("2027-12-01T08:00")
    story.do("notify_result", V, notice_number="31/TB")
    story.do("start_promotion", P)
    story.do("join_event", V, event_on="2027-12-01", event="Hội chợ xuân")
    house.on("2027-12-14T23:59")
    assert story.dossier()["state"] == "promotion.active"
    house.on("2027-12-15T08:00")
    assert story.dossier()["state"] == "review.in_progress"
    story.do("file_results", P, revenue_million_vnd=1200, output="3 tấn", market="Trong tỉnh")
    house.on("2027-12-20T08:00")
    story.do("planned_inspection", V, inspected_on="2027-12-17")
    assert story.do("finding_ok", V, conclusion="Đạt") == "review.closed"


def the_end_of_the_cycle(story: Story) -> None:
    cycle = story.world.cycle
    assert good(story.by(V).get(f"{V1}/cycles/{cycle}"))["state"] == "under_review"
    assert story.move("cycle", cycle, "close") == "closed"
    assert story.move("cycle", cycle, "archive", report_document="5/BC-UBND") == "archived"
    story.house.on("2028-01-03T08:00")
    assert story.dossier()["state"] == "promotion.active"


def everything_replays(story: Story, dossiers: list[str], number: str) -> None:
    """What the auditor is shown is what the rows say: dossiers, certificate, cycle and every batch."""
    house = story.house
    cycle = good(story.by(V).get(f"{V1}/cycles/{story.world.cycle}"))
    certificate = house.rows(CERTIFICATE_TABLE, "id", "state", certificate_no=number)
    stored = {("cycle", cycle["id"]): cycle["state"]}
    stored |= {("dossier", one): good(story.by(V).get(f"{V1}/dossiers/{one}"))["state"] for one in dossiers}
    stored |= {("batch", one["id"]): one["state"] for one in cycle["batches"]}
    stored |= {("certificate", one): state for one, state in certificate}

    replayed = {
        (kind, one): good(story.by(AUDITOR).get(f"{V1}/{COLLECTIONS[kind]}/{one}/replay"))
        for kind, one in stored
    }

    assert {key: one["state"] for key, one in replayed.items()} == stored
    assert [key for key, one in replayed.items() if one["problems"] or not one["equals_stored"]] == []
    assert [kind for kind, _ in stored].count("batch") == 4
    assert house.findings() == []


def nothing_is_left_undone_or_done_twice(house: House) -> None:
    """Every deadline that has passed was noted at its very instant, met or taken back, and each notice stands once."""
    now = instant_text(house.clock.business_now())
    rows = house.rows(DEADLINE, "code", "due_at", "fired_at", "met_at", "cancelled_at")

    assert [row for row in rows if row[1] <= now and row[2:] == (None, None, None)] == []
    assert [row for row in rows if row[2] is not None and row[2] != row[1]] == []
    assert house.told_twice() == []


def opened_by_a_coordinator_who_signs_in(story: Story) -> str:
    """Sign in by the link, preview, open what was shown; another digest opens nothing."""
    house, coordinator = story.house, story.world.account[V]
    secret = house.db.write_now(lambda tx: make_link(tx, coordinator))
    browser = house.nobody()
    csrf = good(browser.post(f"{V1}/auth/links/{secret}/use"))["csrf"]
    plan, mine = {"plan": PLAN, "filename": "thai-nguyen-2027.yaml"}, {"x-csrf-token": csrf}
    shown = good(browser.post(f"{V1}/cycles/preview", json=plan, headers=mine))

    outdated = browser.post(f"{V1}/cycles", json=plan | {"digest": "0" * 64}, headers=mine)
    assert refusal(outdated) == (409, "preview_outdated")
    assert good(story.by(V).get(f"{V1}/cycles"))["items"] == []

    opened = good(browser.post(f"{V1}/cycles", json=plan | {"digest": shown["digest"]}, headers=mine), 201)
    assert (opened["digest"], opened["illustrative"]) == (shown["digest"], True)
    return str(opened["cycle_id"])
