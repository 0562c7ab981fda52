"""Opens stores. Their libraries are loaded with the first store of their kind: an API process that serves no
memory loads none of them, and importing the Databricks client alone takes more than a second."""

import asyncio

from src.core.clock import Clock
from src.core.errors import NotConfigured
from src.core.settings import Settings
from src.memory.stores import Store, Workspace
from src.repositories.databricks.tokens import AccessToken, TokenProvider, TokenSource


class MemoryOpener:
    """Blocks while it imports. What is opened belongs to one event loop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def default(self) -> Store:
        from src.engines.crewai.memory.default_storage import open_default_store

        return open_default_store(self._settings.kasal_data_dir)

    def pgvector(self) -> Store:
        if self._settings.is_sqlite:
            raise NotConfigured(
                "the backend pgvector keeps memory in the installation's PostgreSQL, and this one runs on "
                "SQLite; choose the default backend, or set DATABASE_URL=postgresql://…"
            )
        from src.engines.crewai.memory.pgvector_storage import open_pgvector_store

        return open_pgvector_store(self._settings)

    def workspace(self, host: str) -> Workspace:
        from src.engines.crewai.memory.databricks_storage import OpenedWorkspace

        return OpenedWorkspace(host, self._clock)

    def sdk_token(self, host: str) -> TokenProvider:
        return _SdkToken(host, self._clock)


class _SdkToken:
    """Most chains have a token before the SDK is asked; only then it is loaded."""

    source = TokenSource.SDK_DEFAULT

    def __init__(self, host: str, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._loaded: TokenProvider | None = None

    async def token(self) -> AccessToken | None:
        if self._loaded is None:
            self._loaded = await asyncio.to_thread(self._load)
        return await self._loaded.token()

    def refused(self, token: AccessToken) -> None:
        if self._loaded is not None:
            self._loaded.refused(token)

    def _load(self) -> TokenProvider:
        from src.repositories.databricks.sdk_token import SdkDefaultToken

        return SdkDefaultToken(self._host, self._clock)
