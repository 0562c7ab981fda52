"""The browser at scale: `python -m benchmarks.browser [--only runs run live records canvas server first]`.

A real server, worker and Chromium; 10,000 runs, 20,000 events of one run, 10,000 memory records of one crew and a crew of 100
nodes, and beside them a small group with 100, 100, 100 and 10, on which the same is done. Every screen is opened in a browser
context of its own that knows nothing. Exit code 1 says that a bar was broken.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser.first_paint import FirstPaint, first_paint
from benchmarks.browser.screens import SCREENS, Visit
from benchmarks.browser.stock import LARGE, SMALL, Size, Stock, make_live_run, make_stock
from benchmarks.browser.tasks import LONG_MS, TOO_LONG_MS, Action, Recorder
from benchmarks.memory_texts import questions_and_answers
from src.cli.frontend import Frontend
from tests.support.browser import ROOT, as_on_the_first_visit, launch
from tests.support.processes import Installation

_MOST_SCRIPT_BYTES = 300_000
_INTERACTIVE_MS = 2_000.0
_REPORT_S = 1.0
_FIRST_SCREENS = {
    # What a first visitor sees: the first example, drawn.
    "/": ("Run", "document.querySelector('[role=dialog]') !== null"),
    "/crews": ("New crew", "/crews.[0-9a-f-]{36}/.test(location.pathname)"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parts = [*SCREENS, "server", "first"]
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    parser.add_argument("--folder", type=Path, help="is filled once, and measured again")
    parser.add_argument("--large", action="store_true", help="leaves out the small group")
    parser.add_argument("--traces", type=Path, help="keeps a trace with a profile of each action")
    arguments = parser.parse_args()
    Frontend(ROOT / "frontend").build_once()
    if arguments.traces:
        arguments.traces.mkdir(parents=True, exist_ok=True)
    broken: list[str] = []
    with _installation(arguments.folder) as (kasal, large, small):
        live = {
            one: make_live_run(kasal, one) for one in (large, small) if "live" in arguments.only
        }
        runs = [(one, one.run_id) for one in (large, small)]
        events = _events(kasal, [*runs, *live.items()])
        if "server" in arguments.only:
            broken += _server(kasal, large)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            if "first" in arguments.only:
                broken += _first(browser, kasal)
            screens = [name for name in SCREENS if name in arguments.only]
            recorders = []
            groups = [(large, arguments.traces), (small, None)]
            for stock, traces in groups[:1] if arguments.large else groups:
                recorder = Recorder(browser, traces)
                url = kasal.url.rstrip("/")
                for name in screens:
                    SCREENS[name](Visit(recorder, browser, url, stock, live.get(stock, ""), events))
                recorders.append(recorder)
            broken += _compared(recorders[0].actions, recorders[-1].actions)
            browser.close()
    for one in broken:
        print(f"BROKEN: {one}")
    sys.exit(1 if broken else 0)


@contextmanager
def _installation(folder: Path | None) -> Iterator[tuple[Installation, Stock, Stock]]:
    with tempfile.TemporaryDirectory(prefix="browser_") as passing:
        place = folder or Path(passing)
        place.mkdir(parents=True, exist_ok=True)
        kept = place / "stock.json"
        with Installation(place) as kasal:
            kasal.start_api()
            kasal.start_worker()
            if not kept.exists():
                texts = [answer for _, answer in questions_and_answers(LARGE.records)]
                stocks = [
                    make_stock(kasal, name, size, texts)
                    for name, size in (("Large", LARGE), ("Small", SMALL))
                ]
                kept.write_text(json.dumps([asdict(one) for one in stocks]))
            large, small = (
                Stock(**{**one, "size": Size(**one["size"])})
                for one in json.loads(kept.read_text())
            )
            yield kasal, large, small


def _events(kasal: Installation, runs: Sequence[tuple[Stock, str]]) -> dict[str, int]:
    """How many each run has."""
    found = {}
    for stock, id in runs:
        headers = {"X-Group-Id": stock.group_id}
        after: int | None = 0
        seen = 0
        while after is not None:
            params = {"after": after, "limit": 1000}
            path = f"/api/v1/executions/{id}/events"
            page = kasal.http.get(path, params=params, headers=headers).json()
            seen += len(page["items"])
            after = page["next_after"]
        found[id] = seen
    return found


def _server(kasal: Installation, stock: Stock) -> list[str]:
    """The two reports about a memory, and what another request waits meanwhile."""
    broken = []
    headers = {"X-Group-Id": stock.group_id}
    for name in ("stats", "health", "stats", "health"):
        with _probe(kasal) as waits_ms:
            began = time.perf_counter()
            kasal.http.get(f"/api/v1/memory/{name}", headers=headers).raise_for_status()
            took_s = time.perf_counter() - began
        print(f"GET /memory/{name}: {took_s:.2f} s; another request waits {max(waits_ms):.0f} ms")
        if took_s > _REPORT_S:
            broken.append(f"GET /memory/{name} took {took_s:.2f} s")
    return broken


@contextmanager
def _probe(kasal: Installation) -> Iterator[list[float]]:
    waits_ms: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.01):
            began = time.perf_counter()
            kasal.http.get("/health/live")
            waits_ms.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=ask)
    thread.start()
    yield waits_ms
    over.set()
    thread.join()


def _first(browser: Browser, kasal: Installation) -> list[str]:
    broken = []
    url = kasal.url.rstrip("/")
    print(
        "first visit of       first paint, largest, button, interactive, blocked, answers (ms), scripts, largest (kB)"
    )
    for path, (button, answer) in _FIRST_SCREENS.items():
        for _ in range(2):  # the server is warm in the second
            as_on_the_first_visit(kasal)
            found = first_paint(browser, url, path, button, answer)
        print(f"{path:20} {_line(found)}")
        if found.interactive_ms > _INTERACTIVE_MS:
            broken.append(f"{path} was interactive after {found.interactive_ms:.0f} ms")
        name, size = found.largest_script
        if size > _MOST_SCRIPT_BYTES:
            broken.append(f"{name} has {size} bytes compressed")
    return broken


def _line(found: FirstPaint) -> str:
    times = (
        found.first_ms,
        found.largest_ms,
        found.button_ms,
        found.interactive_ms,
        found.blocked_ms,
        found.answers_ms,
    )
    name, size = found.largest_script
    return f"{', '.join(f'{ms:.0f}' for ms in times)}; {found.script_bytes / 1000:.0f}, {size / 1000:.0f} ({name})"


def _compared(large: list[Action], small: list[Action]) -> list[str]:
    """`x small` is the CPU of one step against that of the same step in the small group."""
    width = max((len(action.name) for action in large), default=0)
    print(
        f"{'':{width}} steps  longest task, CPU ms (wall)  >50 >200  frames dropped  CPU ms/step  x small"
    )
    broken = []
    for much, little in zip(large, small, strict=True):
        own, other = (one.cpu_ms / max(1, one.steps) for one in (much, little))
        print(
            f"{much.name:{width}} {much.steps:5} {much.longest.cpu_ms:8.0f} ({much.longest_wall_ms:4.0f})"
            f" {much.over(LONG_MS):18} {much.over(TOO_LONG_MS):4} {much.frames:7} {much.dropped:7}"
            f" {own:12.1f} {own / other:8.2f}"
        )
        if much.over(TOO_LONG_MS):
            broken.append(f"{much.name}: a task of {much.longest.cpu_ms:.0f} ms")
    return broken


if __name__ == "__main__":
    main()
