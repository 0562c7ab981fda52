"""Crews as people write them, and what a group may use, for tests of planning."""

from typing import Any

from src.core.errors import AppError
from src.engines.base import Catalogue, RunRequest
from src.engines.crewai.config_adapter import plan_crew
from src.engines.plans import KNOWLEDGE_SEARCH, CrewPlan, ModelPlan, SideEffect, ToolPlan
from src.schemas.crew_config import CrewDefinition


def an_agent(**fields: Any) -> dict[str, Any]:
    return {"role": "Analyst", "goal": "Find moves", "backstory": "Careful", **fields}


def a_task(**fields: Any) -> dict[str, Any]:
    return {
        "description": "List the moves",
        "expected_output": "A table",
        "agent": "analyst",
        **fields,
    }


def a_crew(
    agents: dict[str, Any] | None = None, tasks: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    return {
        "agents_yaml": {"analyst": an_agent()} if agents is None else agents,
        "tasks_yaml": {"moves": a_task()} if tasks is None else tasks,
        **fields,
    }


def a_catalogue(**fields: Any) -> Catalogue:
    tools = {
        key: ToolPlan(key=key, side_effect=SideEffect.IDEMPOTENT)
        for key in ("calculator", "current_time", KNOWLEDGE_SEARCH)
    }
    models = {
        "house-model": ModelPlan(
            key="house-model",
            provider="openai",
            name="gpt-house",
            temperature=0.7,
            context_window=9000,
            input_cost_per_mtok=2.0,
        )
    }
    schemas = {"price": {"type": "object", "properties": {"euros": {"type": "integer"}}}}
    return Catalogue(
        **{
            "tools": tools,
            "models": models,
            "key_names": frozenset({"OPENAI_API_KEY"}),
            "output_schemas": schemas,
            **fields,
        }
    )


def plan(
    crew: dict[str, Any], inputs: dict[str, Any] | None = None, catalogue: Catalogue | None = None
) -> CrewPlan:
    definition = CrewDefinition.model_validate(crew)
    request = RunRequest("Prices", inputs or {})
    return plan_crew(definition, request, catalogue or a_catalogue())


def problems_of(
    crew: dict[str, Any], inputs: dict[str, Any] | None = None, catalogue: Catalogue | None = None
) -> dict[str, str]:
    """Pointer -> code of everything that is wrong with a crew; empty for a good one."""
    return {pointer: code for pointer, (code, _) in explained(crew, inputs, catalogue).items()}


def explained(
    crew: dict[str, Any], inputs: dict[str, Any] | None = None, catalogue: Catalogue | None = None
) -> dict[str, tuple[str, str]]:
    """Pointer -> code and message."""
    try:
        plan(crew, inputs, catalogue)
    except AppError as exc:
        return {error.pointer: (error.code, error.message) for error in exc.errors}
    return {}
