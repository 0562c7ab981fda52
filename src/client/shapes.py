"""How operations of one shape become requests: the words that src/client/operations.py is written in."""

import uuid
from typing import Protocol, TypeVar
from urllib.parse import quote

from src.client.request import Body, Request, dump, read_as, read_nothing
from src.schemas.common import Page
from src.schemas.signing_secret import SecretShown

R = TypeVar("R")


class Lists(Protocol[R]):
    def __call__(
        self, *, limit: int | None = None, cursor: str | None = None, **filters: str | None
    ) -> Request[Page[R]]: ...


class ListsOf(Protocol[R]):
    def __call__(
        self, id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Request[Page[R]]: ...


class Gets(Protocol[R]):
    def __call__(self, id: str) -> Request[R]: ...


class Creates(Protocol[R]):
    def __call__(self, body: Body) -> Request[R]: ...


class Updates(Protocol[R]):
    def __call__(self, id: str, body: Body, *, version: int | None = None) -> Request[R]: ...


class Rotates(Protocol):
    def __call__(self, id: str, *, overlap_s: int | None = None) -> Request[SecretShown]: ...


class Deletes(Protocol):
    def __call__(self, id: str) -> Request[None]: ...


def lists(path: str, shape: type[R]) -> Lists[R]:
    read = read_as(Page[shape])  # type: ignore[valid-type]  # a type made at run time

    def build(
        *, limit: int | None = None, cursor: str | None = None, **filters: str | None
    ) -> Request[Page[R]]:
        params = present(limit=limit, cursor=cursor, **filters)
        return Request("GET", path, read, params=params)

    return build


def lists_of(path: str, shape: type[R]) -> ListsOf[R]:
    read = read_as(Page[shape])  # type: ignore[valid-type]  # a type made at run time

    def build(id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[Page[R]]:
        return Request("GET", at(path, id), read, params=present(limit=limit, cursor=cursor))

    return build


def gets(path: str, shape: type[R]) -> Gets[R]:
    read = read_as(shape)
    return lambda id: Request("GET", at(path, id), read)


def creates(path: str, shape: type[R]) -> Creates[R]:
    read = read_as(shape)
    return lambda body: Request("POST", path, read, json=dump(body))


def updates(path: str, shape: type[R], method: str = "PATCH") -> Updates[R]:
    read = read_as(shape)

    def build(id: str, body: Body, *, version: int | None = None) -> Request[R]:
        headers = if_match(version)
        return Request(method, at(path, id), read, json=dump(body), headers=headers)

    return build


def deletes(path: str) -> Deletes:
    return lambda id: Request("DELETE", at(path, id), read_nothing)


def posts(path: str, shape: type[R]) -> Gets[R]:
    read = read_as(shape)
    return lambda id: Request("POST", at(path, id), read)


def at(path: str, *ids: object) -> str:
    """Fills `{}` in order. Ids are quoted: one that holds a slash cannot reach another path."""
    for id in ids:
        path = path.replace("{}", quote(str(id), safe=""), 1)
    return path


def present(**params: object) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if value is not None}


def if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def once(key: str | None) -> dict[str, str]:
    """A repeated POST with the same key is answered like the first one."""
    return {"Idempotency-Key": key or str(uuid.uuid4())}


def rotates(path: str) -> Rotates:
    read = read_as(SecretShown)

    def build(id: str, *, overlap_s: int | None = None) -> Request[SecretShown]:
        body = {} if overlap_s is None else {"overlap_s": overlap_s}
        return Request("POST", at(path, id), read, json=body)

    return build
