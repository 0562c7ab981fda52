"""One operation of the REST API as data: built here once, sent by the synchronous and asynchronous client."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from src.schemas.common import FieldProblem

if TYPE_CHECKING:
    from src.client.client import AsyncKasalClient, KasalClient

P = ParamSpec("P")
R = TypeVar("R")
_SAFE_TO_REPEAT = frozenset({"GET", "PUT", "DELETE"})
Body = BaseModel | Mapping[str, Any]


@dataclass(frozen=True)
class Request(Generic[R]):
    method: str
    path: str
    """Below /api/v1."""
    parse: Callable[[httpx.Response], R]
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    content: str | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    """Parts of a multipart form, with names."""
    data: Mapping[str, str] | None = None
    """Its fields."""

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does."""
        return self.method in _SAFE_TO_REPEAT or "Idempotency-Key" in self.headers


class operation(Generic[P, R]):
    """A function that builds a Request, as a method that sends it: awaitable on the asynchronous client."""

    def __init__(self, build: Callable[P, Request[R]]) -> None:
        self.build = build

    @overload
    def __get__(self, client: "KasalClient", owner: type) -> Callable[P, R]: ...
    @overload
    def __get__(self, client: "AsyncKasalClient", owner: type) -> Callable[P, Awaitable[R]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.send(self.build(*args, **kwargs))

        return call


class KasalError(Exception):
    """An answer that is not a success, as problem+json described it; or no answer at all (status 0)."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        request_id: str = "",
        errors: tuple[FieldProblem, ...] = (),
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.request_id = request_id
        self.errors = errors

    @classmethod
    def of(cls, response: httpx.Response) -> "KasalError":
        """The body must have been read."""
        try:
            problem = response.json()
            errors = TypeAdapter(tuple[FieldProblem, ...]).validate_python(problem["errors"])
            return cls(
                response.status_code,
                str(problem["code"]),
                str(problem["title"]),
                str(problem["detail"]),
                str(problem["request_id"]),
                errors,
            )
        except (ValueError, KeyError, TypeError, ValidationError):
            # Something between us and the server answered, a proxy for example.
            title = f"HTTP {response.status_code} {response.reason_phrase}".strip()
            detail = "the answer did not come from Kasal; is the address right?"
            return cls(response.status_code, "http", title, detail)

    @classmethod
    def unreachable(cls, url: httpx.URL, error: httpx.TransportError) -> "KasalError":
        reason = str(error) or type(error).__name__
        return cls(0, "unreachable", "Kasal does not answer", f"{url} does not answer: {reason}")


def dump(body: Body) -> Any:
    """Only what the caller set: an absent field and a null differ in a PATCH."""
    if isinstance(body, BaseModel):
        return body.model_dump(mode="json", exclude_unset=True)
    return dict(body)


def read_as(shape: type[R]) -> Callable[[httpx.Response], R]:
    adapter: TypeAdapter[R] = TypeAdapter(shape)
    return lambda response: adapter.validate_json(response.content)


def read_nothing(_: httpx.Response) -> None:
    return None


def read_text(response: httpx.Response) -> str:
    return response.text
