"""One request on its way through the emulator, and how its answer is written."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from fastapi import Request, Response
from starlette.types import Message, Receive

from tests.emulator.errors import ApiError
from tests.emulator.faults import FaultRule
from tests.emulator.identities import Token
from tests.emulator.options import Options
from tests.emulator.recorder import RecordedRequest

Plane = Literal["workspace", "data"]


@dataclass
class Exchange:
    entry: RecordedRequest
    body: bytes = field(repr=False)
    plane: Plane
    options: Options
    authorization: str = field(default="", repr=False)
    fault: FaultRule | None = None
    known_token: Token | None = None

    @property
    def token(self) -> Token:
        if self.known_token is None:
            raise LookupError("this path is public, nobody has been authenticated")
        return self.known_token

    def json(self) -> Any:
        """None without a body."""
        if not self.body:
            return None
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as exc:
            raise ApiError(400, "MALFORMED_REQUEST", f"Could not parse JSON: {exc}") from exc

    def fields(self) -> dict[str, Any]:
        """The body as an object, empty without a body."""
        found = self.json() or {}
        if not isinstance(found, dict):
            raise ApiError(400, "MALFORMED_REQUEST", "Expected a JSON object.")
        return found

    @property
    def is_camel(self) -> bool:
        return self.plane == "data" and self.options.data_plane_camel_case


def exchange_of(request: Request) -> Exchange:
    found: Exchange = request.scope["emulator"]
    return found


def answer(request: Request, payload: Any) -> Response:
    """200 with JSON, in the casing of the port, if it is not too large."""
    exchange = exchange_of(request)
    payload = camel(payload) if exchange.is_camel else payload
    content = orjson.dumps(payload, option=orjson.OPT_SERIALIZE_NUMPY)
    limits = exchange.options.limits
    is_index = "/indexes/" in request.url.path
    if is_index and limits.enforced and len(content) > limits.response_bytes:
        raise ApiError(400, "BAD_REQUEST", "Response content is too large.")
    return Response(content, media_type="application/json")


def camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel_name(key): camel(one) for key, one in value.items()}
    if isinstance(value, list):
        return [camel(one) for one in value]
    return value


def _camel_name(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def replay(body: bytes, receive: Receive) -> Receive:
    """The body again, then whatever the connection says."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
