from typing import Any, Literal

from pydantic import BaseModel, Field

from src.schemas.run_options import Budget


class PlannedAgent(BaseModel):
    key: str
    role: str
    goal: str
    model: str
    tools: list[str]
    memory: bool


class PlannedTask(BaseModel):
    key: str
    index: int
    name: str
    description: str
    expected_output: str
    agent: str | None = Field(description="null lets the manager choose")
    context: list[str] = Field(description="keys of the tasks whose outputs it reads")
    tools: list[str]
    async_execution: bool
    approval: Literal["before", "after"] | None = Field(description="when a person is asked")


class ExecutionPlanRead(BaseModel):
    """Of a crew: its agents and tasks. Of a flow: its definition."""

    process: Literal["sequential", "hierarchical"] | None
    agents: list[PlannedAgent]
    tasks: list[PlannedTask]
    budget: Budget | None
    notes: dict[str, str] | None = Field(description="what planning wrote for each task")
    flow: dict[str, Any] | None
