"""What a page's main thread did while somebody did something: tasks from a Chrome trace, frames from the page.

A task is a `ThreadControllerImpl::RunTask` of the renderer's main thread, in wall time and in the CPU time that it took: on
a busy machine the wall time holds what other processes took meanwhile, on a quiet one both are the same.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

LONG_MS = 50.0
TOO_LONG_MS = 200.0
_TASKS = "toplevel"
_TASK = "ThreadControllerImpl::RunTask"
_WHY = [
    "devtools.timeline",
    "disabled-by-default-v8.cpu_profiler",
    "v8.execute",
    "blink.user_timing",
]
_COUNT_FRAMES = """
() => {
  window.__frames = [];
  let last = performance.now();
  const next = (now) => {
    window.__frames?.push(now - last);
    last = now;
    if (window.__frames !== undefined) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
"""
_DROPPED = """
() => {
  const gaps = window.__frames ?? [];
  delete window.__frames;
  return [gaps.length, gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / (1000 / 60)) - 1), 0)];
}
"""
_REST = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => done()), 600))"


@dataclass(frozen=True)
class Task:
    wall_ms: float
    cpu_ms: float


@dataclass
class Action:
    name: str
    steps: int = 1
    """Turns of the wheel, keys, moves: what the work is divided by to be compared."""
    tasks: list[Task] = field(default_factory=list)
    frames: int = 0
    dropped: int = 0

    @property
    def longest(self) -> Task:
        return max(self.tasks, key=lambda task: task.cpu_ms, default=Task(0, 0))

    @property
    def longest_wall_ms(self) -> float:
        return max((task.wall_ms for task in self.tasks), default=0.0)

    @property
    def cpu_ms(self) -> float:
        return sum(task.cpu_ms for task in self.tasks)

    def over(self, ms: float) -> int:
        return sum(task.cpu_ms > ms for task in self.tasks)


class Recorder:
    """Records actions on one page after the other; with a folder it keeps each trace there, with profiles."""

    def __init__(self, browser: Browser, folder: Path | None) -> None:
        self._browser = browser
        self._folder = folder
        self.actions: list[Action] = []

    @contextmanager
    def action(self, page: Page, name: str) -> Iterator[Action]:
        """Ends 0.6 s after the block, so that what was put off counts, too."""
        action = Action(name)
        categories = [_TASKS, *(_WHY if self._folder else [])]
        self._browser.start_tracing(page=page, categories=categories)
        page.evaluate(_COUNT_FRAMES)
        yield action
        page.evaluate(_REST)
        action.frames, action.dropped = page.evaluate(_DROPPED)
        trace = self._browser.stop_tracing()
        action.tasks = main_thread_tasks(json.loads(trace)["traceEvents"])
        self.actions.append(action)
        print(f"{name}: {action.longest.cpu_ms:.0f} ms", file=sys.stderr)
        if self._folder:
            (self._folder / f"{name.replace(' ', '_').replace(',', '')}.json").write_bytes(trace)


def main_thread_tasks(events: list[dict[str, Any]]) -> list[Task]:
    """Of the renderer that worked most: an empty one stands by."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks: dict[int, list[Task]] = defaultdict(list)
    for event in events:
        if event.get("name") == _TASK and (event["pid"], event["tid"]) in mains:
            wall_us = event.get("dur", 0)
            task = Task(wall_us / 1000, event.get("tdur", wall_us) / 1000)
            tasks[event["pid"]].append(task)
    return max(tasks.values(), key=lambda own: sum(task.cpu_ms for task in own), default=[])
