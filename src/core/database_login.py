"""The password of a Lakebase database: a credential that the workspace mints for our service principal.

It is judged at login only and lives for about an hour, so every connection asks for it when it is made. One is
kept for a quarter of an hour at most, and while one is minted everybody waits for that one.
"""

import asyncio
import re
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import httpx
from pydantic import AliasChoices, BaseModel, Field, SecretStr, ValidationError

from src.core.clock import Clock, SystemClock
from src.core.errors import AppError, NotConfigured, Unavailable
from src.core.logging import get_logger
from src.core.outbound import OutboundLimits, open_client

log = get_logger(__name__)
INSTANCE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}")
"""A provisioned database by its name."""
ENDPOINT = re.compile(r"projects/[\w-]+/branches/[\w-]+/endpoints/[\w-]+")
"""An autoscaling one (names of the service's client, 2026-11)."""

_LONGEST_KEPT_S = 900.0
_LIFE_UNSAID_S = 300.0
"""Where the workspace does not say when a credential ends."""
_BUDGET_S = 10.0
"""For trying again; whoever asked keeps asking, as for a database that is away."""
_BUDGET_WITH_ANOTHER_S = 2.0
"""While an older one still opens connections."""
_LOOK_AGAIN_S = 30.0
_PAUSES_S = (0.2, 2.0)
_QUIET_S = 1.0
"""After a failure, and after a rejected password, so that pools that ask again at once do not flood the
workspace."""
_LIMITS = OutboundLimits(
    allow_private=True, timeout_s=5.0, max_bytes=1_000_000, follow_redirects=False
)
_BUSY = 429


class DatabaseLoginRefused(NotConfigured):
    code, title = "database-login-refused", "The workspace refuses a password for the database"


class DatabaseLoginUnavailable(Unavailable):
    code, title = "database-login-unavailable", "The workspace mints no password right now"


@dataclass(frozen=True)
class ServicePrincipal:
    host: str
    """Of the workspace, with scheme."""
    client_id: str
    client_secret: SecretStr


@dataclass(frozen=True)
class Credential:
    """Times are of the clock's monotonic seconds."""

    password: SecretStr
    minted_at_s: float
    renew_at_s: float
    ends_at_s: float


class _Granted(BaseModel):
    access_token: SecretStr
    expires_in: float


class _Minted(BaseModel):
    token: SecretStr
    ends_at: datetime | None = Field(
        None, validation_alias=AliasChoices("expiration_time", "expire_time")
    )


A = TypeVar("A", bound=BaseModel)


class DatabaseLogin:
    """For one database. Any thread and any loop may ask."""

    def __init__(
        self,
        database: str,
        principal: ServicePrincipal,
        *,
        clock: Clock | None = None,
        budget_s: float = _BUDGET_S,
    ) -> None:
        """`database` is the name of an instance, or the path of an endpoint."""
        self.database = database
        self._principal = principal
        self._clock = clock or SystemClock()
        self._budget_s = budget_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database-login")
        self._lock = threading.Lock()
        self._asked: Future[Credential] | None = None
        self._failed_at_s: float | None = None
        self._kept: Credential | None = None
        self._workspace_token: tuple[SecretStr, float] | None = None

    @property
    def client_id(self) -> str:
        return self._principal.client_id

    def credential(self, timeout_s: float | None = None) -> Credential:
        """Blocks. Raises DatabaseLoginRefused or DatabaseLoginUnavailable."""
        try:
            return self._ask().result(timeout_s)
        except TimeoutError as exc:
            raise self._late() from exc

    async def credential_async(self) -> Credential:
        """As `credential`; who is cancelled meanwhile leaves the others theirs."""
        try:
            async with asyncio.timeout(2 * self._budget_s):
                return await asyncio.shield(asyncio.wrap_future(self._ask()))
        except TimeoutError as exc:
            raise self._late() from exc

    def rejected(self, credential: Credential) -> bool:
        """PostgreSQL did not take it. True where another one is worth asking for: a fresh one would be
        rejected just the same."""
        with self._lock:
            if self._kept is not None and self._kept.password != credential.password:
                return True  # another connection has asked meanwhile
            if self._clock.monotonic_s() - credential.minted_at_s < _QUIET_S:
                return False
            self._kept = None
            return True

    def _ask(self) -> Future[Credential]:
        with self._lock:
            if self._asked is not None and not self._is_to_be_asked_again(self._asked):
                return self._asked
            self._asked = self._thread.submit(self._renew)
            return self._asked

    def _is_to_be_asked_again(self, asked: Future[Credential]) -> bool:
        if not asked.done():
            return False
        now_s = self._clock.monotonic_s()
        if self._failed_at_s is not None:
            return now_s - self._failed_at_s >= _QUIET_S
        return self._kept is None or now_s >= self._kept.renew_at_s

    def _renew(self) -> Credential:
        """On the one thread."""
        with self._lock:
            held = self._kept
        try:
            credential = self._mint_patiently(held)
        except AppError as exc:
            with self._lock:
                self._failed_at_s = self._clock.monotonic_s()
            log.warning("no password for the database: {}", exc.message)
            raise
        with self._lock:
            self._kept, self._failed_at_s = credential, None
        return credential

    def _mint_patiently(self, held: Credential | None) -> Credential:
        now_s = self._clock.monotonic_s()
        can_wait = held is not None and now_s < held.ends_at_s
        give_up_at_s = now_s + (_BUDGET_WITH_ANOTHER_S if can_wait else self._budget_s)
        pause_s, longest_s = _PAUSES_S
        while True:
            try:
                return self._mint()
            except DatabaseLoginUnavailable as exc:
                now_s = self._clock.monotonic_s()
                if now_s + pause_s > give_up_at_s:
                    if held is None or now_s >= held.ends_at_s:
                        raise
                    log.warning("going on with an older password for the database: {}", exc.message)
                    return replace(held, renew_at_s=min(now_s + _LOOK_AGAIN_S, held.ends_at_s))
            threading.Event().wait(pause_s)
            pause_s = min(2 * pause_s, longest_s)

    def _mint(self) -> Credential:
        with open_client(_LIMITS) as http:
            answer = self._request_credential(http)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._workspace_token = None  # ended earlier than it was said to
                answer = self._request_credential(http)
        self._check(answer)
        minted = self._read(_Minted, answer)
        life_s = _LIFE_UNSAID_S
        if minted.ends_at is not None:
            life_s = (minted.ends_at - self._clock.now()).total_seconds()
        now_s = self._clock.monotonic_s()
        kept_s = min(_LONGEST_KEPT_S, _most_of(life_s))
        log.info("a password for the database was minted, good for {:.0f} s", life_s)
        return Credential(minted.token, now_s, now_s + kept_s, now_s + _most_of(life_s))

    def _request_credential(self, http: httpx.Client) -> httpx.Response:
        body: dict[str, Any]
        if ENDPOINT.fullmatch(self.database):
            path, body = "/api/2.0/postgres/credentials", {"endpoint": self.database}
        else:
            path = "/api/2.0/database/credentials"
            body = {"instance_names": [self.database], "request_id": str(uuid.uuid4())}
        token = self._token(http).get_secret_value()
        return self._post(http, path, json=body, headers={"Authorization": f"Bearer {token}"})

    def _token(self, http: httpx.Client) -> SecretStr:
        held = self._workspace_token
        if held is not None and self._clock.monotonic_s() < held[1]:
            return held[0]
        answer = self._post(
            http,
            "/oidc/v1/token",
            data={"grant_type": "client_credentials", "scope": "all-apis"},
            auth=(self._principal.client_id, self._principal.client_secret.get_secret_value()),
        )
        if answer.is_client_error and answer.status_code != _BUSY:
            raise DatabaseLoginRefused(
                f"{self._principal.host} gives no token to the service principal {self.client_id} "
                f"(HTTP {answer.status_code}); correct DATABRICKS_CLIENT_ID and "
                "DATABRICKS_CLIENT_SECRET"
            )
        self._check(answer)
        granted = self._read(_Granted, answer)
        ends_at_s = self._clock.monotonic_s() + _most_of(granted.expires_in)
        self._workspace_token = (granted.access_token, ends_at_s)
        return granted.access_token

    def _post(self, http: httpx.Client, path: str, **arguments: Any) -> httpx.Response:
        try:
            return http.post(f"{self._principal.host}{path}", **arguments)
        except httpx.HTTPError as exc:
            raise self._unavailable(f"cannot be reached ({type(exc).__name__})") from exc

    def _check(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if answer.is_success:
            return
        if status == httpx.codes.NOT_FOUND:
            raise DatabaseLoginRefused(
                f"{self._principal.host} has no Lakebase database {self.database} that the service "
                f"principal {self.client_id} can see; correct KASAL_LAKEBASE, or add the database to "
                "the app as a resource"
            )
        if answer.is_client_error and status != _BUSY:
            raise DatabaseLoginRefused(
                f"{self._principal.host} refuses the service principal {self.client_id} a password "
                f"for {self.database} (HTTP {status}{_reason(answer)}); add the database to the app "
                'as a resource ("Can connect and create"), or grant the service principal the use '
                "of it"
            )
        raise self._unavailable(f"answered HTTP {status}")

    def _read(self, kind: type[A], answer: httpx.Response) -> A:
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError as exc:
            raise self._unavailable("answered something else than a token") from exc

    def _unavailable(self, what: str) -> DatabaseLoginUnavailable:
        return DatabaseLoginUnavailable(
            f"{self._principal.host} {what} when it was asked for a password for {self.database}; "
            "it is asked again"
        )

    def _late(self) -> DatabaseLoginUnavailable:
        return self._unavailable("did not answer in time")


def _most_of(life_s: float) -> float:
    """What ends within a login is no password."""
    return max(0.0, life_s - min(60.0, 0.2 * life_s))


def _reason(answer: httpx.Response) -> str:
    """The workspace's own code, which is a constant of its API."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    code = body.get("error_code") if isinstance(body, Mapping) else None
    return f", {code}" if isinstance(code, str) and code.isidentifier() else ""
