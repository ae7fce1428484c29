"""What a part of the demonstration is told in: steps of dossiers, sittings of a council, acts of the province.

Tables only; who plays them is ``player.py``'s business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.producers import ProducerType
from registry.products import ProductGroup
from registry.roles import Role

EVERYBODY = "everybody"
"""Stands for all members of a sitting."""


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


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does on a day with a cycle, one of its batches or a sitting."""

    day: date
    trigger: str
    role: Role
    data: Mapping[str, Any] = field(default_factory=dict)
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How far a sitting has come: its papers delivered, held, its minutes signed, its report handed in."""

    delivered: date | None = None
    held: date | None = None
    signed: date | None = None
    closed: date | None = None
    report: str = ""

    def acts(self, unit: Role) -> tuple["Act", ...]:
        """What the secretary, the chair and the unit that convened do for that; of the unplanned nothing."""
        chair, secretary = Role.CHAIR, Role.SECRETARY
        made: list[Act] = []
        if self.delivered:
            stated = {"delivered_on": self.delivered.isoformat()}
            made.append(Act(self.delivered, "deliver_materials", secretary, stated))
        if self.held:
            made.append(Act(self.held, "record_attendance", secretary, {"present": EVERYBODY}))
            made += [Act(self.held, "confirm_quorum", chair), Act(self.held, "open_scoring", chair)]
        if self.signed:
            made.append(Act(self.signed, "conclude", chair, {"minutes": "Hội đồng nhất trí (minh hoạ)."}))
            made += [Act(self.signed, "sign_minutes", secretary), Act(self.signed, "sign_minutes", chair)]
        if self.closed:
            made.append(Act(self.closed, "close", unit, {"report_document": self.report}))
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session: planned and convened on a day with the products of these stories, and what is done with it."""

    title: str
    planned_on: date
    held_at: str
    stories: tuple[int, ...]
    acts: tuple[Act, ...] = ()
    batch: int | None = 1
    central: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a part plays: the province of the time, its communes with their district, and who makes things there."""

    province: str
    first_day: date
    last_day: date
    communes: tuple[tuple[str, str | None], ...]
    producers: tuple[tuple[str, ProducerType, int], ...]
    mail: str


@dataclass(frozen=True, slots=True)
class Part:
    """A province's year: its plan, its people, and everything that happens in it."""

    ground: Ground
    plan: str
    opens: date
    ruleset: str
    stories: Sequence[Story]
    sittings: Sequence[Sitting] = ()
    acts: Sequence[Act] = ()
    assumed: str | None = None

    @property
    def days(self) -> set[date]:
        """Every day on which somebody does something."""
        found = {self.opens, *(act.day for act in self.acts)}
        for sitting in self.sittings:
            found |= {sitting.planned_on, *(act.day for act in sitting.acts)}
        return found | {step.day for story in self.stories for step in story.steps()}
