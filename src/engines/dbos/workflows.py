"""The durable workflow: one segment of one execution, one step per crew task. Workers only.

Arguments and results are ids and booleans. What a step did is in the application's tables, so a replay
that starts with nothing but the ids continues where the last process stopped.
"""

import asyncio

from dbos import DBOS

from src.core.errors import Unavailable
from src.core.logging import get_logger
from src.engines.base import SegmentRunner
from src.engines.dbos.queue import WORKFLOW

log = get_logger(__name__)

MAX_RECOVERIES = 100
"""A backstop only: a task that kills its workers is stopped by its own attempt count."""

_bound: list[SegmentRunner] = []


def bind(runner: SegmentRunner) -> None:
    """Names the runner of this process; once, before DBOS.launch()."""
    _bound[:] = [runner]


def _runner() -> SegmentRunner:
    return _bound[0]


def _is_outage(error: BaseException) -> bool:
    return isinstance(error, Unavailable)


@DBOS.step(
    name="crew.prepare",
    retries_allowed=True,
    max_attempts=20,
    interval_seconds=0.5,
    backoff_rate=1.5,
    should_retry=_is_outage,
)
async def _prepare(execution_id: str, group_id: str) -> list[list[str]]:
    return await _runner().prepare(execution_id, group_id)


@DBOS.step(name="crew.plan", preemptible=True)
async def _make_plan(execution_id: str, group_id: str) -> bool:
    return await _runner().make_plan(execution_id, group_id)


@DBOS.step(name="crew.task", preemptible=True)
async def _run_task(execution_id: str, group_id: str, key: str) -> bool:
    return await _runner().run_task(execution_id, group_id, key)


@DBOS.step(
    name="crew.finish",
    retries_allowed=True,
    max_attempts=20,
    interval_seconds=0.5,
    backoff_rate=1.5,
    should_retry=_is_outage,
)
async def _finish(execution_id: str, group_id: str) -> bool:
    await _runner().finish(execution_id, group_id)
    return True


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
async def crew_segment(execution_id: str, group_id: str, segment: int) -> bool:
    """True when the segment ended by itself; the execution's row says how."""
    try:
        waves = await _prepare(execution_id, group_id)
        if not waves or not await _make_plan(execution_id, group_id):
            return True
        for wave in waves:
            if len(wave) == 1:
                going_on = [await _run_task(execution_id, group_id, wave[0])]
            else:
                going_on = await asyncio.gather(
                    *(_run_task(execution_id, group_id, key) for key in wave)
                )
            if not all(going_on):
                return True
        await _finish(execution_id, group_id)
        return True
    finally:
        await _runner().forget(execution_id)
