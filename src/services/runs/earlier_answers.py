"""What models said in the attempt that ended with a question to a person: said again, it costs nothing."""

import threading
from collections.abc import Callable
from typing import Any

from src.core.events import EarlierCall


class EarlierAnswers:
    """Thread-safe. Every agent's answers come in their order, for prompts of the recorded shape; whoever asks
    something else has left the recorded path, and the model is asked from there on."""

    def __init__(self, load: Callable[[], tuple[EarlierCall, ...]]) -> None:
        """`load` is called once, on an engine thread, before the first model call."""
        self._load = load
        self._lock = threading.Lock()
        self._left: list[EarlierCall] | None = None

    def next(
        self, agent: str, roles: tuple[str, ...], tools: tuple[str, ...]
    ) -> dict[str, Any] | None:
        with self._lock:
            if self._left is None:
                self._left = list(self._load())
            mine = next((call for call in self._left if call.agent == agent), None)
            if mine is None:
                return None
            if (mine.roles, mine.tools) != (roles, tools):
                self._left = []
                return None
            self._left.remove(mine)
            return mine.answer
