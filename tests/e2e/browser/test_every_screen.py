"""Every screen of the rail, as it first opens."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import OpenPage
from tests.support.browser import NARROW, WIDE, Scheme, Watched

SCREENS = {
    "/crews": "Crews",
    "/runs": "Runs",
    "/approvals": "Approvals",
    "/memory": "Memory",
    "/knowledge": "Knowledge",
    "/schedules": "Schedules",
    "/models": "Models & keys",
    "/tools": "Tools & MCP",
    "/settings": "Settings",
}
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_opens_without_error_or_barrier(
    open_page: OpenPage, scheme: Scheme, size: tuple[int, int]
) -> None:
    with open_page(scheme=scheme, size=size) as watched:
        found: dict[str, list[str]] = {}
        for path, name in SCREENS.items():
            page = watched.open(path)
            expect(page).to_have_title(f"{name} · Kasal")
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            expect(page.get_by_role("status")).to_have_count(0)
            found[path] = watched.axe()
            assert page.evaluate(_SIDEWAYS) == 0, f"{path} scrolls sideways"
        assert not any(found.values()), found


def test_the_rail_leads_to_every_screen(watched: Watched) -> None:
    page = watched.open("/crews")
    rail = page.get_by_role("navigation", name="Main")
    for path, name in SCREENS.items():
        rail.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page).to_have_url(re.compile(f"{path}$"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tools & MCP")


def test_on_a_narrow_window_the_rail_is_a_drawer(open_page: OpenPage) -> None:
    with open_page(size=NARROW) as watched:
        page = watched.open("/crews")
        link = page.get_by_role("link", name="Memory")
        expect(link).not_to_be_in_viewport()
        page.get_by_role("button", name="Open the menu").click()
        expect(link).to_be_in_viewport()
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Memory")
        expect(link).not_to_be_in_viewport()


def test_the_palette_goes_anywhere_by_keyboard(watched: Watched) -> None:
    page = watched.open("/crews")
    page.keyboard.press("Control+k")
    search = page.get_by_role("textbox", name="Search", exact=True)
    expect(search).to_be_focused()
    search.fill("knowl")
    expect(page.get_by_role("button", name="Knowledge Documents")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")
    expect(search).to_be_hidden()


def test_an_unknown_address_says_so_and_leads_back(watched: Watched) -> None:
    page = watched.open("/nothing/here")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such page")
    page.get_by_role("link", name="Go to the crews").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Crews")


def test_the_chosen_colours_stay_after_a_reload(watched: Watched) -> None:
    page = watched.open("/crews")
    page.get_by_role("button", name="Group, colours and account").click()
    page.get_by_role("menuitem", name="Dark").click()
    html = page.locator("html")
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
