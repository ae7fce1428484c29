"""Who is asking, through which of their roles they look, and whether a form comes from our own page.

It never widens a right: the role chosen only decides which home and which menu are shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Annotated, TypeVar

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.service import Service, service_of
from api.session import from_own_page, same_secret, visitor_of
from core.errors import Forbidden, NotSignedIn
from core.tx import ReadTx
from notifications.queries import unread_count
from registry.actors import Actor
from registry.roles import Role

T = TypeVar("T")
ROLE_COOKIE, TOKEN_COOKIE = "ocop-role", "ocop-form"
STAFF = frozenset(Role) - {Role.PRODUCER}
HOMES: dict[Role, str] = {
    Role.PRODUCER: "/trang-chinh",
    Role.COMMUNE: "/viec",
    Role.PROVINCE_UNIT: "/viec",
    Role.ADVISORY: "/viec",
    Role.CHAIR: "/viec",
    Role.SECRETARY: "/viec",
    Role.COUNCIL_MEMBER: "/viec",
    Role.PROVINCE_CHAIR: "/viec",
    Role.MINISTRY: "/viec",
    Role.AUDITOR: "/ho-so",
    Role.ADMIN: "/he-thong",
}
_HOME, _QUEUE, _DOSSIERS = ("/trang-chinh", "Trang chính"), ("/viec", "Việc hôm nay"), ("/ho-so", "Hồ sơ")
_SESSIONS, _APPEALS = ("/phien-hop", "Phiên họp"), ("/kien-nghi", "Kiến nghị")
_CYCLES, _INBOX, _CHECK, _STATUS = (
    ("/chu-trinh", "Chu trình"),
    ("/thong-bao", "Thông báo"),
    ("/kiem-tra", "Tra cứu"),
    ("/he-thong", "Hệ thống"),
)
_PRODUCERS = ("/chu-the", "Chủ thể")
MENUS: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.PRODUCER: (_HOME, _DOSSIERS, _INBOX, _CHECK),
    Role.PROVINCE_UNIT: (
        _QUEUE,
        _CYCLES,
        _DOSSIERS,
        _PRODUCERS,
        _SESSIONS,
        _APPEALS,
        _INBOX,
        _CHECK,
        _STATUS,
    ),
    Role.CHAIR: (_QUEUE, _SESSIONS, _DOSSIERS, _CYCLES, _INBOX, _CHECK),
    Role.SECRETARY: (_QUEUE, _SESSIONS, _DOSSIERS, _CYCLES, _INBOX, _CHECK),
    Role.COUNCIL_MEMBER: (_QUEUE, _SESSIONS, _DOSSIERS, _CYCLES, _INBOX, _CHECK),
    Role.PROVINCE_CHAIR: (_QUEUE, _DOSSIERS, _SESSIONS, _APPEALS, _CYCLES, _INBOX, _CHECK),
    Role.MINISTRY: (_QUEUE, _DOSSIERS, _SESSIONS, _CYCLES, _INBOX, _CHECK),
    Role.AUDITOR: (("/ho-so", "Tra hồ sơ"), _SESSIONS, _APPEALS, _CYCLES, _INBOX, _CHECK),
    Role.COMMUNE: (_QUEUE, _DOSSIERS, _PRODUCERS, _CYCLES, _INBOX, _CHECK),
    Role.ADMIN: (_STATUS, _CYCLES, _DOSSIERS, _PRODUCERS, _INBOX, _CHECK),
}
OFFICER_MENU = (_QUEUE, _DOSSIERS, _CYCLES, _INBOX, _CHECK)


@dataclass(slots=True)
class Visit:
    """One request of a signed-in person."""

    actor: Actor
    csrf: str
    id_hash: str
    role: Role | None
    unseen: int = 0

    @property
    def roles(self) -> list[Role]:
        """The roles held today, in the order of the list of roles."""
        return [role for role in Role if self.actor.has(role)]

    @property
    def staff(self) -> bool:
        return self.role is not Role.PRODUCER

    @property
    def home(self) -> str:
        return HOMES[self.role] if self.role else "/kiem-tra"

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        return MENUS.get(self.role, OFFICER_MENU) if self.role else (_CHECK,)


async def require_visit(request: Request) -> Visit:
    """The signed-in person behind a page.

    Raises:
        NotSignedIn: `sign_in_first`.
    """
    visit = await find_visit(request)
    if visit is None:
        raise NotSignedIn("sign_in_first")
    return visit


async def find_visit(request: Request) -> Visit | None:
    """The signed-in person, None for nobody; a token of the API opens no page."""
    visitor = await visitor_of(request)
    if visitor is None or visitor.csrf is None or visitor.id_hash is None:
        return None
    service = await service_of(request)
    visit = Visit(visitor.actor, visitor.csrf, visitor.id_hash, _role(request, service, visitor.actor))
    request.state.visit = visit
    return visit


VisitDep = Annotated[Visit, Depends(require_visit)]


def _role(request: Request, service: Service, actor: Actor) -> Role | None:
    chosen = request.cookies.get(cookie_of(ROLE_COOKIE, service))
    held = [role for role in HOMES if actor.has(role)]
    return next((role for role in held if role == chosen), held[0] if held else None)


def cookie_of(name: str, service: Service) -> str:
    return name if service.insecure_lan else f"__Host-{name}"


def set_cookie(response: Response, service: Service, name: str, value: str, *, seconds: int) -> None:
    """A cookie of the pages, with the same protection as the session's."""
    response.set_cookie(
        cookie_of(name, service),
        value,
        max_age=seconds,
        path="/",
        secure=not service.insecure_lan,
        httponly=True,
        samesite="lax",
    )


def anonymous_token(request: Request) -> str:
    """The token for forms of people who are not signed in: the one the browser holds, or a new one."""
    service: Service = request.app.state.service
    return request.cookies.get(cookie_of(TOKEN_COOKIE, service)) or token_urlsafe(24)


def set_anonymous(response: Response, request: Request, service: Service, token: str) -> None:
    if request.cookies.get(cookie_of(TOKEN_COOKIE, service)) != token:
        set_cookie(response, service, TOKEN_COOKIE, token, seconds=24 * 3600)


def check_token(request: Request, given: str, visit: Visit | None) -> None:
    """Refuse a form that does not carry the token its page was given.

    Raises:
        Forbidden: `csrf_bad`.
    """
    service: Service = request.app.state.service
    kept = visit.csrf if visit else request.cookies.get(cookie_of(TOKEN_COOKIE, service), "")
    if not kept or not same_secret(given, kept) or from_own_page(request) is False:
        raise Forbidden("csrf_bad")


async def look(service: Service, visit: Visit, fn: Callable[[ReadTx], T]) -> T:
    """Read for a page, and with it how many notices wait in the inbox: one moment of the database for both."""

    def both(rtx: ReadTx) -> tuple[int, T]:
        return unread_count(rtx, visit.actor.account_id), fn(rtx)

    visit.unseen, found = await service.db.read(both)
    return found
