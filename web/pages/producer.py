"""A producer's home, a new product, and a new idea for one.

A product is registered in the producer's own commune; nobody chooses another's.
"""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.rights import OFFICERS, ref_at
from api.service import ServiceDep
from core.errors import BadInput, FieldError, Forbidden, NotFound
from core.tx import ReadTx, Tx
from registry.producers import get_producer
from registry.products import ProductGroup, register_product
from registry.roles import Role
from regulations.sheet_models import Taxonomy
from states import moves
from web import producers, wording
from web.fields import Typed, read_form
from web.once import once
from web.pages.route import PageRoute
from web.producers import Twin
from web.registers import NamesakesError, check_namesakes
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
GROUPS = tuple(ProductGroup)  # in the order of the sectors of the law's tree


@router.get("/trang-chinh")
async def producer_home(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    if not visit.actor.has(Role.PRODUCER):
        raise Forbidden("wrong_actor")
    found = await look(service, visit, lambda rtx: producers.home(rtx, visit.actor))
    return page(request, "producer_home.html", visit=visit, home=found)


@router.get("/chu-the/{producer_id}/san-pham-moi")
async def new_product(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    return await _new(request, service, visit, producer_id)


async def _new(
    request: Request,
    service: ServiceDep,
    visit: Visit,
    producer_id: str,
    typed: Typed | None = None,
    *,
    errors: Sequence[FieldError] = (),
    twins: Sequence[Twin] = (),
) -> Response:
    name, tree = await look(service, visit, lambda rtx: _about(rtx, visit, producer_id))
    return page(
        request, "product_new.html", visit=visit, status=422 if errors or twins else 200, producer_id=producer_id,
        producer=name, tree=tree, errors=wording.field_errors(errors), twins=twins, back=_back(visit, producer_id),
        typed={each: typed.one(each) if typed else "" for each in ("name", "set_code")},
    )  # fmt: skip


def _back(visit: Visit, producer_id: str) -> str:
    return "/trang-chinh" if visit.role is Role.PRODUCER else f"/chu-the/{producer_id}"


def _about(rtx: ReadTx, visit: Visit, producer_id: str) -> tuple[str, Taxonomy | None]:
    producer = get_producer(rtx, producer_id)
    ref_at(
        visit.actor, (Role.PRODUCER, *OFFICERS), province_code=producer.province_code,
        commune_code=producer.commune_code, producer_id=producer.id, unseen=NotFound("unknown_producer", producer=producer.id),
    )  # fmt: skip
    return producer.name, producers.product_tree(rtx)


@router.post("/chu-the/{producer_id}/san-pham-moi")
async def add_product(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """Register a product; what may be the same one under the same name is shown first."""
    typed = await read_form(request, visit)

    def register(tx: Tx) -> str:
        return once(
            tx, visit, request.url.path, typed, lambda inner: _register(inner, visit, producer_id, typed)
        )

    try:
        await service.db.write(register)
    except NamesakesError as error:
        return await _new(request, service, visit, producer_id, typed, twins=error.found)
    except BadInput as error:
        return await _new(request, service, visit, producer_id, typed, errors=error.fields)
    return go(_back(visit, producer_id))


def _register(tx: Tx, visit: Visit, producer_id: str, typed: Typed) -> str:
    producer = get_producer(tx, producer_id)
    ref = ref_at(
        visit.actor, (Role.PRODUCER, *OFFICERS), province_code=producer.province_code,
        commune_code=producer.commune_code, producer_id=producer.id, unseen=NotFound("unknown_producer", producer=producer.id),
    )  # fmt: skip
    if not typed.has("sure"):
        check_namesakes(producers.twins(tx, producer_id, typed.one("name")))
    set_code = typed.one("set_code") or None
    return register_product(
        tx, producer.id, typed.one("name"), actor=ref, group=_group(tx, set_code), set_code=set_code
    )


def _group(tx: Tx, set_code: str | None) -> ProductGroup | None:
    """The group a set belongs to, by the place of its sector in the law's tree; an unknown set is refused."""
    tree = producers.product_tree(tx)
    if set_code is None or tree is None:
        return None
    for group, sector in zip(GROUPS, tree.sectors, strict=True):
        if any(entry.set == set_code for each in sector.groups for entry in each.sets):
            return group
    raise BadInput("bad_choice", fields=[FieldError("set_code", "bad_choice")])


@router.post("/san-pham/{product_id}/y-tuong")
async def new_idea(request: Request, product_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """Open a draft idea for a product in a cycle and go on to its form."""
    typed = await read_form(request, visit)

    def begin(tx: Tx) -> str:
        return moves.open_idea(
            tx, product_id=product_id, cycle_id=typed.one("cycle_id"), actor=visit.actor
        ).id

    dossier = await service.db.write(lambda tx: once(tx, visit, request.url.path, typed, begin))
    return go(f"/ho-so/{dossier}/phieu/idea")
