"""The one cookie: the key of a session, bound to this very host.

It never carries anything but the key, and no script can read it.
"""

from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.service import Service

SECURE_NAME = "__Host-ocop"
PLAIN_NAME = "ocop"
"""Only for a plain-http bind in an office network (`--insecure-lan`), where browsers refuse the other."""


def cookie_name(service: Service) -> str:
    return PLAIN_NAME if service.insecure_lan else SECURE_NAME


def session_key(request: HTTPConnection, service: Service) -> str | None:
    """The key a request brings."""
    return request.cookies.get(cookie_name(service)) or None


def set_session(response: Response, service: Service, key: str, expires_at: datetime) -> None:
    """Give the browser the key of a session; it goes back to this host only, and never with a foreign page's form."""
    left = int((expires_at - service.clock.wall_now()).total_seconds())
    response.set_cookie(
        cookie_name(service),
        key,
        max_age=left,
        path="/",
        secure=not service.insecure_lan,
        httponly=True,
        samesite="lax",
    )


def drop_session(response: Response, service: Service) -> None:
    """Take the key back."""
    response.delete_cookie(
        cookie_name(service), path="/", secure=not service.insecure_lan, httponly=True, samesite="lax"
    )
