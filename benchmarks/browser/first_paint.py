"""How soon the first screen can be used, in a browser that has never been here, by the page's own clock.

Interactive is when the main button is there, and from then on for half a second no task is longer than 50 ms
(PerformanceObserver "longtask"); then the button is pressed and has to answer.
"""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.browser.tasks import LONG_MS
from tests.support.browser import watched_page

_QUIET_MS = 500.0
_OBSERVE = """
window.__first = { tasks: [], paint: 0, button: 0 };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.__first.tasks.push([task.startTime, task.duration]);
}).observe({ type: 'longtask', buffered: true });
new PerformanceObserver((list) => {
  window.__first.paint = list.getEntries().at(-1).startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });
const look = () => {
  const found = [...document.querySelectorAll('button')].some(
    (button) => button.textContent.trim() === BUTTON && !button.disabled && button.getClientRects().length > 0);
  if (found) window.__first.button = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
_READ = """
() => ({
  ...window.__first,
  now: performance.now(),
  first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  scripts: performance.getEntriesByType('resource')
    .filter((one) => one.name.endsWith('.js'))
    .map((one) => [one.name.split('/').at(-1), one.encodedBodySize, one.responseEnd]),
})
"""


@dataclass(frozen=True)
class FirstPaint:
    first_ms: float
    largest_ms: float
    button_ms: float
    interactive_ms: float
    blocked_ms: float
    """What of long tasks is over 50 ms, between the first paint and interactive."""
    answers_ms: float
    """From pressing the button to what it opens."""
    script_bytes: int
    """Compressed, of all that came before it was interactive."""
    largest_script: tuple[str, int]


def first_paint(browser: Browser, url: str, path: str, button: str, answer: str) -> FirstPaint:
    """`answer` is true in the page when the button has done what it is for."""
    with watched_page(browser, url) as watched:
        page = watched.page
        page.add_init_script(_OBSERVE.replace("BUTTON", repr(button)))
        page.goto(f"{url}{path}", wait_until="commit")
        page.wait_for_function("() => window.__first.button > 0", polling=50)
        seen = _when_quiet(page)
        interactive = _interactive_ms(seen)
        answers_ms = _press(page, button, answer)
    loaded = [(name, size) for name, size, ended in seen["scripts"] if ended <= interactive]
    return FirstPaint(
        first_ms=seen["first"],
        largest_ms=seen["paint"],
        button_ms=seen["button"],
        interactive_ms=interactive,
        blocked_ms=sum(
            max(0.0, lasted - LONG_MS)
            for began, lasted in seen["tasks"]
            if seen["first"] <= began <= interactive
        ),
        answers_ms=answers_ms,
        script_bytes=sum(size for _, size in loaded),
        largest_script=max(loaded, key=lambda script: script[1]),
    )


def _when_quiet(page: Page) -> dict[str, Any]:
    while True:
        page.wait_for_timeout(_QUIET_MS)
        seen: dict[str, Any] = page.evaluate(_READ)
        if seen["now"] - _interactive_ms(seen) > _QUIET_MS:
            return seen


def _interactive_ms(seen: dict[str, Any]) -> float:
    """The button's time, or the end of the last long task that came within half a second of what came before."""
    quiet_from = float(seen["button"])
    for began, lasted in sorted(seen["tasks"]):
        if began + lasted > quiet_from and began < quiet_from + _QUIET_MS:
            quiet_from = began + lasted
    return quiet_from


def _press(page: Page, button: str, answer: str) -> float:
    box = page.get_by_role("button", name=button, exact=True).first.bounding_box()
    assert box is not None
    pressed: float = page.evaluate("() => performance.now()")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(f"() => {answer}", polling="raf")
    answered: float = page.evaluate("() => performance.now()")
    return answered - pressed
