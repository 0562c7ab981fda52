"""What a crew remembers after a run, in the hands of a person; a memory set up in a workspace of Databricks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.conftest import OpenPage, started
from tests.emulator.server import DatabricksEmulator
from tests.support.browser import NARROW, Watched, watched_page
from tests.support.processes import Installation
from tests.support.run_bodies import crew_body


def _run(kasal: Installation, name: str, *tasks: str) -> str:
    body = crew_body(*tasks, memory=True, model="demo/demo", crew_name=name)
    id = kasal.start(body)
    assert kasal.wait_for_status(id, "COMPLETED", "FAILED")["status"] == "COMPLETED"
    return id


def _choose(page: Page, select: str, option: str) -> None:
    page.get_by_role("combobox", name=select).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_what_a_run_left_is_listed_searched_changed_pinned_and_deleted(
    kasal: Installation, watched: Watched
) -> None:
    run = _run(kasal, "Harbour", "Say who runs the harbour of Rotterdam")
    page = watched.open("/memory")
    _choose(page, "Crew", "Harbour")
    expect(page).to_have_url(re.compile("crew="))
    table = page.get_by_role("region", name="Records")
    rows = table.get_by_role("link")
    expect(rows.first).to_be_visible()
    _choose(page, "Type", "Short-term")
    expect(rows).to_have_count(1)

    rows.first.click()
    drawer = page.get_by_role("dialog", name="Short-term record")
    expect(drawer.get_by_role("link", name=f"run {run[-8:]}")).to_be_visible()
    assert not watched.axe()
    drawer.get_by_role("button", name="Edit").click()
    text = drawer.get_by_role("textbox", name="Text")
    text.fill("The harbour of Rotterdam is run by <b>its port authority</b>.")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_text("<b>its port authority</b>")).to_be_visible()
    drawer.get_by_role("button", name="Pin", exact=True).click()
    expect(drawer.get_by_text("Pinned", exact=True)).to_be_visible()
    expect(drawer.get_by_text("until somebody removes it")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()

    page.get_by_role("textbox", name="Search by meaning and words").fill("port authority")
    expect(page).to_have_url(re.compile("q=port"))
    expect(table.get_by_text(re.compile(r"fits \d+ %"))).to_be_visible()
    page.reload()
    expect(rows).to_have_count(1)
    table.get_by_role("button", name=re.compile("^Actions for The harbour")).click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No record fits")).to_be_visible()


def test_somebody_elses_change_is_shown_before_it_is_written_over(
    kasal: Installation, watched: Watched
) -> None:
    _run(kasal, "Conflict", "Say what a lock is")
    crew = kasal.http.get("/api/v1/memory/stats").json()["crews"][0]["crew"]["identity"]
    lesson = {"crew_id": crew, "content": "A lock opens at nine."}
    record = kasal.http.post("/api/v1/memory/records", json=lesson).json()
    path = f"/memory/records/long_term/{record['id']}"
    page = watched.open(f"/memory?record=long_term%2F{record['id']}")
    drawer = page.get_by_role("dialog", name="Long-term record")
    drawer.get_by_role("button", name="Edit").click()
    drawer.get_by_role("textbox", name="Text").fill("A lock opens at ten.")
    kasal.http.patch(f"/api/v1{path}", json={"content": "A lock opens at noon."})
    watched.allowed.append("412")
    drawer.get_by_role("button", name="Save").click()
    told = drawer.get_by_role("alert")
    expect(told).to_contain_text("A lock opens at noon.")
    told.get_by_role("button", name="Save mine over it").click()
    expect(drawer.get_by_role("button", name="Edit")).to_be_visible()
    expect(drawer.get_by_text("A lock opens at ten.")).to_be_visible()
    assert kasal.http.get(f"/api/v1{path}").json()["text"] == "A lock opens at ten."


def test_a_subject_is_looked_for_and_then_forgotten(kasal: Installation, watched: Watched) -> None:
    _run(kasal, "Forgetful", "Say hello to Grete Minde")
    page = watched.open("/memory/forget")
    page.get_by_role("textbox", name="Whatever mentions").fill("Grete Minde")
    page.get_by_role("button", name="See what would go").click()
    page.get_by_role("button", name="Forget it for good…").click()
    sure = page.get_by_role("button", name="Forget", exact=True)
    expect(sure).to_be_disabled()
    page.get_by_role("textbox", name="Type forget to go on").fill("forget")
    sure.click()
    expect(page.get_by_text("Searched again: nothing is left")).to_be_visible()


@pytest.mark.parametrize("path", ["/memory/health", "/memory/forget", "/memory/storage"])
def test_parts_of_memory_open_narrow_and_dark(open_page: OpenPage, path: str) -> None:
    with open_page(scheme="dark", size=NARROW) as watched:
        page = watched.open(path)
        expect(page.get_by_role("status")).to_have_count(0)
        assert not watched.axe()


@pytest.fixture(scope="module")
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def lake(built_pages: None, emulator: DatabricksEmulator) -> Iterator[Installation]:
    """It knows a workspace."""
    with started(DATABRICKS_HOST=emulator.host, DATABRICKS_TOKEN=emulator.token) as installation:
        yield installation


@pytest.fixture
def on_lake(browser: Browser, lake: Installation) -> Iterator[Watched]:
    with watched_page(browser, lake.url.rstrip("/")) as watched:
        yield watched


def test_memory_is_set_up_in_databricks_verified_and_an_index_emptied(
    on_lake: Watched, emulator: DatabricksEmulator
) -> None:
    page = on_lake.open("/memory/storage")
    page.get_by_role("link", name="Set up Databricks").click()
    expect(page.get_by_text("ada@example.com, by the token")).to_be_visible()
    page.get_by_role("textbox", name="Catalog").fill("main")
    page.get_by_role("textbox", name="Schema").fill("kasal")
    page.get_by_role("button", name="See the plan").click()
    plan = page.get_by_role("list", name="What would be made")
    expect(plan.get_by_role("listitem")).to_have_count(5)
    assert not on_lake.axe()
    page.get_by_role("button", name="Make it and use it").click()
    expect(page).to_have_url(re.compile("job="))
    page.reload()
    expect(page.get_by_role("link", name="Open the memory")).to_be_visible()
    assert len(emulator.workspace.indexes) >= 4

    page.get_by_role("link", name="See the indexes").click()
    checks = page.get_by_role("list", name="Checks")
    expect(checks.get_by_text("Ready")).to_have_count(5)
    name = next(one for one in reversed(emulator.workspace.indexes) if "long_term" in one)
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Empty…").click()
    sure = page.get_by_role("button", name="Empty", exact=True)
    expect(sure).to_be_disabled()
    page.get_by_role("textbox", name=f"Type {name} to go on").fill(name)
    sure.click()
    emptying = page.get_by_role("region", name="Emptying the index")
    expect(emptying.get_by_text("Done", exact=True).first).to_be_visible()
    assert not on_lake.axe()


def test_a_set_up_that_fails_takes_back_what_it_made_and_says_why(
    on_lake: Watched, emulator: DatabricksEmulator
) -> None:
    before = set(emulator.workspace.indexes)
    emulator.faults.add(
        status=403, message="no CREATE TABLE", method="POST", path="*/endpoints/*/indexes"
    )
    page = on_lake.open("/memory/storage/setup")
    page.get_by_role("textbox", name="Catalog").fill("main")
    page.get_by_role("textbox", name="Schema").fill("kasal")
    page.get_by_role("button", name="See the plan").click()
    page.get_by_role("button", name="Make it and use it").click()
    expect(page.get_by_role("alert")).to_contain_text("CREATE TABLE")
    assert set(emulator.workspace.indexes) == before
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Open the memory")).to_be_visible()
