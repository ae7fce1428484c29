"""Tables taken over: an empty one to fill in, a check of a filled one, and its import.

It never keeps a file: a table is read, checked and written in one go, or refused with every fault.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from starlette.responses import Response

from api.answers import write_answer
from api.kinds import V1
from api.rights import ref_in_province
from api.schemas.records import ImportRead
from api.service import ServiceDep
from api.session import ActorDep
from core.lines import ActorRef
from registry.roles import Role
from states.outcomes import imports
from states.outcomes.import_kinds import KINDS, kind_named
from states.outcomes.imports import Report, Source
from states.outcomes.tables import read_sheet, template

router = APIRouter(prefix=f"{V1}/imports", tags=["imports"])
KindName = Annotated[str, Path(description=f"one of {', '.join(KINDS)}")]
IMPORTERS = (Role.PROVINCE_UNIT, Role.ADMIN)
"""Who may take over a province's tables."""


@router.get("/{kind}/template", response_model=None, responses={200: {"content": {"text/csv": {}}}})
async def read_template(kind: KindName, actor: ActorDep) -> Response:
    """An empty table with one row of examples."""
    del actor
    headers = {"content-disposition": f'attachment; filename="{kind_named(kind).spec.kind}.csv"'}
    return Response(template(kind_named(kind).spec), 200, headers, "text/csv; charset=utf-8")


@router.post("/{kind}", responses={200: {"model": ImportRead}}, response_model=None)
async def import_table(
    kind: KindName,
    file: Annotated[UploadFile, File(description="CSV, UTF-8")],
    province: Annotated[str, Form(max_length=120, description="code of the province whose table it is")],
    document: Annotated[str, Form(max_length=300, description="the document the table stands in")],
    *,
    actor: ActorDep,
    service: ServiceDep,
    dry_run: Annotated[bool, Query(description="check everything, write nothing")] = False,
) -> Response:
    """Import a table: all its rows or none; a second time nothing changes."""
    ref = await service.db.read(lambda rtx: ref_in_province(rtx, actor, IMPORTERS, province_code=province))
    raw, name = await file.read(), file.filename or f"{kind}.csv"
    report = await run(service, kind, raw, name, Source(province, document), ref, dry_run=dry_run)
    return write_answer({**_flat(report), "facts": report.facts})


def _flat(report: Report) -> dict[str, object]:
    return {name: value for name, value in report.to_json().items() if name not in report.facts}


async def run(
    service: ServiceDep, kind: str, raw: bytes, name: str, source: Source, ref: ActorRef, *, dry_run: bool
) -> Report:
    """Read a table on a thread of its own, then check or write it.

    Raises:
        BadInput: as `imports.take`.
    """
    table = kind_named(kind)
    sheet = await asyncio.to_thread(read_sheet, raw, name, table.spec)
    if dry_run:
        return await service.db.read(lambda rtx: imports.check(rtx, table, sheet, source))
    return await service.db.write(lambda tx: imports.take(tx, table, sheet, source, actor=ref), alone=True)
