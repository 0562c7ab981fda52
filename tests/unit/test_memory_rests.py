"""A store that did not answer is left alone for a while, and asked again."""

import pytest

from src.core.errors import Unavailable
from src.memory.configuration import ActiveBackend, memory_plan
from src.services.runs.task_memory import MemoryRests
from tests.support.clock import MovableClock

SECOND = 1 / 86_400
PLAN = memory_plan(ActiveBackend(), ["1" * 32])


def test_rests_grow_with_each_failure_and_end_with_an_answer() -> None:
    clock = MovableClock()
    rests = MemoryRests(clock)
    for length_s in (10, 20, 40, 80, 120, 120):
        rests.failed("g1", PLAN, Unavailable("no answer"))
        clock.days += (length_s - 1) * SECOND
        with pytest.raises(Unavailable, match="no answer"):
            rests.check("g1", PLAN)
        clock.days += 2 * SECOND
        rests.check("g1", PLAN)
    rests.worked("g1", PLAN)
    rests.failed("g1", PLAN, Unavailable("no answer"))
    clock.days += 11 * SECOND
    rests.check("g1", PLAN)


def test_rest_of_one_group_or_backend_is_no_other_s() -> None:
    rests = MemoryRests(MovableClock())
    rests.failed("g1", PLAN, Unavailable("no answer"))
    rests.check("g2", PLAN)
    rests.check("g1", PLAN.model_copy(update={"backend_id": "another"}))
