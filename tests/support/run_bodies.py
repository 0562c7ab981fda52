"""Bodies of POST /executions for crews over the scripted model."""

from collections.abc import Mapping, Sequence
from typing import Any

MODEL = "openai/scripted"


def crew_body(
    *descriptions: str,
    tools: Sequence[str] = (),
    parallel: bool = False,
    agent: Mapping[str, Any] | None = None,
    **body: Any,
) -> dict[str, Any]:
    """One agent and one task a description: task keys are t1, t2, …; `parallel` ones but the last run
    side by side."""
    return {
        "agents_yaml": {
            "worker": {
                "role": "Worker",
                "goal": "Answer",
                "backstory": "Careful",
                "tools": list(tools),
                "max_iter": 5,
                **(agent or {}),
            }
        },
        "tasks_yaml": {
            f"t{number}": {
                "description": description,
                "expected_output": "One line",
                "agent": "worker",
                "async_execution": parallel and number < len(descriptions),
            }
            for number, description in enumerate(descriptions, start=1)
        },
        "model": MODEL,
        "crew_name": "Faults",
        **body,
    }
