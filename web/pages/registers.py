"""The producers of one's place: the list, a new one, one with its forms, years and repairs.

A namesake is no obstacle, but it is shown before another producer or product of that name is registered.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.rights import ref_at
from api.service import ServiceDep
from core.errors import BadInput, FieldError, Forbidden, NotFound
from core.lines import ActorRef
from core.tx import ReadTx, Tx
from registry import units
from registry.producer_changes import FormOfTime, change_legal_form
from registry.producer_people import Gender, Representative
from registry.producer_years import CooperativeGrade, YearFacts, state_year
from registry.producers import LegalForm, ProducerData, ProducerType, get_producer, register_producer
from registry.roles import Role
from web import days, registers, wording
from web.fields import Typed, read_form
from web.once import once
from web.pages.route import PageRoute
from web.registers import REGISTRARS, NamesakesError, check_namesakes
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
PERSON = "representative."
YES_NO = {"true": True, "false": False}


@router.get("/chu-the")
async def list_producers(
    request: Request, service: ServiceDep, visit: VisitDep, q: str = "", sau: str = ""
) -> Response:
    lines, more = await look(service, visit, lambda rtx: registers.page_of(rtx, visit.actor, q, sau))
    return page(
        request, "producers.html", visit=visit, lines=lines, more=more, q=q,
        may_register=any(visit.actor.has(role) for role in REGISTRARS),
        may_run=any(visit.actor.has(role) for role in (Role.PROVINCE_UNIT, Role.ADMIN)),
    )  # fmt: skip


@router.get("/chu-the/moi")
async def new_producer(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    return await _new(request, service, visit, None)


async def _new(
    request: Request,
    service: ServiceDep,
    visit: Visit,
    typed: Typed | None,
    *,
    errors: tuple[FieldError, ...] = (),
    twins: Sequence[Any] = (),
) -> Response:
    def read(rtx: ReadTx) -> list[tuple[str, str]]:
        return registers.communes_open_to(rtx, visit.actor)

    communes = await look(service, visit, read)
    if not communes:
        raise Forbidden("wrong_actor")
    faults = [FieldError(_name(one.path), one.code, one.params) for one in errors]
    return page(
        request, "producer_new.html", visit=visit, status=422 if errors or twins else 200,
        inputs=registers.new_inputs(communes, typed), errors=wording.field_errors(faults), twins=twins,
    )  # fmt: skip


def _name(path: str) -> str:
    """The field of our form in which a refusal of the registry is to be mended."""
    return path.replace(PERSON, "representative_")


@router.post("/chu-the/moi")
async def add_producer(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Register a producer; one of the same name in the province is shown first."""
    typed = await read_form(request, visit)

    def register(tx: Tx) -> str:
        return once(tx, visit, request.url.path, typed, lambda inner: _register(inner, visit, typed))

    try:
        made = await service.db.write(register)
    except NamesakesError as error:
        return await _new(request, service, visit, typed, twins=error.found)
    except BadInput as error:
        return await _new(request, service, visit, typed, errors=tuple(error.fields))
    return go(f"/chu-the/{made}")


def _register(tx: Tx, visit: Visit, typed: Typed) -> str:
    if not typed.one("commune_code"):
        raise BadInput("required", fields=[FieldError("commune_code", "required")])
    if not typed.has("sure"):
        check_namesakes(registers.namesakes(tx, typed.one("name"), typed.one("commune_code")))
    unit = units.get(tx, typed.one("commune_code"))
    ref = ref_at(
        visit.actor, REGISTRARS, province_code=units.province_of(tx, unit.code), commune_code=unit.code,
        unseen=NotFound("unknown_unit", unit=unit.code),
    )  # fmt: skip
    kind, form, majority = _form(typed)
    gender = typed.one("representative_gender")
    person = Representative(
        name=_text(typed, "representative_name"), gender=Gender(gender) if gender in set(Gender) else None,
        ethnicity=_text(typed, "representative_ethnicity"), disability=YES_NO.get(typed.one("representative_disability")),
        phone=_text(typed, "representative_phone"), email=_text(typed, "representative_email"),
        address=_text(typed, "representative_address"),
    )  # fmt: skip
    data = ProducerData(
        name=typed.one("name"), type=kind, commune_code=unit.code, legal_form=form, community_majority=majority,
        tax_code=_text(typed, "tax_code"), representative=person if person != Representative() else None,
    )  # fmt: skip
    return register_producer(tx, data, actor=ref)


def _text(typed: Typed, name: str) -> str | None:
    return typed.one(name).strip() or None


def _form(typed: Typed) -> tuple[ProducerType, LegalForm | None, bool | None]:
    """The kind of organisation as typed.

    Raises:
        BadInput: `required`, `bad_choice`.
    """
    kind, form = typed.one("type"), typed.one("legal_form")
    if kind not in set(ProducerType):
        raise BadInput("bad_choice", fields=[FieldError("type", "bad_choice" if kind else "required")])
    if form and form not in set(LegalForm):
        raise BadInput("bad_choice", fields=[FieldError("legal_form", "bad_choice")])
    return ProducerType(kind), LegalForm(form) if form else None, YES_NO.get(typed.one("community_majority"))


@router.get("/chu-the/{producer_id}")
async def show_producer(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    found = await look(service, visit, lambda rtx: registers.producer_page(rtx, visit.actor, producer_id))
    return page(request, "producer.html", visit=visit, x=found)


@router.get("/chu-the/{producer_id}/loai-hinh")
async def new_form(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    return await _act(request, service, visit, producer_id, "loai-hinh", None)


@router.post("/chu-the/{producer_id}/loai-hinh")
async def change_form(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """Note that an organisation became another from a day on."""
    typed = await read_form(request, visit)

    def change(tx: Tx) -> None:
        kind, form, majority = _form(typed)
        became = FormOfTime(_since(typed), kind, form, majority, typed.one("document"))
        ref = _ref(tx, visit, producer_id, REGISTRARS)
        change_legal_form(tx, producer_id, became, actor=ref, reason=typed.one("reason"))

    try:
        await service.db.write(change)
    except BadInput as error:
        return await _act(request, service, visit, producer_id, "loai-hinh", typed, error)
    return go(f"/chu-the/{producer_id}")


def _since(typed: Typed) -> Any:
    text = typed.one("since").strip()
    day = days.read_day(text)
    if text and day is None:
        raise BadInput("bad_day", fields=[FieldError("since", "bad_day")])
    return day


@router.get("/chu-the/{producer_id}/nam")
async def new_year(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    return await _act(request, service, visit, producer_id, "nam", None)


@router.post("/chu-the/{producer_id}/nam")
async def add_year(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """State a year, or correct one with reason and document."""
    typed = await read_form(request, visit)

    def state(tx: Tx) -> None:
        ref = _ref(tx, visit, producer_id, (Role.PRODUCER, *REGISTRARS))
        state_year(
            tx,
            producer_id,
            _year(typed),
            actor=ref,
            reason=_text(typed, "reason"),
            document=_text(typed, "document"),
        )

    try:
        await service.db.write(state)
    except BadInput as error:
        return await _act(request, service, visit, producer_id, "nam", typed, error)
    return go(f"/chu-the/{producer_id}")


def _year(typed: Typed) -> YearFacts:
    numbers: dict[str, Any] = {}
    for each in registers.year_inputs(None):
        text = typed.one(each.name).replace(".", "").replace(" ", "")
        if each.look != "whole" or not text:
            continue
        if not text.removeprefix("-").isdecimal() or len(text) > 12:
            raise BadInput("bad_whole", fields=[FieldError(each.name, "bad_whole")])
        numbers[each.name] = int(text)
    if "year" not in numbers:
        raise BadInput("required", fields=[FieldError("year", "required")])
    grade = typed.one("cooperative_grade")
    return YearFacts(
        **numbers, cooperative_grade=CooperativeGrade(grade) if grade in set(CooperativeGrade) else None
    )


ACTS = {
    "loai-hinh": ("Ghi nhận đổi loại hình", registers.form_inputs),
    "nam": ("Khai số liệu một năm", registers.year_inputs),
}


async def _act(
    request: Request,
    service: ServiceDep,
    visit: Visit,
    producer_id: str,
    act: str,
    typed: Typed | None,
    error: BadInput | None = None,
) -> Response:
    """The form of an act on a producer, with what was typed and what is wrong with it."""
    found = await look(service, visit, lambda rtx: registers.producer_page(rtx, visit.actor, producer_id))
    if not (found.may_change if act == "loai-hinh" else found.may_state):
        raise Forbidden("wrong_actor")
    title, inputs = ACTS[act]
    given = {name: typed.one(name) if typed else "" for name in ("since", "reason", "document")}
    return page(
        request, "producer_act.html", visit=visit, status=422 if error else 200, x=found, act=act, title=title,
        inputs=inputs(typed), given=given, errors=wording.field_errors(error.fields) if error else [],
    )  # fmt: skip


def _ref(tx: Tx, visit: Visit, producer_id: str, roles: tuple[Role, ...]) -> ActorRef:
    producer = get_producer(tx, producer_id)
    return ref_at(
        visit.actor, roles, province_code=producer.province_code, commune_code=producer.commune_code,
        producer_id=producer.id, unseen=NotFound("unknown_producer", producer=producer_id),
    )  # fmt: skip
