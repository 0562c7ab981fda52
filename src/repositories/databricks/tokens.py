"""Under whose name Databricks is called: an ordered chain of tokens, each with the source it came from.

For Vector Search: the user's own token that the Databricks Apps proxy forwards, else a personal access token
stored for the group, else one from the environment, else what the SDK finds by itself. A service principal is
never used here: it would see what its user may not.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.errors import NotConfigured
from src.core.logging import get_logger

log = get_logger(__name__)
_SKEW = timedelta(seconds=30)
"""A token that ends within a request is no token."""
LoadToken = Callable[[], Awaitable[SecretStr | None]]


class TokenSource(StrEnum):
    ON_BEHALF_OF = "on_behalf_of"
    STORED_PAT = "stored_pat"
    ENVIRONMENT_PAT = "environment_pat"
    SDK_DEFAULT = "sdk_default"


class TokenEnded(NotConfigured):
    code, title = "token-ended", "The Databricks sign-in has ended"


@dataclass(frozen=True)
class AccessToken:
    value: SecretStr
    source: TokenSource
    expires_at: datetime | None = None
    has_ended: bool = False
    """There was one, and it may not be sent any more. That is not the same as having none."""


class TokenProvider(Protocol):
    @property
    def source(self) -> TokenSource: ...

    async def token(self) -> AccessToken | None:
        """None where it has none. Called for every request: whoever has to fetch keeps what was fetched."""
        ...

    def refused(self, token: AccessToken) -> None:
        """Databricks does not take it any more: drop what was kept."""
        ...


class GivenToken:
    """One that is known already: forwarded with a request, or from the environment.

    A time of its end without a value is one that has ended and was thrown away since.
    """

    def __init__(
        self,
        source: TokenSource,
        value: SecretStr | None,
        *,
        clock: Clock,
        expires_at: datetime | None = None,
    ) -> None:
        self.source = source
        self._clock = clock
        self._token: AccessToken | None = None
        if value is not None and value.get_secret_value().strip():
            self._token = AccessToken(value, source, expires_at)
        elif expires_at is not None:
            self._token = AccessToken(SecretStr(""), source, expires_at, has_ended=True)

    async def token(self) -> AccessToken | None:
        if self._token is not None and _has_ended(self._token, self._clock):
            return replace(self._token, has_ended=True)
        return self._token

    def refused(self, token: AccessToken) -> None:
        """It stays what it is: TokenChain remembers that it was refused."""


class StoredToken:
    """Read from where it is stored, and again after it was refused or some time has passed."""

    def __init__(
        self, source: TokenSource, load: LoadToken, *, clock: Clock, kept_s: float = 60.0
    ) -> None:
        self.source = source
        self._load = load
        self._clock = clock
        self._kept_s = kept_s
        self._token: AccessToken | None = None
        self._loaded_at_s: float | None = None

    async def token(self) -> AccessToken | None:
        now_s = self._clock.monotonic_s()
        if self._loaded_at_s is None or now_s - self._loaded_at_s > self._kept_s:
            value = await self._load()
            self._token = None if value is None else AccessToken(value, self.source)
            self._loaded_at_s = now_s
        return self._token

    def refused(self, token: AccessToken) -> None:
        if token == self._token:
            self._loaded_at_s = None


class TokenChain:
    """The first provider that has a token is used, and stays in use until Databricks refuses it or it ends.

    Falling back to the next identity would then let a member act with the rights of whoever stored the next
    token; it happens only where the group allows it.
    """

    def __init__(self, providers: Sequence[TokenProvider], *, may_fall_back: bool = False) -> None:
        self._providers = tuple(providers)
        self._may_fall_back = may_fall_back
        self._refused: set[tuple[TokenSource, str]] = set()

    async def token(self) -> AccessToken:
        """Raises NotConfigured, and TokenEnded where the first identity had its time."""
        for provider in self._providers:
            token = await provider.token()
            if token is None:
                continue
            if not token.has_ended and _key(token) not in self._refused:
                return token
            if self._may_fall_back:
                continue
            if token.has_ended:
                raise TokenEnded(
                    f"the {token.source} token has ended; sign in and start again, or set may_fall_back in "
                    "the memory configuration to let stored identities go on"
                )
            break
        raise NotConfigured(
            "no usable Databricks token: expected one of "
            f"{', '.join(provider.source for provider in self._providers)}; sign in again, or store a "
            "personal access token"
        )

    async def replace(self, refused: AccessToken) -> AccessToken | None:
        """Another token than the one that was refused, or None where there is none to be used."""
        self._refused.add(_key(refused))
        for provider in self._providers:
            if provider.source == refused.source:
                provider.refused(refused)
        try:
            token = await self.token()
        except NotConfigured:
            return None
        log.info("token of {} was refused; going on with {}", refused.source, token.source)
        return token


def vector_search_chain(
    *,
    clock: Clock,
    on_behalf_of: SecretStr | None,
    on_behalf_of_expires_at: datetime | None = None,
    load_stored: LoadToken,
    environment: SecretStr | None,
    sdk_default: TokenProvider | None = None,
    may_fall_back: bool = False,
) -> TokenChain:
    """The order for Vector Search. `sdk_default` comes from databricks_sdk_token.py, which loads the SDK."""
    given: list[TokenProvider] = [
        GivenToken(
            TokenSource.ON_BEHALF_OF, on_behalf_of, clock=clock, expires_at=on_behalf_of_expires_at
        ),
        StoredToken(TokenSource.STORED_PAT, load_stored, clock=clock),
        GivenToken(TokenSource.ENVIRONMENT_PAT, environment, clock=clock),
    ]
    if sdk_default is not None:
        given.append(sdk_default)
    return TokenChain(given, may_fall_back=may_fall_back)


def _key(token: AccessToken) -> tuple[TokenSource, str]:
    return token.source, token.value.get_secret_value()


def _has_ended(token: AccessToken, clock: Clock) -> bool:
    return token.expires_at is not None and clock.now() + _SKEW >= token.expires_at
