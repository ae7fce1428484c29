"""Who signs in for a producer: the people, a new one, and a sign-in link to hand over where there is no e-mail.

Rights are given only by those whose rights they are to give; a link is shown once and never kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.rights import appointer_ref, keeper_ref
from api.routes.admin import link_for
from api.service import Service, ServiceDep
from core.errors import BadInput, Forbidden, NotFound, Refused
from core.tx import ReadTx, Tx
from registry import accounts, contact
from registry.accounts.appointments import today
from registry.producers import ProducerRead, get_producer
from registry.roles import Role
from states.outcomes.repairs_read import row_seen
from web import registers, wording
from web.fields import Input, Typed, read_form
from web.once import once
from web.pages.route import PageRoute
from web.render import page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
FIELDS = ("name", "phone", "email")
HINTS = {"phone": "Dùng để đăng nhập và nhắc hạn, ví dụ 0900 000 000."}


@dataclass(frozen=True, slots=True)
class User:
    """One person who may act for the producer today."""

    id: str
    name: str
    reached_at: str


def _producer(rtx: ReadTx, visit: Visit, producer_id: str) -> ProducerRead:
    """The producer, for whoever gives rights for it.

    Raises:
        NotFound: not there or not theirs to see. Forbidden: theirs to see only.
    """
    if row_seen(rtx, "producer", producer_id, visit.actor) is None:
        raise NotFound("unknown_producer", producer=producer_id)
    producer = get_producer(rtx, producer_id)
    appointer_ref(visit.actor, Role.PRODUCER, registers.home_unit(producer), producer.province_code)
    return producer


def users_of(rtx: ReadTx, producer_id: str) -> list[User]:
    found = accounts.holders(rtx, Role.PRODUCER, today(rtx), producer_id=producer_id)
    return [
        User(
            id=one.account_id,
            name=one.name or "Không rõ tên",
            reached_at=", ".join(
                each for each in (one.phone and contact.shown_phone(one.phone), one.email) if each
            ),
        )
        for one in found
    ]


@router.get("/chu-the/{producer_id}/nguoi-dung")
async def show_users(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    return await _page(request, service, visit, producer_id)


async def _page(
    request: Request,
    service: Service,
    visit: Visit,
    producer_id: str,
    typed: Typed | None = None,
    *,
    error: BadInput | Refused | Forbidden | None = None,
    link: str = "",
    name: str = "",
) -> Response:
    def read(rtx: ReadTx) -> tuple[ProducerRead, list[User]]:
        return _producer(rtx, visit, producer_id), users_of(rtx, producer_id)

    producer, users = await look(service, visit, read)
    faults = wording.field_errors(error.fields) if isinstance(error, BadInput) else []
    return page(
        request, "producer_users.html", visit=visit, status=422 if faults else 409 if error else 200,
        producer=producer, users=users, inputs=_inputs(typed), errors=faults, link=link, name=name,
        refused="" if error is None or faults else wording.of_error(error),
    )  # fmt: skip


def _inputs(typed: Typed | None) -> Sequence[Input]:
    return [
        Input(
            name=name,
            label=wording.label("account_field", name),
            look="line",
            hint=HINTS.get(name, ""),
            value=typed.one(name) if typed else "",
            required=name == "name",
        )
        for name in FIELDS
    ]


@router.post("/chu-the/{producer_id}/nguoi-dung")
async def add_user(request: Request, producer_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """Make an account, or take the one of that phone or address, let it act for the producer, and show its link."""
    typed = await read_form(request, visit)

    def add(tx: Tx) -> str:
        account = once(
            tx, visit, request.url.path, typed, lambda inner: _appointed(inner, visit, producer_id, typed)
        )
        return link_for(tx, service, visit.actor, account, send=False)

    try:
        link = await service.db.write(add)
    except (BadInput, Refused, Forbidden) as error:
        return await _page(request, service, visit, producer_id, typed, error=error)
    return await _page(request, service, visit, producer_id, link=link, name=typed.one("name").strip())


def _appointed(tx: Tx, visit: Visit, producer_id: str, typed: Typed) -> str:
    producer = _producer(tx, visit, producer_id)
    given = {name: typed.one(name).strip() or None for name in ("phone", "email")}
    known = next(
        (found for each in given.values() if each and (found := accounts.find_account(tx, each))), None
    )
    account = (
        known.id
        if known
        else accounts.add_account(tx, typed.one("name"), actor=keeper_ref(visit.actor), **given)
    )
    if all(each.id != account for each in users_of(tx, producer_id)):
        ref = appointer_ref(visit.actor, Role.PRODUCER, registers.home_unit(producer), producer.province_code)
        accounts.appoint(
            tx, account, Role.PRODUCER, registers.home_unit(producer), actor=ref, producer_id=producer_id
        )
    return account


@router.post("/chu-the/{producer_id}/nguoi-dung/{account_id}/lien-ket")
async def new_link(
    request: Request, producer_id: str, account_id: str, service: ServiceDep, visit: VisitDep
) -> Response:
    """A fresh link for somebody who has lost theirs."""
    await read_form(request, visit)

    def make(tx: Tx) -> tuple[str, str]:
        _producer(tx, visit, producer_id)
        user = next((each for each in users_of(tx, producer_id) if each.id == account_id), None)
        if user is None:
            raise NotFound("unknown_account", account=account_id)
        return link_for(tx, service, visit.actor, account_id, send=False), user.name

    try:
        link, name = await service.db.write(make)
    except (Refused, Forbidden) as error:
        return await _page(request, service, visit, producer_id, error=error)
    return await _page(request, service, visit, producer_id, link=link, name=name)
