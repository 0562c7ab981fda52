"""A browser that fails the test over what nobody would see: errors in its console, breaches of the policy, axe."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    expect,
)

from tests.support.processes import Installation

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Scheme = Literal["light", "dark"]
WIDE = (1280, 800)
NARROW = (360, 740)
PATIENCE_MS = 60_000
"""The machine may be busy; a test that waits so long fails all the same."""

_NOTE_BREACHES = """
window.__breaches = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__breaches.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
_RUN_AXE = """
async (within) => (await axe.run(document.querySelector(within), { resultTypes: ['violations'] })).violations
  .filter((found) => ['serious', 'critical'].includes(found.impact))
  .map((found) => `${found.id}: ${found.help} at ${found.nodes.map((node) => `${node.target} (${node.failureSummary})`).join('; ')}`)
"""


def bring_axe(page: Page) -> None:
    """As the page's own script it would break the policy; the debugger may put it in."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())


def launch(playwright: Playwright) -> Browser:
    assert CHROMIUM is not None
    expect.set_options(timeout=PATIENCE_MS)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)


@dataclass
class Watched:
    """One page, and what went wrong in it unseen."""

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    """Parts of messages that the test brings about itself: `watched.allowed.append("404")`."""

    def open(self, path: str) -> Page:
        """Goes there and waits for the heading of the screen."""
        self.page.goto(f"{self.url}{path}")
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def axe(self, within: str = "html") -> list[str]:
        """Serious and critical findings on what is shown now."""
        bring_axe(self.page)
        found: list[str] = self.page.evaluate(_RUN_AXE, within)
        return found

    def breaches(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.__breaches")
        return found

    def check(self) -> None:
        unseen = [one for one in self.troubles if not any(part in one for part in self.allowed)]
        assert not unseen, "\n".join(unseen)
        assert not self.breaches()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console {message.type}: {message.text} {message.location}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.request.method} {response.url}")

    def watch(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        self.page.on("response", self._on_response)
        self.page.on("request", lambda request: self._only_our_server(request.url))

    def _only_our_server(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.troubles.append(f"asked another host: {url}")


@contextmanager
def watched_page(
    browser: Browser,
    url: str,
    *,
    scheme: Scheme = "light",
    size: tuple[int, int] = WIDE,
    **options: Any,
) -> Iterator[Watched]:
    """In a context of its own: no cookie and no storage of any other test."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_NOTE_BREACHES)
    try:
        watched = Watched(context.new_page(), url)
        watched.watch()
        yield watched
        watched.check()
    except BaseException:
        _keep_picture(context)
        raise
    finally:
        context.close()


def _keep_picture(context: BrowserContext) -> None:
    """Of what a failing test saw, where KASAL_TEST_PICTURES says."""
    folder = os.environ.get("KASAL_TEST_PICTURES")
    name = os.environ.get("PYTEST_CURRENT_TEST", "page").split("::")[-1].split(" ")[0]
    if folder and context.pages:
        context.pages[-1].screenshot(path=Path(folder, f"{name.replace('/', '_')}.png"))


def as_on_the_first_visit(kasal: Installation) -> None:
    """Takes away the crews of tests that came before, on the server that all of them share."""
    for crew in kasal.http.get("/api/v1/crews", params={"example": False}).json()["items"]:
        kasal.http.delete(f"/api/v1/crews/{crew['id']}").raise_for_status()
