"""The wire to Databricks vector search: the official async client under our tokens, limits and errors.

That client (databricks-ai-search 0.81) has no timeout, hides Retry-After, sends its token lookups through
threads, follows pages by keys that an empty page lacks, and takes a failed call's HTML for a message. All of
that is answered in `_Index._issue_request`, its one door. Retries are ours alone (call_policy.py).
"""

import asyncio
from collections.abc import Awaitable, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpx
from databricks.ai_search.async_index import AsyncAISearchIndex
from databricks.ai_search.async_utils import AsyncRequestUtils
from databricks.ai_search.exceptions import (
    AISearchException,
    BadRequest,
    NotFound,
    PermissionDenied,
    ResourceConflict,
)
from databricks.ai_search.utils import normalize_response_keys_to_snake_case

from src.core.clock import Clock
from src.core.errors import AppError
from src.core.logging import get_logger
from src.repositories.databricks.tokens import AccessToken, TokenChain, TokenSource
from src.repositories.vector.call_policy import (
    CallLimits,
    CallPolicy,
    Sleep,
    retry_after_s,
)
from src.repositories.vector.databricks_rows import Json
from src.repositories.vector.errors import (
    EndpointMissing,
    IndexExists,
    IndexMissing,
    IndexNotReady,
    NotPermitted,
    StoreRefused,
    StoreTimeout,
    StoreUnavailable,
    Throttled,
    TokenRefused,
)

log = get_logger(__name__)
T = TypeVar("T")
_BUSY = {429, 500, 502, 503, 504}
_CONNECT_S = 5.0
_SHOWN_CHARS = 300
_MAX_PAGES = 10
"""Of 1,000 rows; the service gives no more than 10,000."""


class DatabricksWorkspace:
    """What all who call one workspace share: connections, and what is known of its health. One event loop."""

    def __init__(
        self,
        url: str,
        *,
        limits: CallLimits | None = None,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.policy = CallPolicy("Databricks vector search", limits, clock=clock, sleep=sleep)
        self.http = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=_CONNECT_S),  # the policy bounds the whole
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
            event_hooks={"response": [_stop_when_busy]},
            # A cookie that came with one identity's answer must not go out with another's request.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    async def close(self) -> None:
        await self.http.aclose()


class DatabricksWire:
    """One workspace under one chain of tokens."""

    def __init__(self, workspace: DatabricksWorkspace, tokens: TokenChain) -> None:
        self._workspace_url = workspace.url
        self._tokens = tokens
        self._policy = workspace.policy
        self._http = workspace.http
        self.last_source: TokenSource | None = None
        """Whose token the latest call was made with, for the record of the run."""

    async def control(
        self, method: str, path: str, body: Json | None = None, params: Json | None = None
    ) -> Json:
        """Endpoints and the life of indexes. `path` begins behind /vector-search/."""

        return await self._workspace(path, method, f"vector-search/{path}", body, params)

    async def user_name(self) -> str:
        """Of the identity whose token is used; empty where it may not ask who it is."""
        try:
            answer = await self._workspace("who is asking", "GET", "preview/scim/v2/Me")
        except TokenRefused:
            raise
        except (NotPermitted, IndexMissing, StoreRefused):
            return ""
        return str(answer.get("user_name") or "")

    async def _workspace(
        self,
        what: str,
        method: str,
        path: str,
        body: Json | None = None,
        params: Json | None = None,
    ) -> Json:
        async def call(token: AccessToken) -> Json:
            return await _request(
                self._http,
                url=f"{self._workspace_url}/api/2.0/{path}",
                method=method,
                token=token.value.get_secret_value(),
                json=body,
                params=params,
            )

        return await self._called(what, call)

    async def on_index(
        self,
        name: str,
        endpoint: str,
        call: Callable[[AsyncAISearchIndex], Awaitable[Any]],
        *,
        patience: float = 1.0,
    ) -> Json:
        """One call of the official index client; `patience` stretches the time for large answers."""

        async def use(token: AccessToken) -> Json:
            index = _Index(self._http, self._workspace_url, name, endpoint, token)
            found: Json = await call(index)
            return found

        return await self._called(f"indexes/{name}", use, patience)

    async def _called(
        self, what: str, call: Callable[[AccessToken], Awaitable[T]], patience: float = 1.0
    ) -> T:
        token = await self._tokens.token()
        try:
            return await self._with(token, what, call, patience)
        except TokenRefused:
            replacement = await self._tokens.replace(token)
            if replacement is None:
                raise
            return await self._with(replacement, what, call, patience)

    async def _with(
        self,
        token: AccessToken,
        what: str,
        call: Callable[[AccessToken], Awaitable[T]],
        patience: float,
    ) -> T:
        self.last_source = token.source

        async def translated() -> T:
            try:
                return await call(token)
            except AISearchException as exc:
                raise _error_of(exc, what, token.source) from exc
            except httpx.TimeoutException as exc:
                raise StoreTimeout("Databricks vector search did not answer in time") from exc
            except httpx.HTTPError as exc:
                raise StoreUnavailable(
                    f"Databricks vector search cannot be reached ({type(exc).__name__})"
                ) from exc

        return await self._policy.run(translated, patience)


class _Index(AsyncAISearchIndex):  # type: ignore[misc]  # the library ships no types (0.81)
    def __init__(
        self,
        http: httpx.AsyncClient,
        workspace_url: str,
        name: str,
        endpoint: str,
        token: AccessToken,
    ) -> None:
        super().__init__(
            workspace_url=workspace_url,
            index_url="",
            name=name,
            endpoint_name=endpoint,
            personal_access_token=token.value.get_secret_value(),
            use_user_passed_credentials=True,
            total_retries=0,
        )
        self._http = http
        self._pages = 0

    async def _aget_token(self, **_: object) -> str:
        """Known already: no thread, and no look at the environment for another one."""
        token: str = self._sync.personal_access_token
        return token

    async def _issue_request(self, **request: Any) -> Json:
        for setting in ("total_retries", "backoff_factor", "backoff_jitter"):
            request.pop(setting, None)
        answer = await _request(self._http, **request)
        if request["url"].endswith(("/query", "/query-next-page")):
            self._complete(answer)
        return answer

    def _complete(self, answer: dict[str, Any]) -> None:
        """What the client's page loop takes for granted, and an end to it."""
        self._pages += 1
        result = answer.setdefault("result", {})
        rows = result.setdefault("data_array", [])
        result["row_count"] = len(rows)
        if self._pages >= _MAX_PAGES or (not rows and self._pages > 1):
            answer.pop("next_page_token", None)


async def _request(http: httpx.AsyncClient, **request: Any) -> dict[str, Any]:
    try:
        answer = await AsyncRequestUtils.issue_request(client=http, total_retries=0, **request)
    except ValueError as exc:
        raise StoreUnavailable("Databricks vector search sent an answer that is no JSON") from exc
    if not isinstance(answer, dict):
        raise StoreUnavailable("Databricks vector search sent an answer of an unknown form")
    return dict(normalize_response_keys_to_snake_case(answer))


async def _stop_when_busy(response: httpx.Response) -> None:
    """Raises what may pass, with the Retry-After that the client would swallow."""
    if response.status_code not in _BUSY:
        return
    wait_s = retry_after_s(response.headers.get("Retry-After"))
    if response.status_code == 429:
        raise Throttled("Databricks vector search is asked too often", retry_after_s=wait_s)
    raise StoreUnavailable(
        f"Databricks vector search answered {response.status_code}", retry_after_s=wait_s
    )


def _error_of(exc: AISearchException, what: str, source: TokenSource) -> AppError:
    said = str(exc)[:_SHOWN_CHARS]
    lowered = said.lower()
    if exc.status_code == 401 or (exc.status_code == 403 and "invalid access token" in lowered):
        return TokenRefused(
            f"Databricks does not accept the {source} token; sign in again or store a new one"
        )
    if isinstance(exc, PermissionDenied):
        if "scope" in lowered:
            return NotPermitted(
                f"the {source} token lacks a scope for vector search; an administrator can add "
                f"vectorsearch scopes to the app: {said}"
            )
        return NotPermitted(f"the identity of {source} may not do this on {what}: {said}")
    if isinstance(exc, NotFound):
        # An index whose endpoint is gone says so in its message only.
        is_endpoint = what.startswith("endpoints/") and "index" not in lowered.split("endpoint")[0]
        kind = EndpointMissing if is_endpoint else IndexMissing
        return kind(f"Databricks knows no {what}: {said}")
    if isinstance(exc, ResourceConflict):
        return IndexExists(f"{what} exists already: {said}")
    if isinstance(exc, BadRequest):
        if any(sign in lowered for sign in ("not ready", "pending deletion", "provisioning")):
            return IndexNotReady(f"{what} cannot be used yet: {said}", headers={"Retry-After": "5"})
        return StoreRefused(f"Databricks refuses a request on {what}: {said}")
    status = exc.status_code or 0
    if status >= 500:
        return StoreUnavailable(f"Databricks vector search answered {status}")
    return StoreRefused(f"Databricks answered {status} on {what}: {said}")
