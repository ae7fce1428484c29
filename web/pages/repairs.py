"""Putting a mistyped number, name or date right: one form for every kind of subject, with what stands there now.

Only what was changed in the form is sent on; whether it may be done is decided behind ``states.moves``.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.errors import BadInput, FieldError, Forbidden, NotFound
from core.tx import ReadTx
from states import moves
from states.outcomes.repairs import Wanted
from states.outcomes.repairs_read import Column, open_columns, repairs_of, row_seen
from web import days, wording
from web.acts import SECTIONS
from web.fields import Input, Typed, read_form
from web.pages.route import PageRoute
from web.registers import repair_views
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
KINDS = {**SECTIONS, "chu-the": "producer", "san-pham": "product"}
BACK = {"san-pham": "/chu-the/{producer_id}", "phien-hop": "/phien-hop/{id}"}
GROUPS = {"type": "producer_type", "legal_form": "legal_form", "group_code": "product_group",
          "representative_gender": "gender"}  # fmt: skip
TERNARY = ("true", "false")


@router.get("/{section}/{subject_id}/dinh-chinh")
async def show_repair(
    request: Request, section: str, subject_id: str, service: ServiceDep, visit: VisitDep
) -> Response:
    return await _form(request, section, subject_id, service, visit, typed=None, errors=[])


async def _form(
    request: Request,
    section: str,
    subject_id: str,
    service: ServiceDep,
    visit: Visit,
    *,
    typed: Typed | None,
    errors: list[dict[str, str]],
) -> Response:
    kind = _kind(section)

    def read(rtx: ReadTx) -> dict[str, Any]:
        row = row_seen(rtx, kind, subject_id, visit.actor)
        if row is None:
            raise NotFound("subject_not_found", kind=kind)
        columns = open_columns(kind, row, visit.actor)
        if not columns:
            raise Forbidden("wrong_actor")
        return {
            "row": row,
            "inputs": [_input(each, typed) for each in columns],
            "repairs": repair_views(repairs_of(rtx, f"{kind}/{subject_id}")),
        }

    found = await look(service, visit, read)
    return page(
        request, "repair.html", visit=visit, status=422 if errors else 200, errors=errors, section=section,
        back=_back(section, found["row"]), reason=typed.one("reason") if typed else "",
        document=typed.one("document") if typed else "", **found,
    )  # fmt: skip


@router.post("/{section}/{subject_id}/dinh-chinh")
async def send_repair(
    request: Request, section: str, subject_id: str, service: ServiceDep, visit: VisitDep
) -> Response:
    """Put right what was changed in the form, and go back to the subject."""
    typed, kind = await read_form(request, visit), _kind(section)

    def read(rtx: ReadTx) -> tuple[list[Column], dict[str, Any]]:
        row = row_seen(rtx, kind, subject_id, visit.actor)
        if row is None:
            raise NotFound("subject_not_found", kind=kind)
        return open_columns(kind, row, visit.actor), row

    columns, row = await look(service, visit, read)
    lines = typed.one("lines")
    wanted = Wanted(
        kind, subject_id, _changes(columns, typed), typed.one("reason"), typed.one("document"),
        int(lines) if lines.isdecimal() else None,
    )  # fmt: skip
    try:
        await service.db.write(lambda tx: moves.repair(tx, wanted, visit.actor))
    except BadInput as error:
        faults = [FieldError(_name(one.path), one.code, one.params) for one in error.fields]
        return await _form(
            request, section, subject_id, service, visit, typed=typed, errors=wording.field_errors(faults)
        )
    return go(_back(section, row))


def _kind(section: str) -> str:
    if section not in KINDS:
        raise NotFound("not_found")
    return KINDS[section]


def _back(section: str, row: dict[str, Any]) -> str:
    return BACK.get(section, f"/{section}/{row['id']}").format(**row)


def _name(path: str) -> str:
    return path.replace("representative.", "representative_")


def _input(column: Column, typed: Typed | None) -> Input:
    look = "ternary" if column.choices == TERNARY else column.look
    return Input(
        name=column.name,
        label=wording.field_label(column.name),
        look=look,
        value=typed.one(column.name) if typed else shown(column.value),
        choices=tuple((code, _word(column.name, code)) for code in column.choices),
        required=not column.empties,
    )


def shown(value: Any) -> str:
    """A stored value as the form holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _word(column: str, code: str) -> str:
    return wording.label(GROUPS[column], code) if column in GROUPS else code


def _changes(columns: list[Column], typed: Typed) -> dict[str, object]:
    """The fields that say something else than what stands there; days as ISO days."""
    found: dict[str, object] = {}
    for each in columns:
        text = typed.one(each.name).strip()
        if each.look == "day":
            day = days.read_day(text)
            text = day.isoformat() if day else text
        if typed.has(each.name) and text != shown(each.value):
            found[each.name] = text or None
    return found
