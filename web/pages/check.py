"""The public question: was this certificate good on that day? No sign-in, no personal data, no guess about forgery.

It answers from the records of the day asked for, not from today's state.
"""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.tx import ReadTx
from registry import units
from registry.products import get_product, products_named
from states.certificate.queries import CertificateRead, PublicAnswer, Verdict, check
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


@dataclass(frozen=True, slots=True)
class About:
    """What tells a product from another of the same name: its code and place, and how many namesakes there are."""

    commune: str
    province: str
    product_code: str
    namesakes: int


def about(rtx: ReadTx, certificate: CertificateRead) -> About:
    product = get_product(rtx, certificate.product_id)
    province = units.find(rtx, certificate.province_code)
    commune = units.find(rtx, certificate.commune_code) if certificate.commune_code else None
    same = products_named(rtx, certificate.product_name, certificate.province_code)
    return About(
        commune=commune.name_vi if commune else "",
        province=province.name_vi if province else "",
        product_code=product.product_code or "",
        namesakes=sum(each.id != product.id for each in same),
    )


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

    def read(rtx: ReadTx) -> tuple[PublicAnswer | None, About, list[RepairView]]:
        found = check(rtx, typed_code, day) if asked and day else None
        repairs = repairs_of(rtx, f"certificate/{found.certificate.id}") if found else []
        return found, about(rtx, found.certificate) if found else About("", "", "", 0), repair_views(repairs)

    found, known, repairs = await service.db.read(read)
    province = known.province
    look, icon = LOOKS.get(found.verdict, ("", "ask")) if found else ("", "ask")
    return page(
        request, "check.html", visit=await find_visit(request), status=422 if errors else 200, errors=errors,
        answer=found, repairs=repairs, asked=asked, code=typed_code, day=day, typed=typed or days.short(today), look=look, look_icon=icon,
        known=known, office="Bộ Nông nghiệp và Môi trường" if found and found.certificate.stars == 5 else
        f"UBND {wording.lower_unit(province)}" if province else "",
    )  # fmt: skip
