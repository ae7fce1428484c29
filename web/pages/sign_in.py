"""Signing in by a link with a button or by a password, setting a new password, signing out.

Looking at a link never uses it; the pages never tell who has an account.
"""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.cookies import drop_session, set_session
from api.routes.auth import address_of, send_recovery
from api.service import Service, ServiceDep
from core.errors import BadInput, FieldError, NotSignedIn, OcopError, TooMany
from core.tx import Tx
from registry import sign_in
from registry.sign_in import Opened, Purpose
from web import wording
from web.fields import read_form
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import VisitDep, find_visit

router = APIRouter(route_class=PageRoute)
_STATUS = {NotSignedIn: 401, TooMany: 429}


def onward(path: str) -> str:
    """Where to go after signing in: a path of this site, nothing else."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\", "/dang-"))
    return path if safe and "\\" not in path and path.isprintable() else "/"


@router.get("/dang-nhap")
async def sign_in_page(request: Request, tiep: str = "/") -> Response:
    if await find_visit(request):
        return go(onward(tiep))
    return page(request, "sign_in.html", errors=[], login="", onward=onward(tiep))


@router.post("/dang-nhap")
async def sign_in_by_password(request: Request, service: ServiceDep) -> Response:
    typed = await read_form(request, None)
    login, after = typed.one("login").strip(), onward(typed.one("tiep", "/"))
    try:
        opened = await sign_in.sign_in_password(
            service.db,
            login,
            typed.one("password"),
            address=address_of(request),
            remember=typed.one("remember") == "true",
        )
    except (NotSignedIn, TooMany) as error:
        faults = [{"path": "login", "label": "Đăng nhập", "text": wording.of_error(error)}]
        status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
        return page(request, "sign_in.html", status=status, errors=faults, login=login, onward=after)
    return entered(service, opened, after)


def entered(service: Service, opened: Opened, address: str) -> Response:
    """Hand out the session's key and go on."""
    response = go(address)
    set_session(response, service, opened.session_id, opened.expires_at)
    return response


@router.get("/dang-nhap/{secret}")
async def link_page(request: Request, secret: str, service: ServiceDep) -> Response:
    """The page with the button: previews of messages may fetch it as often as they like."""
    try:
        view = await service.db.read(lambda rtx: sign_in.peek_link(rtx, secret, Purpose.SIGN_IN))
    except OcopError as error:
        return page(request, "link_gone.html", status=404, sentence=wording.of_error(error))
    return page(request, "link.html", name=view.name, expires_at=view.expires_at, secret=secret)


@router.post("/dang-nhap/{secret}")
async def use_link(request: Request, secret: str, service: ServiceDep) -> Response:
    typed = await read_form(request, None)
    remember = typed.one("remember") == "true"

    def enter(tx: Tx) -> Opened:
        return sign_in.open_session(tx, sign_in.use_link(tx, secret, Purpose.SIGN_IN), remember=remember)

    try:
        opened = await service.db.write(enter)
    except OcopError as error:
        return page(request, "link_gone.html", status=409, sentence=wording.of_error(error))
    return entered(service, opened, "/")


@router.get("/quen-mat-khau")
async def recovery_page(request: Request) -> Response:
    return page(request, "recover.html", errors=[], login="", asked=False)


@router.post("/quen-mat-khau")
async def ask_recovery(request: Request, service: ServiceDep) -> Response:
    """Plan the message with the link where the name is somebody's; the page says the same in every case."""
    typed = await read_form(request, None)
    login = typed.one("login").strip()
    try:
        await service.db.write(lambda tx: send_recovery(tx, service, login, address_of(request)))
    except TooMany as error:
        faults = [{"path": "login", "label": "Tài khoản", "text": wording.of_error(error)}]
        return page(request, "recover.html", status=429, errors=faults, login=login, asked=False)
    return page(request, "recover.html", errors=[], login=login, asked=True)


@router.get("/dat-lai-mat-khau/{secret}")
async def new_password_page(request: Request, secret: str, service: ServiceDep) -> Response:
    try:
        view = await service.db.read(lambda rtx: sign_in.peek_link(rtx, secret, Purpose.RECOVER))
    except OcopError as error:
        return page(request, "link_gone.html", status=404, sentence=wording.of_error(error))
    return page(request, "new_password.html", errors=[], secret=secret, name=view.name)


def check_same(password: str, again: str) -> None:
    """Refuse a password that was not typed twice alike.

    Raises:
        BadInput: `passwords_differ`.
    """
    if password != again:
        raise BadInput("passwords_differ", fields=[FieldError("again", "passwords_differ")])


@router.post("/dat-lai-mat-khau/{secret}")
async def set_new_password(request: Request, secret: str, service: ServiceDep) -> Response:
    typed = await read_form(request, None)
    password = typed.one("password")
    try:
        check_same(password, typed.one("again"))
        hashed = await asyncio.to_thread(sign_in.hash_password, password)
    except BadInput as error:
        faults = wording.field_errors(error.fields)
        return page(request, "new_password.html", status=422, errors=faults, secret=secret, name=None)

    def renew(tx: Tx) -> Opened:
        return sign_in.open_session(tx, sign_in.recover(tx, secret, hashed))

    try:
        opened = await service.db.write(renew)
    except OcopError as error:
        return page(request, "link_gone.html", status=409, sentence=wording.of_error(error))
    return entered(service, opened, "/")


@router.post("/dang-xuat")
async def sign_out(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    await read_form(request, visit)
    await service.db.write(lambda tx: sign_in.close_session(tx, visit.id_hash))
    response = go("/dang-nhap")
    drop_session(response, service)
    return response
