"""Whose memory a run may read: the identities that its crew has had, in its own group."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.bootstrap import Container
from src.memory.plan import MemoryPlan
from src.repositories.memory import MAX_IDENTITIES
from src.services.memory.plan import NO_CREW, MemoryPlanService, lineage_of
from src.services.memory.turns import MemoryTurns
from tests.conftest import MakeContainer
from tests.support.clock import MovableClock
from tests.support.rows import SampleRows

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
CREW = "0199a7c2-0000-7000-8000-000000000001"
OTHER_CREW = "0199a7c2-0000-7000-8000-000000000002"
_IDS = st.sampled_from([CREW, OTHER_CREW])
_IDENTITIES = st.sampled_from([ONE, TWO])
_NAMES = st.text(max_size=5)


async def run_of(
    container: Container,
    identity: str,
    *,
    group: str = "g1",
    crew_id: str | None = CREW,
    run_name: str | None = None,
) -> MemoryPlan:
    """The plan of one more run."""
    service = MemoryPlanService(container.database, container.clock)
    async with container.database.write() as uow:
        return await service.for_run(
            uow,
            group,
            crew_id=crew_id,
            crew_name="Prices",
            identity=identity,
            run_name=run_name,
        )


@pytest.fixture
async def moving(make_container: MakeContainer) -> Container:
    return await make_container(clock=MovableClock())


def pass_time(container: Container) -> None:
    assert isinstance(container.clock, MovableClock)
    container.clock.days += 1


@given(st.tuples(_IDS, _NAMES), st.tuples(_IDS, _NAMES))
def test_runs_of_a_saved_crew_share_a_lineage_exactly_under_one_name(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    lineages = [lineage_of(crew_id, ONE, name) for crew_id, name in (one, other)]
    assert (lineages[0] == lineages[1]) == (one == other)
    assert lineage_of(one[0], ONE, None) not in lineages
    assert all(len(lineage) <= 80 for lineage in lineages)


@given(_IDENTITIES, _IDENTITIES, st.none() | _NAMES)
def test_edits_leave_the_lineage_of_a_saved_crew_alone_and_end_that_of_an_inline_one(
    before: str, after: str, run_name: str | None
) -> None:
    assert lineage_of(CREW, before, run_name) == lineage_of(CREW, after, run_name)
    same = lineage_of(None, before, run_name) == lineage_of(None, after, run_name)
    assert same == (before == after)


async def test_edited_crew_reads_what_it_was_and_writes_what_it_is(
    each_container: Container,
) -> None:
    assert (await run_of(each_container, ONE)).crew_ids == (ONE,)
    assert (await run_of(each_container, TWO)).crew_ids == (TWO, ONE)
    assert (await run_of(each_container, ONE)).crew_ids == (ONE, TWO)


async def test_other_groups_and_other_crews_are_never_named(each_container: Container) -> None:
    await run_of(each_container, ONE)
    assert (await run_of(each_container, TWO, group="g2")).crew_ids == (TWO,)
    assert (await run_of(each_container, TWO, crew_id=OTHER_CREW)).crew_ids == (TWO,)
    assert (await run_of(each_container, TWO, crew_id=None)).crew_ids == (TWO,)
    assert (await run_of(each_container, THREE, run_name="nightly")).crew_ids == (THREE,)


async def test_newest_identities_of_a_crew_that_had_many_are_read(moving: Container) -> None:
    identities = [f"{number:032x}" for number in range(1, MAX_IDENTITIES + 3)]
    for identity in identities:
        pass_time(moving)
        plan = await run_of(moving, identity)
    assert plan.crew_ids == tuple(reversed(identities[2:]))


async def test_people_read_a_crew_an_identity_or_the_whole_group(moving: Container) -> None:
    for identity, crew_id in ((ONE, CREW), (TWO, CREW), (THREE, None)):
        pass_time(moving)
        await run_of(moving, identity, crew_id=crew_id)
    reading = moving.memory_plans.for_reading
    assert (await reading("g1", CREW)).crew_ids == (TWO, ONE)
    assert (await reading("g1", ONE)).crew_ids == (ONE,)
    assert (await reading("g1")).crew_ids == (THREE, TWO, ONE)
    for crew in (None, CREW, ONE, THREE):
        assert (await reading("g2", crew)).crew_ids == (NO_CREW,)


async def test_writers_of_one_identity_take_turns(each_container: Container) -> None:
    database, clock = each_container.database, each_container.clock
    seen: list[str] = []

    async def write(writer: str, identity: str = ONE) -> None:
        async with MemoryTurns(database, clock, writer).of("g1", identity):
            seen.append(f"{writer} begins")
            await asyncio.sleep(0)
            seen.append(f"{writer} ends")

    await asyncio.gather(*(write(f"api-{number}") for number in range(4)))
    assert [word.split()[0] for word in seen[::2]] == [word.split()[0] for word in seen[1::2]]
    assert len(seen) == 8


async def test_turn_of_a_lost_worker_is_taken_at_once(each_container: Container) -> None:
    database, clock = each_container.database, each_container.clock
    async with each_container.database.write() as uow:
        await uow.repo(SampleRows).lease(expires_at=0.0)
    lost = MemoryTurns(database, clock, "worker-lost")
    async with lost.of("g1", ONE), asyncio.timeout(60):
        async with MemoryTurns(database, clock, "worker-other").of("g1", ONE):
            pass
