"""A TCP way to a server on this machine that can be slowed down, broken in the middle, and cut.

with FaultyProxy(("127.0.0.1", 5000)) as proxy:
    client(proxy.port)
    proxy.strike(Break.RESET, times=3)     # the next three answers
    with proxy.failing(Break.BLACK_HOLE):  # every connection that says something meanwhile
        ...
"""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Target = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""
_CHUNK_BYTES = 65_536
_STOP_TIMEOUT_S = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Break(StrEnum):
    """What happens to a connection when its server says the next thing."""

    LATENCY = "latency"
    """It arrives late."""
    RESET = "reset"
    """The first half arrives, then the connection is reset."""
    TRUNCATION = "truncation"
    """The first half arrives, then the connection ends as if everything had been said."""
    HALF_CLOSE = "half-close"
    """It arrives, and is the last that does; what the client still says is taken and lost."""
    BLACK_HOLE = "black hole"
    """Nothing arrives any more, in either direction, and nothing ends."""


class FaultyProxy:
    def __init__(self, target: Target, *, latency_s: float = 0.5) -> None:
        self._target = target
        self._latency_s = latency_s
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._lock = threading.Lock()
        self._due: list[Break] = []
        self._constant: Break | None = None
        self.port = 0
        self.struck: Counter[Break] = Counter()

    @property
    def connections(self) -> int:
        """That are open."""
        return len(self._connections)

    def strike(self, kind: Break, times: int = 1) -> None:
        """The next so many pieces of answers are struck."""
        with self._lock:
            self._due += [kind] * times

    @contextmanager
    def failing(self, kind: Break) -> Iterator[None]:
        """Every answer is struck, until the block ends."""
        self._constant = kind
        try:
            yield
        finally:
            self._constant = None

    def cut(self) -> None:
        """Every connection breaks, new ones are refused."""
        self._run(self._cut())

    def mend(self) -> None:
        """New connections are taken, and nothing strikes them."""
        with self._lock:
            self._due.clear()
        self._run(self._listen())

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_TIMEOUT_S)
        self._loop.close()

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def next_break(self) -> Break | None:
        """Asked by a connection for each piece of an answer."""
        with self._lock:
            kind = self._due.pop(0) if self._due else self._constant
        if kind is not None:
            self.struck[kind] += 1
        return kind

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        if not self._thread.is_alive():
            self._thread.start()
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_STOP_TIMEOUT_S)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        connections = list(self._connections)
        for connection in connections:
            connection.reset()
        for connection in connections:
            await connection.ended.wait()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if isinstance(self._target, str):
                server = await asyncio.open_unix_connection(self._target)
            else:
                server = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection(self, (reader, writer), server, self._latency_s)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)


_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Connection:
    def __init__(
        self, proxy: FaultyProxy, client: _Streams, server: _Streams, latency_s: float
    ) -> None:
        self._proxy = proxy
        self._client, self._server = client, server
        self._latency_s = latency_s
        self._is_black_hole = False
        self.ended = asyncio.Event()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._ask())
                group.create_task(self._answer())
        except* OSError:
            pass  # one end has gone
        finally:
            self._client[1].transport.abort()
            self._server[1].transport.abort()
            self.ended.set()

    def reset(self) -> None:
        for _, writer in (self._client, self._server):
            end = writer.get_extra_info("socket")
            if end is not None and end.family == socket.AF_INET and not writer.is_closing():
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    async def _ask(self) -> None:
        reader, writer = self._client[0], self._server[1]
        while data := await reader.read(_CHUNK_BYTES):
            if not self._is_black_hole:
                writer.write(data)
                await writer.drain()
        self.reset()

    async def _answer(self) -> None:
        reader, writer = self._server[0], self._client[1]
        while data := await reader.read(_CHUNK_BYTES):
            if self._is_black_hole:
                continue
            kind = self._proxy.next_break()
            if kind is Break.BLACK_HOLE:
                self._is_black_hole = True
                continue
            if kind is Break.LATENCY:
                await asyncio.sleep(self._latency_s)
            is_cut = kind in (Break.RESET, Break.TRUNCATION)
            writer.write(data[: len(data) // 2] if is_cut else data)
            await writer.drain()
            if kind is Break.RESET:
                return self.reset()
            if kind is Break.TRUNCATION:
                break
            if kind is Break.HALF_CLOSE:
                self._is_black_hole = True
                writer.write_eof()
        if not self._is_black_hole:
            writer.close()
            self._server[1].transport.abort()


class PostgresProxy(FaultyProxy):
    """To a PostgreSQL server on a Unix socket; connect to `url`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        super().__init__(f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432")
        self._database = parts.path

    @property
    def url(self) -> str:
        return f"postgresql://postgres:@127.0.0.1:{self.port}{self._database}"
