"""The API process: middleware, error handlers, routers. Crews run elsewhere, in workers."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI

from src.api import (
    agents,
    api_keys,
    approvals,
    batches,
    crews,
    events_stream,
    executions,
    flows,
    groups,
    health,
    hooks,
    jobs,
    knowledge,
    limits,
    mcp_servers,
    me,
    memory,
    memory_backends,
    metrics,
    models,
    output_schemas,
    schedules,
    session,
    tasks,
    tools,
    triggers,
    webhooks,
)
from src.api.dependencies import authenticate
from src.api.errors import install_error_handlers
from src.api.frontend import install_frontend
from src.api.middleware import BodyLimit, Limit, RequestContext, RequestTimes
from src.bootstrap import Container
from src.core.logging import configure_logging
from src.core.settings import Settings
from src.schemas.common import Problem
from src.services.triggers.mapping import MAX_BODY_BYTES
from src.services.triggers.trigger import HOOKS

_ROUTES = (
    # Routes are tried in this order: the ones that clients poll stand first.
    executions,
    events_stream,
    agents,
    api_keys,
    approvals,
    batches,
    crews,
    flows,
    groups,
    jobs,
    knowledge,
    limits,
    mcp_servers,
    me,
    memory,
    memory_backends,
    models,
    output_schemas,
    schedules,
    session,
    tasks,
    tools,
    triggers,
    webhooks,
)
# One entry for many statuses: a dozen of them on every route doubled the time that start-up takes.
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    statuses: {"model": Problem, "content": {"application/problem+json": {}}}
    for statuses in ("4XX", "5XX")
}

_MULTIPART_BYTES = 65_536
"""For what a form adds to the document in it."""


def create_app(container: Container | None = None) -> FastAPI:
    own = container or Container(Settings())
    configure_logging(own.settings.kasal_log_level, own.settings.kasal_log_format)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await own.start()
        _settle_memory()
        yield
        await own.close()

    app = FastAPI(
        title="Kasal",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url="/api/v1/docs",
        swagger_ui_oauth2_redirect_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    install_error_handlers(app)
    app.include_router(health.router)
    app.include_router(metrics.router, responses=_PROBLEMS)
    app.include_router(hooks.router, responses=_PROBLEMS)
    api = APIRouter(
        prefix="/api/v1",
        dependencies=[Depends(authenticate)],
        responses=_PROBLEMS,
    )
    for module in _ROUTES:
        api.include_router(module.router)
    app.include_router(api)
    install_frontend(app)
    install_container(app, own)
    return app


def install_container(app: FastAPI, container: Container) -> None:
    """All of an application that differs from one container to the next, but for its lifespan."""
    app.state.container = container
    app.add_middleware(BodyLimit, limits=_body_limits(container.settings))
    app.add_middleware(RequestContext)
    app.add_middleware(RequestTimes, container.request_measures)


def _body_limits(settings: Settings) -> dict[str, Limit]:
    usual = Limit(settings.kasal_max_body_bytes, "KASAL_MAX_BODY_BYTES")
    documents = Limit(
        max(usual.max_bytes, settings.kasal_max_document_bytes + _MULTIPART_BYTES),
        "KASAL_MAX_DOCUMENT_BYTES",
    )
    datasets = Limit(
        max(usual.max_bytes, settings.kasal_max_batch_bytes + _MULTIPART_BYTES),
        "KASAL_MAX_BATCH_BYTES",
    )
    called = Limit(min(usual.max_bytes, MAX_BODY_BYTES), "of calls of triggers")
    return {
        "": usual,
        f"POST /api/v1{knowledge.UPLOAD_PATH}": documents,
        f"POST /api/v1{batches.CREATE_PATH}": datasets,
        f"POST {HOOKS}/": called,
    }


def _settle_memory() -> None:
    """What start-up built stays for good: without this the collector walks through all of it again and
    again while long lists are made (a third of the time of an event page, benchmarks/README.md)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def __getattr__(name: str) -> FastAPI:
    # `uvicorn src.main:app` builds the app; importing the module for create_app() does not.
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = create_app()
    built: FastAPI = globals()["app"]
    return built
