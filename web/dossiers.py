"""Everything a dossier's page shows: where it stands, who holds it, what to do until when, forms, actions, history.

It reads once and hands plain values to the template; what may be done is asked of ``states.moves``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import NotFound
from core.history import read_lines
from core.sql import Sql
from core.tx import ReadTx
from registry import contact, units
from registry.actors import Actor
from registry.offices import office
from registry.producers import get_producer
from registry.roles import Role
from states import moves
from states.certificate import queries as certificates
from states.council.queries import blind
from states.cycle.models import CYCLE_TABLE, WINDOW_TABLE
from states.dossier import papers
from states.dossier.commands import editable
from states.dossier.models import FORM_TABLE
from states.dossier.queries import DueRead, deadlines_of
from states.dossier.states import STATES, DossierState
from states.engine import permissions, replay
from states.engine.actions import Action
from states.engine.machine import Row
from web import days, history, standings, wording
from web.phases import Strip, strip_of

AGAINST = frozenset(
    {
        "withdraw", "return_idea", "reject_idea", "return_plan", "reject_plan", "suspend", "stop", "request_supplement",
        "decline_to_propose", "request_completion", "disqualify", "unschedule", "refuse", "send_back", "finding_bad",
        "ministry_orders_redo", "below_3_star", "below_90", "flag_at_risk", "spread_too_wide", "reopen_self_assessment",
        "request_site_survey", "request_extra_testing", "notify_result",
    }
)  # fmt: skip
"""Moves that lead back, out, or aside: never the main button."""
FORM_STARTS = {
    "idea": 0, "plan": 1, "registration": 3, "self_assessment": 3, "changes_since_recognition": 3, "renewal_update": 3,
}  # fmt: skip
_PHASES = ("idea", "plan", "production", "evaluation", "promotion", "review")

_CYCLE = Sql(sa.select(CYCLE_TABLE.c.title, CYCLE_TABLE.c.year).where(CYCLE_TABLE.c.id == sa.bindparam("id")))
_WINDOW = Sql(
    sa.select(WINDOW_TABLE.c.step, WINDOW_TABLE.c.opens_on, WINDOW_TABLE.c.closes_on).where(
        WINDOW_TABLE.c.cycle_id == sa.bindparam("id"), WINDOW_TABLE.c.batch_number.is_(None)
    )
)
_SAVED = Sql(
    sa.select(FORM_TABLE.c.name, FORM_TABLE.c.saved_at).where(
        FORM_TABLE.c.dossier_id == sa.bindparam("dossier_id")
    )
)


@dataclass(frozen=True, slots=True)
class FormView:
    """One form of the dossier: how many fields are open, whether it may be written now."""

    name: str
    label: str
    open: int
    begun: bool
    editable: bool
    filed: bool
    saved: str


@dataclass(frozen=True, slots=True)
class ActionView:
    """One thing this person could do: `main` for the one main button; `sentence` says why not."""

    trigger: str
    label: str
    allowed: bool
    sentence: str
    asks: bool
    against: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the page shows."""

    row: Row
    commune: str | None
    producer: str
    cycle: str
    year: int | None
    roles: frozenset[Role]
    strip: Strip
    state: str
    tone: str
    icon: str
    holder: str
    since: str
    mine: bool
    at_ease: bool
    todo: str
    due: days.Chip | None
    due_name: str
    due_rule: str
    back_reason: str | None
    forms: list[FormView]
    actions: list[ActionView]
    deadlines: list[DueRead]
    lines: list[history.LineView]
    certificates: list[certificates.CertificateRead]
    phone: str | None
    phone_shown: str
    receipt: str | None

    @property
    def main(self) -> ActionView | None:
        """The one main button: the first thing that leads on."""
        return next((one for one in self.actions if one.allowed and not one.against), None)

    @property
    def others(self) -> list[ActionView]:
        return [one for one in self.actions if one.allowed and one is not self.main]

    @property
    def blocked(self) -> list[ActionView]:
        return [one for one in self.actions if not one.allowed]

    @property
    def open_form(self) -> FormView | None:
        return next((form for form in self.forms if form.editable and (form.open or not form.begun)), None)


def visible_row(rtx: ReadTx, kind: str, subject_id: str, actor: Actor) -> Row:
    """The row of a subject this person may see.

    Raises:
        NotFound: not there, or not theirs to see.
    """
    row = moves.machine_of(kind).load(rtx, subject_id)
    if row is None or not permissions.may_see(actor, row):
        raise NotFound("subject_not_found", kind=kind)
    return row


def dossier(rtx: ReadTx, dossier_id: str, actor: Actor, *, staff: bool, done: str | None = None) -> Dossier:
    """Read one dossier's page.

    Raises:
        NotFound: not there, or not theirs to see.
    """
    row = visible_row(rtx, "dossier", dossier_id, actor)
    machine = moves.machine_of("dossier")
    lines = history.kept_lines(read_lines(rtx, f"dossier/{dossier_id}"))
    if blind(rtx, actor, dossier_id):
        lines = [kept for kept in lines if kept.line.trigger != "record_council_facts"]
    unit = units.find(rtx, row["commune_code"]) if row["commune_code"] else None
    commune = unit.name_vi if unit else None
    roles = permissions.roles_at(actor, row)
    info = STATES[DossierState(row["state"])]
    theirs, mine = bool(info.waits_for & roles), standings.waits_for_one_of(row["state"], roles)
    dues = deadlines_of(rtx, standings.subjects_of(dossier_id, row["batch_id"], row["cycle_id"]))
    due = standings.due_of(row["state"], dues)
    title, year = (rtx.sql.one(_CYCLE, id=row["cycle_id"]) if row["cycle_id"] else None) or ("", None)
    found = office(rtx, row["commune_code"]) if row["commune_code"] else None
    moved = [kept.line for kept in lines if replay.moved(kept.line)]
    return Dossier(
        row=row,
        commune=commune,
        producer=get_producer(rtx, row["producer_id"]).name,
        cycle=title,
        year=year,
        roles=roles,
        strip=strip_of(machine.spec, row["state"], history.visited(lines), kind=row["kind"]),
        state=wording.state_label("dossier", row["state"]),
        tone=standings.tone_of(row["state"], mine=mine),
        icon=standings.icon_of(row["state"], mine=mine),
        holder=standings.holder_of(row["state"], roles, commune),
        since=days.moment_short(moved[-1].at) if moved else "",
        mine=mine,
        at_ease=theirs and not mine,
        todo=wording.label("todo.dossier", row["state"]),
        due=days.chip(due.due_at, rtx.now, staff=staff) if due else None,
        due_name=wording.deadline_name(due.code, due.title) if due else "",
        due_rule=wording.rule_words(due.rule, stated=due.stated_on, bound=due.bound, basis=due.basis)
        if due
        else "",
        back_reason=moved[-1].reason if moved and moved[-1].trigger in history.BACK else None,
        forms=_forms(rtx, row, roles),
        actions=[_action(one) for one in moves.actions(rtx, "dossier", row, actor)],
        deadlines=[one for one in dues if one.subject.startswith("dossier/")],
        lines=history.views(machine, lines, commune=commune),
        certificates=certificates.of_dossier(rtx, dossier_id),
        phone=found.phone if found else None,
        phone_shown=contact.shown_phone(found.phone) if found else "",
        receipt=done if done and moved and lines[-1].line.trigger == done else None,
    )


def _forms(rtx: ReadTx, row: Row, roles: frozenset[Role]) -> list[FormView]:
    info = STATES[DossierState(row["state"])]
    saved = papers.all_saved(rtx, row["id"])
    times: dict[str, str] = dict(rtx.sql.all(_SAVED, dossier_id=row["id"]))
    reached = _PHASES.index(str(info.phase)) if info.phase else 5
    return [
        _form(rtx, row, name, saved, times.get(name), roles)
        for name, start in FORM_STARTS.items()
        if name in saved or (reached >= start and name in editable(row))
    ]


def _form(
    rtx: ReadTx, row: Row, name: str, saved: Mapping[str, Any], at: str | None, roles: frozenset[Role]
) -> FormView:
    missing = len(papers.gaps(name, saved.get(name, {})))
    if name == "self_assessment":
        missing = papers.criteria_open(rtx, row) or 0
    return FormView(
        name=name,
        label=wording.label("form", name),
        open=missing,
        begun=name in saved,
        editable=name in editable(row) and Role.PRODUCER in roles,
        filed=name in ("idea", "plan") or row["filed_on"] is not None,
        saved=days.moment_short(at) if at else "",
    )


def _action(one: Action) -> ActionView:
    return ActionView(
        trigger=one.trigger,
        label=wording.trigger_label("dossier", one.trigger),
        allowed=one.allowed,
        sentence=wording.why_not(one.code),
        asks=bool(one.fields) or one.needs_reason,
        against=one.trigger in AGAINST,
    )


def windows_of(rtx: ReadTx, cycle_id: str) -> dict[str, tuple[str, str]]:
    """First and last day of every step of a cycle that is not bound to a batch."""
    return {step: (opens, closes) for step, opens, closes in rtx.sql.all(_WINDOW, id=cycle_id)}


def answers_of(
    rtx: ReadTx, row: Row, names: Sequence[str]
) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Forms with every answer, for checking before sending: name, label, (field, label, answer)."""
    saved = papers.all_saved(rtx, row["id"])
    found = []
    for name in names:
        fields = [*papers.REQUIRED[name], *papers.OPTIONAL[name]]
        values = saved.get(name, {})
        found.append(
            (
                name,
                wording.label("form", name),
                [(each, wording.field_label(each), str(values.get(each) or "")) for each in fields],
            )
        )
    return found
