"""Routes that refuse what is no JSON (NaN, Infinity, lone surrogates) or what core.documents refuses."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from src.core.documents import MAX_DEPTH, check_document
from src.core.errors import AppError


class _StrictRequest(Request):
    async def json(self) -> Any:
        # orjson's JSONDecodeError is a json.JSONDecodeError, which FastAPI turns into `json_invalid`.
        body = await self.body()
        document = orjson.loads(body)
        if b"\\u0000" in body or body.count(b"{") + body.count(b"[") > MAX_DEPTH:
            check_document(document)
        return document


class StrictRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            try:
                return await handle(_StrictRequest(request.scope, request.receive))
            except HTTPException as exc:
                # FastAPI makes a 400 of whatever json() raises; ours says which field it was.
                if isinstance(exc.__cause__, AppError):
                    raise exc.__cause__ from None
                raise

        return strict
