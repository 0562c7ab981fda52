"""The crews that go through faults: six tasks each, mixed tools, inputs and memory, with answers that tell whether a
task was given what it should be given."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.support.run_bodies import crew_body
from tests.support.scripted_answers import LoggedRequest

TASKS = 6
_INPUTS: tuple[dict[str, Any], ...] = (
    {"region": "Europe", "limit": 5},
    {"region": "Ελλάδα und Österreich", "limit": 0},
    {"region": "a {place} in braces", "limit": -1},
    {"region": "two\nlines", "limit": 10**9},
)
USAGE = {"prompt_tokens": 100, "completion_tokens": 10}
"""Of every model call."""
_LESSONS_PROMPT = "A crew of agents has finished a task"
_NAME = re.compile(r"Run (\d+) task (\d)")


@dataclass(frozen=True)
class Crew:
    number: int

    @property
    def has_memory(self) -> bool:
        return self.number % 4 == 0

    @property
    def paying(self) -> tuple[int, ...]:
        """Tasks that call a tool which must not be called twice."""
        return (2, 5) if self.number % 3 else ()

    @property
    def is_parallel(self) -> bool:
        return self.number % 5 == 1

    def task(self, task: int) -> str:
        return f"Run {self.number} task {task}"

    @cached_property
    def effects(self) -> tuple[bytes, ...]:
        return tuple(self.task(task).encode() for task in self.paying)

    @property
    def model_calls(self) -> int:
        """Of tasks, when nothing goes wrong."""
        return TASKS + len(self.paying)

    def body(self) -> dict[str, Any]:
        tasks = [f"{self.task(task)} about {{region}} up to {{limit}}" for task in self._tasks]
        return crew_body(
            *tasks,
            tools=["http_post"],
            parallel=self.is_parallel,
            agent={"memory": self.has_memory},
            memory=self.has_memory,
            crew_name=f"Faults {self.number}",
            inputs=_INPUTS[self.number % len(_INPUTS)],
        )

    def rules(self, url: str) -> list[dict[str, Any]]:
        return [
            {
                "match": f"{self.task(task)} ",
                "tool_calls": [
                    {"name": "http_post", "arguments": {"url": url, "body": self.task(task)}}
                ],
                "usage": USAGE,
            }
            for task in self.paying
        ]

    @property
    def _tasks(self) -> range:
        return range(1, TASKS + 1)


def rules_of(crews: list[Crew], url: str, chunk_delay_s: float) -> list[dict[str, Any]]:
    """A lesson for memory, the calls of tools, then an answer word by word."""
    lesson = {"lesson": "Prices of copper rise in spring.", "importance": 0.5, "entities": []}
    rules: list[dict[str, Any]] = [{"match": _LESSONS_PROMPT, "json": lesson, "usage": USAGE}]
    for crew in crews:
        rules += crew.rules(url)
    return [*rules, {"digest": True, "chunk_delay_s": chunk_delay_s, "usage": USAGE}]


def run_of(request: LoggedRequest) -> int | None:
    """The number of the crew that a model was asked for."""
    found = _NAME.search(request.task)
    return int(found[1]) if found else None
