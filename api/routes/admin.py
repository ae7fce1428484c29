"""Accounts, appointments and sign-in links, made by those who look after them.

It never gives what the giver does not have to give: see `rights`.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import done, write_answer
from api.idempotency import KeyHeader, create
from api.kinds import V1, SubjectId
from api.rights import appointer_ref, keeper_ref, link_maker_ref
from api.schemas.people import AccountCreate, AppointmentCreate, AppointmentEnd, IdRead, LinkCreate, LinkRead
from api.service import Service, ServiceDep
from api.session import ActorDep
from core import jobs
from core.clock import VIETNAM
from core.errors import NotFound
from core.history import append
from core.tx import ReadTx, Tx
from notifications.links import queue_link
from registry import accounts, sign_in, units
from registry.accounts import Appointed
from registry.accounts.people import ACCOUNT
from registry.actors import Actor
from registry.roles import COUNTRY
from registry.sign_in import Purpose

router = APIRouter(prefix=V1, tags=["admin"])


@router.post("/accounts", status_code=201, responses={201: {"model": IdRead}}, response_model=None)
async def create_account(
    request: Request, body: AccountCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Make an account; it has no right before an appointment."""
    ref = keeper_ref(actor)

    def make(tx: Tx) -> dict[str, Any]:
        return {"id": accounts.add_account(tx, body.name, actor=ref, email=body.email, phone=body.phone)}

    return await create(request, service, body, make, actor=actor, key=key)


@router.post("/appointments", status_code=201, responses={201: {"model": IdRead}}, response_model=None)
async def create_appointment(
    request: Request, body: AppointmentCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Appoint an account to a role at a unit, for a period."""
    keeper_ref(actor)

    def make(tx: Tx) -> dict[str, Any]:
        ref = appointer_ref(actor, body.role, body.unit_code, province_at(tx, body.unit_code))
        made = accounts.appoint(
            tx, body.account_id, body.role, body.unit_code, actor=ref, starts_on=body.starts_on, ends_on=body.ends_on,
            producer_id=body.producer_id, seat=body.seat, acting_for=body.acting_for, reason=body.reason,
        )  # fmt: skip
        return {"id": made}

    return await create(request, service, body, make, actor=actor, key=key)


@router.post("/accounts/{subject_id}/appointments/{appointment_id}/end", status_code=204, response_model=None)
async def end_appointment(
    subject_id: SubjectId,
    appointment_id: SubjectId,
    body: AppointmentEnd,
    actor: ActorDep,
    service: ServiceDep,
) -> Response:
    """End an appointment, today or on another last day."""
    keeper_ref(actor)

    def end(tx: Tx) -> None:
        held = [one for one in accounts.appointments_of(tx, subject_id) if one.id == appointment_id]
        if not held:
            raise NotFound("unknown_appointment", appointment=appointment_id)
        ref = appointer_ref(actor, held[0].role, held[0].unit_code, province_at(tx, held[0].unit_code))
        accounts.end_appointment(tx, appointment_id, actor=ref, reason=body.reason, last_day=body.last_day)

    await service.db.write(end)
    return done()


@router.post(
    "/accounts/{subject_id}/links", status_code=201, responses={201: {"model": LinkRead}}, response_model=None
)
async def create_link(
    subject_id: SubjectId, body: LinkCreate, actor: ActorDep, service: ServiceDep
) -> Response:
    """Make a one-time sign-in link for somebody whose rights are one's own to give; it is noted on the account."""
    url = await service.db.write(lambda tx: link_for(tx, service, actor, subject_id, send=body.send))
    return write_answer({"url": None if body.send else url}, 201)


def link_for(tx: Tx, service: Service, actor: Actor, account_id: str, *, send: bool) -> str:
    """Make the link, note who made it, and put it into the outbox if it is to be sent.

    Raises:
        Forbidden: `wrong_actor`, `appointing_not_yours`. NotFound: `unknown_account`. Refused: `account_disabled`.
    """
    ref = link_maker_ref(actor, _rights_of(tx, account_id))
    url = service.link_url(Purpose.SIGN_IN, sign_in.make_link(tx, account_id))
    append(tx, ACCOUNT, account_id, "fact_noted", actor=ref, trigger="make_link")
    if send:
        queue_link(tx, account_id, "sign_in", url)
        jobs.ask(tx, "deliver_outbox")
    return url


def _rights_of(rtx: ReadTx, account_id: str) -> list[tuple[Appointed, str]]:
    """Rights that hold or are still to come, each with its province."""
    today = rtx.now.astimezone(VIETNAM).date()
    return [
        (right, province_at(rtx, right.unit_code))
        for right in accounts.appointments_of(rtx, account_id)
        if right.ends_on is None or right.ends_on >= today
    ]


def province_at(rtx: ReadTx, unit_code: str) -> str:
    """The province of a unit; the country is its own."""
    return COUNTRY if unit_code == COUNTRY else units.province_of(rtx, unit_code)
