"""How a run is shown while it happens."""

import io

import pytest
from rich.console import Console

from src.cli import progress
from src.cli.output import ago, money, took
from src.cli.progress import LivePicture
from src.cli.run_state import RunState
from src.schemas.execution import EventRead, ExecutionTaskRead
from tests.support.fake_kasal import NOW, STORY, event, task


def _state() -> RunState:
    tasks = [ExecutionTaskRead.model_validate(task("moves", 0))]
    tasks.append(ExecutionTaskRead.model_validate(task("report", 1)))
    return RunState.of("Prices", tasks)


def _events(*items: dict[str, object]) -> list[EventRead]:
    return [EventRead.model_validate(item) for item in items]


def _picture(state: RunState, monkeypatch: pytest.MonkeyPatch) -> str:
    screen = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    monkeypatch.setattr(progress, "console", lambda: screen)
    screen.print(LivePicture(state)._picture())
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_a_running_task_shows_its_tools_and_the_end_of_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = _state()
    for item in _events(*STORY[:7]):
        state.apply(item)
    shown = _picture(state, monkeypatch)
    assert "calculator(2*3) → 6" in shown
    assert "Prices rise" in shown
    assert "○ report" in shown


def test_a_finished_run_shows_every_task_done(monkeypatch: pytest.MonkeyPatch) -> None:
    state = _state()
    LivePicture(state)
    for item in _events(*STORY):
        state.apply(item)
    shown = _picture(state, monkeypatch)
    assert "✓ moves" in shown
    assert "✓ report" in shown
    assert "Prices rise" not in shown


def test_the_live_picture_follows_a_whole_run(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    monkeypatch.setattr(progress, "console", lambda: screen)
    LivePicture(_state()).show(_events(*STORY))
    assert isinstance(screen.file, io.StringIO)
    assert "✓ report" in screen.file.getvalue()


def test_a_call_that_starts_again_voids_the_text_so_far() -> None:
    state = _state()
    chunks = [{"text": "half"}, {"text": "", "restart": True}, {"text": "whole"}]
    for number, data in enumerate(chunks, 1):
        state.apply(_events(event(number, "llm_chunk", task="moves", data=data))[0])
    assert state.tasks["moves"].text == "whole"


def test_tokens_and_cost_add_up_over_calls() -> None:
    state = _state()
    data = {"prompt_tokens": 10, "completion_tokens": 5, "cost_usd": 0.25}
    for number in (1, 2):
        state.apply(_events(event(number, "llm_call_completed", task="moves", data=data))[0])
    assert (state.calls, state.tokens, state.cost_usd) == (2, 30, 0.5)
    assert state.tasks["moves"].tokens == 30


def test_a_failed_task_shows_why(monkeypatch: pytest.MonkeyPatch) -> None:
    state = _state()
    error = {"error": {"code": "x", "message": "the model is away"}}
    state.apply(_events(event(1, "task_failed", task="moves", data=error))[0])
    assert "the model is away" in _picture(state, monkeypatch)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (59.9, "59.9 s"), (61, "1:01 min"), (3661, "1:01:01")]
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert took(seconds) == text


@pytest.mark.parametrize(
    ("usd", "text"), [(None, "no known price"), (0.0123, "$0.0123"), (1234.5, "$1,234.50")]
)
def test_money_is_readable(usd: float | None, text: str) -> None:
    assert money(usd) == text


def test_times_long_ago_are_dates() -> None:
    assert ago("2020-01-01T00:00:00Z").startswith("20")
    assert NOW


def test_what_memory_told_and_kept_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    state = _state()
    recalled = event(
        3, "memory_recalled", task="moves", data={"records": [{}, {}], "documents": [{}]}
    )
    saved = event(9, "memory_saved", task="moves", data={"records": [{}, {}, {}], "merged": 1})
    for item in _events(*STORY[:2], recalled, saved):
        state.apply(item)
    shown = _picture(state, monkeypatch)
    assert "3 recalled" in shown
    assert "memory kept 3 records, 1 of them in records that were there" in shown


def test_a_failing_memory_is_a_warning_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    state = _state()
    failed = event(3, "memory_failed", task="moves", data={"message": "the store is away"})
    for item in _events(failed):
        state.apply(item)
    assert "! memory: the store is away" in _picture(state, monkeypatch)
