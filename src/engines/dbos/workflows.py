"""The durable workflow: one segment of one execution, one step per crew task. Workers only.

Arguments and results are ids and booleans. What a step did is in the application's tables, so a replay
that starts with nothing but the ids continues where the last process stopped.
"""

import asyncio

from dbos import DBOS

from src.engines.base import Segment, SegmentRunner
from src.engines.dbos.queue import WORKFLOW, workflow_id

MAX_RECOVERIES = 1_000
"""A backstop only: a task that kills its workers is stopped by its own attempt count."""

_bound: list[SegmentRunner] = []
_running: set[str] = set()


def bind(runner: SegmentRunner) -> None:
    """Names the runner of this process; once, before DBOS.launch()."""
    _bound[:] = [runner]


def running() -> frozenset[str]:
    """Workflows that have started in this process and not ended. Thread-safe."""
    return frozenset(_running)


def _runner() -> SegmentRunner:
    return _bound[0]


# No step may be retried by the run engine: the runner waits for a database that is away, and everything
# else that it does not turn into an end of the execution is a fault of ours.


@DBOS.step(name="crew.plan", preemptible=True)
async def _make_plan(execution_id: str, group_id: str, segment: int) -> bool:
    return await _runner().make_plan(Segment(execution_id, group_id, segment))


@DBOS.step(name="crew.task", preemptible=True)
async def _run_task(execution_id: str, group_id: str, segment: int, key: str) -> bool:
    return await _runner().run_task(Segment(execution_id, group_id, segment), key)


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
async def crew_segment(execution_id: str, group_id: str, segment: int) -> bool:
    """True when the segment ended by itself; the execution's row says how.

    Beginning and end are no steps: they are done anew by every process that gets the segment, so that a
    takeover is seen in the events, and they cost no checkpoint.
    """
    ids = (execution_id, group_id, segment)
    name = workflow_id(execution_id, segment)
    _running.add(name)
    try:
        waves = await _runner().prepare(Segment(*ids))
        if not waves or not await _make_plan(*ids):
            return True
        for wave in waves:
            if len(wave) == 1:
                going_on = [await _run_task(*ids, wave[0])]
            else:
                going_on = await asyncio.gather(*(_run_task(*ids, key) for key in wave))
            if not all(going_on):
                return True
        await _runner().finish(Segment(*ids))
        return True
    finally:
        _running.discard(name)
        _runner().forget(Segment(*ids))
