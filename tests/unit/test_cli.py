"""The command line against a server that answers like Kasal."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from src.cli.main import VERSION, cli
from tests.support.fake_kasal import ID, FakeKasal, event, execution
from tests.support.server_thread import free_port, serving

ROOT = Path(__file__).resolve().parents[2]
CREW = """
name: Prices
agents:
  analyst: {role: Analyst, goal: Find moves in {region}, backstory: Ten years}
tasks:
  moves: {description: List moves, expected_output: A table, agent: analyst}
inputs: {region: Europe, year: 2026}
"""


@pytest.fixture
def fake() -> FakeKasal:
    return FakeKasal()


@pytest.fixture
def url(fake: FakeKasal) -> Iterator[str]:
    with serving(fake.app) as url:
        yield url


@pytest.fixture
def crew_file(tmp_path: Path) -> str:
    path = tmp_path / "prices.yaml"
    path.write_text(CREW.replace("{region}", "the region"))
    return str(path)


def kasal(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, arguments, **options)


def test_a_followed_run_tells_the_story_and_prints_the_answer(url: str, crew_file: str) -> None:
    result = kasal("run", crew_file, "--follow", "--url", url)
    assert result.exit_code == 0, result.output
    assert "[moves] started by analyst" in result.output
    assert "[moves] calculator(2*3) → 6" in result.output
    assert "# Brief" in result.output
    assert "4 model calls · 1,540 tokens · $0.0123" in result.output


def test_inputs_on_the_command_line_win_over_those_of_the_file(
    fake: FakeKasal, url: str, crew_file: str
) -> None:
    result = kasal("run", crew_file, "--inputs", '{"region": "Asia"}', "--url", url)
    assert result.exit_code == 0
    assert result.stdout.strip() == ID
    body = fake.calls("POST", "/api/v1/executions")[0][1]
    assert body["inputs"] == {"region": "Asia", "year": 2026}
    assert body["crew_name"] == "Prices"
    assert set(body["agents_yaml"]) == {"analyst"}


def test_json_lines_are_the_events_and_then_the_execution(url: str, crew_file: str) -> None:
    result = kasal("run", crew_file, "--follow", "--json", "--url", url)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["seq"] for line in lines[:-1]] == list(range(1, 13))
    assert lines[-1]["status"] == "COMPLETED"
    assert lines[-1]["result"]["raw"].startswith("# Brief")


def test_a_failed_run_ends_with_code_1_and_the_reason(
    fake: FakeKasal, url: str, crew_file: str
) -> None:
    fake.story = [event(1, "execution_failed")]
    error = {"code": "llm-failed", "message": "no key for openai"}
    fake.execution = execution("FAILED", result=None, error=error)
    result = kasal("run", crew_file, "--follow", "--url", url)
    assert result.exit_code == 1
    assert "llm-failed: no key for openai" in result.stderr


def test_a_refusal_is_shown_with_its_pointers(fake: FakeKasal, url: str, crew_file: str) -> None:
    fake.failures = [422]
    result = kasal("run", crew_file, "--url", url)
    assert result.exit_code == 1
    assert "/tasks_yaml/a/agent: no b" in result.stderr


def test_a_missing_server_says_how_to_start_one() -> None:
    result = kasal("crews", "list", "--url", f"http://127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert "./run.sh sqlite" in result.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("agents: &a {}\ntasks: *a\n", "anchors and aliases"),
        ("agents: {}\nagents: {}\n", "given twice"),
        ("agents: {}\n", "both agents and tasks"),
        ("agents: {}\ntasks: {}\ncolour: red\n", "unknown field 'colour'"),
        ("just text", "expected a mapping"),
        ("[" * 4000, "nested too deeply"),
        ("a: !!python/object/apply:os.system [ls]\n", "python/object"),
    ],
)
def test_a_bad_file_is_a_usage_error(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    result = kasal("run", str(path))
    assert result.exit_code == 2
    assert reason in result.stderr


@pytest.mark.parametrize("inputs", ["[1]", "{", "@/nowhere/at/all"])
def test_bad_inputs_are_a_usage_error(crew_file: str, inputs: str) -> None:
    assert kasal("run", crew_file, "--inputs", inputs).exit_code == 2


def test_text_of_a_model_cannot_drive_the_terminal(
    fake: FakeKasal, url: str, crew_file: str
) -> None:
    evil = {"tool": "calculator\x1b[2J", "arguments": {"a": "\x1b]0;x\x07"}}
    fake.story = [
        event(1, "tool_started", task="moves", data=evil),
        event(2, "execution_completed"),
    ]
    fake.story[0]["span_id"] = "s"
    fake.story.insert(
        1, {**event(2, "tool_completed", task="moves", data={"result": "\x9b1m"}), "span_id": "s"}
    )
    fake.story[2]["seq"] = 3
    result = kasal("executions", "follow", ID, "--url", url)
    assert "\x1b" not in result.output
    assert "\x9b" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("executions", "list"),
        ("executions", "show", ID),
        ("executions", "cancel", ID),
        ("crews", "list"),
        ("crews", "show", ID),
        ("crews", "versions", ID),
    ],
)
def test_every_listing_speaks_json(url: str, arguments: tuple[str, ...]) -> None:
    result = kasal(*arguments, "--url", url, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ("executions", "list"),
        ("executions", "show", ID),
        ("crews", "list"),
        ("crews", "versions", ID),
    ],
)
def test_every_listing_speaks_to_people(url: str, arguments: tuple[str, ...]) -> None:
    result = kasal(*arguments, "--url", url)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


def test_a_crew_is_found_by_its_name(fake: FakeKasal, url: str) -> None:
    result = kasal("crews", "run", "PRICES", "--url", url)
    assert result.exit_code == 0, result.output
    assert fake.calls("POST", "/api/v1/executions")[0][1]["crew_id"] == ID


def test_a_crew_that_is_not_there_is_named(url: str) -> None:
    result = kasal("crews", "show", "Costs", "--url", url)
    assert result.exit_code == 1
    assert "no crew named 'Costs'" in result.stderr


def test_a_crew_is_shown_with_its_agents(url: str) -> None:
    shown = kasal("crews", "show", ID, "--url", url).stdout
    assert "analyst" in shown
    assert "calculator" in shown


def test_an_imported_crew_is_saved_with_its_definition(
    fake: FakeKasal, url: str, crew_file: str
) -> None:
    result = kasal("crews", "import", crew_file, "--name", "Mine", "--url", url)
    assert result.stdout.strip() == ID
    body = fake.calls("POST", "/api/v1/crews")[0][1]
    assert body["name"] == "Mine"
    assert set(body["definition"]) == {"agents_yaml", "tasks_yaml"}


def test_a_library_is_listed_with_what_is_configured(url: str) -> None:
    shown = kasal("agents", "list", "--url", url).stdout
    assert "Analyst" in shown
    assert "query_csv" in shown
    assert kasal("tasks", "list", "--url", url).stdout == "No tasks yet.\n"
    listed = json.loads(kasal("agents", "list", "--url", url, "--json").stdout)
    assert listed["items"][0]["name"] == "Ada"


def test_a_followed_retry_shows_only_what_is_new(fake: FakeKasal, url: str) -> None:
    fake.story = [event(1, "execution_failed")]
    result = kasal("executions", "retry", ID, "--from-task", "report", "--follow", "--url", url)
    assert result.exit_code == 0, result.output
    assert "execution failed" not in result.stdout
    assert fake.calls("POST", f"/api/v1/executions/{ID}/retry")[0][1] == {"from_task": "report"}


def test_an_exported_crew_is_printed(url: str) -> None:
    assert kasal("crews", "export", ID, "--url", url).stdout == "name: Prices\n"


def test_the_server_is_also_taken_from_the_environment(url: str) -> None:
    result = kasal("crews", "list", "--json", env={"KASAL_URL": url})
    assert json.loads(result.stdout)["items"]


def test_the_command_knows_its_version() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{VERSION}"' in project
    assert kasal("--version").stdout == f"kasal {VERSION}\n"


def test_a_fresh_key_ring_can_be_read_back() -> None:
    ring = kasal("doctor", "--new-key").stdout.strip()
    kid, _, key = ring.partition(":")
    assert kid
    assert len(key) == 44


def test_the_client_side_loads_no_server_and_no_database() -> None:
    code = (
        "import sys, src.cli.main;"
        "print([n for n in ('fastapi', 'sqlalchemy', 'dbos', 'alembic') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
