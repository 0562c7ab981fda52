"""A job whose every step is seen from outside: one request to the address in its arguments, then saved.

`KASAL_TEST_JOBS=1` puts it in the place of the migration in a worker of the nursery.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from src.services.jobs.handler import JobOrder, JobProgress, StepStatus


@dataclass
class EffectJob:
    """services.jobs.handler.JobHandler. Arguments: {url, steps}."""

    told: list[str] = field(default_factory=list)

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        done = list(progress.state.get("done", []))
        async with httpx.AsyncClient(timeout=60) as http:
            for name in order.arguments["steps"]:
                if name in done:
                    continue
                await progress.step(name, StepStatus.RUNNING)
                await http.post(f"{order.arguments['url']}/{name}")
                done.append(name)
                await progress.save({"done": done})
                await progress.step(name, StepStatus.DONE)
        return {"done": done}

    async def abandoned(self, order: JobOrder, message: str) -> None:
        self.told.append(message)
        async with httpx.AsyncClient(timeout=60) as http:
            await http.post(f"{order.arguments['url']}/abandoned")
