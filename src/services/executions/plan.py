"""What a run was told to do, for those who look at it."""

from dataclasses import dataclass

from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.engines.plans import AgentPlan, CrewPlan, TaskPlan
from src.repositories.execution import ExecutionRepository
from src.schemas.execution_plan import ExecutionPlanRead, PlannedAgent, PlannedTask
from src.schemas.run_options import Budget


@dataclass(frozen=True)
class ExecutionPlans:
    database: Database

    async def of(self, principal: Principal, id: str) -> ExecutionPlanRead:
        async with self.database.read() as uow:
            stored, notes = await uow.repo(ExecutionRepository).plan(principal.group_id, id)
        if "flow" in stored:
            return ExecutionPlanRead(
                process=None, agents=[], tasks=[], budget=None, notes=None, flow=stored["flow"]
            )
        plan = CrewPlan.model_validate(stored)
        members = (*plan.agents, *([plan.manager] if plan.manager else ()))
        return ExecutionPlanRead(
            process=plan.process,
            agents=[_agent(one) for one in members],
            tasks=[_task(one) for one in plan.tasks],
            budget=Budget(**plan.budget.model_dump()),
            notes=notes,
            flow=None,
        )


def _agent(plan: AgentPlan) -> PlannedAgent:
    return PlannedAgent(
        key=plan.key,
        role=plan.role,
        goal=plan.goal,
        model=plan.model.key,
        tools=list(plan.tools),
        memory=plan.memory,
    )


def _task(plan: TaskPlan) -> PlannedTask:
    return PlannedTask(
        key=plan.key,
        index=plan.index,
        name=plan.name,
        description=plan.description,
        expected_output=plan.expected_output,
        agent=plan.agent,
        context=list(plan.context),
        tools=list(plan.tools),
        async_execution=plan.async_execution,
        approval=None if plan.approval is None else plan.approval.when,
    )
