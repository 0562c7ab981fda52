"""Every screen by keyboard alone: all of it is reached, seen and named; what opens closes again; the work gets done."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.browser.test_runs import asking
from tests.support.browser import Watched
from tests.support.keyboard import press, tab_to, walked
from tests.support.processes import Installation

Made = dict[str, str]


@pytest.fixture(scope="module")
def made(kasal: Installation) -> Iterator[Made]:
    """One of each, so that no screen is empty."""
    ids: Made = {}

    def make(noun: str, path: str, body: object) -> str:
        answer = kasal.http.post(f"/api/v1{path}", json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        ids[noun] = str(answer.json()["id"])
        return ids[noun]

    run = asking("Keys")
    definition = {name: run[name] for name in ("agents_yaml", "tasks_yaml", "model", "memory")}
    source = {"crew_id": make("crew", "/crews", {"name": "Keys", "definition": definition})}
    inputs = {"inputs": {"market": "keys"}}
    hook = {"name": "Keys", "url": "https://example.com", "events": ["schedule_paused"]}
    make("waiting", "/executions", {**source, **inputs, "run_name": "Keys that wait"})
    make("stopped", "/executions", {**source, **inputs, "run_name": "Keys that stopped"})
    make("schedule", "/schedules", {"name": "Keys", **source, "cron": "0 7 * * *"})
    make("trigger", "/triggers", {"name": "Keys", **source})
    make("webhook", "/webhooks", hook)
    make("model", "/models", {"key": "keys", "name": "keys", "provider": "openai"})
    make("schema", "/output-schemas", {"name": "keys", "json_schema": {"type": "object"}})
    make("server", "/mcp-servers", {"name": "keys", "url": "https://example.com/mcp"})
    make("key", "/api-keys", {"name": "KEYS_KEY", "value": "sk-keys-0123456789"})
    identity = kasal.execution(ids["waiting"])["crew_identity"]
    make("record", "/memory/records", {"crew_id": identity, "content": "Keys open doors."})
    files = {"file": ("Keys.txt", b"Keys are cut from brass.")}
    assert kasal.http.post("/api/v1/knowledge/documents", files=files).is_success
    for one in ("waiting", "stopped"):
        kasal.wait_for_status(ids[one], "WAITING_FOR_APPROVAL")
    kasal.http.post(f"/api/v1/executions/{ids['stopped']}/cancel").raise_for_status()
    kasal.wait_for_status(ids["stopped"], "CANCELLED")
    yield ids
    for noun, path in (("schedule", "schedules"), ("crew", "crews"), ("model", "models")):
        kasal.http.delete(f"/api/v1/{path}/{ids[noun]}")


def settled(page: Page) -> Page:
    waiting = page.get_by_role("status").filter(has_text=re.compile("^(Reading|Opening|Asking)"))
    expect(waiting).to_have_count(0)
    return page


SCREENS = [
    *("/crews", "/crews/{crew}?node=agent%2Fanalyst", "/crews/{crew}?node=task%2Flook"),
    *("/runs", "/runs/{stopped}", "/runs/{waiting}", "/runs/{stopped}?tab=trace"),
    *("/runs/{stopped}?tab=events", "/runs/compare?a={stopped}&b={waiting}", "/approvals"),
    *("/memory", "/memory/storage", "/memory/health", "/memory/forget", "/knowledge"),
    *(
        "/schedules",
        "/models",
        "/models?tab=models",
        "/models?tab=keys",
        "/tools",
        "/tools?tab=mcp",
    ),
    *("/settings", "/settings?tab=members", "/settings?tab=webhooks", "/settings?tab=triggers"),
    *("/settings?tab=schemas", "/settings?tab=health"),
]


def test_tab_comes_to_every_control_and_shows_where_it_is(watched: Watched, made: Made) -> None:
    found: dict[str, object] = {}
    for path in SCREENS:
        page = settled(watched.open(path.format(**made)))
        walk = walked(page)
        if walk.missed or walk.unseen or walk.nameless:
            found[path] = walk
    assert found == {}, "\n".join(f"{path}: {walk}" for path, walk in found.items())


@dataclass(frozen=True)
class Opens:
    """What a key opens, over which screen, and what stands there then."""

    path: str
    what: Literal["dialog", "menu", "listbox"]
    opener: str
    role: Literal["button", "link", "combobox"] = "button"
    then: str = ""
    """The item of the menu that opens a dialog."""


OPENS = [
    Opens("/crews", "dialog", "Import"),
    Opens("/crews", "menu", "Group, colours and account"),
    Opens("/crews/{crew}", "dialog", "API"),
    Opens("/crews/{crew}", "dialog", "History"),
    Opens("/crews/{crew}", "menu", "More of this crew", then="Delete"),
    Opens("/crews/{crew}", "menu", "Templates"),
    Opens("/crews/{crew}", "dialog", "Run"),
    Opens("/crews/{crew}?node=agent%2Fanalyst", "menu", "Actions of this agent"),
    Opens("/runs", "listbox", "Status", "combobox"),
    Opens("/runs/{stopped}", "dialog", "API"),
    Opens("/runs/{stopped}", "menu", "Retry from"),
    Opens("/runs/{stopped}", "menu", "More about this run", then="Delete"),
    Opens("/runs/{stopped}", "menu", "More about this run", then="Run again with other inputs"),
    Opens("/memory", "menu", "More", then="Clear a crew's memory…"),
    Opens("/memory", "dialog", "Teach a crew"),
    Opens("/memory", "menu", "Actions for Keys open doors.", then="Delete…"),
    Opens("/memory", "dialog", "Keys open doors.", "link"),
    Opens("/memory/storage", "dialog", "Add"),
    Opens("/knowledge", "dialog", "Delete Keys"),
    Opens("/schedules", "dialog", "Add a schedule"),
    Opens("/schedules", "dialog", "Keys", "link"),
    Opens("/models?tab=models", "dialog", "Add a model", "link"),
    Opens("/models?tab=models", "dialog", "keys", "link"),
    Opens("/models?tab=keys", "dialog", "Remove KEYS_KEY"),
    Opens("/tools", "dialog", "HTTP POST", "link"),
    Opens("/tools?tab=mcp", "dialog", "Add an MCP server", "link"),
    Opens("/tools?tab=mcp", "dialog", "keys", "link"),
    Opens("/settings?tab=webhooks", "dialog", "Add a webhook"),
    Opens("/settings?tab=webhooks", "dialog", "Keys", "link"),
    Opens("/settings?tab=triggers", "dialog", "Add a trigger"),
    Opens("/settings?tab=triggers", "dialog", "Keys", "link"),
    Opens("/settings?tab=schemas", "dialog", "Add a schema"),
    Opens("/settings?tab=schemas", "dialog", "keys", "link"),
]


@pytest.mark.parametrize("one", OPENS, ids=lambda one: f"{one.opener} {one.then}".strip())
def test_what_opens_takes_the_focus_has_no_barrier_and_gives_it_back(
    watched: Watched, made: Made, one: Opens
) -> None:
    page = settled(watched.open(one.path.format(**made)))
    within = page if one.opener.startswith("Group") else page.get_by_role("main")
    opener = within.get_by_role(one.role, name=re.compile(f"^{re.escape(one.opener)}")).first
    tab_to(page, opener)
    page.keyboard.press("Enter")
    opened = _opened(page, one.what)
    found = _barriers(watched, f"[role={one.what}]")
    if one.then:
        item = opened.get_by_role("menuitem", name=one.then)
        for _ in range(12):
            if item.evaluate("(one) => one === document.activeElement"):
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(opened).to_be_hidden()
        opened = _opened(page, "dialog")
        found += _barriers(watched, "[role=dialog]")
    _leave(page)
    expect(opened).to_be_hidden()
    expect(opener).to_be_focused()
    assert found == []


def _opened(page: Page, what: Literal["dialog", "menu", "listbox"]) -> Locator:
    opened = page.get_by_role(what).last
    expect(opened).to_be_visible()
    settled(page)
    if what == "listbox":
        return opened
    # The focus is in it, and Tab does not lead out of it.
    page.wait_for_function(
        "(role) => document.activeElement?.closest(`[role=${role}]`) !== null", arg=what
    )
    if what == "dialog":
        for _ in range(3):
            page.keyboard.press("Shift+Tab")
        inside = "document.activeElement?.closest('[role=dialog]') !== null"
        assert page.evaluate(inside), "the focus left an open dialog"
    return opened


def _leave(page: Page) -> None:
    """A list of choices that opened with the focus of its field closes before the dialog around it."""
    if page.locator("[role=dialog] [aria-expanded=true][role=combobox]").count() > 0:
        page.keyboard.press("Escape")
    page.keyboard.press("Escape")


_AT_REST = """
() => Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity).map(({ finished }) => finished))
"""


def _barriers(watched: Watched, within: str) -> list[str]:
    """In light and in dark."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        watched.page.emulate_media(color_scheme=scheme)
        html = watched.page.locator("html")
        expect(html).to_have_attribute("data-mantine-color-scheme", scheme)
        watched.page.evaluate(_AT_REST)
        found += [f"{scheme}: {one}" for one in watched.axe(within)]
    watched.page.emulate_media(color_scheme="light")
    return found


Journey = Callable[[Watched, Made], None]


def change_a_record(watched: Watched, made: Made) -> None:
    page = watched.open("/memory")
    press(page, page.get_by_role("link", name="Keys open doors."))
    drawer = page.get_by_role("dialog", name="Long-term record")
    press(page, drawer.get_by_role("button", name="Edit"))
    text = drawer.get_by_role("textbox", name="Text")
    tab_to(page, text)
    page.keyboard.press("Control+a")
    page.keyboard.type("Keys open most doors.")
    press(page, drawer.get_by_role("button", name="Save"))
    expect(drawer.get_by_text("Keys open most doors.").first).to_be_visible()


def add_a_key(watched: Watched, made: Made) -> None:
    page = watched.open("/models?tab=keys")
    tab_to(page, page.get_by_role("textbox", name="Name"))
    page.keyboard.type("BRASS_KEY")
    page.keyboard.press("Tab")
    page.keyboard.type("sk-brass-0123456789")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="BRASS_KEY")
    press(page, row.get_by_role("button", name="Remove BRASS_KEY"))
    press(page, page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True))
    expect(row).to_have_count(0)


def pause_a_schedule(watched: Watched, made: Made) -> None:
    page = watched.open("/schedules")
    press(page, page.get_by_role("link", name="Keys", exact=True))
    drawer = page.get_by_role("dialog", name="Keys")
    press(page, drawer.get_by_role("button", name="Pause"))
    expect(drawer.get_by_text("Paused", exact=True)).to_be_visible()


def decide(watched: Watched, made: Made) -> None:
    page = watched.open("/approvals")
    questions = page.get_by_role("list", name="Questions").get_by_role("link")
    press(page, questions.filter(has_text=made["waiting"][-8:]))
    panel = page.get_by_role("region", name="Is this answer good?")
    expect(panel.get_by_role("link", name=re.compile(made["waiting"][-8:]))).to_be_visible()
    tab_to(page, panel.get_by_role("textbox", name="Comment"))
    page.keyboard.type("Well cut.")
    press(page, panel.get_by_role("button", name="Approve"))
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()


def upload(watched: Watched, made: Made) -> None:
    page = watched.open("/knowledge")
    button = page.get_by_role("button", name="Upload", exact=True)
    tab_to(page, button)
    with page.expect_file_chooser() as chooser:
        # Not Enter: driven from outside, Chromium takes that for nobody's doing and opens no chooser.
        page.keyboard.press("Space")
    file: FilePayload = {
        "name": "Locks.txt",
        "mimeType": "text/plain",
        "buffer": b"Locks wait for keys.",
    }
    chooser.value.set_files([file])
    uploads = page.get_by_role("list", name="Uploads").get_by_role("listitem")
    expect(uploads.filter(has_text="Locks.txt")).to_contain_text("Ready")
    press(page, page.get_by_role("button", name="Delete Locks"))
    press(page, page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
    expect(page.get_by_role("button", name="Delete Locks")).to_have_count(0)


def import_a_crew(watched: Watched, made: Made) -> None:
    page = watched.open("/crews")
    press(page, page.get_by_role("button", name="Import"))
    dialog = page.get_by_role("dialog")
    text = dialog.get_by_role("textbox").first
    tab_to(page, text)
    page.keyboard.insert_text(
        "name: Locksmiths\n"
        "agents: {a: {role: Smith, goal: Cut}}\n"
        "tasks: {t: {description: Cut, expected_output: A key, agent: a}}\n"
    )
    press(page, dialog.get_by_role("button", name="Import", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Locksmiths")


def compare_runs(watched: Watched, made: Made) -> None:
    page = watched.open(f"/runs/{made['stopped']}")
    tab_to(page, page.get_by_role("tab", name="Answer"))
    for name in ("Trace", "Events", "Memory", "Inputs"):
        page.keyboard.press("ArrowRight")
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
    link = page.get_by_role("link", name="Compare")
    tab_to(page, link, backwards=True)
    page.keyboard.press("Enter")
    second = page.get_by_role("combobox", name="Second run")
    tab_to(page, second)
    page.keyboard.type(made["waiting"][-8:])
    expect(page.get_by_role("option").filter(has_text=made["waiting"][-8:])).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"b={made['waiting']}"))


def follow_a_run(watched: Watched, made: Made) -> None:
    """From the list to an event, by the keys of a list and of a tree."""
    page = watched.open("/runs")
    press(page, page.get_by_role("link", name="Keys that stopped"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(made["stopped"][-8:])
    tab_to(page, page.get_by_role("tab", name="Answer"))
    page.keyboard.press("ArrowRight")
    tree = page.get_by_role("tree", name="Trace")
    tab_to(page, tree)
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("span="))
    expect(page.get_by_role("treeitem", selected=True)).to_have_count(1)


def change_the_limits(watched: Watched, made: Made) -> None:
    page = watched.open("/settings")
    tab_to(page, page.get_by_role("textbox", name="Budget of a month"))
    page.keyboard.press("Control+a")
    page.keyboard.type("31")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The limits are saved.")).to_be_visible()


def make_a_tool_ask(watched: Watched, made: Made) -> None:
    page = watched.open("/tools")
    press(page, page.get_by_role("link", name="HTTP GET"))
    form = page.get_by_role("dialog", name="HTTP GET")
    chosen = form.get_by_role("radio", checked=True).first
    tab_to(page, chosen)
    page.keyboard.press("ArrowDown")
    expect(form.get_by_role("radio", name="Ask a person")).to_be_checked()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()


JOURNEYS: list[Journey] = [
    *(change_a_record, add_a_key, pause_a_schedule, decide, upload, import_a_crew),
    *(compare_runs, follow_a_run, change_the_limits, make_a_tool_ask),
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_work_is_done_without_a_mouse(watched: Watched, made: Made, journey: Journey) -> None:
    journey(watched, made)
