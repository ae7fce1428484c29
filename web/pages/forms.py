"""A dossier's own forms: idea, plan, registration, self-assessment; drafts are saved as often as wanted.

Saving a draft moves nothing; filing is an act of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.errors import BadInput, NotFound
from core.tx import ReadTx
from registry.producers import get_producer
from regulations.sheet_models import Sheet
from states.dossier import papers
from states.dossier.commands import editable, save_form
from states.engine import permissions
from states.engine.machine import Row
from web import dossiers, wording
from web.fields import Input, Typed, read_form, text_inputs
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
_ANSWER = "c:"  # before a criterion's id in the names of the sheet's fields


@dataclass(frozen=True, slots=True)
class FormPage:
    """One form as it is shown."""

    row: Row
    name: str
    inputs: list[Input]
    sheet: Sheet | None
    answers: Mapping[str, str]
    editable: bool


def form_page(rtx: ReadTx, visit: Visit, dossier_id: str, name: str, typed: Typed | None) -> FormPage:
    """Read a form with what is saved, or with what was typed.

    Raises:
        NotFound: no such form, or a dossier that is not there or not theirs to see.
    """
    if name not in papers.REQUIRED:
        raise NotFound("form_unknown", form=name)
    row = dossiers.visible_row(rtx, "dossier", dossier_id, visit.actor)
    saved = papers.saved(rtx, dossier_id, name) or _beginning(rtx, row, name)
    names = [*papers.REQUIRED[name], *papers.OPTIONAL[name]]
    values: Mapping[str, Any] = {each: typed.one(each) for each in names} if typed else saved
    return FormPage(
        row=row,
        name=name,
        inputs=text_inputs(names, values, papers.REQUIRED[name]),
        sheet=papers.sheet_of(row, rtx) if name == "self_assessment" else None,
        answers=_answers(typed) if typed else dict(saved.get(papers.ANSWERS, [])),
        editable=name in editable(row) and "producer" in permissions.roles_at(visit.actor, row),
    )


def _beginning(rtx: ReadTx, row: Row, name: str) -> Mapping[str, Any]:
    """What the service knows already and need not be typed again; a draft still has to be saved."""
    return {"unit_name": get_producer(rtx, row["producer_id"]).name} if name == "registration" else {}


def _answers(typed: Typed) -> dict[str, str]:
    return {
        name.removeprefix(_ANSWER): values[-1]
        for name, values in typed.texts.items()
        if name.startswith(_ANSWER) and values[-1]
    }


@router.get("/ho-so/{dossier_id}/phieu/{name}")
async def show_form(
    request: Request, dossier_id: str, name: str, *, service: ServiceDep, visit: VisitDep, da: str = ""
) -> Response:
    found = await look(service, visit, lambda rtx: form_page(rtx, visit, dossier_id, name, None))
    return page(
        request, _template(name), visit=visit, form=found, errors=[], saved=da == "luu", prefix=_ANSWER
    )


def _template(name: str) -> str:
    return "self_assessment.html" if name == "self_assessment" else "form.html"


@router.post("/ho-so/{dossier_id}/phieu/{name}")
async def write_form(
    request: Request, dossier_id: str, name: str, service: ServiceDep, visit: VisitDep
) -> Response:
    """Save the draft and stay, or go back to the dossier."""
    typed = await read_form(request, visit)
    try:
        await service.db.write(
            lambda tx: save_form(tx, dossier_id, name, data_of(name, typed), actor=visit.actor)
        )
    except BadInput as error:
        found = await look(service, visit, lambda rtx: form_page(rtx, visit, dossier_id, name, typed))
        faults = wording.field_errors(error.fields)
        return page(
            request,
            _template(name),
            visit=visit,
            status=422,
            form=found,
            errors=faults,
            saved=False,
            prefix=_ANSWER,
        )
    stay = typed.has("stay")
    return go(f"/ho-so/{dossier_id}/phieu/{name}?da=luu" if stay else f"/ho-so/{dossier_id}?da=luu")


def data_of(name: str, typed: Typed) -> dict[str, object]:
    """What a form holds, as ``papers`` takes it; empty fields are left out."""
    known = [*papers.REQUIRED.get(name, ()), *papers.OPTIONAL.get(name, ())]
    data: dict[str, object] = {each: typed.one(each) for each in known if typed.one(each).strip()}
    if name == "self_assessment":
        data[papers.ANSWERS] = _answers(typed)
    return data
