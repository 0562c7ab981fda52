"""A browser at a real server with a real worker and the demo model. Nothing stands in for anything."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from src.cli.frontend import Frontend
from tests.support.browser import CHROMIUM, ROOT, Watched, launch, watched_page
from tests.support.processes import Installation

OpenPage = Callable[..., AbstractContextManager[Watched]]
_HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before the test processes are told their shares
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)
            # One browser and one server for all of them.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def built_pages() -> None:
    pages = Frontend(ROOT / "frontend")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    if not pages.can_be_built:
        pytest.skip("needs npm, which comes with Node.js (20.19 or newer)")
    pages.build_once()


# Not for the whole session: as long as Playwright runs, no test can have an event loop of its own.
@pytest.fixture(scope="package")
def browser(built_pages: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield launch(playwright)


@contextmanager
def started(**environment: str) -> Iterator[Installation]:
    """A server of its own: `with started(KASAL_AUTH_MODE="token") as kasal: …`."""
    with tempfile.TemporaryDirectory(prefix="kasal-browser-") as folder, ExitStack() as stack:
        installation = Installation(Path(folder), environment=environment)
        with ThreadPoolExecutor(1) as pool:  # where Playwright's event loop is not
            pool.submit(installation.prepare).result()
        stack.callback(installation.close)
        installation.start_api()
        installation.start_worker()
        yield installation


@pytest.fixture(scope="package")
def kasal(built_pages: None) -> Iterator[Installation]:
    """For tests that can share one; what they make has names of their own."""
    with started() as installation:
        yield installation


@pytest.fixture(scope="package")
def guarded(built_pages: None) -> Iterator[Installation]:
    """A server that takes access tokens."""
    with started(KASAL_AUTH_MODE="token") as installation:
        yield installation


def token_of(installation: Installation, email: str) -> str:
    """A new one each time."""
    made = subprocess.run(
        [sys.executable, "-m", "src.cli.main", "token", "create", "--email", email],
        env={**os.environ, "KASAL_DATA_DIR": str(installation.folder), "PYTHONPATH": str(ROOT)},
        cwd=installation.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return next(word for word in made.stdout.split() if word.startswith("kasal_"))


@pytest.fixture
def open_page(browser: Browser, kasal: Installation) -> OpenPage:
    """`with open_page(scheme="dark", size=NARROW) as watched: …`; checks the page when it is left."""
    return partial(watched_page, browser, kasal.url.rstrip("/"))


@pytest.fixture
def watched(open_page: OpenPage) -> Iterator[Watched]:
    """A wide, light page."""
    with ExitStack() as stack:
        yield stack.enter_context(open_page())
