"""Who the caller is in the workspace in which memory could be set up, and whether it may be."""

from src.core.errors import NotConfigured
from src.core.tenancy import Principal
from src.memory.configuration import ActiveBackend
from src.memory.plan import BackendKind
from src.schemas.memory_backend import CheckStatus, EndpointRead, MemoryWorkspaceRead
from src.services.memory.backend_access import BackendAccess
from src.services.memory.inspection import identity_of, look_at_workspace, shown

_NO_HOST = "the setting DATABRICKS_HOST is empty, so that no workspace is known"
_SET_HOST = "an administrator of this server sets DATABRICKS_HOST and starts it again"
_NO_TOKEN = (
    "store a DATABRICKS_TOKEN of the workspace under Models & keys, or sign in again; the identity needs "
    "access to vector search there"
)


class MemoryWorkspaceService:
    def __init__(self, stores: BackendAccess, host: str) -> None:
        self._stores = stores
        self._host = host

    async def look(self, principal: Principal) -> MemoryWorkspaceRead:
        """Nothing is written. Who may make indexes in a schema turns out in the plan and the set-up."""
        if not self._host:
            return self._read(CheckStatus.MISSING, _NO_HOST, _SET_HOST)
        try:
            async with self._stores.open(
                principal, ActiveBackend(None, BackendKind.DATABRICKS)
            ) as repository:
                found, endpoints = await look_at_workspace(repository)
                identity = await identity_of(repository)
        except NotConfigured as exc:
            return self._read(CheckStatus.NOT_PERMITTED, exc.message, _NO_TOKEN)
        refused = found.status is CheckStatus.NOT_PERMITTED
        remedy = _NO_TOKEN if refused else str(shown(found)["remedy"])
        return self._read(found.status, found.detail, remedy).model_copy(
            update={
                "identity": identity,
                "endpoints": [EndpointRead(name=one.name, state=one.state) for one in endpoints],
            }
        )

    def _read(self, status: CheckStatus, detail: str, remedy: str) -> MemoryWorkspaceRead:
        return MemoryWorkspaceRead(
            host=self._host,
            status=status,
            detail=detail,
            remedy=remedy,
            identity=None,
            endpoints=[],
        )
