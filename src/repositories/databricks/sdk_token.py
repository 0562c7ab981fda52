"""The token that the Databricks SDK finds by itself: a profile, the CLI, an Azure or Google login."""

import asyncio
from datetime import timedelta

from databricks.sdk.core import Config
from pydantic import SecretStr

from src.core.clock import Clock
from src.core.logging import get_logger
from src.repositories.databricks.tokens import AccessToken, TokenSource

log = get_logger(__name__)
_TIMEOUT_S = 10.0
_KEPT = timedelta(minutes=5)
_SERVICE_PRINCIPALS = ("oauth-m2m", "azure-client-secret", "github-oidc", "env-oidc", "file-oidc")


class SdkDefaultToken:
    """Asked at most every five minutes; the SDK itself refreshes what it has found."""

    source = TokenSource.SDK_DEFAULT

    def __init__(self, host: str, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._lock = asyncio.Lock()
        self._config: Config | None = None
        self._is_missing = False
        self._token: AccessToken | None = None

    async def token(self) -> AccessToken | None:
        async with self._lock:
            if self._is_missing:
                return None
            kept = self._token
            if kept is None or kept.expires_at is None or kept.expires_at <= self._clock.now():
                # Constructing it asks the workspace for its metadata, so it is made once and kept.
                async with asyncio.timeout(_TIMEOUT_S):
                    value = await asyncio.to_thread(self._authenticate)
                self._is_missing = value is None
                ends_at = self._clock.now() + _KEPT
                self._token = AccessToken(value, self.source, ends_at) if value else None
            return self._token

    def refused(self, token: AccessToken) -> None:
        self._token = None

    def _authenticate(self) -> SecretStr | None:
        try:
            if self._config is None:
                self._config = Config(host=self._host, retry_timeout_seconds=5)
            if self._config.auth_type in _SERVICE_PRINCIPALS:
                log.info("the SDK found a service principal, which is not used for vector search")
                return None
            header = self._config.authenticate().get("Authorization", "")
        except ValueError as exc:
            # What the SDK raises when it finds no credentials, or two kinds of them.
            log.info("the SDK found no Databricks credentials ({})", type(exc).__name__)
            return None
        scheme, _, value = header.partition(" ")
        return SecretStr(value) if scheme == "Bearer" and value else None
