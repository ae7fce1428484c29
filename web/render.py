"""From a template and its values to an answer: strict templates, only the icons a page uses, headers for every page.

It never marks text from people as safe: everything is escaped but our own drawings.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.service import Service
from web import assets, days, wording
from web.visits import Visit, anonymous_token, set_anonymous

TEMPLATES = Path(__file__).parent / "templates"
CONTENT_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
PRIVATE = "no-store"
REFERRER = "same-origin"
"""Nothing leaves this site; `no-referrer` would make browsers send `Origin: null` with our own forms over plain http."""


@cache
def environment() -> Environment:
    """The one template environment; a name that is not given is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(asset=assets.url, d=days, w=wording)
    return made


class _Icons:
    """The icons one page uses, in the order of their first use."""

    def __init__(self) -> None:
        self._used: dict[str, None] = {}

    def icon(self, name: str, look: str = "i") -> Markup:
        """An icon; the word beside it carries the meaning."""
        if name not in assets.symbols():
            raise KeyError(name)
        self._used[name] = None
        return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(look, name)

    def sprite(self) -> Markup:
        """The symbols themselves, once, at the end of the page."""
        drawn = "".join(assets.symbols()[name] for name in self._used)
        return Markup('<svg width="0" height="0" class="vh" aria-hidden="true">{}</svg>').format(
            Markup(drawn)  # noqa: S704 -- our own packaged drawings
        )


def page(
    request: Request,
    template: str,
    *,
    visit: Visit | None = None,
    status: int = 200,
    cache_control: str = PRIVATE,
    **context: Any,
) -> Response:
    """Answer with a page."""
    service: Service = request.app.state.service
    icons = _Icons()
    token = visit.csrf if visit else anonymous_token(request)
    text = (
        environment()
        .get_template(template)
        .render(
            **frame(request, service, visit),
            csrf=token,
            icon=icons.icon,
            sprite=icons.sprite,
            mark=token_urlsafe(12),
            **context,
        )
    )
    response = Response(text, status, _headers(cache_control), "text/html; charset=utf-8")
    if visit is None:
        set_anonymous(response, request, service, token)
    return response


def frame(request: Request, service: Service, visit: Visit | None) -> dict[str, Any]:
    """What the frame around every page needs."""
    now = service.clock.business_now()
    return {
        "visit": visit,
        "path": request.url.path,
        "now": now,
        "today": days.local(now).date(),
        "rehearsal": service.db.rehearsal,
        "insecure_lan": service.insecure_lan,
    }


def _headers(cache_control: str) -> Mapping[str, str]:
    return {
        "content-security-policy": CONTENT_POLICY,
        "referrer-policy": REFERRER,
        "cache-control": cache_control,
        "content-language": "vi",
    }


def go(address: str) -> Response:
    """Send the browser on after a change, by GET."""
    return RedirectResponse(address, 303, {"cache-control": PRIVATE, "referrer-policy": REFERRER})
