"""The durable workflows: a segment of an execution, one step per crew task; and a turn of a job. Workers only.

Arguments and results are ids and booleans. What a step did is in the application's tables, so a replay
that starts with nothing but the ids continues where the last process stopped.
"""

import asyncio

from dbos import DBOS

from src.engines.base import JobRunner, Segment, SegmentRunner
from src.engines.dbos.queue import JOB_WORKFLOW, WORKFLOW, workflow_id

MAX_RECOVERIES = 1_000
"""A backstop only: a task that kills its workers is stopped by its own attempt count."""

MAX_JOB_RECOVERIES = 20
"""A job that takes its worker down this often within one turn is the cause, not the victim."""

_bound: list[tuple[SegmentRunner, JobRunner]] = []
_running: set[str] = set()


def bind(runner: SegmentRunner, jobs: JobRunner) -> None:
    """Names the runners of this process; once, before DBOS.launch()."""
    _bound[:] = [(runner, jobs)]


def running() -> frozenset[str]:
    """Workflows that have started in this process and not ended. Thread-safe."""
    return frozenset(_running)


def _runner() -> SegmentRunner:
    return _bound[0][0]


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
                await _runner().leave(Segment(*ids))
                return True
        await _runner().finish(Segment(*ids))
        return True
    finally:
        _running.discard(name)
        _runner().forget(Segment(*ids))


@DBOS.workflow(name=JOB_WORKFLOW, max_recovery_attempts=MAX_JOB_RECOVERIES)
async def job(job_id: str, group_id: str) -> bool:
    """True when this turn is over: the job has ended, or its next turn is in the queue.

    No step and no sleep: what was done is in the job's row, and a pause holds no place in the queue.
    """
    name = DBOS.workflow_id
    assert name is not None
    _running.add(name)
    try:
        await _bound[0][1].run_job(job_id, group_id)
        return True
    finally:
        _running.discard(name)
