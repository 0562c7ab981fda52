"""The access token of somebody who signed in from a browser (token mode), in a cookie that scripts cannot read.

The token is sealed: a cookie that shows up in a log or a dump of traffic is not an access token, and opens
nothing but this server. Browsers send cookies along with requests that other sites make them send.
SameSite=Strict is one guard; the other is that whoever comes with a cookie must come from a page of this
server where something is changed.
"""

from urllib.parse import urlsplit

from fastapi import Request, Response
from pydantic import SecretStr

from src.core.crypto import KeyRing, SecretPlace
from src.core.errors import DecryptionFailed, Forbidden

COOKIE = "kasal_session"
_LIFETIME_S = 30 * 86_400
"""The token in it may end earlier; it is looked at with every request."""
_PLACE = SecretPlace("session", "cookie", "", "")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token_in_cookie(request: Request, key_ring: KeyRing) -> SecretStr | None:
    """Raises Forbidden for a change that no page of this server asks for."""
    sealed = request.cookies.get(COOKIE)
    if not sealed:
        return None
    if request.method not in _SAFE and not _comes_from_our_page(request):
        raise Forbidden(
            "changes by cookie must come from a page of this server (Sec-Fetch-Site or Origin); "
            "other clients send `Authorization: Bearer <token>`"
        )
    try:
        return key_ring.open(sealed, _PLACE)
    except DecryptionFailed:
        # Its key has been retired, or somebody wrote it: nobody is signed in.
        return None


def keep_token(request: Request, response: Response, token: SecretStr, key_ring: KeyRing) -> None:
    # Behind a proxy that ends TLS the request looks like http, but the browser says what it used.
    origin = request.headers.get("origin", "")
    secure = request.url.scheme == "https" or origin.lower().startswith("https://")
    response.set_cookie(
        COOKIE,
        key_ring.seal(token, _PLACE),
        max_age=_LIFETIME_S,
        secure=secure,
        httponly=True,
        samesite="strict",
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
