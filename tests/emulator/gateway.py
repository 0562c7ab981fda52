"""In front of the routes: records each request, knows its caller, and lets faults strike."""

import asyncio
import re
import urllib.parse
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.emulator.errors import ApiError, denied, no_such_api
from tests.emulator.exchange import Exchange, Plane, replay
from tests.emulator.faults import FaultRule
from tests.emulator.identities import Token
from tests.emulator.recorder import RecordedRequest, visible_headers
from tests.emulator.world import World

ADMIN = "/__emu"
PUBLIC = ("/.well-known/", "/oidc/")
DATA_OPERATION = re.compile(
    r"/api/2\.0/vector-search/(?:endpoints/[^/]+/)?indexes/(?P<index>[^/]+)/"
    r"(?P<operation>upsert-data|delete-data|query|query-next-page|scan)"
)


class Gateway:
    def __init__(self, app: ASGIApp, world: World, data_port: int) -> None:
        self._app, self._world, self._data_port = app, world, data_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(ADMIN):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        exchange = self._exchange(scope, body)
        scope["emulator"] = exchange
        exchange.fault = rule = self._world.faults.take(exchange.entry, body)
        send = _noting_status(send, exchange.entry)
        if rule is None:
            await self._serve(scope, receive, send)
            return
        if not rule.after_handler:
            await self._wait(rule)
        if rule.answers_itself and not rule.after_handler:
            await _fail(rule, receive, send)
        elif rule.after_handler or rule.connection != "keep" or rule.malformed:
            await self._serve_spoiled(rule, scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope["emulator"]
        try:
            self._admit(scope["path"], exchange)
        except ApiError as exc:
            await _send(send, exc.status, {"content-type": "application/json"}, exc.body())
            return
        if self._world.options.latency_s and "/indexes/" in scope["path"]:
            await asyncio.sleep(self._world.options.latency_s)
        await self._app(scope, replay(exchange.body, receive), send)

    async def _serve_spoiled(
        self, rule: FaultRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Does the work, then spoils what the client hears of it."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._serve(scope, receive, keep)
        if rule.after_handler:
            await self._wait(rule)
        if rule.answers_itself:
            await _fail(rule, receive, send)
            return
        content = b"".join(message.get("body", b"") for message in messages)
        head = dict(messages[0])
        if rule.malformed:
            content = content[: len(content) // 2]
            head["headers"] = _with_length(head["headers"], len(content))
        if rule.connection == "cut":
            sent, head["headers"] = len(content) * 3 // 4, _with_length(head["headers"], None)
        else:
            sent = len(content) // 2 if rule.connection == "half" else len(content)
        await send(head)
        is_whole = rule.connection == "keep"
        await send(
            {"type": "http.response.body", "body": content[:sent], "more_body": not is_whole}
        )
        # Returning now, with more announced, makes the server close the connection.

    async def _wait(self, rule: FaultRule) -> None:
        before = self._world.faults.releases
        await asyncio.sleep(rule.delay_s)
        if rule.hold:
            await asyncio.to_thread(self._world.faults.wait_for_release, before)

    def _exchange(self, scope: Scope, body: bytes) -> Exchange:
        plane: Plane = "data" if scope["server"][1] == self._data_port else "workspace"
        authorization = _header(scope, b"authorization")
        identity = self._world.identities.label(authorization)
        query = urllib.parse.parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        headers = visible_headers(scope["headers"], identity)
        entry = RecordedRequest(plane, scope["method"], scope["path"], query, headers, identity)
        self._world.recorder.note(entry, body)
        return Exchange(entry, body, plane, self._world.options, authorization)

    def _admit(self, path: str, exchange: Exchange) -> None:
        """Raises unless the caller may come in by this port, with these scopes."""
        operation = DATA_OPERATION.fullmatch(path)
        if exchange.plane == "data" and operation is None:
            raise no_such_api(exchange.entry.method, path)
        if path.startswith(PUBLIC):
            return
        token = self._world.identities.token_of(exchange.authorization)
        area = _area(path)
        if area:
            token.require_scope(area)
        self._check_details(token, operation, exchange.plane)
        exchange.known_token = token

    def _check_details(self, token: Token, operation: re.Match[str] | None, plane: Plane) -> None:
        if plane == "data" and token.details is None:
            raise denied("The data plane needs a token with authorization_details.")
        if token.details is None:
            return
        name = operation["operation"] if operation else ""
        wanted = "WriteVectorIndex" if name.endswith("-data") else "ReadVectorIndex"
        if operation is None or not token.allows(wanted, operation["index"]):
            raise denied("The token's authorization_details do not allow this operation.")


def _area(path: str) -> str | None:
    if path.startswith("/api/2.0/vector-search/"):
        return "indexes" if "/indexes" in path else "endpoints"
    serving = ("/serving-endpoints", "/api/2.0/serving-endpoints", "/ai-gateway/")
    return "serving" if path.startswith(serving) else None


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _noting_status(send: Send, entry: RecordedRequest) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry.status = message["status"]
        await send(message)

    return noted


def _with_length(headers: Any, length: int | None) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    return kept if length is None else [*kept, (b"content-length", str(length).encode())]


async def _fail(rule: FaultRule, receive: Receive, send: Send) -> None:
    if rule.connection == "reset":
        await _abort(receive)
        return
    status, headers, body = rule.answer()
    await _send(send, status, headers, body)


async def _send(send: Send, status: int, headers: dict[str, str], body: Any) -> None:
    content = body.encode() if isinstance(body, str) else orjson.dumps(body)
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})


async def _abort(receive: Receive) -> None:
    """Drops the TCP connection under the request. ASGI has no word for it; uvicorn's cycle has it."""
    transport: asyncio.Transport = receive.__self__.transport  # type: ignore[attr-defined]
    transport.abort()
    await receive()  # the disconnect: without it the server would still answer 500
