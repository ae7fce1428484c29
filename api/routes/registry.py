"""Producers and products: register and look, within one's own place.

It never takes or shows the persons behind a producer.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import read_answer
from api.cursors import Cursor, Limit, page_answer, place_of
from api.idempotency import KeyHeader, create
from api.kinds import ID, V1, SubjectId
from api.queries import registered
from api.rights import OFFICERS, ref_at
from api.schemas.people import IdRead
from api.schemas.programme import ProducerCreate, ProducerPage, ProducerRead, ProductCreate, ProductPage
from api.service import ServiceDep
from api.session import ActorDep
from core.errors import NotFound
from core.tx import Tx
from registry import units
from registry.producers import ProducerData, get_producer, register_producer
from registry.products import register_product
from registry.roles import Role

router = APIRouter(prefix=V1, tags=["registry"])


@router.get("/producers", responses={200: {"model": ProducerPage}}, response_model=None)
async def list_producers(
    request: Request, actor: ActorDep, service: ServiceDep, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Producers one may see, in the order of their registration."""
    place = place_of(cursor, 1)
    after = place[0] if place else ""
    found = await service.db.read(lambda rtx: registered.producers(rtx, actor, after=after, limit=limit))
    return read_answer(request, page_answer(found, limit, "id"))


@router.post("/producers", status_code=201, responses={201: {"model": IdRead}}, response_model=None)
async def create_producer(
    request: Request, body: ProducerCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Register a producer of one's commune or province."""

    def make(tx: Tx) -> dict[str, Any]:
        unit = units.get(tx, body.commune_code)
        ref = ref_at(
            actor, OFFICERS, province_code=units.province_of(tx, unit.code), commune_code=unit.code,
            unseen=NotFound("unknown_unit", unit=unit.code),
        )  # fmt: skip
        data = ProducerData(
            body.name, body.type, unit.code, legal_form=body.legal_form, community_majority=body.community_majority,
            tax_code=body.tax_code,
        )  # fmt: skip
        return {"id": register_producer(tx, data, actor=ref)}

    return await create(request, service, body, make, actor=actor, key=key)


@router.get("/producers/{subject_id}", responses={200: {"model": ProducerRead}}, response_model=None)
async def read_producer(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """The public part of a producer."""
    return read_answer(
        request, await service.db.read(lambda rtx: registered.producer(rtx, actor, subject_id))
    )


@router.get("/products", responses={200: {"model": ProductPage}}, response_model=None)
async def list_products(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    producer_id: Annotated[str | None, Query(pattern=ID)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Products one may see, in the order of their registration."""
    place = place_of(cursor, 1)
    after = place[0] if place else ""
    found = await service.db.read(
        lambda rtx: registered.products(rtx, actor, producer_id=producer_id, after=after, limit=limit)
    )
    return read_answer(request, page_answer(found, limit, "id"))


@router.post("/products", status_code=201, responses={201: {"model": IdRead}}, response_model=None)
async def create_product(
    request: Request, body: ProductCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Register a product of a producer: one's own, or of one's commune or province."""

    def make(tx: Tx) -> dict[str, Any]:
        producer = get_producer(tx, body.producer_id)
        ref = ref_at(
            actor, (Role.PRODUCER, *OFFICERS), province_code=producer.province_code,
            commune_code=producer.commune_code, producer_id=producer.id, unseen=NotFound("unknown_producer", producer=producer.id),
        )  # fmt: skip
        made = register_product(
            tx, producer.id, body.name, actor=ref, group=body.group, set_code=body.set_code
        )
        return {"id": made}

    return await create(request, service, body, make, actor=actor, key=key)
