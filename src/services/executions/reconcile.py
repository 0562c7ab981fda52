"""No execution stays active without an owner: compares our rows with what the queue knows."""

from datetime import datetime
from typing import Protocol

from src.core.clock import Clock
from src.core.events import EngineEvent, EventType
from src.core.execution_status import TERMINAL, ExecutionStatus, TaskStatus
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.engines.base import ExecutionQueue
from src.repositories.execution import ExecutionRepository
from src.repositories.fleet import ActiveExecution, FleetRepository
from src.services.executions.endings import Endings

log = get_logger(__name__)

_BATCH = 200
_BATCHES = 5
"""At a time; the next time goes on from there, so that a long queue does not hide a run that was lost."""


class QueueStates(ExecutionQueue, Protocol):
    async def states(self, executions: list[tuple[str, int]]) -> dict[str, str]:
        """Execution id -> `waiting`, `running`, `ended` or `broken`; an unknown one is missing."""
        ...


class ReconcileService:
    def __init__(
        self, database: Database, queue: QueueStates, clock: Clock, endings: Endings
    ) -> None:
        self._endings = endings
        self._database = database
        self._queue = queue
        self._clock = clock
        self._after: ActiveExecution | None = None

    async def reconcile(self, quiet_since: datetime) -> int:
        """Looks at active executions in which nothing was written since then; returns how many it mended.

        A model that thinks for minutes is quiet too: its workflow is `running`, so it is left alone.
        """
        mended = 0
        for _ in range(_BATCHES):
            async with self._database.read() as uow:
                quiet = await uow.repo(FleetRepository).quiet_since(
                    quiet_since, _BATCH, self._after
                )
            mended += await self._mend(quiet)
            self._after = quiet[-1] if len(quiet) == _BATCH else None
            if self._after is None:
                break
        return mended

    async def _mend(self, quiet: list[ActiveExecution]) -> int:
        if not quiet:
            return 0
        states = await self._queue.states([(row.id, row.segment) for row in quiet])
        mended = 0
        for row in quiet:
            state = states.get(row.id)
            if state in ("waiting", "running"):
                continue
            if state == "broken":
                await self._fail(row)
            else:
                log.warning(
                    "execution {} is {}, its workflow {}", row.id, row.status, state or "gone"
                )
                await self._requeue(row)
            mended += 1
        return mended

    async def _requeue(self, row: ActiveExecution) -> None:
        """A new segment continues with the first task that is not finished."""
        async with self._database.write() as uow:
            moved = await uow.repo(ExecutionRepository).next_segment(
                row.group_id, row.id, row.segment, self._clock.now()
            )
            if not moved:
                return
            await self._queue.enqueue(
                uow,
                execution_id=row.id,
                segment=row.segment + 1,
                group_id=row.group_id,
                priority=row.priority,
            )
        log.info("execution {} queued again", row.id)

    async def _fail(self, row: ActiveExecution) -> None:
        message = (
            "the run engine gave this run up after too many lost workers; the workers' logs say why. "
            "Retry it when the cause is gone"
        )
        now = self._clock.now()
        async with self._database.write() as uow:
            executions = uow.repo(ExecutionRepository)
            state = await executions.lock(row.group_id, row.id)
            if state.status in TERMINAL or state.segment != row.segment:
                return
            error = {"code": "run.lost", "message": message}
            event = EngineEvent.of_execution(
                row.group_id, row.id, EventType.EXECUTION_FAILED, now, {"error": error}
            )
            await executions.append_events(row.group_id, row.id, [event], now=now)
            await executions.close_open_tasks(row.group_id, row.id, TaskStatus.CANCELLED, now)
            await executions.move(
                row.group_id,
                row.id,
                ExecutionStatus.FAILED,
                now=now,
                finished_at=now,
                error_code="run.lost",
                error_message=message,
            )
            await self._endings.ended(uow, row.group_id, row.id)
        log.error("execution {} was given up by the run engine", row.id)
