"""Running a crew and looking at it: live, again, from a task on, side by side."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import OpenPage
from tests.support.browser import NARROW, Watched, as_on_the_first_visit
from tests.support.processes import Installation


def asking(name: str) -> dict[str, Any]:
    """A crew whose first answer a person has to approve: it stands still in the middle of its run."""
    task = {"expected_output": "A list", "agent": "analyst"}
    return {
        "crew_name": name,
        "model": "demo/demo",
        "memory": True,
        "agents_yaml": {"analyst": {"role": "Analyst", "goal": "Look at {market}"}},
        "tasks_yaml": {
            "look": {**task, "description": "List the moves of {market}", "human_input": True},
            "tell": {**task, "description": "Write about {market}", "context": ["look"]},
        },
        "inputs": {"market": "bicycles"},
    }


def open_run(watched: Watched, id: str, search: str = "") -> Page:
    page = watched.open(f"/runs/{id}{search}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"run {id[-8:]}")
    return page


def header(page: Page) -> Any:
    return page.locator("header").filter(has=page.get_by_role("heading", level=1))


def test_a_first_visitor_has_an_answer_after_three_clicks_and_the_next_run_recalls_it(
    watched: Watched, kasal: Installation
) -> None:
    as_on_the_first_visit(kasal)
    page = watched.open("/")
    page.get_by_role("button", name="Run", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox").first).not_to_have_value("")
    expect(dialog.get_by_text("demo model", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile("/runs/[0-9a-f-]{36}$"))
    first = page.url
    expect(header(page).get_by_text("Completed")).to_be_visible()
    expect(header(page).get_by_text("demo model")).to_be_visible()
    expect(page.get_by_text("[demo model: no language model ran]").first).to_be_visible()
    assert watched.axe() == []

    page.get_by_role("button", name="More about this run").click()
    page.get_by_role("menuitem", name="Run again with other inputs").click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(lambda url: "/runs/" in url and url != first)
    expect(page.get_by_text(re.compile(r"It remembered: \d+ records? went into"))).to_be_visible()
    tasks = page.get_by_role("region", name="Tasks")
    recalled = tasks.get_by_role("link", name=re.compile("recalled [1-9]")).first
    recalled.click()
    expect(page).to_have_url(re.compile("tab=memory"))
    record = page.get_by_role("region", name=re.compile("^Memory of")).get_by_role("link").first
    expect(record).to_have_attribute("href", re.compile("/memory.*record="))


def test_a_run_is_watched_reloaded_in_the_middle_decided_and_retried(
    watched: Watched, kasal: Installation
) -> None:
    id = kasal.start(asking("Bicycle watch"))
    page = open_run(watched, id)
    question = page.get_by_role("region", name=re.compile("answer good|approve", re.IGNORECASE))
    expect(question.first).to_be_visible()
    page.reload()
    tasks = page.get_by_role("region", name="Tasks")
    expect(tasks.get_by_text("Waiting for approval")).to_be_visible()
    expect(tasks.get_by_text("Queued")).to_be_visible()
    page.get_by_role("tab", name="Trace").click()
    tree = page.get_by_role("tree", name="Trace")
    tree.get_by_role("treeitem", name="demo/demo").first.click()
    detail = page.get_by_role("region", name=re.compile("Model call"))
    expect(detail.get_by_text("List the moves of bicycles").first).to_be_visible()
    assert watched.axe() == []

    page.get_by_role("button", name="Approve").first.click()
    expect(header(page).get_by_text("Completed")).to_be_visible()
    page.get_by_role("button", name="Retry from").click()
    page.get_by_role("menuitem", name="tell").click()
    expect(header(page).get_by_text("attempt 2")).to_be_visible()
    expect(header(page).get_by_text("Completed")).to_be_visible()
    begun = [one["task"] for one in kasal.events(id) if one["type"] == "task_started"]
    assert begun[-1] == "tell" and begun.count("tell") == 2

    page.get_by_role("tab", name="Events").click()
    page.get_by_role("textbox", name="Find in events").fill("approval decided")
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("option").click()
    expect(page).to_have_url(re.compile("event="))


def test_runs_are_found_chosen_cancelled_and_compared(
    watched: Watched, kasal: Installation
) -> None:
    ids = [kasal.start(asking("To be stopped")) for _ in range(2)]
    for id in ids:
        kasal.wait_for_status(id, "WAITING_FOR_APPROVAL")
    page = watched.open("/runs?status=WAITING_FOR_APPROVAL")
    table = page.get_by_role("region", name="Runs")
    rows = table.get_by_role("row").filter(has_text="To be stopped")
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("checkbox").click()
    rows.nth(1).get_by_role("checkbox").click(modifiers=["Shift"])
    bulk = page.get_by_role("region", name="Chosen runs")
    expect(bulk).to_contain_text("2 chosen")
    bulk.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel them").click()
    expect(page.get_by_text("2 of 2 runs cancelled")).to_be_visible()
    assert {kasal.execution(id)["status"] for id in ids} == {"CANCELLED"}

    page = open_run(watched, ids[0])
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("combobox", name="Second run").click()
    page.get_by_role("option").filter(has_text=ids[1][-8:]).click()
    expect(page).to_have_url(re.compile("b="))
    expect(page.get_by_text("Both were given the same.")).to_be_visible()
    assert watched.axe() == []


def test_a_run_is_cancelled_on_its_page(watched: Watched, kasal: Installation) -> None:
    id = kasal.start(asking("Stopped here"))
    kasal.wait_for_status(id, "WAITING_FOR_APPROVAL")
    page = open_run(watched, id)
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(header(page).get_by_text("Cancelled")).to_be_visible()
    expect(page.get_by_role("button", name="Retry from")).to_be_visible()


def test_the_page_of_another_groups_run_says_that_there_is_none(
    watched: Watched, kasal: Installation
) -> None:
    group = kasal.http.post("/api/v1/groups", json={"name": "Others"}).json()["id"]
    answer = kasal.http.post(
        "/api/v1/executions", json=asking("Not for you"), headers={"X-Group-Id": group}
    )
    id = answer.json()["id"]
    watched.allowed.append("404")
    page = watched.open(f"/runs/{id}")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_text("Not for you")).to_have_count(0)
    watched.open("/runs")
    expect(page.get_by_text("Not for you")).to_have_count(0)
    page.goto(f"{watched.url}/runs?group={group}")
    expect(page.get_by_text("Not for you").first).to_be_visible()


def test_a_run_fits_a_telephone_in_the_dark(open_page: OpenPage, kasal: Installation) -> None:
    id = kasal.start({**asking("Small"), "memory": False})
    kasal.wait_for_status(id, "WAITING_FOR_APPROVAL")
    with open_page(scheme="dark", size=NARROW) as watched:
        for tab in ("answer", "trace", "events", "memory", "inputs"):
            page = open_run(watched, id, f"?tab={tab}")
            expect(page.get_by_role("tab", selected=True)).to_be_visible()
            wider = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider == 0, f"{tab} scrolls sideways"
        assert watched.axe() == []
