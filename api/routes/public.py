"""What everybody may ask without signing in: does this certificate hold, today or on another day.

It never shows anything of a person.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import PUBLIC, read_answer
from api.kinds import V1
from api.queries.certificates import public_check
from api.schemas.registry import CertificateCheck
from api.service import ServiceDep

router = APIRouter(prefix=f"{V1}/public", tags=["public"])


@router.get("/certificates/{code}", responses={200: {"model": CertificateCheck}}, response_model=None)
async def check_certificate(
    code: Annotated[str, Path(max_length=100, description="certificate number or product code")],
    request: Request,
    service: ServiceDep,
    on: Annotated[date | None, Query(description="the day asked about; today in Vietnam if left out")] = None,
) -> Response:
    """Whether a certificate is valid on a day."""
    found = await service.db.read(lambda rtx: public_check(rtx, code, on))
    return read_answer(request, found, cache=PUBLIC)
