"""What routes ask for: the container, an authenticated principal, a role."""

import ipaddress
import re
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from pydantic import SecretStr

from src.api.session_cookie import token_in_cookie
from src.bootstrap import Container
from src.core.dependencies import CurrentPrincipal
from src.core.errors import BadRequest, Forbidden, Unauthenticated
from src.core.logging import group_id_var
from src.core.settings import Settings
from src.core.tenancy import AuthMode, Role
from src.schemas.group import is_email
from src.services.people.identity import Caller

_LOCAL_NAME = r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
_LOCAL_HOST = re.compile(_LOCAL_NAME, re.IGNORECASE)
_LOCAL_ORIGIN = re.compile("https?://" + _LOCAL_NAME, re.IGNORECASE)
_GROUP_ID = re.compile("[0-9a-fA-F-]{36}")
_TOKEN = re.compile("[!-+\\--~]{1,16384}")
"""Printable ASCII without a comma."""


async def container(request: Request) -> Container:
    found = request.app.state.container
    assert isinstance(found, Container)
    return found


ContainerDep = Annotated[Container, Depends(container)]


_IN_THE_DOCUMENT = Security(
    HTTPBearer(auto_error=False, description="An access token (KASAL_AUTH_MODE=token)")
)


async def authenticate(
    request: Request, container: ContainerDep, _: object = _IN_THE_DOCUMENT
) -> None:
    """Resolves the principal once per request; every router but /health, /metrics and /hooks depends on it."""
    caller = _caller(request, container.settings)
    principal = await container.identity.resolve(caller, _group_id(request))
    group_id_var.set(principal.group_id)
    request.state.principal = principal


def _group_id(request: Request) -> str | None:
    given = request.headers.getlist("x-group-id")
    if not given:
        return None
    if len(given) > 1 or _GROUP_ID.fullmatch(given[0]) is None:
        raise BadRequest("X-Group-Id must be the id of one of your groups")
    return given[0].lower()


def _caller(request: Request, settings: Settings) -> Caller:
    """What counts as proof depends on the mode alone; headers of the other modes mean nothing."""
    mode = settings.kasal_auth_mode
    if mode is AuthMode.LOCAL:
        require_this_machine(
            request, "KASAL_AUTH_MODE=local answers on this machine only, as localhost or 127.0.0.1"
        )
        return Caller()
    if mode is AuthMode.TOKEN:
        given = request.headers.getlist("authorization")
        if not given:
            return Caller(bearer_token=token_in_cookie(request, settings.key_ring))
        scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Caller()
        return Caller(bearer_token=SecretStr(token.strip()))
    return _forwarded(request, settings)


def require_this_machine(request: Request, otherwise: str) -> None:
    """Raises Unauthenticated, which says `otherwise`."""
    # Host and Origin too: a page elsewhere, or one whose name was made to resolve to 127.0.0.1, must not
    # drive this server through the browser of whoever sits at this machine.
    hosts = request.headers.getlist("host")
    origins = request.headers.getlist("origin")
    peer = _address(request)
    if (
        peer is None
        or not peer.is_loopback
        or len(hosts) != 1
        or _LOCAL_HOST.fullmatch(hosts[0]) is None
        or not all(_LOCAL_ORIGIN.fullmatch(origin) for origin in origins)
    ):
        raise Unauthenticated(otherwise)


def _forwarded(request: Request, settings: Settings) -> Caller:
    peer = _address(request)
    networks = (ipaddress.ip_network(network) for network in settings.trusted_proxies)
    if peer is None or not any(peer in network for network in networks):
        raise Unauthenticated(
            "requests must come through the Databricks Apps proxy; its network belongs in "
            "KASAL_TRUSTED_PROXIES"
        )
    # One value each: of two, or of a comma list, nobody can say which one the proxy wrote.
    emails = request.headers.getlist("x-forwarded-email")
    tokens = request.headers.getlist("x-forwarded-access-token")
    email = emails[0].strip().lower() if len(emails) == 1 and emails[0].isascii() else ""
    if not is_email(email):
        raise Unauthenticated("the proxy sent no single X-Forwarded-Email")
    if len(tokens) > 1 or any(_TOKEN.fullmatch(token) is None for token in tokens):
        raise Unauthenticated("the proxy sent no single X-Forwarded-Access-Token")
    return Caller(forwarded_email=email, forwarded_token=SecretStr(tokens[0]) if tokens else None)


def _address(request: Request) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Of the connection itself: uvicorn runs with --no-proxy-headers, so nobody can forge it."""
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def require(role: Role) -> Callable[..., Awaitable[None]]:
    async def check(principal: CurrentPrincipal) -> None:
        if not principal.role.includes(role):
            raise Forbidden(
                f"this needs the role {role} in the group; yours is {principal.role}; "
                "an admin of the group can change it"
            )

    return check


async def require_system_admin(principal: CurrentPrincipal) -> None:
    if not principal.is_system_admin:
        raise Forbidden("only a system administrator (KASAL_SYSTEM_ADMINS) may do this")


EDITOR = Depends(require(Role.EDITOR))
ADMIN = Depends(require(Role.ADMIN))
SYSTEM_ADMIN = Depends(require_system_admin)
