"""One signed POST to an address that an administrator has entered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from src.core.errors import CodedFailure
from src.core.outbound import OutboundLimits, check_url, open_async_client

_TIMEOUT_S = 10.0
_USER_AGENT = "Kasal-Webhooks/1"


class WebhookFailed(CodedFailure):
    """No answer, in words for people; `code` is timeout or no-answer."""


@dataclass(frozen=True)
class WebhookAnswer:
    status: int
    retry_after: str | None

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class WebhookClient:
    allow_private_urls: bool

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookAnswer:
        """Raises WebhookFailed, or UnsafeUrl for an address that may not be called.

        Redirects are not followed, what the answer holds is not read, and messages name the host only:
        paths of such addresses often are secrets.
        """
        check_url(url, self.allow_private_urls)
        limits = OutboundLimits(
            allow_private=self.allow_private_urls, timeout_s=_TIMEOUT_S, follow_redirects=False
        )
        sent = {"Content-Type": "application/json", "User-Agent": _USER_AGENT, **headers}
        host = httpx.URL(url).host
        try:
            async with (
                asyncio.timeout(_TIMEOUT_S),
                open_async_client(limits, headers=sent) as client,
                client.stream("POST", url, content=body) as answer,
            ):
                return WebhookAnswer(answer.status_code, answer.headers.get("Retry-After"))
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise WebhookFailed(
                "timeout", f"{host} did not answer within {_TIMEOUT_S:g} s"
            ) from exc
        except httpx.HTTPError as exc:
            raise WebhookFailed(
                "no-answer", f"{host} cannot be reached ({type(exc).__name__})"
            ) from exc
