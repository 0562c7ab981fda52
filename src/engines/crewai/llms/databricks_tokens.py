"""OAuth tokens of a Databricks service principal, fetched by us and kept until shortly before they end."""

import hashlib
import threading
from dataclasses import dataclass

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from src.core.clock import Clock
from src.engines.crewai.llms.errors import ModelCallFailed

_RENEW_BEFORE_S = 120.0
_TIMEOUT_S = 20.0


class _Granted(BaseModel):
    access_token: SecretStr
    expires_in: float


@dataclass(frozen=True)
class _Held:
    token: SecretStr
    renew_at_s: float


class ClientCredentials:
    """One cache for the process: litellm would post to the token endpoint before every single call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[tuple[str, str, str], _Held] = {}
        self._lock = threading.Lock()

    def token(self, host: str, client_id: str, client_secret: SecretStr) -> SecretStr:
        """`host` with scheme. Blocks for one request when no valid token is held."""
        digest = hashlib.sha256(client_secret.get_secret_value().encode()).hexdigest()
        key = (host, client_id, digest)
        # One lock for all: while a token is fetched, others would fetch the same one.
        with self._lock:
            now_s = self._clock.monotonic_s()
            held = self._held.get(key)
            if held is None or now_s >= held.renew_at_s:
                granted = _fetch(host, client_id, client_secret)
                renew_at_s = now_s + max(0.0, granted.expires_in - _RENEW_BEFORE_S)
                held = self._held[key] = _Held(granted.access_token, renew_at_s)
            return held.token


def _fetch(host: str, client_id: str, client_secret: SecretStr) -> _Granted:
    try:
        response = httpx.post(
            f"{host}/oidc/v1/token",
            data={"grant_type": "client_credentials", "scope": "all-apis"},
            auth=(client_id, client_secret.get_secret_value()),
            timeout=_TIMEOUT_S,
        )
        response.raise_for_status()
        return _Granted.model_validate_json(response.content)
    except httpx.HTTPStatusError as exc:
        status = exc.response.status_code
        code = "model.auth" if status < 500 else "model.unavailable"
        raise ModelCallFailed(
            code,
            f"the workspace refused a token to the service principal (HTTP {status}); check "
            "DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET",
        ) from None
    except (httpx.HTTPError, ValidationError) as exc:
        raise ModelCallFailed(
            "model.unavailable",
            f"the workspace gave no token to the service principal ({type(exc).__name__}); check "
            "DATABRICKS_HOST and that it can be reached",
        ) from None
