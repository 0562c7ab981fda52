"""Pure ASGI layers: request id and log context, body limit, security headers."""

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from src.api.errors import problem, surprise
from src.core import ids
from src.core.errors import PayloadTooLarge
from src.core.logging import get_logger, request_id_var
from src.services.operations.measures import REQUESTS, Measures

log = get_logger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


class RequestContext:
    """Gives every request an id, in the log lines and in the `X-Request-Id` of the answer."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = ids.new()
        token = request_id_var.set(request_id)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = list(message.get("headers", ()))
                message["headers"] = [*headers, (b"x-request-id", request_id.encode()), *_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except (
            Exception
        ) as exc:  # the outermost edge of a request: whatever it was, it gets an answer
            log.error("unexpected {}", type(exc).__name__, exc_info=exc)
            if not started:
                await surprise()(scope, receive, send_with_headers)
        finally:
            request_id_var.reset(token)


class RequestTimes:
    """Counts and times requests by route (without /api/v1), for /metrics. What is no route of ours counts as
    `other`, so that nobody can make up labels."""

    def __init__(self, app: App, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s, status = time.monotonic(), "none"

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = scope.get("route")
            method, path = ("other", "other") if route is None else (scope["method"], route.path)
            self._measures.observe(REQUESTS, time.monotonic() - began_s, method, path, status)


class _TooMuch(Exception):
    pass


@dataclass(frozen=True)
class Limit:
    max_bytes: int
    setting: str


class BodyLimit:
    """Counts the bytes that really arrive: neither FastAPI nor uvicorn has a limit of its own."""

    def __init__(self, app: App, limits: Mapping[str, Limit]) -> None:
        """By `METHOD /path`, or `METHOD /folder/` for what stands in it; the empty text is for all others."""
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit.max_bytes:
            await _refuse(limit, scope, receive, send)
            return
        received, refused = 0, False

        async def counted() -> Message:
            nonlocal received, refused
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit.max_bytes:
                    refused = True
                    raise _TooMuch
            return message

        async def unless_refused(message: Message) -> None:
            # FastAPI turns an error while reading the body into a 400 of its own; ours replaces it.
            if not refused:
                await send(message)

        try:
            await self._app(scope, counted, unless_refused)
        except _TooMuch:
            log.debug("body over {} bytes", limit.max_bytes)
        if refused:
            await _refuse(limit, scope, receive, send)

    def _limit_of(self, scope: Scope) -> Limit:
        method, path = scope["method"], scope["path"]
        folder = path.rpartition("/")[0]
        keys = (f"{method} {path}", f"{method} {folder}/", "")
        return next(self._limits[key] for key in keys if key in self._limits)


async def _refuse(limit: Limit, scope: Scope, receive: Receive, send: Send) -> None:
    response = problem(
        status=PayloadTooLarge.status,
        code=PayloadTooLarge.code,
        title=PayloadTooLarge.title,
        detail=f"a request body may hold {limit.max_bytes} bytes ({limit.setting})",
        headers={"Connection": "close"},
    )
    await response(scope, receive, send)
