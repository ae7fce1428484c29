"""What a province keeps for itself: its choices, the offices of its communes, and tables taken over.

A table is checked before it is imported; checking writes nothing.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.queries import records
from api.rights import ref_in_province
from api.routes.imports import IMPORTERS, read_template, run
from api.routes.province import CHOOSERS, OFFICE_KEEPERS, enter_office
from api.service import ServiceDep
from core.errors import BadInput, FieldError, Forbidden
from core.tx import ReadTx, Tx
from registry import contact, settings, units
from registry.actors import Actor
from registry.refusals import required_text
from registry.roles import COUNTRY, Role
from regulations.settings import BY_NAME, SettingValue
from states.outcomes.import_kinds import KINDS
from states.outcomes.imports import Report, Source
from web import wording
from web.fields import Typed, read_form
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST_FAULTS = 200  # faults of a table shown at once
MOST_KEPT = 300_000  # characters of a checked table kept in its page


def provinces_held(rtx: ReadTx, actor: Actor, roles: tuple[Role, ...]) -> list[tuple[str, str]]:
    """The provinces in which a person holds one of these roles, with their names; all of them for the whole country.

    Raises:
        Forbidden: `wrong_actor`, there is none.
    """
    held = [one for one in actor.appointments if one.role in roles and not one.taken_over]
    today = rtx.now.date()
    if any(one.unit_code == COUNTRY for one in held):
        return [(unit.code, unit.name_vi) for unit in units.provinces(rtx, today)]
    codes = dict.fromkeys(units.province_of(rtx, one.unit_code) for one in held)
    if not codes:
        raise Forbidden("wrong_actor")
    return [(code, units.get(rtx, code).name_vi) for code in codes]


def _chosen(provinces: list[tuple[str, str]], wanted: str) -> str:
    """The province asked for where it is one of these, else the first."""
    return wanted if wanted in dict(provinces) else provinces[0][0]


@router.get("/thiet-lap")
async def show_settings(
    request: Request, service: ServiceDep, visit: VisitDep, tinh: str = "", ten: str = ""
) -> Response:
    """Every setting as it stands; `ten` names the one to be chosen anew."""
    return await _settings(request, service, visit, tinh, ten)


async def _settings(
    request: Request,
    service: ServiceDep,
    visit: Visit,
    tinh: str,
    ten: str,
    typed: Typed | None = None,
    error: BadInput | None = None,
) -> Response:
    def read(rtx: ReadTx) -> dict[str, Any]:
        provinces = provinces_held(rtx, visit.actor, CHOOSERS)
        code = _chosen(provinces, tinh)
        return {"provinces": provinces, "code": code, **records.setting_list(rtx, code, visit.actor)}

    found = await look(service, visit, read)
    given = {name: typed.one(name) if typed else "" for name in ("value", "document", "reason")}
    return page(
        request, "settings.html", visit=visit, status=422 if error else 200, given=given,
        chosen=next((one for one in found["items"] if one["name"] == ten), None),
        errors=wording.field_errors(error.fields) if error else [], settings=found["items"],
        provinces=found["provinces"], code=found["code"],
    )  # fmt: skip


@router.post("/thiet-lap")
async def choose_setting(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Choose a value from now on, with reason and document."""
    typed = await read_form(request, visit)
    code = typed.one("province")

    def choose(tx: Tx) -> None:
        reason = required_text(typed.one("reason"), "reason")
        ref = ref_in_province(tx, visit.actor, CHOOSERS, province_code=code)
        name = typed.one("name")
        settings.choose(
            tx,
            code,
            name,
            _value(name, typed.one("value")),
            source=typed.one("document"),
            actor=ref,
            reason=reason,
        )

    try:
        await service.db.write(choose)
    except BadInput as error:
        return await _settings(request, service, visit, code, typed.one("name"), typed, _at_fields(error))
    return go(f"/thiet-lap?tinh={code}")


def _value(name: str, text: str) -> SettingValue:
    """The value behind the word of a choice; an unknown word is left for the registry to refuse."""
    known = {str(each).lower(): each for each in BY_NAME[name].values} if name in BY_NAME else {}
    return known.get(text.lower(), text)


def _at_fields(error: BadInput) -> BadInput:
    """The same refusal at the fields of our form."""
    known = {"source": "document", "reason": "reason", "from_at": "value"}
    fields = [FieldError(known.get(one.path, "value"), one.code, one.params) for one in error.fields]
    return BadInput(error.code, fields=fields, **error.params)


@router.get("/van-phong")
async def show_offices(request: Request, service: ServiceDep, visit: VisitDep, tinh: str = "") -> Response:
    return await _offices(request, service, visit, tinh, None, None)


async def _offices(
    request: Request,
    service: ServiceDep,
    visit: Visit,
    tinh: str,
    typed: Typed | None,
    error: BadInput | None,
) -> Response:
    def read(rtx: ReadTx) -> dict[str, Any]:
        provinces = provinces_held(rtx, visit.actor, OFFICE_KEEPERS)
        code = _chosen(provinces, tinh)
        return {"provinces": provinces, "code": code, **records.office_list(rtx, code, visit.actor)}

    found = await look(service, visit, read)
    given = {name: typed.one(name) if typed else "" for name in ("commune_code", "phone", "hours")}
    mine = {one.unit_code for one in visit.actor.appointments if one.role is Role.COMMUNE}
    whole = any(visit.actor.has(role) for role in CHOOSERS)
    open_to = [one for one in found["items"] if whole or one["commune_code"] in mine]
    return page(
        request, "offices.html", visit=visit, status=422 if error else 200, given=given, phone=contact.shown_phone,
        errors=wording.field_errors(error.fields) if error else [], offices=open_to,
        provinces=found["provinces"], code=found["code"],
        missing=sum(not one["phone"] for one in open_to),
    )  # fmt: skip


@router.post("/van-phong")
async def set_office(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Enter or change whom to call in a commune."""
    typed = await read_form(request, visit)
    commune = typed.one("commune_code")
    try:
        province = await service.db.write(lambda tx: _entered(tx, visit, commune, typed))
    except BadInput as error:
        return await _offices(request, service, visit, typed.one("province"), typed, error)
    return go(f"/van-phong?tinh={province}")


def _entered(tx: Tx, visit: Visit, commune: str, typed: Typed) -> str:
    if not commune:
        raise BadInput("required", fields=[FieldError("commune_code", "required")])
    enter_office(tx, visit.actor, commune, typed.one("phone"), typed.one("hours"))
    return units.province_of(tx, commune)


@router.get("/nhap-du-lieu")
async def choose_table(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    return await _import(request, service, visit, None)


async def _import(
    request: Request,
    service: ServiceDep,
    visit: Visit,
    typed: Typed | None,
    *,
    report: Report | None = None,
    error: BadInput | None = None,
) -> Response:
    provinces = await look(service, visit, lambda rtx: provinces_held(rtx, visit.actor, IMPORTERS))
    faults = list(error.fields) if error else []
    return page(
        request, "import.html", visit=visit, status=422 if error else 200, provinces=provinces, report=report,
        kinds=[(name, wording.label("import_kind", name)) for name in KINDS],
        given={name: typed.one(name) if typed else "" for name in ("kind", "province", "document")},
        table=_table_text(typed), refused=wording.of_error(error) if error else "",
        faults=[_fault(one) for one in faults[:MOST_FAULTS]], more=max(0, len(faults) - MOST_FAULTS),
    )  # fmt: skip


def _fault(one: FieldError) -> tuple[str, str, str]:
    """Line, column and the sentence that says how to mend it."""
    line, _, column = one.path.partition(".")
    return line, column, wording.field_errors([one])[0]["text"]


def _table_text(typed: Typed | None) -> str:
    """The table as it was sent, kept in the page between check and import; a large one is chosen again."""
    text = _raw(typed)[0].decode("utf-8-sig", "replace") if typed else ""
    return text if len(text) <= MOST_KEPT else ""


def _raw(typed: Typed) -> tuple[bytes, str]:
    """The file that was chosen, else the one checked before, with its name."""
    if "table" in typed.files:
        return typed.files["table"], typed.names["table"]
    return typed.one("checked").encode(), typed.one("file_name") or f"{typed.one('kind')}.csv"


@router.get("/nhap-du-lieu/mau/{kind}")
async def empty_table(kind: str, visit: VisitDep) -> Response:
    """An empty table with one row of examples, as a file."""
    return await read_template(kind, visit.actor)


@router.post("/nhap-du-lieu")
async def check_or_import(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Check a table, or import the one that was checked; every fault is shown with its cell."""
    typed = await read_form(request, visit)
    kind, province = typed.one("kind"), typed.one("province")
    raw, name = _raw(typed)
    try:
        ref = await service.db.read(
            lambda rtx: ref_in_province(rtx, visit.actor, IMPORTERS, province_code=province)
        )
        report = await run(
            service,
            kind,
            raw,
            name,
            Source(province, typed.one("document")),
            ref,
            dry_run=not typed.has("write"),
        )
    except BadInput as error:
        return await _import(request, service, visit, typed, error=error)
    return await _import(request, service, visit, typed, report=report)
