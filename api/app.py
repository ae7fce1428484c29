"""The app factory: one FastAPI app for the JSON interface, into which the pages put their own routes.

It never opens a database or reads the environment; it is handed a service.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import errors
from api.door import Door
from api.kinds import V1
from api.meters import Requests
from api.routes import ROUTERS, health
from api.schemas.problems import PROBLEMS
from api.service import Service

DESCRIPTION = (
    "Runs the yearly OCOP cycle: dossiers, deadlines, certificates, their history and its replay. Refusals are "
    "application/problem+json with a stable `code`, in Vietnamese unless Accept-Language prefers English. Lists give "
    "`next`, to be sent back as `cursor`. `version` is what a move names as `expected_version`."
)
OPEN = (f"{V1}/public/", f"{V1}/auth/", "/healthz", "/readyz", "/metrics")
"""Where nobody needs to be signed in."""
SCHEMES: dict[str, dict[str, str]] = {
    "token": {"type": "http", "scheme": "bearer", "description": f"made under {V1}/me/tokens"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-ocop",
        "description": "with X-CSRF-Token on changes",
    },
}


class OcopApi(FastAPI):
    """FastAPI that is told its description only when somebody asks for it."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe()
        return self.openapi_schema


def create_app(
    service: Service,
    extra_routers: Sequence[APIRouter] = (),
    *,
    page_errors: errors.PageErrors | None = None,
) -> FastAPI:
    """Build the app over a service. `page_errors` shows refusals of everything outside of /api/ as a page.

    Routes are put in as they stand: including their routers would take each apart a second time, on the first request.
    """
    app = OcopApi(openapi_url=f"{V1}/openapi.json", docs_url=None, redoc_url=None)
    for router in (*ROUTERS, health.router, *extra_routers):
        app.router.routes.extend(router.routes)
    app.state.service = service
    app.state.requests = Requests()
    errors.install(app, page_errors)
    https = service.config.base_url.startswith("https://")
    app.add_middleware(Door, requests=app.state.requests, https=https, monotonic=service.clock.monotonic)
    return app


def describe() -> dict[str, Any]:
    """The OpenAPI description of the JSON interface, with every problem and our ways of signing in; needs no service."""
    described = FastAPI(
        title="OCOP", version="1", description=DESCRIPTION, generate_unique_id_function=_operation_id
    )
    for router in ROUTERS:
        described.include_router(router, responses=PROBLEMS)
    described.include_router(health.router)
    schema = described.openapi()
    schema.setdefault("components", {})["securitySchemes"] = SCHEMES
    schema["security"] = [{name: []} for name in SCHEMES]
    for path, operations in schema["paths"].items():
        for operation in operations.values() if path.startswith(OPEN) else ():
            operation["security"] = []
    return schema


def _operation_id(route: APIRoute) -> str:
    """The name of the function: stable, and unique by a test."""
    return route.name
