"""The ledger of `once` tools as engine threads see it: synchronous, over the worker's I/O loop."""

from dataclasses import dataclass

from src.core.approval import CallDecision, Decision, outcome_of
from src.core.clock import Clock
from src.core.unit_of_work import Database
from src.engines.base import OutcomeUnknown, RunScope
from src.repositories.approval import ApprovalRepository
from src.repositories.tool_call import ToolCallRepository
from src.services.approvals.questions import call_question_key
from src.services.runs.ownership import Ownership
from src.services.runs.patience import Patience


@dataclass
class _Tries:
    """At noting one call, when the database breaks off."""

    was_new: bool = False
    """One of them found that nobody had begun it."""


class DatabaseToolLedger:
    """One execution attempt. A retry that a person asks for has a new attempt and may repeat calls."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        patience: Patience,
        ownership: Ownership,
        *,
        group_id: str,
        execution_id: str,
        attempt: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._patience = patience
        self._ownership = ownership
        self._scope = (group_id, execution_id, attempt)

    def decision(self, run: RunScope, call_key: str) -> CallDecision | None:
        return self._patience.ask(run, lambda: self._decision(_task(run), call_key))

    def begin(self, run: RunScope, tool: str, call_key: str) -> str | None:
        tries = _Tries()
        return self._patience.ask(run, lambda: self._begin(_task(run), tool, call_key, tries))

    def finish(self, run: RunScope, call_key: str, result: str) -> None:
        self._patience.ask(run, lambda: self._finish(_task(run), call_key, result))

    async def _decision(self, task: str, call_key: str) -> CallDecision | None:
        group_id, execution_id, attempt = self._scope
        question = call_question_key(attempt, task, call_key)
        async with self._database.read() as uow:
            row = await uow.repo(ApprovalRepository).find(group_id, execution_id, question)
        decided = None if row is None else outcome_of(row.status, row.on_expiry)
        if row is None or decided is None:
            return None
        return CallDecision(decided is Decision.APPROVE, row.comment or "")

    async def _begin(self, task: str, tool: str, call_key: str, tries: _Tries) -> str | None:
        async with self._database.write() as uow:
            await self._ownership.require(uow)
            calls = uow.repo(ToolCallRepository)
            earlier = await calls.find(*self._scope, task, call_key)
            if earlier is None:
                tries.was_new = True
                await calls.begin(*self._scope, task, call_key, tool, self._clock.now())
                return None
            if earlier.finished:
                return earlier.result or ""
            if tries.was_new:
                # Ours: an earlier try was stored and only its answer lost. Nobody else works on this task
                # as long as we own it.
                return None
        raise OutcomeUnknown(
            f"{tool} was started in an attempt that was lost; it may have taken effect"
        )

    async def _finish(self, task: str, call_key: str, result: str) -> None:
        async with self._database.write() as uow:
            await uow.repo(ToolCallRepository).finish(*self._scope, task, call_key, result)


def _task(run: RunScope) -> str:
    return run.task_key or ""
