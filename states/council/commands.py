"""Planning a session, and the rows around it that follow each of its moves: members, agenda, conflicts, rounds.

Effects on dossiers belong to ``states.moves_of_sessions``; nothing here moves one.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import instant_text, parse_instant
from core.errors import BadInput, FieldError, NotFound
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import counters
from registry import settings as registry_settings
from registry.actors import Actor
from registry.roles import COUNTRY
from regulations import rulesets
from regulations.errors import RegulationError
from states.council import agenda, members
from states.council.duties import follow
from states.council.lifecycle import MACHINE
from states.council.models import TEXT_TABLE
from states.council.quorum import quorum_of
from states.council.states import SessionKind
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE
from states.engine import permissions
from states.engine.fire import Fired, create
from states.engine.forms import FIRST_DAY, LAST_DAY
from states.engine.machine import Row

_CYCLE = Sql(
    sa.select(
        CYCLE_TABLE.c.province_code, CYCLE_TABLE.c.illustrative, sa.type_coerce(CYCLE_TABLE.c.plan, sa.Text)
    ).where(CYCLE_TABLE.c.id == sa.bindparam("id"))
)
_BATCH = Sql(
    sa.select(BATCH_TABLE.c.cycle_id, BATCH_TABLE.c.level, BATCH_TABLE.c.number).where(
        BATCH_TABLE.c.id == sa.bindparam("id")
    )
)
_KEEP_TEXT = Sql(sa.insert(TEXT_TABLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session as somebody plans it; what is left None comes from the cycle, the law and the appointments.

    ``cycle_id`` None plans a session of the central council, ``district_code`` one of a district (until 30 June 2025).
    ``load_limit`` is the most products it should hear.
    """

    kind: SessionKind
    title: str
    convened_for: datetime
    cycle_id: str | None = None
    batch_id: str | None = None
    district_code: str | None = None
    place: str | None = None
    load_limit: int | None = None
    ruleset: str | None = None
    appointments: Sequence[str] | None = None
    without_ballot: Sequence[str] = field(default=())


def plan_session(tx: Tx, new: NewSession, *, actor: Actor) -> Fired:
    """Plan a session with the council appointed on its day.

    Raises:
        NotFound: cycle or batch are not there, or not this actor's. BadInput: batch, ruleset or appointments that do
            not go with it. Forbidden, Refused: as the table says.
    """
    day = new.convened_for.astimezone(VIETNAM).date()
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadInput("bad_fields", fields=[FieldError("convened_for", "bad_instant")])
    values = _values(tx, new, day)
    if not permissions.may_see(actor, values):
        raise NotFound("subject_not_found", kind="cycle")
    sitting = _sitting(tx, values, day, new.appointments, new.without_ballot)
    values["roster"] = members.roster_of(sitting)
    unit = values["province_code"]
    number = counters.next_number(tx, day.year, unit, "session")
    values["code"] = f"PH-{day.year % 100:02d}-{unit}-{number:03d}"
    fired = create(tx, MACHINE, "plan_session", values, actor=actor)
    members.write_members(tx, fired.id, sitting)
    return fired


def _values(tx: Tx, new: NewSession, day: date) -> Row:
    province, illustrative, plan = _place(tx, new.cycle_id)
    number = _batch_number(tx, new)
    level = "central" if new.cycle_id is None else "district" if new.district_code else "province"
    return {
        "kind": str(new.kind),
        "level": level,
        "ruleset": _ruleset(new.ruleset, day),
        "province_code": province,
        "district_code": new.district_code,
        "cycle_id": new.cycle_id,
        "batch_id": new.batch_id,
        "title": new.title,
        "place": new.place,
        "convened_for": instant_text(new.convened_for),
        "load_limit": new.load_limit or _planned_load(plan, level, number),
        "load_overruled": 0,
        "round": 1,
        "illustrative": illustrative,
        "roster": "",
    }


def _place(tx: ReadTx, cycle_id: str | None) -> tuple[str, int, Mapping[str, Any]]:
    """Province, mark of illustration and plan of the cycle; the centre has none."""
    if cycle_id is None:
        return COUNTRY, 0, {}
    found = tx.sql.one(_CYCLE, id=cycle_id)
    if found is None:
        raise NotFound("subject_not_found", kind="cycle")
    return found[0], int(bool(found[1])), json.loads(found[2])


def _batch_number(tx: ReadTx, new: NewSession) -> int | None:
    if new.batch_id is None:
        return None
    found = tx.sql.one(_BATCH, id=new.batch_id)
    if found is None or found[:2] != (new.cycle_id, "province"):
        raise BadInput("bad_fields", fields=[FieldError("batch_id", "batch_of_another_cycle")])
    return int(found[2])


def _ruleset(chosen: str | None, day: date) -> str:
    """The pin of the ruleset chosen, else of the one in force on the day of the session."""
    try:
        ruleset = rulesets.get(chosen) if chosen else rulesets.in_force(day)
    except RegulationError as error:
        raise BadInput("bad_fields", fields=[FieldError("ruleset", "ruleset_unknown")]) from error
    if ruleset is None:
        raise BadInput("bad_fields", fields=[FieldError("convened_for", "no_ruleset_then")])
    return ruleset.pin


def _planned_load(plan: Mapping[str, Any], level: str, batch: int | None) -> int | None:
    """The most products a day the cycle's plan allows this council, where it says so."""
    for council in plan.get("councils") or ():
        if council.get("level") == level and council.get("batch") in (None, batch) and council.get("per_day"):
            return int(council["per_day"])
    return None


def _sitting(
    tx: ReadTx, row: Mapping[str, Any], day: date, chosen: Sequence[str] | None, without: Sequence[str]
) -> list[dict[str, Any]]:
    found = members.appointed(tx, row["level"], row["province_code"], day, only=chosen)
    return [{**one, "required": 0} if one["appointment_id"] in without else one for one in found]


# ---- What follows a move in the session's own tables.

After = Callable[[Tx, Fired], None]


def after(tx: Tx, fired: Fired, *, actor: Actor) -> None:
    """Write what a move brings with it beside the session's row: its people, its agenda, its texts, its deadlines."""
    if fired.texts:
        tx.sql.run(_KEEP_TEXT, session_id=fired.id, version=fired.version, data=fired.texts)
    if fired.trigger == "declare_conflict":
        _declare(tx, fired, actor)
    elif fired.trigger in AFTER:
        AFTER[fired.trigger](tx, fired)
    held = permissions.held_at(actor, fired.row)
    follow(tx, fired, actor=actor.ref(held[0].role, held))


def _name_members(tx: Tx, fired: Fired) -> None:
    at = parse_instant(fired.row["adjourned_to"] or fired.row["convened_for"])
    chosen, without = fired.inputs["appointments"], fired.inputs.get("without_ballot") or ()
    day = at.astimezone(VIETNAM).date()
    members.write_members(tx, fired.id, _sitting(tx, fired.row, day, chosen, without))


def _declare(tx: Tx, fired: Fired, actor: Actor) -> None:
    """About the member named, else about the one who declares."""
    chosen = fired.inputs.get("member") or ()
    for one in members.members_of(tx, fired.id):
        if one.appointment_id in chosen or (not chosen and one.account_id == actor.account_id):
            members.declare(tx, fired.id, fired.inputs["dossiers"], one.account_id, by=actor.account_id)


def _attend(tx: Tx, fired: Fired) -> None:
    members.attend(tx, fired.id, fired.inputs["present"], fired.inputs.get("proxies") or ())


def _set_due(tx: Tx, fired: Fired) -> None:
    everybody = [one.appointment_id for one in members.members_of(tx, fired.id) if one.required]
    members.set_due(tx, fired.id, fired.inputs.get("members") or everybody, fired.inputs["due_at"])


def _confirm_quorum(tx: Tx, fired: Fired) -> None:
    settings = registry_settings.resolved(tx, fired.row["province_code"], at=tx.now)
    sitting = [one.sitting for one in members.members_of(tx, fired.id)]
    conflicts = members.conflicts_of(tx, fired.id)
    found = {
        item.dossier_id: quorum_of(sitting, conflicts.get(item.dossier_id, ()), settings)
        for item in agenda.heard(tx, fired.id)
    }
    agenda.keep_quorum(tx, fired.id, found)


def _keep_round(tx: Tx, fired: Fired) -> None:
    """The ballots of the round that ends, before its dossiers are scored again."""
    again = [item for item in agenda.heard(tx, fired.id) if item.state == agenda.RESCORING]
    agenda.keep_round(tx, fired.id, fired.row["round"] - 1, again)


AFTER: Mapping[str, After] = {
    "name_members": _name_members,
    "put_on_agenda": lambda tx, fired: agenda.add(tx, fired.id, fired.inputs["dossiers"]),
    "strike_off": lambda tx, fired: agenda.strike(tx, fired.id, fired.inputs["dossiers"]),
    "record_visit": lambda tx, fired: agenda.visit(
        tx, fired.id, fired.inputs["dossiers"], fired.inputs["visited_on"]
    ),
    "record_attendance": _attend,
    "set_ballot_due": _set_due,
    "confirm_quorum": _confirm_quorum,
    "adjourn": lambda tx, fired: members.leave(tx, fired.id),
    "convene_meeting": lambda tx, fired: members.leave(tx, fired.id),
    "reopen_scoring": _keep_round,
    "conclude": lambda tx, fired: agenda.keep_results(tx, fired.id, agenda.heard(tx, fired.id)),
}
