"""What a replay reads of a run that was interrupted or retried."""

from src.bootstrap import Container
from src.core.events import EngineEvent, EventType, RecordedCall
from src.repositories.execution import ExecutionRepository
from tests.support.worker_parts import GROUP, NOW, store_run


def event(id: str, type: EventType, task: str | None, text: str = "") -> EngineEvent:
    data = {"answer": {"text": text}} if type is EventType.LLM_CALL_COMPLETED else {}
    return EngineEvent(id, GROUP, type, NOW, span_id=text or type, data=data, task=task, agent="a")


async def test_a_task_begun_again_is_recorded_from_its_last_beginning(
    each_container: Container,
) -> None:
    segment = await store_run(each_container, "one", "two")
    id, said = segment.execution_id, EventType.LLM_CALL_COMPLETED
    course = [
        event(id, said, None, "plan"),
        event(id, EventType.TASK_STARTED, "one"),
        event(id, said, "one", "1"),
        event(id, EventType.TASK_STARTED, "two"),
        event(id, said, "two", "lost"),
        event(id, EventType.TASK_STARTED, "two"),
        event(id, EventType.LLM_CALL_STARTED, "two"),
        event(id, said, "two", "2"),
        event(id, said, "two", "3"),
    ]
    async with each_container.database.write() as uow:
        await uow.repo(ExecutionRepository).append_events(GROUP, id, course, now=NOW)

    async with each_container.database.read() as uow:
        recorded = await uow.repo(ExecutionRepository).recorded_calls(GROUP, id)

    assert recorded == (
        RecordedCall(None, "a", {"text": "plan"}),
        RecordedCall("one", "a", {"text": "1"}),
        RecordedCall("two", "a", {"text": "2"}),
        RecordedCall("two", "a", {"text": "3"}),
    )
