"""What models, tools, people, files and addresses say is text on every screen: nothing of it runs, loads or leads astray."""

import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from mcp.server.fastmcp import FastMCP
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.e2e.browser.conftest import started
from tests.support.browser import NARROW, WIDE, Watched, watched_page
from tests.support.hostile import (
    IMAGE,
    INPUT_NAMES,
    LINE,
    MARKDOWN,
    NAME,
    PARAMS,
    ROWS,
    SCRIPT,
    SEARCHES,
    stored,
    took_for_more_than_text,
)
from tests.support.processes import Installation
from tests.support.run_bodies import MODEL
from tests.support.scripted_openai import ScriptedOpenAI
from tests.support.server_thread import serving

KEY = "sk-hostile-0123456789"
AGENT = {"role": NAME, "goal": f"{SCRIPT} {{constructor}}", "backstory": MARKDOWN}
ROWS_SCHEMA = {
    "type": "object",
    "title": NAME,
    "properties": {"rows": {"type": "array", "items": {"type": "object"}}},
}


def _task(description: str, **more: Any) -> dict[str, Any]:
    task = {"description": description, "expected_output": IMAGE, "agent": "constructor"}
    return {"name": NAME, **task, **more}


def _crew(*tools: str, **tasks: dict[str, Any]) -> dict[str, Any]:
    """Its keys are words that every object of JavaScript answers to."""
    agents = {"constructor": {**AGENT, "tools": list(tools)}}
    return {"agents_yaml": agents, "tasks_yaml": tasks, "model": MODEL}


SAVED = _crew(
    "mcp:shop",
    "calculator",
    constructor=_task(f"look-up {SCRIPT} {{constructor}} {{toString}} {{__proto__}}"),
    toString=_task("list-rows", output_json=ROWS_SCHEMA, context=["constructor"]),
) | {"memory": True}
INPUTS = dict.fromkeys(INPUT_NAMES, NAME)
CALL = {"query": SCRIPT, "options": {"__proto__": IMAGE, "constructor": NAME}}
RULES: list[dict[str, Any]] = [
    {
        "match": "look-up",
        "tool_calls": [
            {"name": "shop__look", "arguments": CALL},
            {"name": "calculator", "arguments": {"expression": SCRIPT}},
        ],
    },
    {"match": "call-it", "tool_calls": [{"name": "asking__look", "arguments": CALL}]},
    {"match": "list-rows", "json": {"rows": ROWS}},
    {"match": "get-refused", "status": 400, "error": {"message": NAME}, "times": 99},
    {"match": "speak-slowly", "answer": MARKDOWN, "hold": 60},
    {"match": "long-line", "answer": LINE},
    {"match": "", "answer": MARKDOWN},
]


@dataclass
class Seeded:
    """An installation in which everything that has a text has a hostile one."""

    kasal: Installation
    provider: ScriptedOpenAI
    ids: dict[str, str] = field(default_factory=dict)

    def make(self, noun: str, path: str, body: Mapping[str, Any]) -> str:
        answer = self.kasal.http.post(f"/api/v1{path}", json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        self.ids[noun] = answer.json()["id"]
        return self.ids[noun]

    def run(self, name: str, status: str, **body: Any) -> str:
        self.ids[name] = self.kasal.start({"run_name": NAME, "crew_name": NAME, **body})
        self.kasal.wait_for_status(self.ids[name], status)
        return self.ids[name]


@pytest.fixture(scope="module")
def hostile(built_pages: None) -> Iterator[Seeded]:
    shop = FastMCP("shop")

    @shop.tool()
    def look(query: str, options: dict[str, Any] | None = None) -> str:
        """Finds what is asked for."""
        return f"{query} {MARKDOWN}"

    strange = FastMCP("strange")
    strange.add_tool(look, name=f"look {IMAGE}", description=MARKDOWN)
    with ExitStack() as stack:
        provider = stack.enter_context(ScriptedOpenAI(*RULES))
        settings = {"OPENAI_BASE_URL": provider.base_url, "KASAL_ALLOW_PRIVATE_URLS": "true"}
        seeded = Seeded(stack.enter_context(started(**settings)), provider)
        for name, server in (("shop", shop), ("strange", strange)):
            url = stack.enter_context(serving(server.streamable_http_app(), lifespan="on"))
            seeded.make(name, "/mcp-servers", {"name": name, "url": f"{url}/mcp"})
            if name == "shop":
                asking = {"name": "asking", "url": f"{url}/mcp", "side_effect": "ask"}
                seeded.make("asking", "/mcp-servers", asking)
        _seed_names(seeded)
        _seed_runs(seeded)
        stack.callback(provider.release)
        yield seeded


def _seed_names(seeded: Seeded) -> None:
    make = seeded.make
    make("key", "/api-keys", {"name": "OPENAI_API_KEY", "value": KEY, "description": NAME})
    crew = {"name": NAME, "description": MARKDOWN, "definition": SAVED, "note": NAME}
    source = {"crew_id": make("crew", "/crews", crew)}
    changed = {"definition": SAVED | {"planning": True}, "note": NAME}
    seeded.kasal.http.patch(f"/api/v1/crews/{source['crew_id']}", json=changed).raise_for_status()
    back = {"definition": SAVED, "note": NAME}
    seeded.kasal.http.patch(f"/api/v1/crews/{source['crew_id']}", json=back).raise_for_status()
    make("agent", "/agents", {"name": NAME, "config": AGENT})
    make("task", "/tasks", {"name": NAME, "config": _task(MARKDOWN)})
    make("group", "/groups", {"name": NAME})
    make("model", "/models", {"key": "hostile", "name": NAME, "provider": "openai"})
    schema = {"name": "hostile", "description": NAME, "json_schema": ROWS_SCHEMA}
    make("schema", "/output-schemas", schema)
    request = {"inputs": INPUTS, "run_name": NAME}
    schedule = {"name": NAME, **source, "cron": "0 7 * * *", "request": request}
    make("schedule", "/schedules", schedule)
    make("trigger", "/triggers", {"name": NAME, **source, "mapping": {SCRIPT: "@"}})
    hook = {"name": NAME, "url": "https://example.com/hook", "events": ["schedule_paused"]}
    make("webhook", "/webhooks", hook)
    files = {"file": (f"{IMAGE} =1+1.md", MARKDOWN.encode())}
    sent = seeded.kasal.http.post("/api/v1/knowledge/documents", files=files, data={"title": NAME})
    assert sent.is_success, sent.text


def _seed_runs(seeded: Seeded) -> None:
    seeded.run("answered", "COMPLETED", crew_id=seeded.ids["crew"], inputs=INPUTS)
    seeded.run("again", "COMPLETED", crew_id=seeded.ids["crew"], inputs=INPUTS)
    given = {"inputs": INPUTS}
    seeded.run("refused", "FAILED", **_crew(constructor=_task("get-refused")), **given)
    rail = {"guardrails": [{"type": "contains", "must": [f"{SCRIPT} {NAME[-60:]}"]}]}
    failing = _task("Check", guardrail_max_retries=0, **rail)
    seeded.run("failing", "FAILED", **_crew(constructor=failing), **given)
    asking = _crew(constructor=_task("Ask", human_input=True))
    seeded.run("asks", "WAITING_FOR_APPROVAL", **asking, **given)
    seeded.run("rejected", "WAITING_FOR_APPROVAL", **asking, **given)
    (asked,) = _approvals(seeded, "rejected")
    decision = {"decision": "reject", "comment": MARKDOWN}
    seeded.kasal.http.post(f"/api/v1/approvals/{asked['id']}/decision", json=decision)
    seeded.run(
        "calls",
        "WAITING_FOR_APPROVAL",
        **_crew("mcp:asking", constructor=_task("call-it")),
        **given,
    )
    identity = seeded.kasal.execution(seeded.ids["answered"])["crew_identity"]
    seeded.make("lesson", "/memory/records", {"crew_id": identity, "content": MARKDOWN})


def _approvals(seeded: Seeded, run: str) -> list[dict[str, Any]]:
    path = f"/api/v1/executions/{seeded.ids[run]}/approvals"
    found: list[dict[str, Any]] = seeded.kasal.http.get(path).json()["items"]
    return found


@pytest.fixture
def watched(browser: Browser, hostile: Seeded) -> Iterator[Watched]:
    with watched_page(browser, hostile.kasal.url.rstrip("/")) as page:
        troubles = page.troubles

        def asked(dialog: Dialog) -> None:
            troubles.append(f"a dialog asked {dialog.message!r}")
            dialog.dismiss()

        page.page.on("dialog", asked)
        page.page.on("popup", lambda popup: troubles.append(f"opened {popup.url}"))
        yield page


def is_text(page: Page, *texts: str) -> None:
    """They stand there letter by letter, and have done nothing, however wide the window is."""
    for text in texts or (SCRIPT,):
        expect(page.get_by_text(text).first).to_be_attached()
    for width, height in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        assert took_for_more_than_text(page) == []
    assert KEY not in stored(page)


def read(watched: Watched, path: str, *texts: str) -> Page:
    page = watched.open(path)
    expect(
        page.get_by_role("status").filter(has_text=re.compile("^(Reading|Opening)"))
    ).to_have_count(0)
    is_text(page, *texts)
    return page


def test_what_a_run_was_told_and_says_is_text(watched: Watched, hostile: Seeded) -> None:
    run = f"/runs/{hostile.ids['answered']}"
    page = read(watched, run, SCRIPT, IMAGE)
    page.get_by_role("button", name="API").click()
    is_text(page)
    page = read(watched, f"{run}?tab=answer&task=constructor", SCRIPT)
    out = page.get_by_role("link", name="titled")
    expect(out).to_have_attribute("href", "https://example.com/titled")
    for name in ("plain", "mixed", "coded", "data", "file", "within", "referred", "cell"):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page = read(watched, f"{run}?tab=answer&task=toString", SCRIPT, "=HYPERLINK")
    expect(page.get_by_role("columnheader")).to_have_text(
        ["constructor", "__proto__", "price", "toString"]
    )
    for tab in ("events", "memory", "inputs"):
        page = read(watched, f"{run}?tab={tab}")
    page = watched.open(f"{run}?tab=events&q=tool")
    for row in page.get_by_role("option").all():
        row.click()
        is_text(page)
    page = watched.open(f"{run}?tab=trace")
    tree = page.get_by_role("tree", name="Trace")
    tree.get_by_role("treeitem", name="calculator").wait_for()
    for name in ("calculator", "shop__look", MODEL, "Recalled"):
        tree.get_by_role("treeitem", name=name).first.click()
        is_text(page)
    other = hostile.ids["again"]
    read(watched, f"/runs/compare?a={hostile.ids['answered']}&b={other}&task=constructor")


def test_what_a_model_is_saying_is_text(watched: Watched, hostile: Seeded) -> None:
    body = _crew(constructor=_task("speak-slowly"))
    id = hostile.run("speaks", "RUNNING", run_name=NAME, inputs=INPUTS, **body)
    page = watched.open(f"/runs/{id}")
    said = page.get_by_role("region", name=re.compile("as it is written"))
    expect(said).to_contain_text("onfocus=window.__pwned=1")
    is_text(page, IMAGE)
    hostile.provider.release()
    expect(page.get_by_role("link", name="titled")).to_be_visible()


def test_what_errors_say_is_text(watched: Watched, hostile: Seeded) -> None:
    for run in ("refused", "failing"):
        page = read(watched, f"/runs/{hostile.ids[run]}", SCRIPT)
        expect(page.get_by_role("alert").filter(has_text=SCRIPT).first).to_be_visible()
        read(watched, f"/runs/{hostile.ids[run]}?tab=answer&task=constructor", SCRIPT)


def test_what_people_are_asked_is_text(watched: Watched, hostile: Seeded) -> None:
    for run in ("asks", "calls", "rejected"):
        (asked,) = _approvals(hostile, run)
        page = read(watched, f"/approvals?status=any&id={asked['id']}", SCRIPT)
        expect(page.get_by_role("region").filter(has_text=SCRIPT).first).to_be_visible()
        read(watched, f"/runs/{hostile.ids[run]}", SCRIPT)


def test_what_a_crew_is_called_and_told_is_text(watched: Watched, hostile: Seeded) -> None:
    read(watched, "/crews")
    path = f"/crews/{hostile.ids['crew']}"
    # The drawing and its panel change places with the width of the window.
    watched.allowed.append("parent container needs a width and a height")
    for node in ("agent/constructor", "task/toString"):
        read(watched, f"{path}?node={quote(node)}")
    page = read(watched, f"{path}?panel=history")
    page.get_by_role("dialog").get_by_role("button", name="v2").click()
    is_text(page)
    read(watched, f"{path}?panel=api")
    page = watched.open(path)
    page.get_by_role("button", name="Templates").click()
    expect(page.get_by_role("menuitem").filter(has_text=SCRIPT)).to_have_count(2)
    is_text(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run", exact=True).click()
    form = page.get_by_role("dialog")
    for name in INPUT_NAMES:
        expect(form.get_by_role("textbox", name=name)).to_have_value(NAME)
    is_text(page)
    form.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile("/runs/[0-9a-f-]{36}$"))
    inputs = hostile.kasal.execution(page.url[-36:])["inputs"]
    assert inputs == INPUTS


def test_what_is_remembered_and_known_is_text(watched: Watched, hostile: Seeded) -> None:
    read(watched, "/memory", SCRIPT)
    page = read(watched, f"/memory?record=long_term%2F{hostile.ids['lesson']}", SCRIPT)
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(re.compile(re.escape(IMAGE)))
    is_text(page)
    read(watched, f"/memory?q={quote(SCRIPT)}", SCRIPT)
    read(watched, "/memory/health")
    read(watched, "/knowledge", IMAGE)
    page = read(watched, f"/knowledge?q={quote(SCRIPT)}", IMAGE)
    expect(page.get_by_role("region", name="Passages").get_by_text(IMAGE).first).to_be_visible()


def test_names_in_every_list_are_text(watched: Watched, hostile: Seeded) -> None:
    ids = hostile.ids
    read(watched, "/runs")
    read(watched, f"/schedules?open={ids['schedule']}")
    read(watched, "/models?tab=models")
    read(watched, f"/models?tab=models&edit={ids['model']}")
    read(watched, "/models?tab=keys")
    for tab in ("triggers", "webhooks", "schemas"):
        read(watched, f"/settings?tab={tab}&open={ids[tab.rstrip('s')]}")
    page = watched.open(f"/tools?tab=mcp&open={ids['strange']}")
    page.get_by_role("button", name="Test the connection").click()
    is_text(page, SCRIPT, IMAGE)
    page = read(watched, f"/settings?tab=members&group={ids['group']}", SCRIPT)
    page.get_by_role("button", name="Group, colours and account").click()
    is_text(page)
    page = watched.open("/crews")
    page.keyboard.press("Control+k")
    page.get_by_role("textbox", name="Search", exact=True).fill("<script>")
    is_text(page)


@pytest.mark.parametrize(
    "path",
    [
        *("crews", "runs", "approvals", "memory", "memory/health", "knowledge", "schedules"),
        *("models", "tools", "settings", "runs/compare", "runs/{run}", "crews/{crew}"),
    ],
)
def test_what_stands_in_an_address_is_text(watched: Watched, hostile: Seeded, path: str) -> None:
    # What is not there is told as an error; the browser notes each in its console.
    watched.allowed += ["404", "422", "400"]
    where = path.format(run=hostile.ids["answered"], crew=hostile.ids["crew"])
    for turn in range(0, len(SEARCHES), 3):
        values = itertools.islice(itertools.cycle(SEARCHES), turn, None)
        search = "&".join(f"{name}={quote(next(values), safe='')}" for name in PARAMS)
        page = watched.open(f"/{where}?{search}")
        assert took_for_more_than_text(page) == []
        expect(page.get_by_text("This screen stopped")).to_have_count(0)


def test_an_address_that_nobody_has_is_not_read_as_more(watched: Watched) -> None:
    watched.allowed += ["404", "422"]
    for path in (
        SCRIPT,
        f"runs/{SCRIPT}",
        f"crews/{IMAGE}",
        "%2F%2Fexample.com",
        "runs/..%2f..%2f",
    ):
        page = watched.open(f"/{quote(path)}")
        assert took_for_more_than_text(page) == []
        assert page.url.startswith(watched.url)


def test_a_line_without_end_moves_nothing_out_of_the_window(
    watched: Watched, hostile: Seeded
) -> None:
    id = hostile.run("long", "COMPLETED", inputs=INPUTS, **_crew(constructor=_task("long-line")))
    for tab in ("answer", "events", "trace"):
        read(watched, f"/runs/{id}?tab={tab}", NAME[:20])
    last = hostile.kasal.events(id)[-2]["seq"]
    read(watched, f"/runs/{id}?tab=events&event={last}", NAME[:20])


def test_a_page_that_took_these_texts_for_html_would_be_found(browser: Browser) -> None:
    page = browser.new_context(offline=True).new_page()
    page.set_content(MARKDOWN.replace("http-equiv", "name"))
    found = " ".join(took_for_more_than_text(page))
    for part in (
        "a script ran",
        "<iframe",
        "<object",
        "<base",
        "<form",
        "<svg",
        "<style",
        "onfocus",
    ):
        assert part in found
    page.context.close()
