"""What crews and runs show for programs does what it says: in a shell, in Python, on the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.conftest import token_of
from tests.support.browser import ROOT, Watched, watched_page
from tests.support.processes import Installation

MARKET = """it's $(touch pwned) `touch pwned` "quoted" \\ \u00e9 {market}"""
CREW = {
    "model": "demo/demo",
    "agents_yaml": {"analyst": {"role": "Analyst", "goal": "Look at {market}"}},
    "tasks_yaml": {
        "look": {"description": "List {market}", "expected_output": "A list", "agent": "analyst"}
    },
}


def snippet(page: Page, language: str) -> str:
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(language, exact=True).click()
    return dialog.get_by_role("region", name=f"as {language.lower()}").inner_text()


def ran(code: str, language: str, folder: Path, token: str) -> str:
    """Its output. The token is where the snippet looks for it: in KASAL_TOKEN."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("KASAL")}
    kasal = f'set -e\nkasal() {{ "{sys.executable}" -m src.cli.main "$@"; }}\n'
    command = [sys.executable, "-c", code] if language == "Python" else ["bash", "-c", kasal + code]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**settings, "PYTHONPATH": str(ROOT), **({"KASAL_TOKEN": token} if token else {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    assert not (folder / "pwned").exists()
    return done.stdout


def seeded(kasal: Installation, name: str) -> tuple[str, str]:
    """A crew that ran with a text that no shell and no program may take for its own."""
    crew = kasal.http.post("/api/v1/crews", json={"name": name, "definition": CREW}).json()["id"]
    run = kasal.start({"crew_id": crew, "inputs": {"market": MARKET}})
    kasal.wait_for_status(run, "COMPLETED")
    return crew, run


def check_crew(kasal: Installation, page: Page, folder: Path, token: str) -> None:
    started = json.loads(ran(snippet(page, "curl"), "curl", folder, token))
    assert kasal.wait_for_status(started["id"], "COMPLETED")["inputs"] == {"market": MARKET}
    assert ran(snippet(page, "Python"), "Python", folder, token).startswith("COMPLETED ")
    said = ran(snippet(page, "kasal"), "kasal", folder, token)
    newest = kasal.http.get("/api/v1/executions", params={"limit": 2}).json()["items"]
    assert {one["status"] for one in newest} == {"COMPLETED"}
    assert all(kasal.execution(one["id"])["inputs"] == {"market": MARKET} for one in newest)
    assert "[demo model" in said


def check_run(kasal: Installation, run: str, page: Page, folder: Path, token: str) -> None:
    answer = kasal.execution(run)["result"]["raw"]
    shown = ran(snippet(page, "curl"), "curl", folder, token)
    now, end = json.JSONDecoder().raw_decode(shown)
    assert now["result"]["raw"] == answer
    assert "execution_completed" in shown[end:]
    said = ran(snippet(page, "Python"), "Python", folder, token)
    assert said.startswith("COMPLETED ") and "execution_completed" in said
    assert answer.splitlines()[0] in ran(snippet(page, "kasal"), "kasal", folder, token)


def test_crews_and_runs_are_driven_by_what_they_show(
    watched: Watched, kasal: Installation, tmp_path: Path
) -> None:
    crew, run = seeded(kasal, "For programs")
    page = watched.open(f"/crews/{crew}?panel=api")
    check_crew(kasal, page, tmp_path, "")
    page = watched.open(f"/runs/{run}")
    page.get_by_role("button", name="API").click()
    check_run(kasal, run, page, tmp_path, "")


@pytest.fixture
def token(guarded: Installation) -> Iterator[str]:
    """Of somebody for whom the installation of the test speaks, in a group beside the own one."""
    token = token_of(guarded, "dee@example.com")
    guarded.http.headers["Authorization"] = f"Bearer {token}"
    group = guarded.http.post("/api/v1/groups", json={"name": "Programs"}).json()["id"]
    guarded.http.headers["X-Group-Id"] = group
    yield token
    del guarded.http.headers["Authorization"], guarded.http.headers["X-Group-Id"]


def test_with_a_token_and_for_another_group_too(
    browser: Browser, guarded: Installation, token: str, tmp_path: Path
) -> None:
    crew, run = seeded(guarded, "For programs")
    group = guarded.http.headers["X-Group-Id"]
    with watched_page(browser, guarded.url.rstrip("/")) as watched:
        watched.allowed.append("401 (Unauthorized)")
        page = watched.open(f"/crews/{crew}?panel=api&group={group}")
        page.get_by_label("Access token").first.fill(token)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("dialog")).to_contain_text("KASAL_TOKEN")
        assert token not in page.content()
        check_crew(guarded, page, tmp_path, token)
        page = watched.open(f"/runs/{run}?group={group}")
        page.get_by_role("button", name="API").click()
        check_run(guarded, run, page, tmp_path, token)
