"""Fetches a URL for a tool: behind the guard, within the group's allowed hosts, cut at a size."""

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from src.core.errors import UnsafeUrl
from src.core.outbound import OutboundLimits, open_async_client
from src.engines.crewai.tools.base import ToolContext, ToolError
from src.engines.crewai.tools.waiting import wait_for

_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade"})
_USER_AGENT = "Kasal"
# Above the size that is read, so that a long answer is cut with a note and only a bomb is an error.
_GUARD_MARGIN_BYTES = 5_000_000


class WebConfig(BaseModel):
    """A group's configuration of a tool that fetches; its schema is in src/seeds/tools.py."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    allowed_hosts: tuple[str, ...] = ()
    """Names, `*.suffix` for everything below one, each with an optional `:port`; empty: any public host."""
    timeout_s: float = Field(30, ge=1, le=300)
    max_bytes: int = Field(500_000, ge=1_000, le=5_000_000)


@dataclass(frozen=True)
class Fetched:
    url: str
    status: int
    reason: str
    content_type: str
    charset: str | None
    body: bytes
    truncated: bool

    def text(self) -> str:
        return self.body.decode(self.charset or "utf-8", "replace")


class Fetcher:
    """Secret headers travel to allowed hosts only, over https, on every hop of a redirect."""

    def __init__(self, context: ToolContext) -> None:
        try:
            self._config = WebConfig.model_validate(dict(context.config))
        except ValidationError as exc:
            raise ToolError("not-configured", f"the tool's configuration is wrong: {exc}") from exc
        self._secret_headers = _secret_headers(context.secrets)
        self._allow_private = context.allow_private_urls
        self._cancelled = context.run.cancelled

    def fetch(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        if self._secret_headers and not self._config.allowed_hosts:
            raise ToolError(
                "not-configured",
                "this tool has a secret header but no allowed_hosts; an administrator must name the "
                "hosts that may receive it",
            )
        try:
            return wait_for(
                lambda: self._send(method, url, content, dict(headers or {})),
                timeout_s=self._config.timeout_s,
                cancelled=self._cancelled,
            )
        except (TimeoutError, httpx.TimeoutException) as exc:
            doubt = "" if method == "GET" else "; the request may still have taken effect"
            raise ToolError(
                "timeout", f"{url} did not answer within {self._config.timeout_s:g} s{doubt}"
            ) from exc
        except httpx.TooManyRedirects as exc:
            raise ToolError("too-many-redirects", f"{url} redirects without end") from exc
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as exc:
            raise ToolError("invalid-url", f"{url} cannot be called: {exc}") from exc
        except httpx.HTTPError as exc:
            raise ToolError("no-answer", f"{url} could not be fetched: {exc}") from exc

    async def _send(
        self, method: str, url: str, content: bytes | None, headers: dict[str, str]
    ) -> Fetched:
        limits = OutboundLimits(
            allow_private=self._allow_private,
            timeout_s=self._config.timeout_s,
            max_bytes=self._config.max_bytes + _GUARD_MARGIN_BYTES,
            follow_redirects=method == "GET",
        )
        async with open_async_client(limits, headers={"User-Agent": _USER_AGENT}) as client:
            client.event_hooks = {"request": [self._admit]}
            async with client.stream(method, url, content=content, headers=headers) as response:
                body, truncated = await self._read(response)
        return Fetched(
            url=str(response.url),
            status=response.status_code,
            reason=response.reason_phrase,
            content_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            charset=_known_charset(response.charset_encoding),
            body=body,
            truncated=truncated,
        )

    async def _admit(self, request: httpx.Request) -> None:
        """httpx calls this before each hop."""
        if self._config.allowed_hosts and not _allowed(request.url, self._config.allowed_hosts):
            raise UnsafeUrl(
                f"{request.url.host} is not one of this tool's allowed hosts: "
                f"{', '.join(self._config.allowed_hosts)}"
            )
        if self._secret_headers:
            if request.url.scheme != "https" and not self._allow_private:
                raise UnsafeUrl(
                    f"{request.url.host} must be called over https: a secret goes with it"
                )
            request.headers.update(self._secret_headers)

    async def _read(self, response: httpx.Response) -> tuple[bytes, bool]:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._config.max_bytes:
                return bytes(body[: self._config.max_bytes]), True
        return bytes(body), False


def _allowed(url: httpx.URL, allowed_hosts: tuple[str, ...]) -> bool:
    host = url.raw_host.decode("ascii").rstrip(".").lower()
    for entry in allowed_hosts:
        name, _, port = entry.lower().partition(":")
        if port and int(port) != (url.port or (443 if url.scheme == "https" else 80)):
            continue
        if host == name or (name.startswith("*.") and host.endswith(name[1:])):
            return True
    return False


def _secret_headers(secrets: Mapping[str, SecretStr]) -> dict[str, str]:
    """From `authorization` (one value) and `headers` (a JSON object)."""
    headers: dict[str, str] = {}
    if "headers" in secrets:
        headers.update(_header_object(secrets["headers"]))
    if "authorization" in secrets:
        headers["Authorization"] = secrets["authorization"].get_secret_value()
    for name, value in headers.items():
        if name.lower() in _FRAMING or not (name + value).isprintable():
            raise ToolError("not-configured", f"the header {name!r} of this tool cannot be sent")
    return headers


def _header_object(secret: SecretStr) -> dict[str, str]:
    problem = "`headers` must be an object of header names and texts"
    try:
        parsed: Any = json.loads(secret.get_secret_value())
    except ValueError as exc:
        raise ToolError("not-configured", problem) from exc
    if not isinstance(parsed, dict) or not all(isinstance(value, str) for value in parsed.values()):
        raise ToolError("not-configured", problem)
    return {str(name): str(value) for name, value in parsed.items()}


def _known_charset(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None
