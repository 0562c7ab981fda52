"""Who gets which memory: opened stores, shared where they may be and kept apart where identities differ."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.errors import NotConfigured
from src.core.settings import Settings
from src.engines.base import Credentials
from src.memory.embedders.base import Embedder
from src.memory.embedders.opening import EmbedderOpener
from src.memory.plan import BackendKind, EmbedderPlan, MemoryPlan
from src.memory.storage import MemoryStorage
from src.memory.stores import Store, StoreOpener, Workspace
from src.repositories.databricks.tokens import (
    TokenChain,
    TokenProvider,
    vector_search_chain,
)
from src.repositories.vector.base import VectorIndexRepository

_DATABRICKS_KEY = "DATABRICKS_TOKEN"
_MAX_SESSIONS = 64
_SESSION_S = 600.0
"""Then a chain is made anew, so that a token that was refused once gets another chance."""


@dataclass
class _Session:
    """What one chain of Databricks identities has opened."""

    tokens: TokenChain
    ends_at_s: float
    store: Store | None = None


@dataclass
class _Loop:
    """All that belongs to one event loop."""

    embedders: EmbedderOpener
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    stores: dict[BackendKind, Store] = field(default_factory=dict)
    workspace: Workspace | None = None
    sdk_token: TokenProvider | None = None
    sessions: OrderedDict[str, _Session] = field(default_factory=OrderedDict)


class MemoryAccess:
    """One for the process. Nothing is opened before somebody asks for it.

    Databricks is called at the one host of the settings. Connections and the circuit breaker are shared by
    all who call it; tokens, and what is known of indexes, by those who present the very same identities.
    """

    def __init__(self, opener: StoreOpener, settings: Settings, clock: Clock) -> None:
        self._opener = opener
        self._settings = settings
        self._clock = clock
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Loop] = WeakKeyDictionary()

    async def storage(
        self, group_id: str, plan: MemoryPlan, credentials: Credentials
    ) -> MemoryStorage:
        """Raises EmbedderMismatch, NotConfigured and what the store says. May be kept for a whole run."""
        store = await self._store(plan.kind, group_id, credentials, plan.may_fall_back)
        embedder = await self.embedder(
            plan.embedder, credentials, group_id=group_id, may_fall_back=plan.may_fall_back
        )
        return await store.storage(embedder, plan, group_id)

    async def repository(
        self,
        kind: BackendKind,
        group_id: str,
        credentials: Credentials,
        *,
        may_fall_back: bool = False,
    ) -> VectorIndexRepository:
        """For those who manage indexes. It is shared: whoever gets it does not close it."""
        return (await self._store(kind, group_id, credentials, may_fall_back)).repository

    async def embedder(
        self,
        plan: EmbedderPlan,
        credentials: Credentials,
        *,
        group_id: str = "",
        may_fall_back: bool = False,
    ) -> Embedder:
        """Databricks's models are called under the same chain of identities as Vector Search."""
        loop = self._loop()
        tokens = None
        if plan.provider == "databricks":
            tokens = self._session(loop, group_id, credentials, may_fall_back).tokens
        async with loop.lock:
            return await asyncio.to_thread(loop.embedders.open, plan, credentials.keys, tokens)

    async def close(self) -> None:
        """What the running loop has opened."""
        loop = self._loops.pop(asyncio.get_running_loop(), None)
        if loop is None:
            return
        for store in loop.stores.values():
            await store.close()
        if loop.workspace is not None:
            await loop.workspace.close()
        await loop.embedders.close()

    async def _store(
        self, kind: BackendKind, group_id: str, credentials: Credentials, may_fall_back: bool
    ) -> Store:
        loop = self._loop()
        async with loop.lock:
            if kind is BackendKind.DATABRICKS:
                return await self._databricks_store(loop, group_id, credentials, may_fall_back)
            if kind not in loop.stores:
                is_default = kind is BackendKind.DEFAULT
                open_store = self._opener.default if is_default else self._opener.pgvector
                loop.stores[kind] = await asyncio.to_thread(open_store)
            return loop.stores[kind]

    async def _databricks_store(
        self, loop: _Loop, group_id: str, credentials: Credentials, may_fall_back: bool
    ) -> Store:
        session = self._session(loop, group_id, credentials, may_fall_back)
        if loop.workspace is None:
            host = self._databricks_host()
            loop.workspace = await asyncio.to_thread(self._opener.workspace, host)
        if session.store is None:
            session.store = loop.workspace.store(session.tokens)
        return session.store

    def _session(
        self, loop: _Loop, group_id: str, credentials: Credentials, may_fall_back: bool
    ) -> _Session:
        key = _identity_key(group_id, credentials, may_fall_back)
        now_s = self._clock.monotonic_s()
        session = loop.sessions.get(key)
        if session is None or now_s >= session.ends_at_s:
            tokens = self._chain(loop, credentials, may_fall_back)
            session = loop.sessions[key] = _Session(tokens, now_s + _SESSION_S)
        loop.sessions.move_to_end(key)
        # Runs that hold one go on with it: nothing is closed, it is only not found any more.
        while len(loop.sessions) > _MAX_SESSIONS:
            loop.sessions.popitem(last=False)
        return session

    def _chain(self, loop: _Loop, credentials: Credentials, may_fall_back: bool) -> TokenChain:
        stored = _stored_token(credentials)

        async def load_stored() -> SecretStr | None:
            return stored

        if loop.sdk_token is None:
            loop.sdk_token = self._opener.sdk_token(self._databricks_host())
        return vector_search_chain(
            clock=self._clock,
            on_behalf_of=credentials.databricks_user_token,
            on_behalf_of_expires_at=credentials.databricks_user_token_expires_at,
            load_stored=load_stored,
            environment=credentials.databricks_environment_token,
            sdk_default=loop.sdk_token,
            may_fall_back=may_fall_back,
        )

    def _loop(self) -> _Loop:
        running = asyncio.get_running_loop()
        found = self._loops.get(running)
        if found is None:
            settings = self._settings
            addresses = {
                "databricks": settings.databricks_host,
                "openai": settings.openai_base_url,
                "gemini": settings.gemini_base_url,
                "ollama": settings.ollama_api_base,
                "hosted_vllm": settings.hosted_vllm_api_base,
            }
            found = self._loops[running] = _Loop(EmbedderOpener(addresses, self._clock))
        return found

    def _databricks_host(self) -> str:
        if not self._settings.databricks_host:
            raise NotConfigured(
                "memory in Databricks needs the workspace; set the environment variable DATABRICKS_HOST"
            )
        return self._settings.workspace_url


def _stored_token(credentials: Credentials) -> SecretStr | None:
    """The group's own; the installation's comes after it in the chain."""
    is_own = _DATABRICKS_KEY in credentials.own_keys
    return credentials.keys.get(_DATABRICKS_KEY) if is_own else None


def _identity_key(group_id: str, credentials: Credentials, may_fall_back: bool) -> str:
    """Equal only where every token that could be used is: as a digest, so that no token is kept as a key."""
    tokens = (
        credentials.databricks_user_token,
        _stored_token(credentials),
        credentials.databricks_environment_token,
    )
    ends_at = credentials.databricks_user_token_expires_at
    parts = [
        group_id,
        may_fall_back,
        None if ends_at is None else ends_at.isoformat(),
        *(None if token is None else token.get_secret_value() for token in tokens),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
