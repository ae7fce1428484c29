"""The app factory: one FastAPI app for the JSON interface, into which the pages put their own routes.

It never opens a database or reads the environment; it is handed a service.
"""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import errors
from api.door import Door
from api.meters import Requests
from api.routes import ROUTERS, health
from api.schemas.problems import PROBLEMS
from api.service import Service

PREFIX = "/api/v1"
DESCRIPTION = (
    "Runs the yearly OCOP cycle: dossiers, deadlines, certificates, their history and its replay. Refusals are "
    "application/problem+json with a stable `code`. Lists give `next`, to be sent back as `cursor`."
)


def create_app(
    service: Service,
    extra_routers: Sequence[APIRouter] = (),
    *,
    page_errors: errors.PageErrors | None = None,
) -> FastAPI:
    """Build the app over a service. `page_errors` shows refusals of everything outside of /api/ as a page."""
    app = FastAPI(
        title="OCOP",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.service = service
    app.state.requests = Requests()
    errors.install(app, page_errors)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX, responses=PROBLEMS)
    for router in (health.router, *extra_routers):
        app.include_router(router)
    https = service.config.base_url.startswith("https://")
    app.add_middleware(Door, requests=app.state.requests, https=https)
    return app


def _operation_id(route: APIRoute) -> str:
    """The name of the function: stable, and unique by a test."""
    return route.name
