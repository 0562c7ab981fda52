"""Typed parts of a request that need no service: paging, preconditions, idempotency."""

import re
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from src.core.cursor import Paging
from src.core.errors import BadRequest, Unauthenticated
from src.core.tenancy import Principal


async def _paging(
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Paging:
    return Paging(limit, cursor)


_IF_MATCH = r'^(\*|(W/)?"\d{1,9}"|\d{1,9})$'


async def _expected_version(
    if_match: Annotated[
        str | None,
        Header(
            description='the `version` last read, as `"3"`; `*` for any',
            json_schema_extra={"pattern": _IF_MATCH},
        ),
    ] = None,
) -> int | None:
    if if_match is None or if_match == "*":
        return None
    if re.fullmatch(_IF_MATCH, if_match) is None:
        raise BadRequest('If-Match must be the version in quotes, such as "3", or *')
    return int(if_match.removeprefix("W/").strip('"'))


async def _idempotency_key(
    idempotency_key: Annotated[str | None, Header(pattern=r"^[!-~]{1,255}$")] = None,
) -> str | None:
    return idempotency_key


async def current_principal(request: Request) -> Principal:
    """Who api.dependencies.authenticate() found; every router but /health depends on that first."""
    principal = getattr(request.state, "principal", None)
    if not isinstance(principal, Principal):
        raise Unauthenticated("this route was reached without authentication")
    return principal


PageQuery = Annotated[Paging, Depends(_paging)]
ExpectedVersion = Annotated[int | None, Depends(_expected_version)]
IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
CurrentPrincipal = Annotated[Principal, Depends(current_principal)]
