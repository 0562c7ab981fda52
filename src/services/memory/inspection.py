"""What a store answers about endpoints and indexes. A refusal is never taken for a missing index."""

import asyncio
from dataclasses import dataclass

from src.core.errors import AppError, NotConfigured
from src.memory.configuration import ActiveBackend, embedder_of, index_plans
from src.memory.plan import EmbedderPlan
from src.repositories.databricks.endpoints import (
    EndpointInfo,
    EndpointState,
    HasEndpoints,
)
from src.repositories.vector.base import (
    IndexDescription,
    IndexRef,
    IndexState,
    VectorIndexRepository,
)
from src.repositories.vector.errors import (
    EndpointMissing,
    IndexMissing,
    IndexNotReady,
    NotPermitted,
    StoreRefused,
    StoreUnavailable,
    WrongColumns,
)
from src.schemas.memory_backend import CheckRead, CheckStatus, IdentityRead, IndexCheckRead

_BY_ERROR: tuple[tuple[type[AppError], CheckStatus], ...] = (
    (IndexMissing, CheckStatus.MISSING),
    (EndpointMissing, CheckStatus.MISSING),
    (NotPermitted, CheckStatus.NOT_PERMITTED),
    (NotConfigured, CheckStatus.NOT_PERMITTED),
    (IndexNotReady, CheckStatus.NOT_READY),
    (WrongColumns, CheckStatus.WRONG_COLUMNS),
    (StoreUnavailable, CheckStatus.UNREACHABLE),
    (StoreRefused, CheckStatus.UNREACHABLE),
)
_REMEDIES = {
    CheckStatus.READY: "",
    CheckStatus.MISSING: (
        "make it with POST /api/v1/memory/backends/{id}/setup, or correct its name in the configuration"
    ),
    CheckStatus.NOT_PERMITTED: (
        "sign in again or store another DATABRICKS_TOKEN under /api/v1/api-keys; the identity needs CAN_USE "
        "on the endpoint, USE CATALOG, USE SCHEMA, and SELECT and MODIFY on the index"
    ),
    CheckStatus.NOT_READY: (
        "wait some minutes and verify again; start the endpoint in the workspace if it is stopped"
    ),
    CheckStatus.WRONG_COLUMNS: (
        "it was made for something else: name another index, or let a set-up make one"
    ),
    CheckStatus.WRONG_DIMENSION: (
        "choose the embedder that filled it, or name another index for this embedder"
    ),
    CheckStatus.WRONG_EMBEDDER: (
        "choose the embedder that filled it, or name another index for this embedder"
    ),
    CheckStatus.UNREACHABLE: "try again in a moment; look at the workspace's status if it lasts",
}


@dataclass(frozen=True)
class Finding:
    status: CheckStatus
    detail: str = ""
    state: str | None = None


@dataclass(frozen=True)
class IndexFinding(Finding):
    description: IndexDescription | None = None


async def look_at_workspace(
    repository: VectorIndexRepository,
) -> tuple[Finding, list[EndpointInfo]]:
    """Whether the caller may use vector search at all, and the endpoints that are there."""
    assert isinstance(repository, HasEndpoints)
    try:
        return Finding(CheckStatus.READY), await repository.endpoints.list()
    except AppError as exc:
        return Finding(_status_of(exc), exc.message), []


async def _look_at_endpoint(repository: VectorIndexRepository, name: str) -> Finding:
    assert isinstance(repository, HasEndpoints)
    try:
        return judged(await repository.endpoints.get(name))
    except AppError as exc:
        return Finding(_status_of(exc), exc.message)


def judged(endpoint: EndpointInfo) -> Finding:
    if endpoint.state is EndpointState.ONLINE:
        return Finding(CheckStatus.READY, state=endpoint.state)
    detail = f"endpoint {endpoint.name} is {endpoint.state}. {endpoint.message}".strip()
    return Finding(CheckStatus.NOT_READY, detail, endpoint.state)


async def look_at_index(
    repository: VectorIndexRepository, ref: IndexRef, embedder: EmbedderPlan
) -> IndexFinding:
    try:
        found = await repository.describe_index(ref)
    except AppError as exc:
        return IndexFinding(_status_of(exc), exc.message)
    status, detail = fit(found, embedder)
    return IndexFinding(status, detail, found.info.state, found)


def fit(found: IndexDescription, embedder: EmbedderPlan) -> tuple[CheckStatus, str]:
    info = found.info
    if info.dimension != embedder.dimension:
        return CheckStatus.WRONG_DIMENSION, (
            f"index {info.ref.name} holds vectors of {info.dimension} dimensions, and {embedder.name} "
            f"makes {embedder.dimension}"
        )
    if info.embedding_model and info.embedding_model != embedder.name:
        return CheckStatus.WRONG_EMBEDDER, (
            f"index {info.ref.name} was filled by {info.embedding_model}, not by {embedder.name}"
        )
    if info.state is not IndexState.READY:
        return (
            CheckStatus.NOT_READY,
            f"index {info.ref.name} is {info.state}. {info.message}".strip(),
        )
    return CheckStatus.READY, ""


def _status_of(exc: AppError) -> CheckStatus:
    """Raises again what says nothing about the store."""
    for kind, status in _BY_ERROR:
        if isinstance(exc, kind):
            return status
    raise exc


async def identity_of(repository: VectorIndexRepository) -> IdentityRead | None:
    """Whose rights the latest call was made with."""
    if not isinstance(repository, HasEndpoints):
        return None
    try:
        user = await repository.user_name()
    except AppError as exc:
        _status_of(exc)
        user = ""
    source = repository.identity
    return None if source is None else IdentityRead(source=source, user=user or None)


def endpoints_of(backend: ActiveBackend) -> list[str]:
    """Names, without repeats, in the order of the types."""
    names = [plan.endpoint for plan in index_plans(backend).values() if plan.endpoint]
    return list(dict.fromkeys(names))


def index_refs(backend: ActiveBackend) -> list[IndexRef]:
    return [plan.ref(type) for type, plan in index_plans(backend).items()]


async def inspect(
    repository: VectorIndexRepository, backend: ActiveBackend
) -> tuple[list[CheckRead], list[IndexCheckRead]]:
    """All at once: a workspace that does not answer lets each question wait."""
    embedder, refs = embedder_of(backend), index_refs(backend)
    names = endpoints_of(backend) if isinstance(repository, HasEndpoints) else []
    found = await asyncio.gather(*(_look_at_endpoint(repository, name) for name in names))
    looked = await asyncio.gather(*(look_at_index(repository, ref, embedder) for ref in refs))
    endpoints = [CheckRead(name=name, **shown(one)) for name, one in zip(names, found, strict=True)]
    return endpoints, [index_check(ref, one) for ref, one in zip(refs, looked, strict=True)]


def index_check(ref: IndexRef, found: IndexFinding) -> IndexCheckRead:
    info = found.description.info if found.description else None
    return IndexCheckRead(
        name=ref.name,
        type=ref.type,
        endpoint=info.ref.endpoint if info else ref.endpoint,
        dimension=info.dimension if info else None,
        **shown(found),
    )


def shown(finding: Finding) -> dict[str, str | CheckStatus | None]:
    return {
        "status": finding.status,
        "state": finding.state,
        "detail": finding.detail,
        "remedy": _REMEDIES[finding.status],
    }
