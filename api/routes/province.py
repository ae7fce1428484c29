"""What a province settles for itself: its choices where the law leaves one, and the offices of its communes.

It never rewrites a choice: a new one holds from now or later, and both stay.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import done, read_answer, write_answer
from api.instants import checked
from api.kinds import V1
from api.queries import records
from api.rights import ref_in_province
from api.schemas.records import OfficeList, OfficeSet, SettingChoice, SettingList
from api.service import ServiceDep
from api.session import ActorDep
from core.tx import Tx
from registry import offices, settings, units
from registry.actors import Actor
from registry.roles import Role

router = APIRouter(prefix=V1, tags=["province"])
CHOOSERS = (Role.PROVINCE_UNIT, Role.ADMIN)
OFFICE_KEEPERS = (Role.COMMUNE, *CHOOSERS)
UnitCode = Annotated[
    str, Query(max_length=120, description="code of a province, or vn for the whole country")
]


@router.get("/settings", responses={200: {"model": SettingList}}, response_model=None)
async def list_settings(request: Request, unit: UnitCode, actor: ActorDep, service: ServiceDep) -> Response:
    """Every choice the law leaves open, as it stands for a province."""
    return read_answer(request, await service.db.read(lambda rtx: records.setting_list(rtx, unit, actor)))


@router.post("/settings", status_code=201, responses={201: {"model": SettingList}}, response_model=None)
async def choose_setting(body: SettingChoice, actor: ActorDep, service: ServiceDep) -> Response:
    """Choose a value from now or from a later instant, with reason and document."""
    start = checked("from_at", body.from_at)

    def choose(tx: Tx) -> None:
        ref = ref_in_province(tx, actor, CHOOSERS, province_code=body.unit_code)
        settings.choose(
            tx,
            body.unit_code,
            body.name,
            body.value,
            source=body.document,
            actor=ref,
            reason=body.reason,
            from_at=start,
        )

    await service.db.write(choose)
    found = await service.db.read(lambda rtx: records.setting_list(rtx, body.unit_code, actor))
    return write_answer(found, 201)


@router.get("/offices", responses={200: {"model": OfficeList}}, response_model=None)
async def list_offices(
    request: Request,
    province: Annotated[str, Query(max_length=120, description="code of a province")],
    actor: ActorDep,
    service: ServiceDep,
) -> Response:
    """Phone and hours of every commune's office, and how many are missing."""
    return read_answer(request, await service.db.read(lambda rtx: records.office_list(rtx, province, actor)))


@router.put("/offices/{commune_code}", status_code=204, response_model=None)
async def set_office(
    commune_code: Annotated[str, Path(max_length=120)],
    body: OfficeSet,
    actor: ActorDep,
    service: ServiceDep,
) -> Response:
    """Enter or change whom to call in a commune."""
    await service.db.write(lambda tx: enter_office(tx, actor, commune_code, body.phone, body.hours))
    return done()


def enter_office(tx: Tx, actor: Actor, commune_code: str, phone: str, hours: str) -> bool:
    """Enter an office as the commune's officer, the province's unit or the administrator, and say if anything changed.

    Raises:
        NotFound: `unknown_unit`. Forbidden: `wrong_actor`. BadInput: as `offices.set_office`.
    """
    unit = units.get(tx, commune_code)
    province = units.province_of(tx, unit.code)
    ref = ref_in_province(tx, actor, OFFICE_KEEPERS, province_code=province, commune_code=unit.code)
    return offices.set_office(tx, unit.code, phone, hours, actor=ref)
