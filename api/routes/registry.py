"""Producers and products: register and look, within one's own place.

It never takes or shows the persons behind a producer.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import done, read_answer
from api.cursors import Cursor, Limit, page_answer, place_of
from api.idempotency import KeyHeader, create
from api.kinds import ID, V1, SubjectId
from api.queries import records, registered
from api.rights import OFFICERS, ref_at
from api.schemas.people import IdRead
from api.schemas.records import LegalFormChange, LegalFormList, SimilarList, YearList, YearState
from api.schemas.registry import ProducerCreate, ProducerPage, ProducerRead, ProductCreate, ProductPage
from api.service import ServiceDep
from api.session import ActorDep
from core.errors import NotFound
from core.lines import ActorRef
from core.tx import Tx
from registry import units
from registry.actors import Actor
from registry.producer_changes import FormOfTime, change_legal_form
from registry.producer_years import YearFacts, state_year
from registry.producers import ProducerData, get_producer, register_producer
from registry.products import register_product
from registry.roles import Role

router = APIRouter(prefix=V1, tags=["registry"])
Words = Annotated[
    str, Query(max_length=200, description="words of the name, each from its start; accents not needed")
]


@router.get("/producers", responses={200: {"model": ProducerPage}}, response_model=None)
async def list_producers(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    words: Words = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Producers one may see, in the order of their registration."""
    place = place_of(cursor, 1)
    after = place[0] if place else ""
    found = await service.db.read(
        lambda rtx: registered.producers(rtx, actor, after=after, limit=limit, words=words)
    )
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


@router.get(
    "/producers/{subject_id}/legal-forms", responses={200: {"model": LegalFormList}}, response_model=None
)
async def list_legal_forms(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """Every legal form a producer had, with the day and the document of each change."""
    return read_answer(
        request, await service.db.read(lambda rtx: records.legal_forms(rtx, subject_id, actor))
    )


@router.post("/producers/{subject_id}/legal-forms", status_code=204, response_model=None)
async def change_form(
    subject_id: SubjectId, body: LegalFormChange, actor: ActorDep, service: ServiceDep
) -> Response:
    """Note that an organisation became another; the producer, its products and its past stay."""

    def change(tx: Tx) -> None:
        form = FormOfTime(body.since, body.type, body.legal_form, body.community_majority, body.document)
        ref = _ref_for(tx, actor, subject_id, OFFICERS)
        change_legal_form(tx, subject_id, form, actor=ref, reason=body.reason)

    await service.db.write(change)
    return done()


@router.get("/producers/{subject_id}/years", responses={200: {"model": YearList}}, response_model=None)
async def list_years(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """What a producer states of its years, and what the coming ballot asks of them."""
    return read_answer(request, await service.db.read(lambda rtx: records.years(rtx, subject_id, actor)))


@router.post("/producers/{subject_id}/years", status_code=204, response_model=None)
async def state_year_of(
    subject_id: SubjectId, body: YearState, actor: ActorDep, service: ServiceDep
) -> Response:
    """State a year, or correct one with reason and document."""

    def state(tx: Tx) -> None:
        ref = _ref_for(tx, actor, subject_id, (Role.PRODUCER, *OFFICERS))
        facts = YearFacts(**body.model_dump(exclude={"reason", "document"}))
        state_year(tx, subject_id, facts, actor=ref, reason=body.reason, document=body.document)

    await service.db.write(state)
    return done()


def _ref_for(tx: Tx, actor: Actor, producer_id: str, roles: tuple[Role, ...]) -> ActorRef:
    """Who to name for an act on a producer; raises as `ref_at`."""
    producer = get_producer(tx, producer_id)
    return ref_at(
        actor, roles, province_code=producer.province_code, commune_code=producer.commune_code,
        producer_id=producer.id, unseen=NotFound("unknown_producer", producer=producer.id),
    )  # fmt: skip


@router.get("/products/similar", responses={200: {"model": SimilarList}}, response_model=None)
async def list_similar(
    request: Request,
    producer_id: Annotated[str, Query(pattern=ID)],
    name: Annotated[str, Query(min_length=1, max_length=300)],
    actor: ActorDep,
    service: ServiceDep,
) -> Response:
    """Products of the same name in the producer's commune: a hint before another one is registered."""
    return read_answer(
        request, await service.db.read(lambda rtx: records.similar(rtx, producer_id, name, actor))
    )


@router.get("/products", responses={200: {"model": ProductPage}}, response_model=None)
async def list_products(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    producer_id: Annotated[str | None, Query(pattern=ID)] = None,
    words: Words = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Products one may see, in the order of their registration."""
    place = place_of(cursor, 1)
    after = place[0] if place else ""
    found = await service.db.read(
        lambda rtx: registered.products(
            rtx, actor, producer_id=producer_id, after=after, limit=limit, words=words
        )
    )
    return read_answer(request, page_answer(found, limit, "id"))


@router.post("/products", status_code=201, responses={201: {"model": IdRead}}, response_model=None)
async def create_product(
    request: Request, body: ProductCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Register a product of a producer: one's own, or of one's commune or province."""

    def make(tx: Tx) -> dict[str, Any]:
        ref = _ref_for(tx, actor, body.producer_id, (Role.PRODUCER, *OFFICERS))
        made = register_product(
            tx, body.producer_id, body.name, actor=ref, group=body.group, set_code=body.set_code
        )
        return {"id": made}

    return await create(request, service, body, make, actor=actor, key=key)
