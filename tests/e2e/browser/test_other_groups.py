"""What a group has is seen by its members only, is changed by those whose role lets them, and stays in no page behind them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.browser.conftest import token_of
from tests.e2e.browser.test_runs import asking
from tests.support.browser import Watched, watched_page
from tests.support.hostile import stored
from tests.support.processes import Installation

MARK = "Sealed"
CHANGES = re.compile(
    r"^(new|import|save|delete|remove|edit|upload|add|pause|resume|empty|clear|forget|make(?! it$)|set up|pin|"
    r"unpin|rename|duplicate|rotate|new secret|send a test|test the connection|go back to it|set as)\b",
    re.IGNORECASE,
)
"""What buttons say that an operator, who runs crews and decides, may not press. A group of their own anybody makes."""


@dataclass
class Circle:
    """A group of Ada's with one of everything, all of it named after MARK."""

    kasal: Installation
    ada: str
    group: str
    ids: dict[str, str] = field(default_factory=dict)

    def lists(self) -> list[str]:
        tabs = ["members", "webhooks", "triggers", "schemas"]
        return [
            *("/crews", "/runs", "/approvals", "/approvals?status=any", "/memory", "/knowledge"),
            *("/schedules", "/models", "/models?tab=models", "/models?tab=keys", "/tools"),
            *("/tools?tab=mcp", "/memory/storage", "/settings"),
            *(f"/settings?tab={tab}" for tab in tabs),
        ]

    def details(self) -> list[str]:
        ids = self.ids
        return [
            f"/crews/{ids['crew']}",
            f"/crews/{ids['crew']}?panel=history",
            f"/runs/{ids['run']}",
            f"/runs/compare?a={ids['run']}&b={ids['run']}",
            f"/approvals?id={ids['approval']}",
            f"/memory?record=long_term%2F{ids['record']}",
            f"/schedules?open={ids['schedule']}",
            f"/models?tab=models&edit={ids['model']}",
            f"/tools?tab=mcp&open={ids['server']}",
        ]

    def open_rows(self) -> list[str]:
        rows = {"webhooks": "webhook", "triggers": "trigger", "schemas": "schema"}
        return [f"/settings?tab={tab}&open={self.ids[one]}" for tab, one in rows.items()]


@pytest.fixture(scope="module")
def circle(guarded: Installation) -> Iterator[Circle]:
    token = token_of(guarded, "ada@example.com")
    guarded.http.headers["Authorization"] = f"Bearer {token}"
    group = guarded.http.post("/api/v1/groups", json={"name": f"{MARK} circle"}).json()["id"]
    guarded.http.headers["X-Group-Id"] = group
    circle = Circle(guarded, token, group)
    _one_of_each(circle)
    yield circle
    del guarded.http.headers["Authorization"], guarded.http.headers["X-Group-Id"]


def _one_of_each(circle: Circle) -> None:
    http, ids = circle.kasal.http, circle.ids

    def make(noun: str, path: str, **body: Any) -> str:
        answer = http.post(f"/api/v1{path}", **body)
        assert answer.is_success, f"{path}: {answer.text}"
        ids[noun] = str(answer.json().get("id"))
        return ids[noun]

    run = {**asking(f"{MARK} watch"), "inputs": {"market": f"{MARK} market"}}
    definition = {name: run[name] for name in ("agents_yaml", "tasks_yaml", "model", "memory")}
    source = {"crew_id": make("crew", "/crews", json={"name": MARK, "definition": definition})}
    started = {**source, "inputs": run["inputs"], "run_name": f"{MARK} run"}
    make("run", "/executions", json=started)
    identity = circle.kasal.execution(ids["run"])["crew_identity"]
    lesson = {"crew_id": identity, "content": f"{MARK} lesson"}
    hook = {"name": f"{MARK} hook", "url": "https://example.com", "events": ["schedule_paused"]}
    config = {"role": MARK, "goal": "Look"}
    make("record", "/memory/records", json=lesson)
    make("schedule", "/schedules", json={"name": f"{MARK} hour", **source, "cron": "0 7 * * *"})
    make("trigger", "/triggers", json={"name": f"{MARK} trigger", **source})
    make("webhook", "/webhooks", json=hook)
    make("model", "/models", json={"key": "sealed", "name": MARK, "provider": "openai"})
    make("schema", "/output-schemas", json={"name": "sealed", "json_schema": {"type": "object"}})
    make("server", "/mcp-servers", json={"name": "sealed", "url": "https://example.com/mcp"})
    make("key", "/api-keys", json={"name": "SEALED_KEY", "value": "sk-sealed-012345"})
    make("agent", "/agents", json={"name": MARK, "config": config})
    make("document", "/knowledge/documents", files={"file": (f"{MARK}.txt", b"Sealed figures")})
    make("member", f"/groups/{circle.group}/members", json={"email": "cyd@example.com"})
    circle.kasal.wait_for_status(ids["run"], "WAITING_FOR_APPROVAL")
    asked = http.get(f"/api/v1/executions/{ids['run']}/approvals").json()["items"]
    ids["approval"] = asked[0]["id"]


@contextmanager
def signed_in(browser: Browser, kasal: Installation, token: str) -> Iterator[Watched]:
    with watched_page(browser, kasal.url.rstrip("/")) as watched:
        watched.allowed.append("401 (Unauthorized)")
        _sign_in(watched.open("/crews"), token)
        yield watched


def _sign_in(page: Page, token: str) -> None:
    page.get_by_label("Access token").first.fill(token)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").wait_for()


def settled(page: Page) -> None:
    waiting = page.get_by_role("status").filter(has_text=re.compile("^(Reading|Opening|Asking)"))
    expect(waiting).to_have_count(0)


def test_somebody_else_finds_nothing_of_it_anywhere(browser: Browser, circle: Circle) -> None:
    bob = token_of(circle.kasal, "bob@example.com")
    with signed_in(browser, circle.kasal, bob) as watched:
        # What is not there is told as an error; the browser notes each in its console.
        watched.allowed += ["404", "403"]
        for path in [*circle.lists(), *circle.open_rows()]:
            page = watched.open(path)
            settled(page)
            assert MARK.lower() not in page.content().lower(), path
        for path in circle.details():
            page = watched.open(path)
            told = page.get_by_role("alert").or_(page.get_by_text("Nothing is kept under this"))
            expect(told.first).to_be_visible()
            assert MARK.lower() not in page.content().lower(), path
        page = watched.open("/crews")
        page.keyboard.press("Control+k")
        page.get_by_role("textbox", name="Search", exact=True).fill(MARK)
        expect(page.get_by_text("Nothing by that name")).to_be_visible()

        page = watched.open(f"/runs?group={circle.group}")
        expect(page.get_by_role("heading", level=1)).to_have_text("This group does not open")
        expect(page.get_by_role("alert")).to_be_visible()
        assert watched.axe() == []
        assert MARK.lower() not in page.content().lower()
        page.get_by_role("link", name="Go to your own group").click()
        page.get_by_role("navigation", name="Main").wait_for()


def test_an_operator_sees_all_of_it_and_is_offered_no_change(
    browser: Browser, circle: Circle
) -> None:
    cyd = token_of(circle.kasal, "cyd@example.com")
    with signed_in(browser, circle.kasal, cyd) as watched:
        shown: set[str] = set()
        offered: dict[str, list[str]] = {}
        for path in [*circle.lists(), *circle.details(), *circle.open_rows()]:
            sign = "&" if "?" in path else "?"
            page = watched.open(f"{path}{sign}group={circle.group}")
            settled(page)
            if MARK.lower() in page.locator("body").inner_text().lower():
                shown.add(path)
            names = page.locator("button:enabled, a[role=button]").evaluate_all(
                "all => all.map(one => one.getAttribute('aria-label') ?? one.textContent.trim())"
            )
            changing = [name for name in names if CHANGES.match(name)]
            if changing:
                offered[path] = changing
            fields = page.locator("form input:enabled, form textarea:enabled")
            if path in circle.open_rows():
                expect(fields).to_have_count(0)
        assert offered == {}
        assert shown >= {*circle.details(), *circle.open_rows()} - {circle.details()[3]}


def test_nothing_stays_in_the_page_of_somebody_who_signed_out(
    browser: Browser, circle: Circle
) -> None:
    bob = token_of(circle.kasal, "bob@example.com")
    with signed_in(browser, circle.kasal, circle.ada) as watched:
        for path in (f"/crews/{circle.ids['crew']}", f"/runs/{circle.ids['run']}"):
            page = watched.open(f"{path}?group={circle.group}")
            expect(page.get_by_text(MARK).first).to_be_visible()
        # Into her own group: the one that everybody has, without a name in the address.
        page = watched.open("/knowledge")
        file: FilePayload = {
            "name": f"{MARK} draft.txt",
            "mimeType": "text/plain",
            "buffer": b"Hers alone",
        }
        page.locator("input[type=file]").first.set_input_files([file])
        uploads = page.get_by_role("list", name="Uploads")
        expect(uploads.get_by_text(f"{MARK} draft.txt")).to_be_visible()
        page.get_by_role("link", name="Crews", exact=True).click()
        page.get_by_role("button", name="Group, colours and account").click()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert MARK.lower() not in (page.content() + stored(page)).lower()
        for _ in range(2):
            page.go_back()
            expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
            assert MARK.lower() not in page.content().lower()

        watched.allowed += ["404", "403"]
        page = watched.open("/crews")
        _sign_in(page, bob)
        page.get_by_role("link", name="Knowledge").click()
        expect(page.get_by_text("No document yet")).to_be_visible()
        assert MARK.lower() not in page.content().lower()
        # Ada's cookie ends, as it does when it expires, while Bob signs in where she was.
        _sign_in_over(watched, circle)


def _sign_in_over(watched: Watched, circle: Circle) -> None:
    """Somebody else's cookie runs out with a page open; who signs in next finds it empty."""
    page = watched.page
    page.context.clear_cookies()
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.evaluate("window.__before = true")
    _sign_in(page, circle.ada)
    assert page.evaluate("window.__before") is None
