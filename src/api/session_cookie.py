"""The access token of somebody who signed in from a browser (token mode), in a cookie that scripts cannot read.

Browsers send cookies along with requests that other sites make them send. SameSite=Strict is one guard; the
other is that whoever comes with a cookie must come from a page of this server where something is changed.
"""

from urllib.parse import urlsplit

from fastapi import Request, Response
from pydantic import SecretStr

from src.core.errors import Forbidden

COOKIE = "kasal_session"
_LIFETIME_S = 30 * 86_400
"""The token in it may end earlier; it is looked at with every request."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token_in_cookie(request: Request) -> SecretStr | None:
    """Raises Forbidden for a change that no page of this server asks for."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    if request.method not in _SAFE and not _comes_from_our_page(request):
        raise Forbidden(
            "changes by cookie must come from a page of this server (Sec-Fetch-Site or Origin); "
            "other clients send `Authorization: Bearer <token>`"
        )
    return SecretStr(token)


def keep_token(request: Request, response: Response, token: str) -> None:
    # Behind a proxy that ends TLS the request looks like http, but the browser says what it used.
    origin = request.headers.get("origin", "")
    secure = request.url.scheme == "https" or origin.lower().startswith("https://")
    response.set_cookie(
        COOKIE, token, max_age=_LIFETIME_S, secure=secure, httponly=True, samesite="strict"
    )


def forget_token(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def _comes_from_our_page(request: Request) -> bool:
    sites = request.headers.getlist("sec-fetch-site")
    if sites:
        return sites == ["same-origin"]
    # Browsers say Sec-Fetch-Site to https and to this machine only; all say Origin with a change.
    origins, hosts = request.headers.getlist("origin"), request.headers.getlist("host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    return urlsplit(origins[0]).netloc.lower() == hosts[0].lower()
