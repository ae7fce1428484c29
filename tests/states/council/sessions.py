"""Drives one session through the interface; every step is a request of the one whose turn it is."""

from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from core.tx import Tx
from registry import sign_in
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.roles import Role
from tests.states.every_move.councils import appointment_of, product
from tests.states.every_move.stage import BASE, V1, Stage, Subject
from tests.world import PROVINCE, SYSTEM
from workflows.service import Service
from workflows.steps import STEPS

ALL_IN = {"points_sum": 160, "points_count": 2, "spread": 6, "ballots": 2, "floor_stars": 5}
WIDE = ALL_IN | {"spread": 11}


COUNCIL = (Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER)
WHEN = "2027-04-12T14:00:00+07:00"


@dataclass(frozen=True)
class Hired:
    """A person of the council beside the three of the province."""

    account: str
    appointment: str
    client: TestClient


def hired(stage: Stage, role: Role = Role.COUNCIL_MEMBER, unit: str = PROVINCE) -> Hired:
    """One more person of the council, with a token of their own."""

    def write(tx: Tx) -> tuple[str, str, str]:
        account = add_account(tx, f"Người {role} thêm", actor=SYSTEM)
        appointment = appoint(tx, account, role, unit, actor=SYSTEM)
        return account, appointment, sign_in.make_token(tx, account, "thử")

    account, appointment, token = stage.db.write_now(write)
    headers = {"authorization": f"Bearer {token}"}
    return Hired(account, appointment, TestClient(stage.app, base_url=BASE, headers=headers))


def swept(stage: Stage) -> None:
    """One round of the clock over the councils."""
    result = STEPS["council_sessions"](
        Service(stage.db, stage.clock, stage.config), stage.clock.business_now()
    )
    assert not result["skipped"], result


@dataclass
class Session:
    """One session of the province's council and its dossiers, by their place on the agenda."""

    stage: Stage
    subject: Subject
    dossiers: list[Subject] = field(default_factory=list)

    def ask(self, trigger: str, role: str, reason: str | None = None, **data: Any) -> Any:
        return self.stage.ask(self.subject, trigger, role, data=data, reason=reason)

    def do(self, trigger: str, role: str, reason: str | None = None, **data: Any) -> str:
        """A move that must succeed; the state it leads to."""
        answer = self.ask(trigger, role, reason, **data)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["state"])

    def refused(self, trigger: str, role: str, reason: str | None = None, **data: Any) -> str:
        """The code of a refusal, which has changed nothing."""
        before = [self.stage.stored(one) for one in (self.subject, *self.dossiers)]
        answer = self.ask(trigger, role, reason, **data)
        assert answer.status_code in (403, 404, 409, 422), answer.text
        assert [self.stage.stored(one) for one in (self.subject, *self.dossiers)] == before
        return str(answer.json()["code"])

    def read(self, role: str = "secretary") -> dict[str, Any]:
        answer = self.stage.by(role).get(self.subject.address)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def everybody(self) -> list[str]:
        return [one["appointment_id"] for one in self.read()["members"]]

    def member(self, office: str) -> str:
        return next(one["appointment_id"] for one in self.read()["members"] if one["office"] == office)

    def states(self) -> list[str]:
        return [self.stage.state(one) for one in self.dossiers]

    def facts(self, place: int, **facts: Any) -> Any:
        """What the secretary records of one product."""
        return self.stage.ask(self.dossiers[place], "record_council_facts", "secretary", data=facts)

    def convened(self) -> "Session":
        self.do("convene", "province_unit")
        return self

    def scoring(self) -> "Session":
        """Convened, the dossiers delivered, everybody there, the scoring open."""
        self.convened()
        self.do("deliver_materials", "secretary", delivered_on="2027-04-12")
        self.do("record_attendance", "secretary", present=self.everybody())
        self.do("confirm_quorum", "chair")
        self.do("open_scoring", "chair")
        return self

    def concluded(self, **facts: Any) -> "Session":
        """Every ballot in, and found the same of every product."""
        self.scoring()
        for place in range(len(self.dossiers)):
            assert self.facts(place, **ALL_IN | facts).status_code == 200
        self.do("conclude", "chair", minutes="Nhất trí")
        return self


def council(stage: Stage) -> list[str]:
    """The appointments of the chair, the secretary and the one member of the province."""
    return [appointment_of(stage, stage.account(role)) for role in COUNCIL]


def body_of(stage: Stage, dossiers: list[str], **given: Any) -> dict[str, Any]:
    """What the unit sends to plan a session of today with the three of the province's council."""
    return {
        "kind": "in_person", "title": "Phiên họp", "convened_for": WHEN, "place": "Hội trường",
        "cycle_id": stage.world.cycle, "dossiers": dossiers,
        "appointments": council(stage),
    } | given  # fmt: skip


def asked_for(stage: Stage, dossiers: list[str], role: str = "province_unit", **given: Any) -> Any:
    """The answer to planning a session."""
    return stage.by(role).post(f"{V1}/sessions", json=body_of(stage, dossiers, **given))


def planned(stage: Stage, *states: str, columns: dict[str, Any] | None = None, **given: Any) -> Session:
    """A session of today with one product for each state named, one that is ready where none is."""
    dossiers = [product(stage, state, **(columns or {})) for state in states or ("council.ready",)]
    made = asked_for(stage, [one.id for one in dossiers], **given)
    assert made.status_code == 201, made.text
    return Session(stage, Subject("session", made.json()["id"]), dossiers)


READY = "council.ready"
