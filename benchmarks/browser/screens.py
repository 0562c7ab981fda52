"""What people do on the screens that hold much. Where a thing stands is found before the recording begins: looking for it by
its role would be work of the page."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from benchmarks.browser.stock import Stock
from benchmarks.browser.tasks import Recorder
from tests.support.browser import watched_page

_TURN_PX = 1_600
"""Two screens in every frame: no row that was there is there again."""
_PATIENCE_MS = 120_000
_AT_END = """
async (place) => {
  await new Promise((done) => requestAnimationFrame(() => done()));
  const room = document.querySelector(place);
  const more = room.querySelector("table")?.getAttribute("aria-rowcount") === "-1";
  return !more && room.scrollTop + room.clientHeight >= room.scrollHeight - 2;
}
"""
_FAILED = """
() => {
  const options = [...document.querySelectorAll("[role=option]")];
  const box = options.find((one) => one.textContent === "Failed")?.getBoundingClientRect();
  return box && [box.x + box.width / 2, box.y + box.height / 2];
}
"""
_NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => done()))"


@dataclass(frozen=True)
class Visit:
    recorder: Recorder
    browser: Browser
    url: str
    stock: Stock
    live_id: str
    """Waits for a decision."""
    events: Mapping[str, int]
    """How many each of the two runs has."""

    @contextmanager
    def page(self) -> Iterator[Page]:
        with watched_page(self.browser, self.url) as watched:
            watched.page.set_default_timeout(_PATIENCE_MS)
            yield watched.page

    def open(self, page: Page, path: str, shown: str) -> None:
        """Until there is something that fits `shown`."""
        joint = "&" if "?" in path else "?"
        place = f"{self.url}{path}{joint}group={self.stock.group_id}"
        page.goto(place, wait_until="commit")
        _wait(page, f"document.querySelector({shown!r}) !== null")

    def open_events(self, page: Page, id: str) -> None:
        """Until all of them are there."""
        self.open(page, f"/runs/{id}?tab=events", "[role=listbox] [role=option]")
        _wait(
            page,
            "Number(document.querySelector('[role=tabpanel] [role=status]').textContent"
            f".split(' ')[0].replaceAll(',', '')) >= {self.events[id]}",
        )


Screen = Callable[[Visit], None]


def runs(visit: Visit) -> None:
    with visit.page() as page:
        with visit.recorder.action(page, "runs: open"):
            visit.open(page, "/runs", "[aria-label='Runs'] tbody tr")
        with visit.recorder.action(page, "runs: wheel to the last one") as action:
            action.steps = _wheel_to_end(page, "[aria-label='Runs']")
        every = "Select all that are loaded"
        box = _middle(page.get_by_role("checkbox", name=every))
        with visit.recorder.action(page, "runs: choose all, and none"):
            page.mouse.click(*box)
            _wait(page, "document.querySelector(\"[aria-label='Chosen runs']\") !== null")
            # What can be done with them has moved the table down.
            page.mouse.click(*_middle(page.get_by_role("checkbox", name=every)))
        status = _middle(page.get_by_role("combobox", name="Status"))
        with visit.recorder.action(page, "runs: filter by status"):
            page.mouse.click(*status)
            _wait(page, f"({_FAILED})() !== undefined")
            page.mouse.click(*page.evaluate(_FAILED))
            _wait(page, "location.search.includes('status=FAILED')")
            _wait(page, "document.querySelector(\"[aria-label='Runs'] tbody tr\") !== null")


def run(visit: Visit) -> None:
    with visit.page() as page:
        with visit.recorder.action(page, "run: open its events"):
            visit.open_events(page, visit.stock.run_id)
        with visit.recorder.action(page, "run: wheel through the events") as action:
            action.steps = _wheel_to_end(page, "[role=listbox][aria-label=Events]")
        find = _middle(page.get_by_role("textbox", name="Find in events"))
        with visit.recorder.action(page, "run: find in events") as action:
            page.mouse.click(*find)
            action.steps = _type(page, "calculator")
            _wait(page, "document.querySelector('[role=option]') !== null")
        option = _middle(page.get_by_role("listbox", name="Events"))
        with visit.recorder.action(page, "run: open an event, close it"):
            page.mouse.click(*option)
            _wait(page, "location.search.includes('event=')")
        page.get_by_role("textbox", name="Find in events").fill("")
        tab = _middle(page.get_by_role("tab", name="Trace"))
        with visit.recorder.action(page, "run: open the trace"):
            page.mouse.click(*tab)
            _wait(page, "document.querySelector('[role=treeitem]') !== null")
        with visit.recorder.action(page, "run: wheel through the waterfall") as action:
            action.steps = _wheel_to_end(page, "[role=tree]")
        span = _middle(page.get_by_role("tree"))
        with visit.recorder.action(page, "run: open a span"):
            page.mouse.click(*span)
            _wait(page, "location.search.includes('span=')")
        room = page.get_by_role("tree")
        room.focus()
        with visit.recorder.action(page, "run: 40 arrow keys through the waterfall") as action:
            action.steps = 40
            for _ in range(action.steps):
                page.keyboard.press("ArrowUp")


def live_run(visit: Visit) -> None:
    with visit.page() as page:
        with visit.recorder.action(page, "live run: open its events"):
            visit.open_events(page, visit.live_id)
        page.get_by_role("tab", name="Trace").click()
        page.get_by_role("treeitem").first.wait_for()
        approve = _middle(page.get_by_role("button", name="Approve").first)
        with visit.recorder.action(page, "live run: the trace goes on to its end"):
            page.mouse.click(*approve)
            _wait(page, "document.querySelector('header [data-tone=ok]') !== null")


def records(visit: Visit) -> None:
    with visit.page() as page:
        with visit.recorder.action(page, "records: open"):
            visit.open(page, "/memory", "[aria-label='Records'] tbody tr")
        with visit.recorder.action(page, "records: wheel to the last one") as action:
            action.steps = _wheel_to_end(page, "[aria-label='Records']")
        row = _middle(page.locator("[aria-label='Records'] tbody a").nth(-3))
        with visit.recorder.action(page, "records: open one"):
            page.mouse.click(*row)
            _wait(page, "document.querySelector('[role=dialog] section') !== null")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
        box = _middle(page.get_by_role("textbox", name="Search by meaning and words"))
        with visit.recorder.action(page, "records: search") as action:
            page.mouse.click(*box)
            action.steps = _type(page, "returns an array of the same shape")
            _wait(
                page,
                "document.querySelector(\"[aria-label='Records']\")?.textContent.includes('fits ')",
            )


def canvas(visit: Visit) -> None:
    with visit.page() as page:
        with visit.recorder.action(page, "canvas: open"):
            visit.open(page, f"/crews/{visit.stock.crew_id}", ".react-flow__node")
        box = page.locator(".react-flow__pane").bounding_box()
        assert box is not None
        x, y = box["x"] + 12, box["y"] + 12
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        with visit.recorder.action(page, "canvas: pan") as action:
            action.steps = _drag(page, (x, y), [(4, 3)] * 40 + [(-4, -3)] * 40)
        with visit.recorder.action(page, "canvas: zoom in and out") as action:
            page.mouse.move(*middle)
            for turn in (-120,) * 15 + (120,) * 15:
                page.mouse.wheel(0, turn)
                page.evaluate(_NEXT_FRAME)
                action.steps += 1
        node = _middle(page.locator(".react-flow__node-task").nth(4))
        with visit.recorder.action(page, "canvas: drag a node") as action:
            action.steps = _drag(page, node, [(3, 2)] * 40)
        with visit.recorder.action(page, "canvas: choose a node, then another"):
            page.mouse.click(*_middle(page.locator(".react-flow__node-task").nth(2)))
            page.mouse.click(*_middle(page.locator(".react-flow__node-task").nth(6)))
        page.keyboard.press("Escape")
        page.locator(".react-flow__pane").click(position={"x": 8, "y": 8})
        with visit.recorder.action(page, "canvas: choose all"):
            page.keyboard.press("Control+a")
            _wait(
                page, "document.querySelectorAll('.react-flow__node:not(.selected)').length === 0"
            )
        with visit.recorder.action(page, "canvas: drag all") as action:
            # An agent stands where it stood: only a task was moved.
            start = _middle(page.locator(".react-flow__node-agent").first)
            action.steps = _drag(page, start, [(3, 2)] * 30)
        with visit.recorder.action(page, "canvas: tidy up"):
            page.keyboard.press("Shift+L")
        with visit.recorder.action(page, "canvas: undo"):
            page.keyboard.press("Control+z")


SCREENS: dict[str, Screen] = {
    "runs": runs,
    "run": run,
    "live": live_run,
    "records": records,
    "canvas": canvas,
}


def _wheel_to_end(page: Page, place: str) -> int:
    """Until nothing comes any more; returns how often the wheel was turned."""
    page.mouse.move(*_middle(page.locator(place)))
    turns = 0
    while not page.evaluate(_AT_END, place):
        page.mouse.wheel(0, _TURN_PX)
        turns += 1
    return turns


def _type(page: Page, text: str) -> int:
    page.keyboard.type(text, delay=40)
    return len(text)


def _drag(page: Page, start: tuple[float, float], moves: list[tuple[int, int]]) -> int:
    x, y = start
    page.mouse.move(x, y)
    page.mouse.down()
    for by_x, by_y in moves:
        x, y = x + by_x, y + by_y
        page.mouse.move(x, y)
        page.evaluate(_NEXT_FRAME)
    page.mouse.up()
    return len(moves)


def _middle(what: Locator) -> tuple[float, float]:
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _wait(page: Page, condition: str) -> Any:
    return page.wait_for_function(f"() => {condition}", polling=50, timeout=_PATIENCE_MS)
