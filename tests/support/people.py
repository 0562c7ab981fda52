"""Users with tokens, for an application in token mode."""

from dataclasses import dataclass

import httpx

from src.bootstrap import Container
from src.services.people.access_token import AccessTokenService
from tests.support.http import client_of


@dataclass(frozen=True)
class Person:
    email: str
    token: str
    user_id: str
    group_id: str
    """Their personal group."""


async def make_person(container: Container, email: str) -> Person:
    service = AccessTokenService(container.database, container.clock)
    token = await service.create(email, "test", 1)
    async with client_of(container, Authorization=f"Bearer {token}") as client:
        me = (await client.get("/me")).json()
    return Person(email, token, me["user_id"], me["group_id"])


def client_as(
    container: Container, person: Person, *, group_id: str | None = None
) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {person.token}"}
    if group_id is not None:
        headers["X-Group-Id"] = group_id
    return client_of(container, **headers)
