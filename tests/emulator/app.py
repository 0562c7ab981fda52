"""The emulator as an ASGI application: routes, error shapes, and the gateway in front."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from tests.emulator.errors import ApiError, OAuthError, no_such_api
from tests.emulator.gateway import Gateway
from tests.emulator.routes_admin import AdminRoutes
from tests.emulator.routes_control import ControlRoutes
from tests.emulator.routes_data import DataRoutes
from tests.emulator.routes_database import DatabaseRoutes
from tests.emulator.routes_identity import IdentityRoutes
from tests.emulator.world import World


def create_app(world: World, data_port: int) -> ASGIApp:
    """Requests that come in by `data_port` reach the data plane only."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(OAuthError, _oauth_error)
    app.add_exception_handler(HTTPException, _unknown)
    app.add_exception_handler(Exception, _own_fault)
    for routes in (ControlRoutes, DataRoutes, IdentityRoutes, DatabaseRoutes, AdminRoutes):
        routes(world).add_to(app)
    return Gateway(app, world, data_port)


async def _api_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return JSONResponse(error.body(), error.status)


async def _oauth_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OAuthError)
    return JSONResponse(error.body(), error.status)


async def _own_fault(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error_code": "EMULATOR_BUG", "message": repr(error)}, 500)


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    failure = no_such_api(request.method, request.url.path)
    return JSONResponse(failure.body(), failure.status)
