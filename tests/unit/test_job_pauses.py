from src.services.jobs.runner import LONGEST_PAUSE_S, MAX_TRIES, pause_s


def test_pauses_double_from_two_seconds_to_five_minutes() -> None:
    assert [pause_s(tries) for tries in range(1, 11)] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert pause_s(MAX_TRIES) == LONGEST_PAUSE_S


def test_all_pauses_together_last_about_a_day() -> None:
    hours = sum(pause_s(tries) for tries in range(1, MAX_TRIES)) / 3600
    assert 23.5 < hours < 24.5


def test_service_may_ask_for_a_longer_pause_but_not_for_a_shorter_one() -> None:
    assert pause_s(1, "30") == 30
    assert pause_s(5, "1") == 32
    assert pause_s(1, "86400") == LONGEST_PAUSE_S
    assert pause_s(1, "Wed, 21 Oct 2026 07:28:00 GMT") == 2
