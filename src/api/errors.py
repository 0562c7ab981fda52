"""Every error leaves as problem+json: one shape, one place, never echoing what came in."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from src.core.errors import AppError, FieldError
from src.core.logging import get_logger, request_id_var

log = get_logger(__name__)
MEDIA_TYPE = "application/problem+json"

_STATUS_CODES = {404: "not-found", 405: "method-not-allowed", 415: "unsupported-media-type"}


def problem(
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: tuple[FieldError, ...] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"urn:kasal:error:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id_var.get(),
        "errors": [
            {"pointer": error.pointer, "code": error.code, "message": error.message}
            for error in errors
        ],
    }
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


async def _on_app_error(_: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, AppError)
    if exc.status == 500:
        log.error("answered 500: {}", exc.message, exc_info=exc)
    elif exc.status == 503:
        log.warning("answered 503: {}", exc.message)
    return problem(
        status=exc.status,
        code=exc.code,
        title=exc.title,
        detail=exc.message,
        errors=exc.errors,
        headers=exc.headers,
    )


async def _on_invalid_request(_: Request, exc: Exception) -> JSONResponse:
    # FastAPI's own answer repeats the input: megabytes of it, or a mistyped secret (measured 2026-11).
    assert isinstance(exc, RequestValidationError)
    found = exc.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem(
            status=400,
            code="bad-request",
            title="The request cannot be read",
            detail="the body must be JSON (UTF-8, finite numbers, no lone surrogates)",
        )
    errors = tuple(
        FieldError(_pointer(item["loc"]), str(item["type"]).replace("_", "-"), _message(item))
        for item in found[:50]
    )
    return problem(
        status=422,
        code="invalid",
        title="The input is not valid",
        detail=f"{len(found)} field(s) are not valid; each is listed in errors",
        errors=errors,
    )


def _message(item: Any) -> str:
    return str(item["msg"]).removeprefix("Value error, ")[:300]


def _pointer(location: tuple[Any, ...]) -> str:
    source, *path = location
    if source == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1")[:200] for step in path)
        return "".join(f"/{step}" for step in steps)
    return f"{source}/{'/'.join(str(step)[:200] for step in path)}"


async def _on_http_error(_: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)
    phrase = HTTPStatus(exc.status_code).phrase
    code = _STATUS_CODES.get(exc.status_code, phrase.lower().replace(" ", "-"))
    detail = "no such path; see /api/v1/docs" if exc.status_code == 404 else str(exc.detail)
    return problem(
        status=exc.status_code,
        code=code,
        title=phrase,
        detail=detail,
        headers=dict(exc.headers or {}),
    )


def surprise() -> JSONResponse:
    return problem(
        status=500,
        code="internal",
        title="Internal error",
        detail="something went wrong on our side; the log has the details under this request_id",
    )


def install_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _on_app_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
