"""Drawing a crew: by mouse, by keyboard alone, from a file, and back to an earlier version."""

import re
from pathlib import Path

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.conftest import OpenPage
from tests.support.browser import NARROW, Watched, as_on_the_first_visit
from tests.support.processes import Installation

AGENTS = [("Analyst", "Find what moves the market"), ("Writer", "Tell it in one page")]
TASKS = {
    "Look": ("List the moves of {market}", "A list of moves"),
    "Weigh": ("Weigh every move", "A number for each"),
    "Tell": ("Write the report", "A page"),
}


def node(page: Page, id: str) -> Locator:
    return page.locator(f'.react-flow__node[data-id="{id}"]')


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def handle(page: Page, id: str, name: str) -> Locator:
    """Where lines of a node begin ("source") or end."""
    place = "source" if name == "source" else f'[data-handleid="{name}"]'
    selector = f".{place}" if name == "source" else place
    return node(page, id).locator(f".react-flow__handle{selector}")


def drag(page: Page, source: Locator, target: Locator) -> None:
    for place, act in ((source, page.mouse.down), (target, page.mouse.up)):
        box = place.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
        act()


def choose(page: Page, choice: Locator, name: str, *, many: bool = False) -> None:
    """Goes on to a field by Tab, types what is wanted and takes it."""
    while not choice.evaluate("(field) => field === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type(name)
    expect(page.get_by_role("option", name=name)).to_be_visible()
    page.keyboard.press("Enter")
    if many:
        # It stays open for more.
        page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(choice).to_be_focused()


def new_crew(watched: Watched, name: str) -> Page:
    page = watched.open("/crews")
    page.get_by_role("button", name="New crew", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New crew")
    field(page, "Name").fill(name)
    return page


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved")).to_have_count(0)


def definition(kasal: Installation, page: Page) -> dict[str, object]:
    id = re.search(r"/crews/([0-9a-f-]{36})", page.url)
    assert id is not None
    crew: dict[str, object] = kasal.http.get(f"/api/v1/crews/{id[1]}").json()["definition"]
    return crew


def agents_and_tasks(crew: dict[str, object]) -> dict[str, object]:
    agents, tasks = crew["agents_yaml"], crew["tasks_yaml"]
    assert isinstance(agents, dict)
    assert isinstance(tasks, dict)
    return {
        "agents": {key: agent["role"] for key, agent in agents.items()},
        "tasks": {key: (task["agent"], task["context"]) for key, task in tasks.items()},
    }


WANTED = {
    "agents": {"analyst": "Analyst", "writer": "Writer"},
    "tasks": {
        "look": ("analyst", []),
        "weigh": ("analyst", ["look"]),
        "tell": ("writer", ["weigh"]),
    },
}


def test_the_first_visit_shows_an_example_that_is_ready_to_run(
    watched: Watched, kasal: Installation
) -> None:
    as_on_the_first_visit(kasal)
    page = watched.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Market brief")
    expect(page.locator(".react-flow__node")).to_have_count(5)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    assert watched.axe() == []


def test_a_crew_is_drawn_by_mouse(watched: Watched, kasal: Installation) -> None:
    page = new_crew(watched, "By mouse")
    page.get_by_role("button", name="Add the first agent").click()
    tools = page.get_by_role("toolbar", name="Canvas tools")
    for number, (role, goal) in enumerate(AGENTS):
        if number:
            tools.get_by_role("button", name="Agent", exact=True).click()
        field(page, "Role").fill(role)
        field(page, "Goal").fill(goal)
    page.locator(".react-flow__pane").click(position={"x": 8, "y": 8})
    for name, (what, output) in TASKS.items():
        tools.get_by_role("button", name="Task", exact=True).click()
        field(page, "Name").fill(name)
        field(page, "Description").fill(what)
        field(page, "Expected output").fill(output)
    tools.get_by_role("button", name="Tidy up (Shift+L)").click()
    save(page)
    tools.get_by_role("button", name="Tidy up (Shift+L)").click()
    for source, target, end in (
        ("agent/analyst", "task/look", "who"),
        ("agent/analyst", "task/weigh", "who"),
        ("agent/writer", "task/tell", "who"),
        ("task/look", "task/weigh", "reads"),
        ("task/weigh", "task/tell", "reads"),
    ):
        drag(page, handle(page, source, "source"), handle(page, target, end))
        expect(page.locator(f'.react-flow__edge[data-id="{source}->{target}"]')).to_have_count(1)
    save(page)
    assert agents_and_tasks(definition(kasal, page)) == WANTED
    assert watched.axe() == []


def test_a_crew_is_drawn_by_keyboard_alone(watched: Watched, kasal: Installation) -> None:
    page = watched.open("/crews")
    page.get_by_role("button", name="New crew", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New crew")
    press, write = page.keyboard.press, page.keyboard.type
    for role, goal in AGENTS:
        press("a")
        expect(field(page, "Role")).to_be_focused()
        write(role)
        press("Tab")
        write(goal)
        press("Escape")
    for at, (name, (what, output)) in enumerate(TASKS.items()):
        press("t")
        expect(field(page, "Name")).to_be_focused()
        for text in (name, what, output):
            write(text)
            press("Tab")
        choose(page, page.get_by_role("combobox", name="Agent"), AGENTS[at // 2][0])
        if at:
            reads = page.get_by_role("combobox", name="Reads the answers of")
            choose(page, reads, list(TASKS)[at - 1], many=True)
        press("Escape")
        expect(page.locator(".react-flow__node.selected")).to_be_focused()
    save(page)
    assert agents_and_tasks(definition(kasal, page)) == WANTED
    # What was done by mistake is undone, and a node goes with its lines.
    expect(node(page, "task/tell")).to_be_focused()
    press("Delete")
    expect(node(page, "task/tell")).to_have_count(0)
    press("Control+z")
    expect(node(page, "task/tell")).to_have_count(1)
    expect(page.locator('.react-flow__edge[data-id="task/weigh->task/tell"]')).to_have_count(1)
    expect(page.get_by_text("Not saved")).to_have_count(0)


def test_the_server_says_at_the_field_what_keeps_a_crew_from_running(watched: Watched) -> None:
    page = new_crew(watched, "Unfinished")
    page.get_by_role("button", name="Add the first agent").click()
    field(page, "Role").fill("Analyst")
    expect(page.get_by_text("the text must not be empty")).to_be_visible()
    expect(node(page, "agent/agent")).to_have_attribute("aria-label", re.compile("has a problem"))
    watched.allowed.append("422")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    field(page, "Goal").fill("Find")
    expect(page.get_by_text("the text must not be empty")).to_have_count(0)
    # Nothing is lost by looking at something else.
    page.get_by_role("link", name="Runs", exact=True).click()
    page.go_back()
    page.get_by_role("heading", level=1, name="Unfinished").wait_for()
    expect(field(page, "Goal")).to_have_value("Find")


def test_a_crewai_project_comes_in_and_goes_out_as_it_was(watched: Watched, tmp_path: Path) -> None:
    crew = {
        "name": "From YAML",
        "description": "",
        "agents": {"a": {"role": "Analyst", "goal": "Look", "tools": ["calculator"]}},
        "tasks": {
            "one": {"description": "Look", "expected_output": "A list", "agent": "a"},
            "two": {
                "description": "Tell",
                "expected_output": "A page",
                "agent": "a",
                "context": ["one"],
            },
        },
    }
    file = tmp_path / "crew.yaml"
    file.write_text(yaml.safe_dump(crew, sort_keys=False))
    page = watched.open("/crews")
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog")
    dialog.locator('input[type="file"]').set_input_files(file)
    expect(dialog.get_by_text("crew.yaml")).to_be_visible()
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From YAML")
    expect(page.locator(".react-flow__node")).to_have_count(3)
    page.get_by_role("button", name="More of this crew").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export as YAML").click()
    assert download.value.suggested_filename == "from-yaml.yaml"
    assert yaml.safe_load(Path(download.value.path()).read_text()) == crew


def test_an_earlier_version_is_compared_and_brought_back(
    watched: Watched, kasal: Installation
) -> None:
    page = new_crew(watched, "Versions")
    page.get_by_role("button", name="Add the first agent").click()
    field(page, "Role").fill("Analyst")
    field(page, "Goal").fill("Find the moves")
    save(page)
    field(page, "Goal").fill("Find the reasons")
    save(page)
    page.get_by_role("button", name="History", exact=True).click()
    history = page.get_by_role("dialog", name="History of Versions")
    expect(history.get_by_text("Find the moves")).to_be_visible()
    expect(history.get_by_text("Find the reasons")).to_be_visible()
    assert watched.axe() == []
    history.get_by_role("button", name="v2").click()
    history.get_by_role("button", name="Go back to it").click()
    page.get_by_role("button", name="Go back to version 2").click()
    expect(page.get_by_role("button", name="v4, open the history")).to_be_visible()
    node(page, "agent/analyst").click()
    expect(field(page, "Goal")).to_have_value("Find the moves")
    agents = definition(kasal, page)["agents_yaml"]
    assert isinstance(agents, dict)
    assert agents["analyst"]["goal"] == "Find the moves"


def test_somebody_elses_change_is_told_and_neither_is_lost(
    watched: Watched, kasal: Installation
) -> None:
    page = new_crew(watched, "Mine")
    save(page)
    id = page.url.split("/crews/")[1][:36]
    field(page, "Name").fill("Mine again")
    kasal.http.patch(f"/api/v1/crews/{id}", json={"name": "Theirs"}).raise_for_status()
    watched.allowed.append("412")
    page.get_by_role("button", name="Save", exact=True).click()
    conflict = page.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody else changed this crew meanwhile")
    conflict.get_by_role("button", name="Show theirs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Theirs")
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine again")
    save(page)
    assert kasal.http.get(f"/api/v1/crews/{id}").json()["name"] == "Mine again"


def test_the_canvas_works_on_a_narrow_window(open_page: OpenPage) -> None:
    with open_page(size=NARROW, scheme="dark") as watched:
        page = new_crew_narrow(watched)
        assert watched.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]


def new_crew_narrow(watched: Watched) -> Page:
    page = watched.open("/crews")
    page.get_by_role("article").first.get_by_role("link").click()
    node(page, "task/brief").click()
    field(page, "Description").wait_for()
    return page


def test_a_crew_is_run_from_its_card(watched: Watched) -> None:
    page = watched.open("/crews")
    page.get_by_role("button", name="Run Market brief").click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile("/runs/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Market brief")
    expect(page.locator("header").get_by_text("Completed")).to_be_visible()


def test_templates_that_could_not_be_read_are_asked_for_again(watched: Watched) -> None:
    watched.allowed.append("Failed to load resource")
    page = new_crew(watched, "From templates")
    page.route("**/api/v1/agents?*", lambda route: route.abort())
    page.get_by_role("button", name="Templates").click()
    again = page.get_by_role("menuitem", name="The templates could not be read. Try again")
    expect(again).to_be_visible()
    assert watched.axe() == []
    page.unroute_all()
    again.click()
    expect(page.get_by_role("menuitem", name=re.compile("Market analyst"))).to_be_visible()
