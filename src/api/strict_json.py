"""Routes that refuse what the database or a later walk over the document could not bear.

NaN, Infinity and lone surrogates are no JSON; NUL passes SQLite and fails PostgreSQL; a document nested
a thousand levels deep parses here and overflows the stack of whoever walks it recursively.
"""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import orjson
from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from src.core.errors import AppError, FieldError, Invalid

MAX_DEPTH = 64


class _StrictRequest(Request):
    async def json(self) -> Any:
        # orjson's JSONDecodeError is a json.JSONDecodeError, which FastAPI turns into `json_invalid`.
        body = await self.body()
        document = orjson.loads(body)
        if b"\\u0000" in body or body.count(b"{") + body.count(b"[") > MAX_DEPTH:
            _check(document)
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


def _check(document: Any) -> None:
    waiting: list[tuple[Any, int, str]] = [(document, 1, "")]
    while waiting:
        value, depth, at = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value:
                raise _invalid(at, "text must not contain NUL characters")
        elif isinstance(value, (dict, list)):
            if depth > MAX_DEPTH:
                raise _invalid(at, f"a document may be nested {MAX_DEPTH} levels deep")
            waiting.extend(
                (child, depth + 1, f"{at}/{step}") for step, child in _children(value, at)
            )


def _children(value: dict[str, Any] | list[Any], at: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, child in enumerate(value):
            if isinstance(child, (str, dict, list)):
                yield str(index), child
        return
    for key, child in value.items():
        if "\x00" in key:
            raise _invalid(at, "a field name must not contain NUL characters")
        if isinstance(child, (str, dict, list)):
            yield key.replace("~", "~0").replace("/", "~1")[:200], child


def _invalid(at: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(at, "value-error", message),))
