"""Monthly budgets and the sum of what was used, with the real run service over a real database."""

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from src.bootstrap import Container
from src.core.events import EventType, Usage
from src.engines.base import BudgetExceeded, RunCancelled, RunScope, Segment
from src.repositories.group_limit import GroupLimitRepository
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.support.clock import MovableClock
from tests.support.worker_parts import (
    GROUP,
    NOW,
    WorkerParts,
    events_of,
    store_run,
    stored,
)

CALL = Usage(prompt_tokens=30, completion_tokens=7, llm_calls=1, cost_usd=0.5)


async def set_limits(container: Container, **limits: Any) -> None:
    async with container.database.write() as uow:
        repository = uow.repo(GroupLimitRepository)
        await repository.set(GROUP, limits, now=NOW, expected_version=None)


async def used(container: Container) -> Usage:
    async with container.database.read() as uow:
        return await uow.repo(GroupLimitRepository).used(GROUP, container.clock.now())


def asks(times: int, paid: list[Usage]) -> Any:
    """A task that calls a model so often, as all our models do."""

    def work(run: RunScope, key: str) -> str:
        for _ in range(times):
            run.before_model_call()
            paid.append(CALL)
            run.record_usage(CALL)
        return "done"

    return work


async def go(parts: WorkerParts, segment: Segment) -> None:
    """As the queue does."""
    for wave in await parts.runs.prepare(segment):
        if not await parts.runs.run_task(segment, wave[0]):
            return
    await parts.runs.finish(segment)


@pytest.fixture
async def container(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> Container:
    return await make_container(settings_for(database_kind))


@pytest.mark.parametrize(
    ("limits", "budget"),
    [
        ({"monthly_tokens": 100}, "group.monthly_tokens"),
        ({"monthly_usd": 1.4}, "group.monthly_usd"),
    ],
)
async def test_a_run_stops_before_the_call_after_the_one_that_uses_up_the_groups_budget(
    container: Container, limits: dict[str, Any], budget: str
) -> None:
    paid: list[Usage] = []
    await set_limits(container, **limits)
    parts = await WorkerParts.make(container, asks(9, paid))
    segment = await store_run(container, "t")
    await go(parts, segment)

    run = await stored(container, segment)
    assert (run.status, run.error_code) == ("FAILED", "budget.exceeded")
    assert len(paid) == 3
    (told,) = [
        e for e in await events_of(container, segment) if e.type == EventType.BUDGET_EXCEEDED
    ]
    assert told.data["budget"] == budget
    assert (await used(container)).llm_calls == run.llm_calls == 3


async def test_runs_side_by_side_overshoot_by_one_call_each_at_most(container: Container) -> None:
    paid: list[Usage] = []
    runs, per_call = 4, CALL.prompt_tokens + CALL.completion_tokens
    await set_limits(container, monthly_tokens=10 * per_call)
    parts = await WorkerParts.make(container, asks(9, paid))
    segments = [await store_run(container, "t") for _ in range(runs)]
    await asyncio.gather(*(go(parts, segment) for segment in segments))

    assert 10 <= len(paid) <= 10 + runs - 1
    assert (await used(container)).llm_calls == len(paid)
    stored_calls = [(await stored(container, segment)).llm_calls for segment in segments]
    assert sum(stored_calls) == len(paid)


async def test_the_next_month_begins_with_the_whole_budget(
    database_kind: Kind, settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    clock = MovableClock(datetime(2026, 11, 30, tzinfo=UTC))
    container = await make_container(settings_for(database_kind), clock)
    await set_limits(container, monthly_tokens=1)
    parts = await WorkerParts.make(container, asks(1, []))
    first, second, third = [await store_run(container, "t") for _ in range(3)]
    await go(parts, first)
    await go(parts, second)
    clock.days += 1.5
    await go(parts, third)
    assert [(await stored(container, one)).status for one in (first, second, third)] == [
        "COMPLETED",
        "FAILED",
        "COMPLETED",
    ]


async def test_what_a_cancelled_attempt_used_counts(container: Container) -> None:
    asked = threading.Event()

    def work(run: RunScope, key: str) -> str:
        run.record_usage(CALL)
        asked.set()
        run.cancelled.wait(60)
        raise RunCancelled("stopped")

    parts = await WorkerParts.make(container, work)
    segment = await store_run(container, "t")
    await parts.runs.prepare(segment)
    going = asyncio.create_task(parts.runs.run_task(segment, "t"))
    await asyncio.to_thread(asked.wait, 10)
    parts.runs.forget(segment)
    assert await going is False
    assert await used(container) == CALL
    assert (await stored(container, segment)).llm_calls == 1


async def test_a_budget_in_usd_is_not_kept_by_models_without_a_price(container: Container) -> None:
    await set_limits(container, monthly_usd=5)

    def work(run: RunScope, key: str) -> str:
        run.record_usage(Usage(1, 1, 1, None))
        with pytest.raises(BudgetExceeded, match="no known price"):
            run.before_model_call()
        return "done"

    parts = await WorkerParts.make(container, work)
    segment = await store_run(container, "t")
    await go(parts, segment)
    assert (await stored(container, segment)).status == "COMPLETED"
