"""Signing in from a browser, in token mode: the page sends the token once and keeps nothing of it."""

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from src.api.dependencies import ContainerDep
from src.api.session_cookie import forget_token, keep_token
from src.api.strict_json import StrictRoute
from src.core.errors import BadRequest, Conflict
from src.core.tenancy import AuthMode

router = APIRouter(prefix="/session", tags=["session"], route_class=StrictRoute)


@router.post("", status_code=204)
async def create_session(container: ContainerDep, request: Request, response: Response) -> None:
    """Puts the access token of the Authorization header into an HttpOnly cookie of the browser."""
    mode = container.settings.kasal_auth_mode
    if mode is not AuthMode.TOKEN:
        raise Conflict(f"nobody signs in here by token: KASAL_AUTH_MODE is {mode}")
    # authenticate() has let this caller in, by the header or by the cookie.
    _, _, token = request.headers.get("authorization", "").partition(" ")
    if not token.strip():
        raise BadRequest("send the token as `Authorization: Bearer <token>`")
    keep_token(request, response, SecretStr(token.strip()), container.settings.key_ring)


@router.delete("", status_code=204)
async def delete_session(response: Response) -> None:
    """Signs out: removes the cookie. The token itself stays valid (`kasal token revoke`)."""
    forget_token(response)
