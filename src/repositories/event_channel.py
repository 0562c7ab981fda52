"""PostgreSQL's NOTIFY as a wake-up call: one connection for each API process."""

import asyncio
from collections.abc import Callable
from functools import partial

import asyncpg  # type: ignore[import-untyped]  # ships no types (0.32)

from src.core.database_engines import postgres_connect
from src.core.logging import get_logger
from src.core.settings import Settings
from src.repositories.execution import EVENT_CHANNEL

log = get_logger(__name__)
_RECONNECT_S = 2.0


class EventChannel:
    def __init__(self, settings: Settings) -> None:
        self._connect = partial(postgres_connect(settings), settings.postgres_dsn)

    async def listen(self, on_execution: Callable[[str], None]) -> None:
        """Calls back with execution ids until cancelled; reconnects by itself.

        A notification may be lost while the connection is away: callers poll now and then as well.
        """
        while True:
            try:
                await self._listen_once(on_execution)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
                log.warning("listening for events again after {}", type(exc).__name__)
            await asyncio.sleep(_RECONNECT_S)

    async def _listen_once(self, on_execution: Callable[[str], None]) -> None:
        connection = await self._connect()
        closed = asyncio.Event()
        connection.add_termination_listener(lambda _: closed.set())
        try:
            await connection.add_listener(
                EVENT_CHANNEL,
                lambda _connection, _pid, _channel, payload: on_execution(str(payload)),
            )
            await closed.wait()
        finally:
            await connection.close(timeout=2)
