"""Whenever something happened that a flow waits for, a job takes its next turn."""

from src.core.unit_of_work import UnitOfWork
from src.repositories.execution import ExecutionRepository
from src.repositories.job import JobRepository
from src.services.jobs.handler import JobKind, JobStarter


class FlowJobs:
    def __init__(self, jobs: JobStarter) -> None:
        self._jobs = jobs

    async def take_turn(
        self, uow: UnitOfWork, group_id: str, execution_id: str, created_by: str
    ) -> None:
        """In the caller's transaction. One that has not begun yet will see what happens here."""
        kind = JobKind.FLOW_ADVANCE
        if await uow.repo(JobRepository).is_to_come(group_id, kind, execution_id):
            return
        await self._jobs.start(
            uow,
            group_id=group_id,
            kind=kind,
            subject_id=execution_id,
            arguments={},
            created_by=created_by,
        )

    async def gate_decided(self, uow: UnitOfWork, group_id: str, execution_id: str) -> None:
        """services.approvals.effects.GateDecided"""
        row = await uow.repo(ExecutionRepository).get(group_id, execution_id)
        await self.take_turn(uow, group_id, execution_id, row.created_by)
