"""Token mode, from the first look to signing out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from src.api.session_cookie import COOKIE
from tests.e2e.browser.conftest import token_of
from tests.support.browser import Watched, watched_page
from tests.support.hostile import stored
from tests.support.processes import Installation


@pytest.fixture
def watched(built_pages: None, browser: Browser, guarded: Installation) -> Iterator[Watched]:
    with watched_page(browser, guarded.url.rstrip("/")) as watched:
        # The browser itself notes every refusal in its console; these are the ones meant here.
        watched.allowed.append("401 (Unauthorized)")
        yield watched


def test_a_token_signs_in_stays_out_of_reach_and_signs_out(
    watched: Watched, guarded: Installation
) -> None:
    token = token_of(guarded, "ada@example.com")
    page = watched.open("/runs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert not watched.axe()
    page.get_by_label("Access token").first.fill("kasal_of_nobody")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not an access token")

    page.get_by_label("Access token").first.fill(token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    assert token not in stored(page)
    (cookie,) = [one for one in page.context.cookies() if one.get("name") == COOKIE]
    assert cookie.get("httpOnly") and cookie.get("sameSite") == "Strict"

    page.get_by_role("button", name="Group, colours and account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert not page.context.cookies()
