from datetime import UTC, datetime
from itertools import islice, pairwise

import pytest

from src.core.cron import BadCron, fire_times, last_times


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def first(expression: str, zone: str, after: str, count: int) -> list[str]:
    times = islice(fire_times(expression, zone, at(after)), count)
    return [f"{moment:%m-%d %H:%M}" for moment in times]


@pytest.mark.parametrize(
    ("zone", "eve", "fires"),
    [
        # 02:30 does not exist on the first day: it fires right behind the gap, once.
        ("Europe/Berlin", "2026-03-28T12:00", ["03-29 01:00", "03-30 00:30", "03-31 00:30"]),
        ("America/New_York", "2026-03-07T12:00", ["03-08 07:00", "03-09 06:30", "03-10 06:30"]),
        ("Australia/Sydney", "2026-10-03T12:00", ["10-03 16:00", "10-04 15:30", "10-05 15:30"]),
    ],
)
def test_a_time_that_the_clocks_skip_fires_once_behind_the_gap(
    zone: str, eve: str, fires: list[str]
) -> None:
    assert first("30 2 * * *", zone, eve, 3) == fires


@pytest.mark.parametrize(
    ("zone", "local", "eve", "fires"),
    [
        ("Europe/Berlin", "30 2", "2026-10-24T12:00", ["10-25 00:30", "10-26 01:30"]),
        ("America/New_York", "30 1", "2026-10-31T12:00", ["11-01 05:30", "11-02 06:30"]),
        ("Australia/Sydney", "30 2", "2026-04-04T02:00", ["04-04 15:30", "04-05 16:30"]),
    ],
)
def test_a_time_that_comes_twice_fires_once(
    zone: str, local: str, eve: str, fires: list[str]
) -> None:
    assert first(f"{local} * * *", zone, eve, 2) == fires


def test_steps_follow_real_time_through_a_clock_change() -> None:
    fires = list(islice(fire_times("*/30 * * * *", "Europe/Berlin", at("2026-10-25T00:00")), 6))
    gaps = {(b - a).total_seconds() for a, b in pairwise(fires)}
    assert gaps == {1800.0}


def test_names_of_days_are_taken_whatever_their_case() -> None:
    assert first("0 7 * * mon-fri", "UTC", "2026-11-20T08:00", 1) == ["11-23 07:00"]


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "* * * * * *", "61 * * * *", "a b c d e", "0 0 30 2 *"]
)
def test_what_is_no_cron_expression_is_refused_with_an_example(expression: str) -> None:
    with pytest.raises(BadCron, match="MON-FRI"):
        fire_times(expression, "UTC", at("2026-01-01T00:00"))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "UTC\x00"])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadCron, match="Europe/Berlin"):
        fire_times("* * * * *", zone, at("2026-01-01T00:00"))


def test_past_times_come_latest_first_and_stop_at_the_first_known_one() -> None:
    found = last_times("0 * * * *", "UTC", at("2026-01-01T05:00"), at("2026-01-01T02:00"))
    assert [moment.hour for moment in found] == [5, 4, 3]
