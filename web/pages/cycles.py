"""Cycles: the list, opening one from a plan in three steps, and the board of a year.

Nothing is opened that was not shown: the digest of the preview goes along with the button.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.queries import cycles as cycle_queries
from api.routes.cycles import MAY_LOOK, check_province
from api.service import Service, ServiceDep
from core.errors import BadInput, Forbidden, NotFound, OcopError, Refused
from core.tx import ReadTx, Tx
from notifications.estimate import channels_on, estimate
from registry.actors import Actor
from registry.roles import Role
from states import moves
from states.cycle.cloning import clone_of_cycle
from states.cycle.plan import parse, text_of
from states.cycle.preview import preview
from states.engine import permissions
from states.years.opening import open_year
from web import days, plan_contents, plan_words, wording, years
from web.acts import NOT_BY_BUTTON
from web.dossiers import visible_row
from web.fields import Typed, read_form
from web.once import once
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST = 30
REASON, MOVE = "reason:", "move:"  # before a warning's id, before a date's key in the names of the fields
TYPED_NAME = "ke-hoach.yaml"


@router.get("/chu-trinh")
async def list_cycles(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    found = await look(
        service, visit, lambda rtx: cycle_queries.page(rtx, visit.actor, year=None, before=None, limit=MOST)
    )
    return page(
        request, "cycles.html", visit=visit, cycles=found[:MOST], may_open=visit.actor.has(Role.PROVINCE_UNIT)
    )


@router.get("/chu-trinh/mo")
async def choose_plan(request: Request, visit: VisitDep) -> Response:
    _require_opener(visit)
    return page(request, "cycle_plan.html", visit=visit, errors=[], plan="", year="", summary="")


def _require_opener(visit: Visit) -> None:
    if not visit.actor.has(Role.PROVINCE_UNIT):
        raise Forbidden("wrong_actor")


@dataclass(frozen=True, slots=True)
class Sent:
    """A plan as it was sent, with the reasons for accepting its warnings and the dates moved away from its own."""

    text: str
    filename: str
    year: int | None
    accepted: Mapping[str, str]
    moves: Mapping[str, date]
    move_reason: str


def sent_of(typed: Typed) -> Sent:
    """The plan from the file, else from the box.

    Raises:
        BadInput: `plan_missing`, `plan_too_large`, `plan_invalid` where it is not UTF-8, `plan_move_day`.
    """
    accepted, moves = _after(REASON, typed), {key: _day(key, day) for key, day in _after(MOVE, typed).items()}
    year = typed.one("year")
    text, filename = typed.one("plan"), typed.one("filename") or TYPED_NAME
    if "file" in typed.files:
        filename = typed.names["file"]
        text = text_of(typed.files["file"], filename).removeprefix("\ufeff")
    if not text.strip():
        raise BadInput("plan_missing")
    number = int(year) if year.isdigit() else None
    return Sent(text, filename, number, accepted, moves, typed.one("move_reason").strip())


def _after(prefix: str, typed: Typed) -> dict[str, str]:
    """What was typed into the fields of this prefix, by what stands behind it."""
    return {
        name.removeprefix(prefix): values[-1].strip()
        for name, values in typed.texts.items()
        if name.startswith(prefix) and values[-1].strip()
    }


def _day(key: str, text: str) -> date:
    day = days.read_day(text)
    if day is None:
        raise BadInput("plan_move_day", key=key, text=text)
    return day


@router.post("/chu-trinh/mo")
async def preview_plan(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Show everything opening would do; nothing is written."""
    _require_opener(visit)
    typed = await read_form(request, visit)
    if typed.has("edit"):
        return _plan_page(request, visit, typed, None)
    try:
        sent = sent_of(typed)
        return await _preview_page(request, service, visit, sent)
    except BadInput as error:
        return _plan_page(request, visit, typed, error)


async def _preview_page(
    request: Request, service: Service, visit: Visit, sent: Sent, *, refused: OcopError | None = None
) -> Response:
    shown, year = await look(service, visit, lambda rtx: read_preview(rtx, visit.actor, sent))
    warnings = [{**each, "name": plan_words.warning_name(each, shown)} for each in shown["warnings"]]
    return page(
        request, "cycle_preview.html", visit=visit, status=409 if refused else 200, shown=shown, year=year, sent=sent,
        warnings=warnings, open_warnings=[each for each in warnings if not each["accepted"]],
        channels=estimate(shown["notices"], channels_on(service.config, rehearsal=service.db.rehearsal)),
        moved=plan_words.of_moved(shown), said=plan_contents.of_plan(shown), shut=plan_words.of_shut(shown),
        councils=plan_words.of_councils(shown), refused=wording.of_error(refused) if refused else "", reason=REASON, move=MOVE,
    )  # fmt: skip


def read_preview(rtx: ReadTx, actor: Actor, sent: Sent) -> tuple[dict[str, Any], years.YearView]:
    """The preview as plain data, and the year drawn from it."""
    plan = parse(sent.text, sent.filename)
    check_province(actor, plan, MAY_LOOK)
    shown = preview(rtx, plan, year=sent.year, accepted=sent.accepted, moves=sent.moves).to_json()
    return shown, years.of_preview(rtx, shown)


def _plan_page(request: Request, visit: Visit, typed: Typed, error: BadInput | None) -> Response:
    """The plan again, with every mistake at its line, and the text still there."""
    text = typed.one("plan")
    if "file" in typed.files:
        text = typed.files["file"].decode("utf-8", "replace")
    return page(
        request, "cycle_plan.html", visit=visit, status=422 if error else 200, errors=plan_faults(error), plan=text,
        year=typed.one("year"), summary=wording.of_error(error) if error else "",
    )  # fmt: skip


def plan_faults(error: BadInput | None) -> list[dict[str, str]]:
    """Mistakes of a plan, each with its line and column in its sentence."""
    if error is None:
        return []
    found = [{"path": "", "label": "", "text": each.text("vi")} for each in error.fields]
    return found or [{"path": "", "label": "", "text": wording.of_error(error)}]


@router.post("/chu-trinh/mo/xac-nhan")
async def open_previewed(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Open exactly what was shown, or show the preview again with the reason why not."""
    _require_opener(visit)
    typed = await read_form(request, visit)
    sent = sent_of(typed)

    def opened(tx: Tx) -> str:
        check_province(visit.actor, parse(sent.text, sent.filename), frozenset({Role.PROVINCE_UNIT}))
        return open_year(
            tx,
            sent.text,
            sent.filename,
            typed.one("digest"),
            visit.actor,
            year=sent.year,
            accepted=sent.accepted,
            moves=sent.moves,
            reason=sent.move_reason,
        ).cycle_id

    try:
        cycle_id = await service.db.write(
            lambda tx: once(tx, visit, request.url.path, typed, opened), alone=True
        )
    except Refused as error:
        return await _preview_page(request, service, visit, sent, refused=error)
    except BadInput as error:
        return _plan_page(request, visit, typed, error)
    return go(f"/chu-trinh/{cycle_id}?da=open")


@router.get("/chu-trinh/{cycle_id}/sao-chep")
async def clone_year(
    request: Request, cycle_id: str, service: ServiceDep, visit: VisitDep, nam: str = ""
) -> Response:
    """Next year's plan from this cycle's, with every date and its reason; nothing is written."""
    year = int(nam) if nam.isdigit() and len(nam) == len("2027") else None

    def read(rtx: ReadTx) -> dict[str, Any]:
        cycle_queries.require_role(rtx, visit.actor, cycle_id, frozenset({Role.PROVINCE_UNIT}))
        row = visible_row(rtx, "cycle", cycle_id, visit.actor)
        return {**clone_of_cycle(rtx, cycle_id, year).to_json(), "illustrative": bool(row["illustrative"])}

    made = await look(service, visit, read)
    return page(
        request, "cycle_clone.html", visit=visit, cycle_id=cycle_id, made=made, shifts=plan_words.of_shifts(made["shifts"]),
        left_out=[wording.label("left_out", each) for each in made["left_out"]],
    )  # fmt: skip


@router.get("/chu-trinh/{cycle_id}")
async def show_year(
    request: Request, cycle_id: str, service: ServiceDep, visit: VisitDep, da: str = ""
) -> Response:
    """The board of a year: counts, strip, deadlines, batches, what may be done."""

    def read(rtx: ReadTx) -> dict[str, Any]:
        cycle = cycle_queries.one(rtx, visit.actor, cycle_id, "vi")
        phases, rest, total = years.counts(rtx, cycle_id)
        row = moves.machine_of("cycle").load(rtx, cycle_id)
        if row is None:
            raise NotFound("subject_not_found", kind="cycle")
        return {
            "cycle": cycle, "year": years.of_cycle(rtx, cycle), "phases": phases, "rest": rest, "total": total,
            "state": wording.state_label("cycle", cycle["state"]), "story": permissions.may_see(visit.actor, row),
            "acts": _acts(rtx, "cycle", row, visit.actor), "batch_acts": _batch_acts(rtx, visit.actor, cycle),
            "targets": [plan_contents.target_words(one["label"], one["measure"]) for one in cycle["targets"]],
        }  # fmt: skip

    found = await look(service, visit, read)
    return page(
        request, "cycle.html", visit=visit, done=da, may_open=visit.actor.has(Role.PROVINCE_UNIT), **found
    )


Buttons = list[tuple[str, str, bool, str]]


def _acts(rtx: ReadTx, kind: str, row: dict[str, Any], actor: Actor) -> Buttons:
    """Trigger, label, allowed, why not."""
    return [
        (one.trigger, wording.trigger_label(kind, one.trigger), one.allowed, wording.why_not(one.code))
        for one in moves.actions(rtx, kind, row, actor)
        if (kind, one.trigger) not in NOT_BY_BUTTON
    ]


def _batch_acts(rtx: ReadTx, actor: Actor, cycle: Mapping[str, Any]) -> dict[str, Buttons]:
    found = {}
    for batch in cycle["batches"]:
        row = moves.machine_of("batch").load(rtx, batch["id"])
        if row is not None:
            found[batch["id"]] = _acts(rtx, "batch", row, actor)
    return found
