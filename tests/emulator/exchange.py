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

TEXTS = [str]
"""A list of nothing else."""
TYPES: dict[str, Any] = {
    **dict.fromkeys(("name", "endpoint_name", "endpoint_type", "primary_key", "index_type"), str),
    **dict.fromkeys(("index_subtype", "query_text", "query_type", "page_token", "model"), str),
    **dict.fromkeys(("filters_json", "filter_string", "inputs_json"), str),
    **dict.fromkeys(("columns", "query_columns", "sort_columns"), TEXTS),
    **dict.fromkeys(("direct_access_index_spec", "delta_sync_index_spec", "reranker"), dict),
    "query_vector": [int | float],
    "messages": [dict],
    "primary_keys": [str | int],
    "last_primary_key": str | int,
    "score_threshold": int | float,
    "target_qps": int,
}
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
        found = self.json()
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise ApiError(400, "MALFORMED_REQUEST", "Expected a JSON object.")
        for name, value in found.items():
            if value is not None and not _fits(value, TYPES.get(name)):
                raise ApiError(400, "MALFORMED_REQUEST", f"Field {name!r} has the wrong type.")
        return found

    @property
    def is_camel(self) -> bool:
        return self.plane == "data" and self.options.data_plane_camel_case


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, list):
        return isinstance(value, list) and all(isinstance(one, wanted[0]) for one in value)
    return isinstance(value, wanted) and not (isinstance(value, bool) and wanted is not bool)


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
