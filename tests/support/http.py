"""Clients of an application that runs inside the test process."""

import copy
import functools

import httpx
from fastapi import FastAPI
from starlette.datastructures import State

from src.bootstrap import Container
from src.core.settings import Settings
from src.main import create_app, install_container

_APP = "app of the tests"


def app_of(container: Container) -> FastAPI:
    """The application as create_app makes it, with routes that all of a process share.

    Building them takes longer than most tests. It is kept in the container itself: a table of them would
    keep both for ever.
    """
    app: FastAPI | None = vars(container).get(_APP)
    if app is None:
        app = vars(container)[_APP] = copy.copy(_routes())
        app.state = State()
        app.user_middleware = []
        install_container(app, container)
    return app


@functools.cache
def _routes() -> FastAPI:
    return create_app(Container(Settings(_env_file=None)))


def client_of(container: Container, **headers: str) -> httpx.AsyncClient:
    """Paths are relative to /api/v1; full paths, such as a Location, work too."""
    transport = _Relative(httpx.ASGITransport(app_of(container)))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


class _Relative(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path
        if not path.startswith((b"/api/", b"/health/", b"/hooks/", b"/metrics")):
            request.url = request.url.copy_with(raw_path=b"/api/v1" + path)
        return await self._inner.handle_async_request(request)
