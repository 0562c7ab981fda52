"""KasalClient and AsyncKasalClient: the REST API of Kasal for programs. Needs httpx and pydantic only."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from src.client.operations import Operations, stream_path
from src.client.request import Body, KasalError, Request
from src.client.sse import EventFeed
from src.schemas.common import Page
from src.schemas.execution import EventRead, ExecutionRead

R = TypeVar("R")
_PREFIX = "/api/v1"
_ATTEMPTS = 4
_RETRY_DELAYS_S = (0.2, 0.6, 1.5)
_RETRIED_STATUS = frozenset({502, 503, 504})
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_STREAM_TIMEOUT = httpx.Timeout(30.0, connect=5.0, read=35.0)
"""The server sends a heartbeat every 10 s: three that stay out mean that the connection is dead."""
_PATIENCE_S = 120.0


class _Base(Operations):
    def __init__(self, *, token: str | None, group: str | None) -> None:
        self._headers = {"User-Agent": "kasal-client"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        if group:
            self._headers["X-Group-Id"] = group

    def _arguments(self, request: Request[Any]) -> dict[str, Any]:
        return {
            "method": request.method,
            "url": _PREFIX + request.path,
            "params": request.params,
            "headers": request.headers,
            "json": request.json,
            "files": request.files,
            "data": request.data,
        }


class KasalClient(_Base):
    """Blocking. One connection pool; use as a context manager or call close()."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        token: str | None = None,
        group: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        super().__init__(token=token, group=group)
        self._http = httpx.Client(
            base_url=url, headers=self._headers, timeout=_TIMEOUT, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def send(self, request: Request[R]) -> R:
        for attempt in range(_ATTEMPTS):
            try:
                response = self._http.request(**self._arguments(request))
            except httpx.TransportError as exc:
                if not _worth_repeating(request, attempt, exc):
                    raise KasalError.unreachable(self._http.base_url, exc) from exc
            else:
                if not _worth_repeating(request, attempt, response):
                    return _read(request, response)
            time.sleep(_RETRY_DELAYS_S[attempt])
        raise AssertionError("the last attempt returns or raises")

    def stream_execution_events(self, id: str, *, after: int = 0) -> Iterator[EventRead]:
        """Every event after `after`, each once and in order, until the execution ends.

        Survives disconnects and restarts of the server of up to two minutes.
        """
        feed = EventFeed(after, _PATIENCE_S)
        while True:
            try:
                yield from self._one_connection(id, feed)
                if feed.is_over():
                    return
                if feed.was_silent:
                    feed.has_ended((self.get_execution(id)).status)
                pause_s = feed.disconnected(failed=False)
            except (httpx.TransportError, KasalError) as exc:
                _tolerate(exc, feed, self._http.base_url)
                pause_s = feed.disconnected(failed=True)
            time.sleep(pause_s)

    def _one_connection(self, id: str, feed: EventFeed) -> Iterator[EventRead]:
        url = _PREFIX + stream_path(id)
        options: dict[str, Any] = {"headers": feed.headers(), "timeout": _STREAM_TIMEOUT}
        with self._http.stream("GET", url, **options) as response:
            if response.is_error:
                response.read()
                raise KasalError.of(response)
            for line in response.iter_lines():
                event = feed.take(line)
                if event is not None:
                    yield event

    def pages(self, lists: Callable[..., Page[R]], *args: str, **filters: Any) -> Iterator[R]:
        """Every item of a list, page by page: `client.pages(client.list_crews)`."""
        page = lists(*args, **filters)
        yield from page.items
        while page.next_cursor:
            page = lists(*args, **filters, cursor=page.next_cursor)
            yield from page.items

    def run(self, body: Body, on_event: Callable[[EventRead], None] | None = None) -> ExecutionRead:
        """Starts a crew, waits for its end and returns the execution, whatever its status."""
        started = self.start_execution(body)
        for event in self.stream_execution_events(started.id):
            if on_event is not None:
                on_event(event)
        return self.get_execution(started.id)


class AsyncKasalClient(_Base):
    """The same for asyncio."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        token: str | None = None,
        group: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(token=token, group=group)
        self._http = httpx.AsyncClient(
            base_url=url, headers=self._headers, timeout=_TIMEOUT, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, request: Request[R]) -> R:
        for attempt in range(_ATTEMPTS):
            try:
                response = await self._http.request(**self._arguments(request))
            except httpx.TransportError as exc:
                if not _worth_repeating(request, attempt, exc):
                    raise KasalError.unreachable(self._http.base_url, exc) from exc
            else:
                if not _worth_repeating(request, attempt, response):
                    return _read(request, response)
            await asyncio.sleep(_RETRY_DELAYS_S[attempt])
        raise AssertionError("the last attempt returns or raises")

    async def stream_execution_events(self, id: str, *, after: int = 0) -> AsyncIterator[EventRead]:
        """Every event after `after`, each once and in order, until the execution ends.

        Survives disconnects and restarts of the server of up to two minutes.
        """
        feed = EventFeed(after, _PATIENCE_S)
        while True:
            try:
                async for event in self._one_connection(id, feed):
                    yield event
                if feed.is_over():
                    return
                if feed.was_silent:
                    feed.has_ended((await self.get_execution(id)).status)
                pause_s = feed.disconnected(failed=False)
            except (httpx.TransportError, KasalError) as exc:
                _tolerate(exc, feed, self._http.base_url)
                pause_s = feed.disconnected(failed=True)
            await asyncio.sleep(pause_s)

    async def _one_connection(self, id: str, feed: EventFeed) -> AsyncIterator[EventRead]:
        url = _PREFIX + stream_path(id)
        options: dict[str, Any] = {"headers": feed.headers(), "timeout": _STREAM_TIMEOUT}
        async with self._http.stream("GET", url, **options) as response:
            if response.is_error:
                await response.aread()
                raise KasalError.of(response)
            async for line in response.aiter_lines():
                event = feed.take(line)
                if event is not None:
                    yield event

    async def pages(
        self, lists: Callable[..., Awaitable[Page[R]]], *args: str, **filters: Any
    ) -> AsyncIterator[R]:
        """Every item of a list, page by page: `client.pages(client.list_crews)`."""
        page = await lists(*args, **filters)
        for item in page.items:
            yield item
        while page.next_cursor:
            page = await lists(*args, **filters, cursor=page.next_cursor)
            for item in page.items:
                yield item

    async def run(
        self, body: Body, on_event: Callable[[EventRead], None] | None = None
    ) -> ExecutionRead:
        """Starts a crew, waits for its end and returns the execution, whatever its status."""
        started = await self.start_execution(body)
        async for event in self.stream_execution_events(started.id):
            if on_event is not None:
                on_event(event)
        return await self.get_execution(started.id)


def _worth_repeating(
    request: Request[Any], attempt: int, outcome: httpx.Response | httpx.TransportError
) -> bool:
    if attempt + 1 == _ATTEMPTS:
        return False
    if isinstance(outcome, httpx.ConnectError | httpx.ConnectTimeout):
        return True  # nothing was sent
    if not request.is_repeatable:
        return False
    return isinstance(outcome, httpx.TransportError) or outcome.status_code in _RETRIED_STATUS


def _read(request: Request[R], response: httpx.Response) -> R:
    if response.is_error:
        raise KasalError.of(response)
    return request.parse(response)


def _tolerate(failure: httpx.TransportError | KasalError, feed: EventFeed, url: httpx.URL) -> None:
    """Raises what waiting cannot mend."""
    if isinstance(failure, httpx.TransportError):
        if not feed.has_patience:
            raise KasalError.unreachable(url, failure) from failure
    elif (0 < failure.status < 500 and failure.status != 429) or not feed.has_patience:
        raise failure
