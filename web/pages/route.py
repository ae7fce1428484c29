"""The kind of route every page uses: what nobody foresaw becomes a page with a number, and a traceback in the log.

It never answers a foreseen refusal: the app's handlers do. What a signed-out person had typed is kept for them.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import INTERNAL, PageErrors, Problem
from core.errors import NotFound, NotSignedIn, OcopError
from web.fields import keep_form

log = logging.getLogger("ocop.pages")


class PageRoute(APIRoute):
    """A route whose failures are pages; an address that does not fit its form is not found."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # no Any in ours
        handle: Callable[[Request], Any] = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response: Response = await handle(request)
            except RequestValidationError as error:
                raise NotFound("not_found") from error
            except NotSignedIn:
                if request.method == "POST":
                    await keep_form(request)
                raise
            except (OcopError, HTTPException):
                raise
            except Exception:
                log.exception("page failed", extra={"route": self.path})
                show: PageErrors | None = request.app.state.page_errors
                if show is None:
                    raise
                return show(request, Problem(INTERNAL, "internal_error"))
            return response

        return guarded
