"""One family of errors; each class names its HTTP status and its stable code where it is defined.

A message says what was expected, what came and what to do. Missing rows and rows of another group are
the same NotFound.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    pointer: str
    """JSON pointer into the request body (RFC 6901), or `query/<name>`, `path/<name>`, `header/<name>`."""
    code: str
    message: str


class AppError(Exception):
    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        message: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors
        self.headers = headers or {}


class CodedFailure(Exception):
    """What went wrong inside a run, a delivery or a query, in words for people, with a code for programs.
    Whoever catches it stores both; none of it is the answer to a request."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadRequest(AppError):
    status, code, title = 400, "bad-request", "The request cannot be read"


class Unauthenticated(AppError):
    status, code, title = 401, "unauthenticated", "Who are you?"


class Forbidden(AppError):
    status, code, title = 403, "forbidden", "Your role does not allow this"


class NotFound(AppError):
    status, code, title = 404, "not-found", "Not found"


class Conflict(AppError):
    status, code, title = 409, "conflict", "The state does not allow this"


class VersionConflict(AppError):
    status, code, title = 412, "version-conflict", "Somebody else changed it first"


class PayloadTooLarge(AppError):
    status, code, title = 413, "payload-too-large", "The request is too large"


class Invalid(AppError):
    status, code, title = 422, "invalid", "The input is not valid"


class IdempotencyMismatch(AppError):
    status, code, title = (
        422,
        "idempotency-mismatch",
        "This Idempotency-Key was used for another request",
    )


class NotConfigured(AppError):
    status, code, title = 422, "not-configured", "Something must be configured first"


class TooManyRequests(AppError):
    status, code, title = 429, "too-many-requests", "Too many requests"


class Unavailable(AppError):
    status, code, title = 503, "unavailable", "Not available right now"


class UnsafeUrl(AppError):
    status, code, title = 422, "unsafe-url", "This address may not be called"


class DecryptionFailed(AppError):
    status, code, title = 500, "decryption-failed", "A stored secret cannot be read"


class NotAvailable(AppError):
    status, code, title = 501, "not-available", "Kasal cannot do this yet"
