"""Plays one part of the demonstration: day by day, each act a write of its own, by the one door people use.

It invents nothing; what is done and by whom stands in the part's tables.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from core.db import Database
from core.sql import Sql
from core.tx import Tx
from ocop.demo import paper
from ocop.demo.files import packaged
from ocop.demo.people import engage, engage_centre
from ocop.demo.script import EVERYBODY, Act, Part, Sitting, Step, Story
from registry.actors import Actor
from registry.roles import Role
from regulations import rulesets, sheets
from states import moves
from states.council.commands import NewSession, plan_session
from states.council.members import members_of
from states.council.states import SessionKind
from states.cycle.models import BATCH_TABLE
from states.cycle.plan import parse
from states.cycle.preview import preview
from states.dossier.commands import save_form
from states.dossier.papers import ANSWERS, REQUIRED
from states.years.closing import close_year, closing, decisions_of
from states.years.opening import open_year

T = TypeVar("T")
PLACE = "Hội trường minh hoạ"
CREATE, TAKE_OVER = "create_idea", "take_over"
GO_ON = "Chưa xong trong năm, chuyển sang chu trình sau"
_BATCH = Sql(
    sa.select(BATCH_TABLE.c.id).where(
        BATCH_TABLE.c.cycle_id == sa.bindparam("cycle_id"),
        BATCH_TABLE.c.level == "province",
        BATCH_TABLE.c.number == sa.bindparam("number"),
    )
)


class Player:
    """Plays a part; the ids of what it has made are its memory."""

    def __init__(self, db: Database, part: Part) -> None:
        self._db, self._part = db, part
        self.cast = self._write(lambda tx: engage(tx, part.ground, part.stories))
        if any(sitting.central for sitting in part.sittings):
            self._write(lambda tx: engage_centre(tx, self.cast))
        self.cycle_id = ""
        self._dossiers: dict[int, str] = {}
        self._sessions: dict[str, str] = {}

    def play(self, day: date) -> int:
        """Everything of this day: the cycle, its batches, the sittings, then each dossier; how many acts."""
        part, acts = self._part, 0
        if day == part.opens:
            self.cycle_id = self._write(self._open)
        for act in part.acts:
            if act.day == day:
                self._write(partial(self._act, act))
                acts += 1
        for sitting in part.sittings:
            acts += self._sit(sitting, day)
        for story in part.stories:
            for step in story.steps():
                if step.day == day:
                    self._dossiers[story.number] = self._write(partial(self._step, story, step))
                    acts += 1
        return acts

    def _write(self, act: Callable[[Tx], T]) -> T:
        return self._db.write_now(act, alone=True)

    # ---- The cycle and its batches.

    def _open(self, tx: Tx) -> str:
        part = self._part
        text = packaged(part.plan) + (packaged(part.assumed) if part.assumed else "")
        shown = preview(tx, parse(text, part.plan))
        return open_year(tx, text, part.plan, shown.digest, self._actor(tx, Role.PROVINCE_UNIT)).cycle_id

    def _act(self, act: Act, tx: Tx) -> None:
        actor = self._actor(tx, act.role)
        if act.batch is not None:
            batch_id = tx.sql.value(_BATCH, cycle_id=self.cycle_id, number=act.batch)
            moves.fire(tx, "batch", batch_id, act.trigger, actor=actor, data=act.data)
        elif act.trigger == "close":
            decisions = decisions_of([{"act": "proposed", "reason": GO_ON, "rest": True}])
            close_year(tx, self.cycle_id, decisions, closing(tx, self.cycle_id, decisions).digest, actor)
        else:
            moves.fire(tx, "cycle", self.cycle_id, act.trigger, actor=actor, data=act.data)

    def _actor(self, tx: Tx, role: Role, *, central: bool = False) -> Actor:
        return self.cast.at_centre(tx, role) if central else self.cast.of_province(tx, role)

    # ---- Sittings of the council.

    def _sit(self, sitting: Sitting, day: date) -> int:
        acts = [act for act in sitting.acts if act.day == day]
        if sitting.planned_on == day:
            self._sessions[sitting.title] = self._write(lambda tx: self._planned(tx, sitting))
        for act in acts:
            self._write(partial(self._sitting_act, sitting, act))
        return len(acts) + (sitting.planned_on == day)

    def _planned(self, tx: Tx, sitting: Sitting) -> str:
        """Planned, filled and convened in one go."""
        actor = self._actor(tx, Role.MINISTRY if sitting.central else Role.PROVINCE_UNIT)
        batch = tx.sql.value(_BATCH, cycle_id=self.cycle_id, number=sitting.batch) if sitting.batch else None
        new = NewSession(
            kind=SessionKind.IN_PERSON, title=sitting.title, convened_for=datetime.fromisoformat(sitting.held_at),
            cycle_id=None if sitting.central else self.cycle_id, batch_id=batch, place=PLACE,
        )  # fmt: skip
        session_id = plan_session(tx, new, actor=actor).id
        wanted = {"dossiers": [self._dossiers[number] for number in sitting.stories]}
        moves.fire(tx, "session", session_id, "put_on_agenda", actor=actor, data=wanted)
        moves.fire(tx, "session", session_id, "convene", actor=actor)
        return session_id

    def _sitting_act(self, sitting: Sitting, act: Act, tx: Tx) -> None:
        session_id, data = self._sessions[sitting.title], dict(act.data)
        if data.get("present") == EVERYBODY:
            data["present"] = [one.appointment_id for one in members_of(tx, session_id)]
        actor = self._actor(tx, act.role, central=sitting.central)
        moves.fire(tx, "session", session_id, act.trigger, actor=actor, data=data)

    # ---- Dossiers.

    def _step(self, story: Story, step: Step, tx: Tx) -> str:
        """One step; the first one opens the dossier, or takes it over from paper."""
        if step.trigger == TAKE_OVER:
            return paper.under_review(tx, self.cast, story, self.cycle_id)
        dossier_id = self._dossiers.get(story.number) or self._opened(tx, story)
        for name in step.forms:
            save_form(tx, dossier_id, name, self._form(name, story), actor=self._by(tx, story, Role.PRODUCER))
        if step.trigger != CREATE:
            actor = self._by(tx, story, step.role, dossier_id)
            moves.fire(
                tx, "dossier", dossier_id, step.trigger, actor=actor, data=step.data, reason=step.reason
            )
        return dossier_id

    def _opened(self, tx: Tx, story: Story) -> str:
        product, actor = self.cast.products[story.number], self._by(tx, story, Role.PRODUCER)
        return moves.open_idea(tx, product_id=product, cycle_id=self.cycle_id, actor=actor).id

    def _by(self, tx: Tx, story: Story, role: Role, dossier_id: str | None = None) -> Actor:
        """Whoever holds the role where the dossier is handled just now."""
        row = moves.machine_of("dossier").load(tx, dossier_id) if dossier_id else None
        return self.cast.actor(tx, role, story, row["level"] if row else "")

    def _form(self, name: str, story: Story) -> dict[str, Any]:
        """Illustrative answers; the self-assessment takes the middle option of every criterion of the official sheet."""
        if name != "self_assessment":
            return dict.fromkeys(REQUIRED[name], f"Nội dung minh hoạ cho {story.product}")
        sheet = sheets.sheet_for(rulesets.get(self._part.ruleset), story.set_code)
        return {ANSWERS: [[one.id, str(one.options[len(one.options) // 2].id)] for one in sheet.criteria()]}
