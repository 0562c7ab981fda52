"""Who calls: users, service principals, their tokens, scopes and grants."""

import base64
import binascii
import fnmatch
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from tests.emulator.clock import EmulatorClock
from tests.emulator.errors import ApiError, OAuthError, denied
from tests.emulator.options import Options

SCOPES = {
    "all-apis",
    "vector-search",
    "model-serving",
    "ai-gateway",
    "sql",
    "offline_access",
    "iam.current-user:read",
    "iam.access-control:read",
    "serving.serving-endpoints",
    "vectorsearch.vector-search-endpoints",
    "vectorsearch.vector-search-indexes",
}
"""What the token endpoint knows; others are `invalid_scope`."""
SCOPES_OF_AREAS = {
    "endpoints": ("vector-search", "vectorsearch.vector-search-endpoints"),
    "indexes": ("vector-search", "vectorsearch.vector-search-indexes"),
    "serving": ("model-serving", "serving.serving-endpoints", "ai-gateway"),
}


@dataclass
class Identity:
    name: str
    """A user name, or the client id of a service principal."""
    kind: Literal["user", "service_principal"] = "user"
    grants: tuple[str, ...] | None = None
    """Globs such as "SELECT main.mem.*"; None: a workspace administrator."""
    id: str = field(default_factory=lambda: str(uuid.uuid4().int)[:16])
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("all-apis",)
    """What a service principal's secret may ask for."""

    def may(self, privilege: str, securable: str) -> bool:
        if self.grants is None:
            return True
        wanted = f"{privilege} {securable}"
        return any(fnmatch.fnmatchcase(wanted, grant) for grant in self.grants)


@dataclass(frozen=True)
class Token:
    value: str = field(repr=False)
    identity: Identity
    kind: Literal["pat", "obo", "oauth"]
    scopes: tuple[str, ...] = ("all-apis",)
    expires_at_s: float | None = None
    details: tuple[dict[str, Any], ...] | None = None
    """authorization_details: the token is good for these operations and nothing else."""

    def require_scope(self, area: str) -> None:
        accepted = SCOPES_OF_AREAS[area]
        if "all-apis" not in self.scopes and not set(accepted) & set(self.scopes):
            raise denied(f"Provided OAuth token does not have required scopes: {accepted[0]}")

    def allows(self, operation: str, securable: str) -> bool:
        return self.details is None or any(
            detail.get("operation") == operation
            and detail.get("securable_object_name") == securable
            for detail in self.details
        )


class ServicePrincipal(NamedTuple):
    client_id: str
    client_secret: str


class Identities:
    def __init__(self, options: Options, clock: EmulatorClock) -> None:
        self._options, self._clock = options, clock
        self._identities: dict[str, Identity] = {}
        self._tokens: dict[str, Token] = {}

    def add_user(self, name: str, grants: Iterable[str] | None = None) -> str:
        """Returns a personal access token of the user, who may do what is granted, or everything."""
        self._identities[name] = Identity(name, grants=None if grants is None else tuple(grants))
        return self.add_token(name)

    def add_token(
        self,
        name: str,
        scopes: Iterable[str] | None = None,
        ttl_s: float | None = None,
        value: str | None = None,
    ) -> str:
        """Another token: a PAT, or with scopes one that was issued on behalf of the user."""
        kind: Literal["pat", "obo"] = "pat" if scopes is None else "obo"
        token = value or f"{'dapi' if kind == 'pat' else 'obo-'}{uuid.uuid4().hex}"
        expires = None if ttl_s is None else self._clock.now_s() + ttl_s
        granted = ("all-apis",) if scopes is None else tuple(scopes)
        self._tokens[token] = Token(token, self._identities[name], kind, granted, expires)
        return token

    def add_service_principal(
        self,
        grants: Iterable[str] | None = None,
        scopes: Iterable[str] = ("all-apis",),
        client_id: str | None = None,
        client_secret: str | None = None,
    ) -> ServicePrincipal:
        made = ServicePrincipal(client_id or str(uuid.uuid4()), client_secret or uuid.uuid4().hex)
        granted = None if grants is None else tuple(grants)
        self._identities[made.client_id] = Identity(
            made.client_id, "service_principal", granted, str(uuid.uuid4().int)[:16], made[1]
        )
        self._identities[made.client_id].scopes = tuple(scopes)
        return made

    def grant(self, name: str, *grants: str) -> None:
        identity = self._identities[name]
        identity.grants = (*(identity.grants or ()), *grants)

    def revoke(self, *grants: str, name: str) -> None:
        identity = self._identities[name]
        identity.grants = tuple(one for one in identity.grants or () if one not in grants)

    def revoke_token(self, token: str) -> None:
        self._tokens.pop(token, None)

    def label(self, authorization: str) -> str:
        """Whose credential it is, for the record; never the credential."""
        scheme, _, value = authorization.partition(" ")
        if scheme == "Basic":
            return f"client:{_basic(value)[0]}"
        token = self._tokens.get(value)
        return f"{token.kind}:{token.identity.name}" if token else "unknown" if value else "nobody"

    def token_of(self, authorization: str) -> Token:
        scheme, _, value = authorization.partition(" ")
        if scheme != "Bearer" or not value:
            message = "Credential was not sent or was of an unsupported type for this API."
            raise ApiError(401, "UNAUTHENTICATED", message)
        token = self._tokens.get(value)
        if token is None:
            status = self._options.unknown_token_status
            code = "UNAUTHENTICATED" if status == 401 else "PERMISSION_DENIED"
            raise ApiError(status, code, "Invalid access token.")
        if token.expires_at_s is not None and self._clock.now_s() >= token.expires_at_s:
            raise ApiError(401, "UNAUTHENTICATED", "Token is expired")
        return token

    def mint(self, authorization: str, form: dict[str, str]) -> dict[str, Any]:
        """The token endpoint's client-credentials grant."""
        if form.get("grant_type") != "client_credentials":
            raise OAuthError(400, "unsupported_grant_type", "expected client_credentials")
        scheme, _, value = authorization.partition(" ")
        in_form = (form.get("client_id", ""), form.get("client_secret", ""))
        client_id, secret = _basic(value) if scheme == "Basic" else in_form
        client = self._identities.get(client_id)
        if client is None or not client.secret or client.secret != secret:
            raise OAuthError(401, "invalid_client", "Client authentication failed")
        scopes = tuple(form.get("scope", "all-apis").split())
        self._check_scopes(client, scopes)
        details = _details(form.get("authorization_details", ""))
        token = f"oauth-{uuid.uuid4().hex}"
        ttl_s = self._options.token_ttl_s
        expires = self._clock.now_s() + ttl_s
        self._tokens[token] = Token(token, client, "oauth", scopes, expires, details)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": int(ttl_s)}
        return {**answer, "scope": " ".join(scopes)}

    def _check_scopes(self, client: Identity, scopes: tuple[str, ...]) -> None:
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown:
            raise OAuthError(400, "invalid_scope", f"Invalid scope: {' '.join(unknown)}")
        refused = [scope for scope in scopes if scope not in client.scopes]
        if refused and "all-apis" not in client.scopes:
            message = f"Scopes {' '.join(refused)} are not assigned to the client"
            raise OAuthError(403, "access_denied", message)


def _basic(value: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _details(text: str) -> tuple[dict[str, Any], ...] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError as exc:
        raise OAuthError(400, "invalid_request", "authorization_details is not JSON") from exc
    return tuple(found) if found else None
