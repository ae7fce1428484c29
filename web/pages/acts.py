"""Doing something: one page per trigger with what it needs, one door behind all of them.

What its page shows stands in ``web.acts``; whether it may be done is decided behind ``states.moves``.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import Service, ServiceDep
from core.errors import BadInput, NotFound, Refused, StaleVersion
from core.history import read_lines
from core.lines import parse_line
from core.tx import ReadTx
from states import moves
from states.engine.fire import Fired
from states.engine.forms import NOTHING
from states.engine.machine import Row
from web import days, dossiers, wording
from web.acts import NOT_BY_BUTTON, act, address_of, faults_of, kind_of
from web.fields import Typed, data_of, read_form
from web.kept import kept_of
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)


@router.get("/{section}/{subject_id}/viec/{trigger}")
async def show_act(
    request: Request, section: str, subject_id: str, trigger: str, *, service: ServiceDep, visit: VisitDep
) -> Response:
    found = await look(service, visit, lambda rtx: act(rtx, visit, section, subject_id, trigger, None))
    return page(request, "act.html", visit=visit, act=found, errors=[], refused="")


@router.post("/{section}/{subject_id}/viec/{trigger}")
async def do_act(
    request: Request, section: str, subject_id: str, trigger: str, *, service: ServiceDep, visit: VisitDep
) -> Response:
    """Do it and go to the subject's page; a refusal shows its sentence and keeps what was typed."""
    typed = await read_form(request, visit)
    kind = kind_of(section)
    if (kind, trigger) in NOT_BY_BUTTON:
        raise NotFound("unknown_trigger")
    fields = moves.machine_of(kind).spec.forms.get(trigger, NOTHING).fields
    seen = typed.one("expected_version")
    try:
        fired: Fired = await service.db.write(
            lambda tx: moves.fire(
                tx, kind, subject_id, trigger, actor=visit.actor, data=data_of(fields, typed),
                expected_version=int(seen) if seen.isdigit() else None, reason=typed.one("reason").strip() or None,
            )
        )  # fmt: skip
    except StaleVersion as error:
        return await _stale(request, service, visit, (section, subject_id, trigger), typed, error)
    except (BadInput, Refused) as error:
        return await _again(request, service, visit, (section, subject_id, trigger), typed, error)
    return go(f"{address_of(kind, fired.row)}?da={trigger}")


async def _again(
    request: Request,
    service: Service,
    visit: Visit,
    where: tuple[str, str, str],
    typed: Typed,
    error: BadInput | Refused,
) -> Response:
    """The same page with the reason on top and everything typed still in it; 409 where the moment is past."""
    found = await look(service, visit, lambda rtx: act(rtx, visit, *where, typed))
    faults = faults_of(error, {each.name for each in found.inputs} | {"reason"}, typed)
    status = 422 if isinstance(error, BadInput) else 409
    refused = "" if faults else wording.of_error(error)
    return page(request, "act.html", visit=visit, status=status, act=found, errors=faults, refused=refused)


async def _stale(
    request: Request,
    service: Service,
    visit: Visit,
    where: tuple[str, str, str],
    typed: Typed,
    error: StaleVersion,
) -> Response:
    """Sent twice: if the last line is this person's own same act, it is done; else somebody else was faster."""
    section, subject_id, trigger = where
    kind = kind_of(section)

    def last(rtx: ReadTx) -> tuple[Row, bool, str]:
        row = dossiers.visible_row(rtx, kind, subject_id, visit.actor)
        line = parse_line(read_lines(rtx, f"{kind}/{subject_id}")[-1][0])
        mine = line.trigger == trigger and line.actor.id == f"account/{visit.actor.account_id}"
        once = str(row["move_version"] - 1) == typed.one("expected_version")
        who = wording.who(line.actor.role, line.actor.via, None)
        return row, mine and once, f"{who} cập nhật lúc {days.moment(line.at)}"

    row, done, who = await service.db.read(last)
    if done:
        return go(f"{address_of(kind, row)}?da={trigger}")
    return page(
        request, "stale.html", visit=visit, status=409, who=who, back=address_of(kind, row), code=error.code,
        kept=kept_of(request.url.path, typed),
    )  # fmt: skip
