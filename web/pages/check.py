"""The public question: was this certificate good on that day? No sign-in, no personal data, no guess about forgery.

It answers from the records of the day asked for, not from today's state.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.tx import ReadTx
from registry import units
from states.certificate.queries import PublicAnswer, Verdict, check
from states.outcomes.repairs_read import repairs_of
from web import days, wording
from web.pages.route import PageRoute
from web.registers import RepairView, repair_views
from web.render import page
from web.visits import find_visit

router = APIRouter(route_class=PageRoute)
LOOKS = {
    Verdict.VALID: ("yes", "shield"),
    Verdict.EXPIRED: ("no", "cross"),
    Verdict.REVOKED: ("no", "cross"),
    Verdict.SUPERSEDED: ("no", "cross"),
}
LONGEST_CODE = 80


@router.get("/kiem-tra")
async def check_certificate(request: Request, service: ServiceDep, ma: str = "", ngay: str = "") -> Response:
    return await _answer(request, service, ma, ngay)


@router.get("/kiem-tra/{code}")
async def check_printed_code(request: Request, code: str, service: ServiceDep, ngay: str = "") -> Response:
    """The address behind a printed QR code."""
    return await _answer(request, service, code, ngay)


async def _answer(request: Request, service: ServiceDep, code: str, typed: str) -> Response:
    typed_code = code.strip()
    today = days.local(service.clock.business_now()).date()
    day = days.read_day(typed) if typed.strip() else today
    errors = []
    if day is None:
        errors = [{"path": "ngay", "label": "Ngày", "text": wording.why_not("bad_day")}]
    asked = bool(typed_code) and day is not None and len(typed_code) <= LONGEST_CODE

    def read(rtx: ReadTx) -> tuple[PublicAnswer | None, str, list[RepairView]]:
        found = check(rtx, typed_code, day) if asked and day else None
        unit = units.find(rtx, found.certificate.province_code) if found else None
        repairs = repairs_of(rtx, f"certificate/{found.certificate.id}") if found else []
        return found, unit.name_vi if unit else "", repair_views(repairs)

    found, province, repairs = await service.db.read(read)
    look, icon = LOOKS.get(found.verdict, ("", "ask")) if found else ("", "ask")
    return page(
        request, "check.html", visit=await find_visit(request), status=422 if errors else 200, errors=errors,
        answer=found, repairs=repairs, asked=asked, code=typed_code, day=day, typed=typed or days.short(today), look=look, look_icon=icon,
        province=province, office="Bộ Nông nghiệp và Môi trường" if found and found.certificate.stars == 5 else
        f"UBND {wording.lower_unit(province)}" if province else "",
    )  # fmt: skip
