import random
from dataclasses import replace
from itertools import pairwise

import pytest

from src.core.pacing import Rate, Schedule, correction_s, reserve


def most_in_a_window(times: list[float], window_s: float, sizes: list[int] | None = None) -> int:
    """The largest sum of what falls into [t, t + window), for any t."""
    sizes = sizes or [1] * len(times)
    calls = sorted(zip(times, sizes, strict=True))
    return max(
        sum(size for at, size in calls if start <= at < start + window_s) for start, _ in calls
    )


def calls_at(
    rate: Rate, count: int, *, asking: float = 0.0, seed: int = 1, tokens: int = 0
) -> list[float]:
    """When `count` calls are made by callers that ask at random moments and come late to their slots."""
    chance, now, schedule = random.Random(seed), 1_000.0, Schedule()
    made: list[float] = []
    for _ in range(count):
        # A few callers of several workers hold slots to come.
        now = max(now + chance.uniform(0, asking), (made or [0.0])[-1] - 3 * rate.window_s)
        slot = reserve(rate, schedule, now, tokens)
        schedule = slot.after
        made.append(slot.at + chance.uniform(0, 2 * rate.lateness_s))
    return made


@pytest.mark.parametrize("limit", [1, 2, 7, 60, 600])
@pytest.mark.parametrize("asking", [0.0, 0.5, 3.0, 90.0])
def test_no_minute_ever_holds_more_requests_than_the_limit(limit: int, asking: float) -> None:
    for seed in range(5):
        made = calls_at(Rate(limit, None), 400, asking=asking, seed=seed)
        assert most_in_a_window(made, 60.0) <= limit


@pytest.mark.parametrize("limit", [10, 60, 600])
def test_who_always_asks_gets_at_least_95_percent_of_the_limit(limit: int) -> None:
    made = calls_at(Rate(limit, None), 20 * limit)
    assert len(made) / (made[-1] - made[0]) * 60 >= 0.95 * limit


def test_the_first_call_and_one_after_a_pause_do_not_wait() -> None:
    rate = Rate(60, 1000)
    first = reserve(rate, Schedule(), 100.0, 50)
    assert first.at == 100.0
    assert reserve(rate, first.after, 200.0, 50).at == 200.0


def test_calls_are_spaced_evenly() -> None:
    rate, schedule, times = Rate(60, None), Schedule(), []
    for _ in range(20):
        slot = reserve(rate, schedule, 0.0, 0)
        schedule = slot.after
        times.append(slot.at)
    steps = [after - before for before, after in pairwise(times[2:])]
    assert min(steps) == pytest.approx(max(steps)) == pytest.approx(60 / 60 * 1.045)


@pytest.mark.parametrize("size", [1, 90, 300, 1000])
def test_no_minute_ever_holds_more_tokens_than_the_limit(size: int) -> None:
    made = calls_at(Rate(None, 1000), 200, tokens=size)
    assert most_in_a_window(made, 60.0, [size] * 200) <= 1000


def test_a_call_larger_than_the_limit_goes_alone() -> None:
    rate = Rate(None, 1000)
    large = reserve(rate, Schedule(), 0.0, 3000)
    assert large.at == 0.0
    assert reserve(rate, large.after, 0.0, 10).at >= 3 * 60


def test_a_smaller_answer_than_expected_lets_the_next_call_go_earlier() -> None:
    rate = Rate(None, 1000)
    slot = reserve(rate, Schedule(), 0.0, 1000)
    moved = slot.after.next_token_at + correction_s(rate, 1000, 100)
    after = replace(slot.after, next_token_at=moved)
    assert reserve(rate, after, 0.0, 100).at < 8 < 60 < reserve(rate, slot.after, 0.0, 100).at


def test_a_clock_that_was_set_back_does_not_stop_a_model_for_ever() -> None:
    ahead = Schedule(next_request_at=1_000_000.0, next_token_at=1_000_000.0)
    assert reserve(Rate(60, 1000), ahead, 0.0, 1).at <= 20 * 60
