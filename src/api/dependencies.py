"""What routes ask for: the container, an authenticated principal, a role."""

import ipaddress
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.dependencies import CurrentPrincipal
from src.core.errors import BadRequest, Forbidden, Unauthenticated
from src.core.logging import group_id_var
from src.core.settings import Settings
from src.core.tenancy import AuthMode, Role
from src.core.text import has_forbidden_characters
from src.services.identity import Caller

_LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def container(request: Request) -> Container:
    found = request.app.state.container
    assert isinstance(found, Container)
    return found


ContainerDep = Annotated[Container, Depends(container)]


async def authenticate(request: Request, container: ContainerDep) -> None:
    """Resolves the principal once per request; every router but /health depends on it."""
    caller = _caller(request, container.settings)
    group_id = request.headers.get("x-group-id")
    if group_id is not None and (len(group_id) > 36 or has_forbidden_characters(group_id)):
        raise BadRequest("X-Group-Id must be the id of one of your groups")
    principal = await container.identity.resolve(caller, group_id or None)
    group_id_var.set(principal.group_id)
    request.state.principal = principal


def _caller(request: Request, settings: Settings) -> Caller:
    mode = settings.kasal_auth_mode
    if mode is AuthMode.LOCAL:
        _require_loopback(request)
        return Caller()
    if mode is AuthMode.TOKEN:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Caller()
        return Caller(bearer_token=SecretStr(token.strip()))
    return _forwarded(request, settings)


def _require_loopback(request: Request) -> None:
    peer = request.client.host if request.client else ""
    # The Host header too: a page elsewhere whose name resolves to 127.0.0.1 must not drive this server.
    host = request.headers.get("host", "").rsplit(":", 1)[0]
    if not _is_loopback(peer) or host not in _LOCAL_NAMES:
        raise Unauthenticated(
            "KASAL_AUTH_MODE=local answers on this machine only, as localhost or 127.0.0.1"
        )


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return peer == "testclient"


def _forwarded(request: Request, settings: Settings) -> Caller:
    peer = request.client.host if request.client else ""
    if not _is_trusted(peer, settings.trusted_proxies):
        raise Unauthenticated(
            "requests must come through the Databricks Apps proxy; its network belongs in "
            "KASAL_TRUSTED_PROXIES"
        )
    emails = request.headers.getlist("x-forwarded-email")
    if len(emails) != 1 or not emails[0] or "," in emails[0] or "@" not in emails[0]:
        raise Unauthenticated("the proxy sent no single X-Forwarded-Email")
    tokens = request.headers.getlist("x-forwarded-access-token")
    token = SecretStr(tokens[0]) if len(tokens) == 1 and tokens[0] else None
    return Caller(forwarded_email=emails[0], forwarded_token=token)


def _is_trusted(peer: str, networks: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in networks)


def require(role: Role) -> Callable[..., None]:
    def check(principal: CurrentPrincipal) -> None:
        if not principal.role.includes(role):
            raise Forbidden(
                f"this needs the role {role} in the group; yours is {principal.role}; "
                "an admin of the group can change it"
            )

    return check


def require_system_admin(principal: CurrentPrincipal) -> None:
    if not principal.is_system_admin:
        raise Forbidden("only a system administrator (KASAL_SYSTEM_ADMINS) may do this")


EDITOR = Depends(require(Role.EDITOR))
ADMIN = Depends(require(Role.ADMIN))
SYSTEM_ADMIN = Depends(require_system_admin)
