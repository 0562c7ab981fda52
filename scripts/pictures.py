"""Takes the pictures of README and docs: a server, a worker, the demo model, and Chromium looking at them.

    python -m scripts.pictures                  # all of them, into docs/pictures
    python -m scripts.pictures run trace        # some of them
    python -m scripts.pictures --folder /tmp/x  # somewhere else, to look at first

Everything shown was made through the API a moment before (scripts/picture_content.py); the clock of the browser stands
still, so that the same picture says the same times.
"""

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.picture_content import Content, make_content
from src.cli.frontend import Frontend
from tests.support.browser import ROOT, Scheme, launch
from tests.support.processes import Installation

FOLDER = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150_000
WIDE = (1280, 800)
NARROW = (360, 740)
_SCALE = 1.5
_COLOURS = 128
_LATER = timedelta(minutes=40)
"""After all of it was made: everything is as old as everything else."""


def _nothing(page: Page) -> None:
    """It is shown as it opens."""


@dataclass(frozen=True)
class Picture:
    name: str
    """Of the file, without its ending."""
    path: Callable[[Content], str]
    then: Callable[[Page], None] = _nothing
    """What a hand does before the picture is taken."""
    scheme: Scheme = "light"
    size: tuple[int, int] = WIDE


def _crew(name: str, search: str = "") -> Callable[[Content], str]:
    return lambda content: f"/crews/{content.crews[name]}{search}"


def _run(name: str, search: str = "") -> Callable[[Content], str]:
    return lambda content: f"/runs/{content.runs[name]}{search}"


def _at(path: str) -> Callable[[Content], str]:
    return lambda content: path


def _choose_task(page: Page) -> None:
    page.locator('.react-flow__node[data-id="task/figures"]').click()
    expect(page.get_by_role("textbox", name="Description", exact=True)).to_be_visible()


def _ask_for_inputs(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("textbox").first).not_to_have_value("")
    expect(page.get_by_role("dialog").get_by_text(re.compile("earlier runs?\\)"))).to_be_visible()


def _open_the_history(page: Page) -> None:
    page.get_by_role("button", name="History", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("Prices count too")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("Description", exact=True)).to_be_visible()


def _open_the_api(page: Page) -> None:
    page.get_by_role("button", name="API", exact=True).click()
    page.get_by_role("dialog").get_by_text("Python", exact=True).click()
    expect(page.get_by_role("region", name="as python")).to_be_visible()


def _open_a_model_call(page: Page) -> None:
    tree = page.get_by_role("tree", name="Trace")
    tree.get_by_role("treeitem", name="demo/demo").first.click()
    expect(page.get_by_role("region", name=re.compile("Model call"))).to_be_visible()


def _open_a_record(page: Page) -> None:
    page.get_by_role("region", name="Records").get_by_role("link").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Edit")).to_be_visible()


def _search_the_handbook(page: Page) -> None:
    page.get_by_role("textbox", name="Search in the documents").fill("cost of a bicycle return")
    expect(page.get_by_role("region", name="Passages").locator("mark").first).to_be_visible()


def _open_a_schedule(page: Page) -> None:
    page.get_by_role("link", name="Suppliers on Monday").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _compare(content: Content) -> str:
    return f"/runs/compare?a={content.runs['first']}&b={content.runs['second']}"


PICTURES = (
    Picture("crews", _at("/crews")),
    Picture("canvas", _crew("Market brief"), _choose_task),
    Picture("inputs", _crew("Market brief"), _ask_for_inputs),
    Picture("versions", _crew("Supplier watch"), _open_the_history),
    Picture("api", _crew("Market brief"), _open_the_api),
    Picture("run", _run("second")),
    Picture("trace", _run("second", "?tab=trace"), _open_a_model_call),
    Picture("memory-chip", _run("second", "?tab=memory")),
    Picture("failed", _run("failed")),
    Picture("compare", _compare),
    Picture("runs", _at("/runs")),
    Picture("approvals", _at("/approvals")),
    Picture("memory", _at("/memory?type=long_term"), _open_a_record),
    Picture("knowledge", _at("/knowledge"), _search_the_handbook),
    Picture("schedules", _at("/schedules"), _open_a_schedule),
    Picture("models", _at("/models")),
    Picture("tools", _at("/tools")),
    Picture("canvas-dark", _crew("Market brief"), _choose_task, scheme="dark"),
    Picture("run-dark", _run("second"), scheme="dark"),
    Picture("run-narrow", _run("second"), size=NARROW),
)


def main() -> None:
    names = [picture.name for picture in PICTURES]
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m scripts.pictures")
    parser.add_argument("name", nargs="*", help=f"of {', '.join(names)}; all where none is given")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.name) - set(names))
    if unknown:
        parser.error(f"no picture is called {', '.join(unknown)}; there are {', '.join(names)}")
    Frontend(ROOT / "frontend").build_once()
    wanted = [one for one in PICTURES if not chosen.name or one.name in chosen.name]
    take(wanted, chosen.folder)


def take(pictures: list[Picture], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kasal-pictures-") as data:
        with Installation(Path(data)) as kasal:
            kasal.start_api()
            kasal.start_worker()
            kasal.http.get("/api/v1/me").raise_for_status()
            content = make_content(kasal)
            with sync_playwright() as playwright:
                browser = launch(playwright)
                for picture in pictures:
                    path = folder / f"{picture.name}.png"
                    _take(browser, kasal, picture, content, path)
                    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def _take(
    browser: Browser, kasal: Installation, picture: Picture, content: Content, path: Path
) -> None:
    with _page(browser, picture) as page:
        page.goto(kasal.url.rstrip("/") + picture.path(content))
        page.get_by_role("heading", level=1).wait_for()
        _settle(page)
        picture.then(page)
        _settle(page)
        page.screenshot(path=path, caret="hide", animations="disabled")
    _make_small(path)


@contextmanager
def _page(browser: Browser, picture: Picture) -> Iterator[Page]:
    width, height = picture.size
    context = browser.new_context(
        color_scheme=picture.scheme,
        viewport={"width": width, "height": height},
        device_scale_factor=_SCALE,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    try:
        page = context.new_page()
        page.clock.set_fixed_time(datetime.now(UTC) + _LATER)
        yield page
    finally:
        context.close()


def _settle(page: Page) -> None:
    """Everything is read, and drawn with its own letters."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    expect(page.get_by_role("status").filter(has_text=re.compile("^Reading"))).to_have_count(0)
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _make_small(path: Path) -> None:
    """A screen has few colours: a palette says the same in a third of the bytes."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise SystemExit(
            f"{path} has {path.stat().st_size} bytes, expected {LARGEST_BYTES} at most"
        )


if __name__ == "__main__":
    main()
