"""Taking back what a set-up of memory made, and nothing else."""

from collections.abc import Awaitable, Callable

from src.core.errors import AppError, Unavailable
from src.core.logging import get_logger
from src.repositories.databricks.endpoints import HasEndpoints
from src.repositories.vector.base import VectorIndexRepository
from src.repositories.vector.errors import EndpointMissing, IndexMissing
from src.services.jobs.handler import JobProgress, StepStatus
from src.services.memory.setup_state import Made, SetupState

log = get_logger(__name__)
Sleep = Callable[[float], Awaitable[None]]
_UNCOUNTED_S = (2.0, 5.0, 10.0, 20.0, 30.0)
_LATE_S = 10.0
"""A request that was under way when its job was cancelled may still make something."""


class SetupUndo:
    """May be repeated; raises Unavailable where trying again later may help."""

    def __init__(
        self, repository: VectorIndexRepository, progress: JobProgress, user: str, sleep: Sleep
    ) -> None:
        self._repository = repository
        self._progress = progress
        self._user = user
        self._sleep = sleep

    async def run(self) -> SetupState:
        """Returns what is left: indexes first, since an endpoint goes only when nothing is on it."""
        state = SetupState.read(self._progress.state)
        for made in sorted(state.made, key=lambda one: one.what == "endpoint"):
            removed, detail = await self._removed(made, state)
            status = StepStatus.UNDONE if removed else StepStatus.FAILED
            if made.step == state.failed_at:
                status, detail = StepStatus.FAILED, f"{state.failure}; {detail}"
            await self._progress.step(made.step, status, detail)
            state = state.without(made, left="" if removed else f"{made.step}: {detail}")
            await self._progress.save(state.as_json())
        return state

    async def _removed(self, made: Made, state: SetupState) -> tuple[bool, str]:
        """Whether it is gone or never was ours, and what to tell people."""
        try:
            if not await self._is_ours(made):
                return True, "somebody else made it; it was left alone"
            reason = await self._keeping(made, state)
            if reason:
                return False, reason
            await self._delete(made)
        except (IndexMissing, EndpointMissing):
            return True, "it is not there"
        except Unavailable:
            raise
        except AppError as exc:
            log.warning("{} could not be removed: {}", made.step, exc.message)
            return False, f"it could not be removed; remove it in the workspace: {exc.message}"
        return True, "it was removed again"

    async def _is_ours(self, made: Made) -> bool:
        if made.is_sure:
            return True
        try:
            creator = await self._creator(made)
        except (IndexMissing, EndpointMissing):
            await self._sleep(_LATE_S)
            creator = await self._creator(made)
        return bool(self._user) and creator == self._user

    async def _creator(self, made: Made) -> str:
        if made.what == "endpoint":
            return (await _databricks(self._repository).endpoints.get(made.name)).creator
        return (await self._repository.get_index(made.ref)).creator

    async def _keeping(self, made: Made, state: SetupState) -> str:
        """Why something that was made here has to stay: others have begun to use it."""
        if made.what == "endpoint":
            return await self._keeping_endpoint(made.name)
        probes = int(made.name in state.probed)
        if (await self._repository.describe_index(made.ref)).row_count > probes:
            return "it holds records by now; it was kept"
        return ""

    async def _keeping_endpoint(self, name: str) -> str:
        reason = "there are other indexes on it by now; it was kept, and it is billed"
        if await self._repository.list_indexes(name):
            return reason
        for wait_s in _UNCOUNTED_S:
            if (await _databricks(self._repository).endpoints.get(name)).index_count == 0:
                return ""
            await self._sleep(wait_s)  # those that were just deleted may still be counted
        return reason

    async def _delete(self, made: Made) -> None:
        if made.what == "endpoint":
            await _databricks(self._repository).endpoints.delete(made.name)
        else:
            await self._repository.delete_index(made.ref)


def _databricks(repository: VectorIndexRepository) -> HasEndpoints:
    assert isinstance(repository, HasEndpoints)  # no other store has endpoints to make
    return repository
