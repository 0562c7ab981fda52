"""Calls whose effect must not happen twice, while the database that notes them breaks off."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy.ext.asyncio import AsyncSession

from src.bootstrap import Container
from src.engines.base import OutcomeUnknown, RunScope
from tests.support.worker_parts import WorkerParts, lost_answer, store_run, stored

KEY = "a" * 64


@contextmanager
def refused_commits(times: int) -> Iterator[None]:
    """The next so many commits do not take place: the database is away."""
    commit, left = AsyncSession.commit, times

    async def commit_or_break(session: AsyncSession) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise ConnectionRefusedError
        await commit(session)

    with patch.object(AsyncSession, "commit", commit_or_break):
        yield


async def test_call_is_made_once_though_its_note_was_not_answered(container: Container) -> None:
    made: list[str | None] = []

    def pay(run: RunScope, key: str) -> str:
        with lost_answer(after_commits=0):
            made.append(run.ledger.begin(run, "pay", KEY))
        with lost_answer(after_commits=0):
            run.ledger.finish(run, KEY, "paid")
        made.append(run.ledger.begin(run, "pay", KEY))
        return "done"

    parts = await WorkerParts.make(container, pay)
    segment = await store_run(container, "a")
    await parts.runs.prepare(segment)
    assert await parts.runs.run_task(segment, "a") is True
    assert made == [None, "paid"]


async def test_call_waits_for_a_database_that_is_away(container: Container) -> None:
    made: list[str | None] = []

    def pay(run: RunScope, key: str) -> str:
        for _ in range(2):
            with refused_commits(times=2):
                made.append(run.ledger.begin(run, "pay", KEY))
            with refused_commits(times=2):
                run.ledger.finish(run, KEY, "paid")
        return "done"

    parts = await WorkerParts.make(container, pay)
    segment = await store_run(container, "a")
    await parts.runs.prepare(segment)
    assert await parts.runs.run_task(segment, "a") is True
    assert made == [None, "paid"]


async def test_call_of_a_lost_attempt_stays_unknown(container: Container) -> None:
    found: list[str] = []

    def pay(run: RunScope, key: str) -> str:
        for _ in range(2):
            try:
                with refused_commits(times=1):
                    run.ledger.begin(run, "pay", KEY)
            except OutcomeUnknown:
                found.append("unknown")
        return "done"

    parts = await WorkerParts.make(container, pay)
    segment = await store_run(container, "a")
    await parts.runs.prepare(segment)
    assert await parts.runs.run_task(segment, "a") is True
    assert found == ["unknown"]
    assert (await stored(container, segment)).status == "RUNNING"
