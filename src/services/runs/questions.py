"""Where a run stops for a person: the question, the task that waits and the end of the segment, in one
transaction. No thread and no place in the queue is kept."""

from collections.abc import Mapping
from typing import Any

from src.core.approval import ApprovalKind, CallQuestion, outcome_of
from src.core.events import EventType
from src.core.execution_status import ExecutionStatus, TaskStatus
from src.core.text import storable
from src.engines.base import TaskOutput
from src.repositories.approval import ApprovalRepository
from src.repositories.execution_task import ExecutionTaskRepository
from src.services.approvals.questions import Question, ask, asked_event_data, call_question_key
from src.services.executions.endings import Endings
from src.services.runs.context import RunContext
from src.services.runs.page import RunPage


async def asks_first(page: RunPage, context: RunContext, endings: Endings) -> bool:
    """Whether the task cannot begin before a person has decided. Asks where nobody did."""
    tasks = await page.executions.tasks(page.group_id, page.execution_id)
    row = tasks[context.task.index]
    if row.status == TaskStatus.WAITING_FOR_APPROVAL:
        await page.append()
        return True
    plan = context.task.approval
    if row.status != TaskStatus.PENDING or plan is None or plan.when != "before":
        return False
    task, outputs = context.task, {one.key: one.output for one in tasks}
    shown = {
        "task": task.key,
        "name": task.name,
        "agent": task.agent,
        "description": task.description,
        "expected_output": task.expected_output,
        "reads": {key: outputs[key] for key in task.context},
    }
    question = _about_task(context, ApprovalKind.TASK_BEFORE, f"before:{task.key}", shown)
    known = await page.uow.repo(ApprovalRepository).find(
        page.group_id, page.execution_id, question.key
    )
    if known is not None and outcome_of(known.status, known.on_expiry) is not None:
        return False
    return await _wait(page, context, question, TaskStatus.PENDING, {}, endings)


async def asks_after(
    page: RunPage,
    context: RunContext,
    attempt: int,
    output: TaskOutput,
    values: Mapping[str, Any],
    endings: Endings,
) -> bool:
    """False for an attempt that owns the task no longer. `values`: what the row of the task keeps."""
    task = context.task
    tasks = await page.executions.tasks(page.group_id, page.execution_id)
    number = len(tasks[task.index].review or [])
    shown = {
        "task": task.key,
        "name": task.name,
        "agent": task.agent,
        "output": output.text,
        "output_json": output.json,
    }
    key = f"after:{task.key}:{number}"
    question = _about_task(context, ApprovalKind.TASK_AFTER, key, shown)
    return await _wait(page, context, question, TaskStatus.RUNNING, values, endings, attempt)


async def asks_about_call(
    page: RunPage,
    context: RunContext,
    attempt: int,
    call: CallQuestion,
    endings: Endings,
) -> bool:
    """False for an attempt that owns the task no longer."""
    task = context.task
    question = Question(
        key=call_question_key(context.attempt, task.key, call.call_key),
        kind=ApprovalKind.TOOL,
        shown={
            "task": task.key,
            "agent": call.agent,
            "tool": call.tool,
            "arguments": call.arguments,
        },
        task=task.key,
        task_index=task.index,
    )
    return await _wait(page, context, question, TaskStatus.RUNNING, {}, endings, attempt)


async def stop_for_people(page: RunPage, endings: Endings) -> bool:
    """Ends the segment once nothing runs and something waits."""
    tasks = page.uow.repo(ExecutionTaskRepository)
    states = await tasks.statuses(page.group_id, page.execution_id)
    if TaskStatus.RUNNING in states or TaskStatus.WAITING_FOR_APPROVAL not in states:
        return False
    await page.move(ExecutionStatus.WAITING_FOR_APPROVAL)
    await endings.waits(page.uow, page.group_id, page.execution_id)
    return True


async def _wait(
    page: RunPage,
    context: RunContext,
    question: Question,
    source: TaskStatus,
    values: Mapping[str, Any],
    endings: Endings,
    attempt: int | None = None,
) -> bool:
    place = (page.group_id, page.execution_id)
    waiting = {**values, "status": TaskStatus.WAITING_FOR_APPROVAL}
    tasks = page.uow.repo(ExecutionTaskRepository)
    if not await tasks.change(*place, context.task.index, source, waiting, attempt):
        await page.append()
        return False
    row = await ask(page.uow, *place, question, page.now)
    said = asked_event_data(row, context.attempt)
    await page.append(
        context.own_event(EventType.APPROVAL_REQUESTED, storable(said), context.task.agent)
    )
    await endings.asked(page.uow, row)
    await stop_for_people(page, endings)
    return True


def _about_task(
    context: RunContext, kind: ApprovalKind, key: str, shown: dict[str, Any]
) -> Question:
    plan = context.task.approval
    assert plan is not None
    return Question(
        key=f"{context.attempt}:{key}",
        kind=kind,
        shown=shown,
        task=context.task.key,
        task_index=context.task.index,
        role=plan.role,
        expires_in_s=plan.expires_in_s,
        on_expiry=plan.on_expiry,
    )
