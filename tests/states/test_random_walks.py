"""Random walks by the one door, held against a naive model at every step; at the end the replay agrees too.

50 walks, 500 where the environment says CI=true. A failing walk names its seed.
"""

import itertools
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa

from core.clock import StepClock
from core.columns import instant_text, parse_instant
from core.config import Config
from core.db import Database, open_database
from core.errors import OcopError
from core.history import read_lines
from core.lines import parse_line
from core.sql import Sql
from core.tx import ReadTx, Tx
from ocop import schema
from registry.actors import SYSTEM_ACTOR, Actor, Held
from registry.calendar_days import seed_calendar
from registry.products import ProductGroup, register_product
from registry.roles import COUNTRY, Role
from registry.units import UnitKind
from registry.units_seed import add_historic_unit
from regulations import rulesets, sheets
from states import moves
from states.cycle.models import BATCH_TABLE
from states.dossier.commands import save_form
from states.dossier.papers import ANSWERS, REQUIRED
from states.engine.fire import import_past
from states.engine.replay import Replayed, fold
from tests.conftest import memory_folder
from tests.states.naive_dossier import (
    Naive,
)
from tests.states.naive_law import (
    COUNCIL_ROLES,
    EDITABLE,
    EVENTS,
    GROUNDS,
    IDEA_WINDOW,
    MATTERS,
    OF_KIND,
    OFFICES,
    REJECTIONS,
    RENEWED_UNTIL,
    TABLE,
    VIETNAM,
    YEARS,
    Answer,
    Ask,
    midnight,
)
from tests.world import PROVINCE, SYSTEM, World, settled

WALKS = 500 if os.environ.get("CI") == "true" else 50
STEPS = 40
SECOND = timedelta(seconds=1)
PINS = {
    "1": rulesets.get("qd1048-2019").pin, "1b": rulesets.get("qd781-2020").pin, "2": rulesets.get("qd148-2023").pin,
    "2b": rulesets.get("qd1489-2025").pin, "3": rulesets.get("qd26-2026").pin,
}  # fmt: skip
RARE = {
    "notify_result": 0.1,
    "withdraw": 0.05,
    "stop": 0.2,
    "reject_idea": 0.4,
    "reject_plan": 0.4,
    "disqualify": 0.5,
    "close_unfinished": 0.1,
    "carry_over": 0.15,
    "reopen_decision": 0.4,
}
"""Moves that end a walk early or are possible everywhere."""
FINAL = {move.dest for move in TABLE} - {move.source for move in TABLE if move.dest != move.source}


class Hand(StepClock):
    """A drill's clock that may be set back between walks: each walks a dossier of its own."""

    def set(self, instant: datetime) -> None:
        self._now = instant


@dataclass
class Ground:
    """One SQLite database for all walks."""

    db: Database
    clock: Hand
    world: World
    actors: dict[tuple[str, str], Actor]
    batches: dict[str | None, str | None]
    district: str


@pytest.fixture(scope="module")
def ground(sqlite_template: Path) -> Iterator[Ground]:
    folder = memory_folder("ocop-walks-")
    config = Config(data_dir=folder)
    shutil.copyfile(sqlite_template, config.database_file)
    with schema.changing(config) as connection:
        schema.mark_folder(connection, rehearsal=True)
    clock = Hand(datetime.fromisoformat("2027-01-04T08:00:00+07:00"))
    db = open_database(config, clock)
    db.write_now(lambda tx: seed_calendar(tx, actor=SYSTEM, years=YEARS))
    world = settled(db)
    district = db.write_now(old_district)
    yield Ground(db, clock, world, cast(world, district), db.read_now(batches), district)
    db.close()
    shutil.rmtree(folder, ignore_errors=True)


def batches(rtx: ReadTx) -> dict[str | None, str | None]:
    """The number of each batch by its id, those of the centre with a mark."""
    found = rtx.sql.all(Sql(sa.select(BATCH_TABLE.c.id, BATCH_TABLE.c.number, BATCH_TABLE.c.level)))
    marks = {"central": "c"}
    return {None: None, **{one: f"{marks.get(level, '')}{number}" for one, number, level in found}}


def old_district(tx: Tx) -> str:
    """A district of the province, as there were until 2025."""
    return add_historic_unit(
        tx, "Huyện Minh Hoạ", UnitKind.DISTRICT, parent_code=PROVINCE, successor_codes=(), source="bản giấy"
    )


def cast(world: World, district: str) -> dict[tuple[str, str], Actor]:
    """Every role at home; the council also at the centre, offices and council at an old district; and the same people next door."""
    homes = {
        Role.COMMUNE: world.commune,
        Role.PRODUCER: world.commune,
        Role.MINISTRY: COUNTRY,
        Role.ADMIN: COUNTRY,
    }
    found = {("system", "home"): SYSTEM_ACTOR}
    for role in set(Role) - {Role.SYSTEM}:
        mine = world.producer if role is Role.PRODUCER else None
        found[role, "home"] = actor(world, role, homes.get(role, PROVINCE), mine)
        if role in COUNCIL_ROLES:
            found[role, "centre"] = actor(world, role, COUNTRY, None)
        if role in COUNCIL_ROLES | OFFICES:
            found[role, "district"] = actor(world, role, district, None)
        if role not in (Role.MINISTRY, Role.ADMIN, Role.AUDITOR):
            unit = world.other_commune if role in homes else "24"
            found[role, "next_door"] = actor(world, role, unit, "another" if mine else None)
    return {(str(role), where): who for (role, where), who in found.items()}


def actor(world: World, role: Role, unit: str, producer: str | None) -> Actor:
    return Actor(world.account[role], f"Người {role}", "api", (Held(role, unit, producer),))


def self_assessment(*, complete: bool) -> dict[str, object]:
    criteria = sheets.sheet_for(rulesets.get("qd26-2026"), "11").criteria()
    answers = [[one.id, str(one.options[0].id)] for one in criteria]
    return {ANSWERS: answers if complete else answers[1:]}


def form(name: str, *, complete: bool) -> dict[str, object]:
    if name == "self_assessment":
        return self_assessment(complete=complete)
    fields = REQUIRED[name] if complete else REQUIRED[name][1:]
    return dict.fromkeys(fields, "đã điền")


class Walk:
    """One dossier, really and naively."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.db, self.dice = ground, ground.db, random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.begin()

    # ---- where it begins

    def begin(self) -> None:
        """A dossier of a product of its own, at the beginning of the year or somewhere on its way."""
        number = next(NUMBERS)
        self.now = midnight(date(2027, 2, 10)) + timedelta(hours=9)
        self.product = self.db.write_now(lambda tx: self._product(tx, number))
        self.id, self.naive = self._begun(number)

    def _product(self, tx: Tx, number: int) -> str:
        owner = self.ground.world.producer
        return register_product(
            tx, owner, f"Chè {number}", actor=SYSTEM, group=ProductGroup.DRINKS, set_code="11"
        )

    def _begun(self, number: int) -> tuple[str, Naive]:
        start = self.dice.choice([None] * 5 + [*STARTS])
        if start is None:
            return self._idea()
        state, level, columns, known = STARTS[start]
        naive = Naive(state, level, **deepcopy(dict(known)))
        self._pass_to(date(2027, *start_day(state, naive.kind)))
        if naive.certified_until is not None:
            self._certify(naive)
        values = {
            "code": f"W-{number}", "kind": naive.kind, "level": level, "year": 2027,
            "cycle_id": self.ground.world.cycle, "product_id": self.product,
            "producer_id": self.ground.world.producer, "province_code": PROVINCE,
            "commune_code": self.ground.world.commune, "product_name": "Chè", "product_group": "drinks",
            "product_set": "11", "producer_type": "cooperative", "illustrative": 0, "attempts": 0,
            "training_waived": 0, "district_code": self.ground.district if naive.district else None,
            "ruleset": PINS[naive.ruleset] if "filed_on" in columns else None, **columns,
        }  # fmt: skip

        def write(tx: Tx) -> str:
            machine = moves.machine_of("dossier")
            return import_past(
                tx, machine, values, state=state, source="bản giấy", effective_on=None, inputs={}
            ).id

        return self.db.write_now(write), naive

    def _certify(self, naive: Naive) -> None:
        """A certificate of this product that is in force until a day, in its window where a renewal is to renew it."""
        assert naive.certified_until is not None
        until, world = naive.certified_until, self.ground.world
        stated = {"expires_on": until.isoformat(), "last_valid_day": until.isoformat()}
        state = "renewal_open" if naive.kind == "re_evaluation" else "valid"
        values = {
            "product_id": self.product, "producer_id": world.producer, "province_code": PROVINCE, "product_name": "Chè",
            "producer_name": "HTX", "stars": naive.raises or 4, "issued_on": "2024-09-10", "origin": "imported", "source": "bản giấy",
            "illustrative": 0, **stated,
        }  # fmt: skip
        machine = moves.machine_of("certificate")
        self.db.write_now(
            lambda tx: (
                import_past(
                    tx, machine, values, state=state, source="bản giấy", effective_on=None, inputs={}
                ).id
            )
        )

    def _idea(self) -> tuple[str, Naive]:
        """Ideas are taken from the first day of their window on, and from producers only."""
        world, actors = self.ground.world, self.ground.actors
        self.ground.clock.set(midnight(IDEA_WINDOW[0]) - timedelta(seconds=1))
        assert self._refused(lambda tx: self._open(tx, actors["producer", "home"])) == "guard_window_closed"
        self._pass_to(IDEA_WINDOW[0] + timedelta(days=self.dice.randrange(40)))
        assert self._refused(lambda tx: self._open(tx, actors["commune", "home"])) == "wrong_actor"
        assert self._refused(lambda tx: self._open(tx, actors["commune", "next_door"])) == "subject_not_found"
        assert world.cycle
        return self.db.write_now(lambda tx: self._open(tx, actors["producer", "home"])), Naive("idea.draft")

    def _open(self, tx: Tx, who: Actor) -> str:
        return moves.open_idea(tx, product_id=self.product, cycle_id=self.ground.world.cycle, actor=who).id

    def _refused(self, fn: Any) -> str | None:
        try:
            self.db.write_now(fn)
        except OcopError as error:
            return error.code
        return None

    # ---- one step

    def _pass_to(self, day: date) -> None:
        self.now = max(self.now, midnight(day) + timedelta(hours=9))
        self.ground.clock.set(self.now)

    def step(self) -> str:
        """Let some time pass, then save a form or ask for a move; what was done, for the message of a failure."""
        self.now = self._later()
        self.ground.clock.set(self.now)
        if self.dice.random() < 0.15 or self._needs_form():
            return self._save()
        ask = self._ask()
        before = (self.naive.state, self.naive.level)
        expected, made = self.naive.ask(ask), self._make(ask)
        self.seen[made.code or f"ok:{ask.event}"] += 1
        assert made == expected, f"{before} {ask}\nthe machine: {made}\nthe model:   {expected}"
        return f"{ask.event} by {ask.role}@{ask.where}: {made.code or made.state}"

    def _later(self) -> datetime:
        """Mostly a little later; now and then the last second before something changes, or the instant itself."""
        near = [
            edge for edge in self.naive.edges() if self.now < edge - SECOND < self.now + timedelta(days=60)
        ]
        if near and self.dice.random() < 0.12:
            return min(near) - self.dice.choice((SECOND, SECOND, 0 * SECOND))
        if self.now + SECOND in self.naive.edges() and self.dice.random() < 0.3:
            return self.now + SECOND
        return self.now + timedelta(hours=self.dice.choice((0, 0, 0, 1, 5, 26, 24 * 8)))

    def _needs_form(self) -> bool:
        wanted = self._editable()
        return any(not self.naive.forms.get(name) for name in wanted) and self.dice.random() < 0.5

    def _editable(self) -> list[str]:
        kind = self.naive.kind
        return [
            name
            for name, states in EDITABLE.items()
            if self.naive.state in states and OF_KIND.get(name, kind) == kind
        ]

    def _save(self) -> str:
        name = self.dice.choice(self._editable() or list(EDITABLE))
        role, where = ("producer", "home") if self.dice.random() < 0.8 else self._anybody()
        complete = self.dice.random() < 0.8
        who = self.ground.actors[role, where]
        code = self._refused(
            lambda tx: save_form(tx, self.id, name, form(name, complete=complete), actor=who)
        )
        expected = self.naive.save(name, role, where, complete=complete)
        assert code == expected, (
            f"form {name} in {self.naive.state} by {role}@{where}: {code}, the model: {expected}"
        )
        return f"form {name}: {code or 'saved'}"

    def _anybody(self) -> tuple[str, str]:
        return self.dice.choice(sorted(self.ground.actors))

    def _ask(self) -> Ask:
        here = [move for move in TABLE if move.source == self.naive.state]
        chosen = self.dice.choices(here, [RARE.get(move.event, 1.0) for move in here])[0] if here else None
        event = (
            chosen.event
            if chosen and self.dice.random() < 0.85
            else self.dice.choice([*EVENTS, "create_idea", "fly"])
        )
        role, where = self._proper(chosen.roles) if chosen and self.dice.random() < 0.85 else self._anybody()
        data, broken = self._data(event)
        reason = self.dice.choice(("Thiếu căn cứ", "Thiếu căn cứ", "Thiếu căn cứ", "  ", None))
        stale = self.dice.random() < 0.03
        return Ask(event, role, where, self.now, data, broken, reason, stale)

    def _proper(self, roles: frozenset[str]) -> tuple[str, str]:
        role = self.dice.choice(sorted(roles))
        return role, self.naive.place() if role in COUNCIL_ROLES | OFFICES and self._acts_there(
            role
        ) else "home"

    def _acts_there(self, role: str) -> bool:
        return role in COUNCIL_ROLES or self.naive.place() == "district"

    def _data(self, event: str) -> tuple[Mapping[str, Any], bool]:
        """Good data with now and then a field left out, or something no form can read."""
        data = {
            name: value
            for name, value in good(event, self.dice, self.now).items()
            if self.dice.random() < 0.95
        }
        if self.dice.random() < 0.04:
            return {**data, "inputs": {"now": "2030"}}, True
        if "session_on" in data and self.dice.random() < 0.05:
            return {**data, "session_on": "20/11/2027"}, True
        return data, False

    def _make(self, ask: Ask) -> Answer:
        who = self.ground.actors[ask.role, ask.where]

        def write(tx: Tx) -> None:
            seen = self._row(tx)["move_version"]
            moves.fire(
                tx, "dossier", self.id, ask.event, actor=who, data=ask.data, reason=ask.reason,
                expected_version=seen + 7 if ask.stale else seen,
            )  # fmt: skip

        code = self._refused(write)
        row = self.db.read_now(self._row)
        due, report_due = (
            parse_instant(row[name]) if row[name] else None for name in ("due_at", "report_due_at")
        )
        return Answer(
            code, row["state"], row["level"], row["move_version"], row["version"], row["attempts"], due, report_due,
            self.ground.batches[row["batch_id"]], row["stars"], row["year"], row["late"], row["council_round"],
        )  # fmt: skip

    def _row(self, tx: ReadTx) -> dict[str, Any]:
        found = moves.machine_of("dossier").load(tx, self.id)
        assert found is not None
        return found

    def replayed(self) -> tuple[Replayed, dict[str, Any]]:
        def read(tx: ReadTx) -> tuple[Replayed, dict[str, Any]]:
            return fold(parse_line(text) for text, _ in read_lines(tx, f"dossier/{self.id}")), self._row(tx)

        return self.db.read_now(read)


def good(event: str, dice: random.Random, now: datetime) -> dict[str, Any]:
    """What a person who knows the form would send."""
    day = now.astimezone(VIETNAM).date()
    today, yesterday, tomorrow = ((day + timedelta(days=days)).isoformat() for days in (0, -1, 1))
    decided_on = dice.choice([today] * 8 + [yesterday, tomorrow, "2027-04-04"])
    decision = {"decision_number": "77/QĐ-UBND", "decision_on": decided_on, "signer": "Chủ tịch"}
    event_on = {"event_on": today, "event": "Hội chợ"}
    total = dice.choice((100, 209, 210, 349, 350, 489, 490, 560, 629, 630, 690))
    return {
        "return_idea": {"due_days": dice.choice((1, 7, 15))},
        "return_plan": {"due_days": dice.choice((1, 7, 15))},
        "accept_idea": {"appraisal": "Đạt"},
        "record_training": {"trained_on": today},
        "report_progress": {"progress": "Đã xong"},
        "flag_at_risk": {"milestone_missed": dice.random() < 0.5},
        "issue_commune_report": {"matters": sorted(MATTERS), "form_03_signed": True, "findings": "Đủ"},
        "propose_to_province": {"letter_number": "1/UBND", "letter_on": today, "samples": dice.choice((4, 5, 5, 6))},
        "accept_for_review": {"consolidated_report": "Báo cáo"},
        "disqualify": {"rejection": dice.choice([*sorted(REJECTIONS), "late"])},
        "advisory_report_done": {"advisory_report": "Đủ"},
        "schedule": {"session_on": dice.choice((today, today, today, tomorrow, yesterday))},
        "record_council_facts": {
            "points_sum": total, "points_count": 7, "spread": dice.choice((0, 6, 10, 11)), "quorum_met": dice.random() < 0.9,
            "ballots": dice.choice((6, 7, 7)), "required_ballots": 7, "floor_stars": dice.choice((2, 3, 4, 5, 5)),
            "materials_in_time": dice.random() < 0.9, "minutes_signed": dice.random() < 0.9,
        },
        "decide_recognition": decision,
        "decide_five_star": decision,
        "approve_and_forward": {**decision, "letter_number": "2/UBND", "letter_on": today},
        "province_decides": {**decision, **dice.choice(({}, {"decided_stars": 3}, {"decided_stars": 4}))},
        "ministry_orders_redo": {"ministry_document": "8/BNNMT"},
        "notify_result": {"notice_number": "3/TB"},
        "start_promotion": {"event_on": today},
        "join_event": event_on,
        "list_on_marketplace": event_on,
        "open_sales_point": event_on,
        "sign_contract": event_on,
        "file_results": {"revenue_million_vnd": 1200, "output": "3 tấn", "market": "Trong tỉnh"},
        "planned_inspection": {"inspected_on": dice.choice((today, today, tomorrow)), "document": "4/QĐ"},
        "surprise_inspection": {"inspected_on": dice.choice((today, yesterday, tomorrow))},
        "carry_over": {"year": day.year + dice.choice((0, 1, 1, 1, 2))},
        "reopen_decision": {"document": "15/KL-UBND"},
        "appeal": {"grounds": "Phiếu cộng sai"},
        "finding_ok": {"conclusion": "Đạt"},
        "finding_bad": {"ground": dice.choice([*sorted(GROUNDS), "dislike"]), "conclusion_on": dice.choice((today, today, tomorrow))},
    }.get(event, {})  # fmt: skip


FILED = {"filed_on": "2027-04-05", "received_on": "2027-04-05"}
EVIDENCE = {"evidence_confirmed_at": instant_text(midnight(date(2027, 4, 1)))}
DECIDED = FILED | {"decision_number": "7/QĐ", "decision_on": "2027-09-01"}
SENT = {"filed_on": date(2027, 4, 5)}
UNTIL = SENT | {"certified_until": date(2027, 12, 20), "decided_on": date(2027, 9, 1)}
RENEWAL = {"kind": "re_evaluation", "certified_until": RENEWED_UNTIL}
UPGRADE = {"kind": "upgrade", "certified_until": date(2029, 9, 10), "raises": 3}
Start: TypeAlias = tuple[str, str, Mapping[str, Any], Mapping[str, Any]]


def counted(total: int, stars: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Seven ballots with one sum, as columns and as the model knows them."""
    council = {"points_sum": total, "points_count": 7, "spread": 6, "ballots": 7, "required_ballots": 7}
    return {**FILED, **council, "stars": stars}, {**SENT, "council": council, "stars": stars}


def of_old(ruleset: str, *, district: bool = True) -> dict[str, Any]:
    """What the model knows of a dossier filed under an earlier ruleset."""
    return {**SENT, "ruleset": ruleset, "district": district}


def counted_under(ruleset: str, total: int, stars: int) -> tuple[dict[str, Any], dict[str, Any]]:
    columns, known = counted(total, stars)
    return columns, {**known, **of_old(ruleset)}


def raised() -> tuple[dict[str, Any], dict[str, Any]]:
    columns, known = counted(490, 4)
    return columns, {**known, **UPGRADE}


STARTS: Mapping[str, Start] = {
    "idea": ("idea.accepted", "commune", {"attempts": 1}, {"attempts": 1}),
    "plan": ("plan.drafting", "commune", {"attempts": 1}, {"attempts": 1}),
    "approved": ("plan.approved", "commune", {"attempts": 1}, {"attempts": 1}),
    "ready": ("production.in_progress", "commune", EVIDENCE, {"evidence": True}),
    "filing": ("dossier.preparing", "commune", {}, {}),
    "filed": ("commune.received", "commune", FILED, SENT),
    "reported": ("commune.reported", "commune", FILED, SENT),
    "proposed": ("province.received", "province", FILED, SENT),
    "council": ("council.ready", "province", FILED, SENT),
    "tallied": ("council.tallied", "province", *counted(560, 4)),
    "four": ("decision.pending", "province", *counted(490, 4)),
    "three": ("decision.pending", "province", *counted(350, 3)),
    "five": ("council.concluded", "province", *counted(630, 5)),
    "centre": ("central.received", "central", FILED, SENT),
    "tallied at the centre": ("council.tallied", "central", *counted(630, 5)),
    "concluded at the centre": ("central.concluded", "central", *counted(630, 5)),
    "returned": ("central.returned_to_province", "central", *counted(489, 3)),
    "promotion": ("promotion.active", "province", DECIDED, UNTIL),
    "review": ("review.in_progress", "province", DECIDED, UNTIL),
    "inspected": ("review.inspected", "province", DECIDED, UNTIL | {"certified_until": date(2029, 9, 10)}),
    "renewal": ("dossier.preparing", "commune", {}, RENEWAL),
    "renewal at the province": ("province.received", "province", FILED, RENEWAL | SENT),
    "renewal before the council": ("advisory.review", "province", FILED, RENEWAL | SENT),
    "renewal at the centre": ("advisory.review", "central", FILED, RENEWAL | SENT),
    "upgrade": ("dossier.preparing", "commune", {}, UPGRADE),
    "upgrade before the chair": ("decision.pending", "province", *raised()),
    "not passed": ("evaluation.not_passed", "province", *counted(300, 2)),
    "rejected": ("idea.rejected", "commune", {"attempts": 1}, {"attempts": 1}),
    "district of 1048": ("advisory.review", "district", FILED, of_old("1")),
    "district of 781": ("council.concluded", "district", *counted_under("1b", 350, 3)),
    "district of 148": ("council.concluded", "district", *counted_under("2", 420, 3)),
    "district that is not known": ("advisory.review", "district", FILED, of_old("2", district=False)),
    "three stars of 148 at the province": ("council.concluded", "province", *counted_under("2", 420, 3)),
    "second round": ("council.concluded", "province", *counted_under("1b", 490, 4)),
    "centre of 1489": ("central.concluded", "central", *counted_under("2b", 560, 4)),
}
"""Later beginnings, so that short walks come to late states too: state, level, columns, what the model knows."""


def start_day(state: str, kind: str) -> tuple[int, int]:
    if kind == "re_evaluation":
        return (8, 27)
    early = {
        "idea.accepted": (4, 1),
        "plan.drafting": (5, 20),
        "plan.approved": (5, 10),
        "commune.reported": (4, 20),
        "idea.rejected": (4, 20),
    }
    late = {"promotion.active": (12, 10), "review.in_progress": (12, 16), "review.inspected": (12, 20)}
    return (early | late).get(state, (9, 1))


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_walk_goes_where_the_naive_model_says(ground: Ground, seed: int) -> None:
    walked(ground, seed)


def walked(ground: Ground, seed: int) -> None:
    """One walk; a dossier that has come to its end is replayed, and the walk goes on with the next."""
    walk, done, stood = Walk(ground, seed), [f"seed {seed}"], 0

    for _ in range(STEPS):
        try:
            done.append(walk.step())
        except AssertionError as error:
            pytest.fail("\n".join([*done, str(error)]))
        stood += walk.naive.state in FINAL
        if stood > 3:
            replays(walk, seed)
            walk.begin()
            done.append("another one")
            stood = 0

    replays(walk, seed)
    SEEN.update(walk.seen)


def replays(walk: Walk, seed: int) -> None:
    """The lines lead to the stored row, legal step by legal step."""
    replayed, row = walk.replayed()

    assert replayed.problems == (), f"seed {seed}"
    assert (replayed.state, replayed.level, replayed.ruleset, replayed.move_version, replayed.version) == (
        row["state"], row["level"], row["ruleset"], row["move_version"], row["version"]
    ), f"seed {seed}"  # fmt: skip


NUMBERS = itertools.count(1)
SEEN: Counter[str] = Counter()
"""What came up in all walks of this worker."""


def test_the_walks_come_far_enough_to_prove_something(ground: Ground) -> None:
    """A change of the dice must not empty the test: most moves are made, most refusals given."""
    if not SEEN:  # the walks ran on another worker: walk here too
        for seed in range(50):
            walked(ground, seed)
    made = {key for key in SEEN if key.startswith("ok:")}

    assert len(made) >= 60, sorted(made)
    assert len(set(SEEN) - made) >= 40, sorted(set(SEEN) - made)


def test_the_model_knows_nothing_of_the_machines() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("naive_*.py"))]
    imported = [
        line for text in texts for line in text.splitlines() if line.lstrip().startswith(("import ", "from "))
    ]

    assert len(texts) == 3
    assert [line for line in imported if "states" in line.replace("tests.states.naive_", "")] == []
