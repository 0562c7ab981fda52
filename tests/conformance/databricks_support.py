"""Repositories over the emulator."""

from collections.abc import Awaitable, Callable
from dataclasses import fields

from pydantic import SecretStr

from src.core.clock import Clock, SystemClock
from src.repositories.databricks.tokens import GivenToken, TokenChain, TokenSource
from src.repositories.vector.call_policy import CallLimits
from src.repositories.vector.databricks import DatabricksVectorIndexRepository
from src.repositories.vector.databricks_client import DatabricksWorkspace
from tests.emulator.options import Options
from tests.emulator.server import DatabricksEmulator

ENDPOINT = "crews"


def chain_of(*tokens: str, may_fall_back: bool = False) -> TokenChain:
    """Tokens in the order of the sources."""
    sources = (TokenSource.ON_BEHALF_OF, TokenSource.STORED_PAT, TokenSource.ENVIRONMENT_PAT)
    given = [
        GivenToken(source, SecretStr(token), clock=SystemClock())
        for source, token in zip(sources, tokens, strict=False)
    ]
    return TokenChain(given, may_fall_back=may_fall_back)


def new_repository(
    emulator: DatabricksEmulator,
    *,
    kind: str = "STANDARD",
    tokens: TokenChain | None = None,
    limits: CallLimits | None = None,
    clock: Clock | None = None,
    sleep: Callable[[float], Awaitable[None]] | None = None,
) -> DatabricksVectorIndexRepository:
    """Over an emulator that is emptied first and has one endpoint."""
    emulator.reset()
    for field in fields(Options):
        setattr(emulator.options, field.name, getattr(Options(), field.name))
    emulator.options.storage_optimized_direct_access = True
    emulator.workspace.create_endpoint({"name": ENDPOINT, "endpoint_type": kind}, "someone")
    return another_repository(emulator, tokens=tokens, limits=limits, clock=clock, sleep=sleep)


def another_repository(
    emulator: DatabricksEmulator,
    *,
    tokens: TokenChain | None = None,
    limits: CallLimits | None = None,
    clock: Clock | None = None,
    sleep: Callable[[float], Awaitable[None]] | None = None,
) -> DatabricksVectorIndexRepository:
    options = {} if sleep is None else {"sleep": sleep}
    workspace = DatabricksWorkspace(emulator.host, limits=limits, clock=clock, **options)
    return DatabricksVectorIndexRepository(workspace, tokens or chain_of(emulator.token), **options)
