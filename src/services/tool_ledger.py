"""The ledger of `once` tools as engine threads see it: synchronous, over the worker's I/O loop."""

from src.core.approval import Decision, outcome_of
from src.core.clock import Clock
from src.core.unit_of_work import Database
from src.engines.base import CallDecision, LoopBridge, OutcomeUnknown
from src.repositories.approval import ApprovalRepository
from src.repositories.tool_call import ToolCallRepository
from src.services.ownership import Ownership
from src.services.questions import call_question_key

_TIMEOUT_S = 60.0


class DatabaseToolLedger:
    """One execution attempt. A retry that a person asks for has a new attempt and may repeat calls."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bridge: LoopBridge,
        ownership: Ownership,
        *,
        group_id: str,
        execution_id: str,
        attempt: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._bridge = bridge
        self._ownership = ownership
        self._scope = (group_id, execution_id, attempt)

    def decision(self, task: str, call_key: str) -> CallDecision | None:
        return self._bridge.call(self._decision(task, call_key), _TIMEOUT_S)

    def begin(self, task: str, tool: str, call_key: str) -> str | None:
        return self._bridge.call(self._begin(task, tool, call_key), _TIMEOUT_S)

    def finish(self, task: str, tool: str, call_key: str, result: str) -> None:
        self._bridge.call(self._finish(task, call_key, result), _TIMEOUT_S)

    async def _decision(self, task: str, call_key: str) -> CallDecision | None:
        group_id, execution_id, attempt = self._scope
        question = call_question_key(attempt, task, call_key)
        async with self._database.read() as uow:
            row = await uow.repo(ApprovalRepository).find(group_id, execution_id, question)
        decided = None if row is None else outcome_of(row.status, row.on_expiry)
        if row is None or decided is None:
            return None
        return CallDecision(decided is Decision.APPROVE, row.comment or "")

    async def _begin(self, task: str, tool: str, call_key: str) -> str | None:
        async with self._database.write() as uow:
            await self._ownership.require(uow)
            calls = uow.repo(ToolCallRepository)
            earlier = await calls.find(*self._scope, task, call_key)
            if earlier is None:
                await calls.begin(*self._scope, task, call_key, tool, self._clock.now())
                return None
            if earlier.finished:
                return earlier.result or ""
        raise OutcomeUnknown(
            f"{tool} was started in an attempt that was lost; it may have taken effect"
        )

    async def _finish(self, task: str, call_key: str, result: str) -> None:
        async with self._database.write() as uow:
            await uow.repo(ToolCallRepository).finish(*self._scope, task, call_key, result)
