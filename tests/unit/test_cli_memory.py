"""`kasal memory …` against a real server whose jobs are done at once."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.main import cli
from src.core.settings import Settings
from src.core.unit_of_work import UnitOfWork
from src.engines.dbos.queue import DbosQueue
from src.main import create_app
from src.schemas.databricks_index_schemas import MemoryType
from tests.conftest import SettingsFor
from tests.support.http import client_of
from tests.support.memories import LESSONS, make_crew, run_job
from tests.support.server_thread import serving


class WorkedAtOnce(DbosQueue):
    def __init__(self, container: Container) -> None:
        super().__init__(container.settings)
        self._container = container

    async def enqueue_job(self, uow: UnitOfWork, *, job_id: str, group_id: str, **_: Any) -> None:
        async def work() -> None:
            await run_job(self._container, group_id, job_id)

        uow.after_commit(work)


@dataclass(frozen=True)
class Shell:
    url: str
    crew: str
    lesson: str
    execution_id: str

    def run(self, *arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(cli, ["memory", *arguments, "--url", self.url], **options)

    def ok(self, *arguments: str, **options: Any) -> str:
        result = self.run(*arguments, **options)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.ok(*arguments, "--json"))


@pytest.fixture
def shell(settings_for: SettingsFor) -> Iterator[Shell]:
    settings = settings_for()
    crew, lesson, execution_id = asyncio.run(_arranged(settings))
    container = Container(settings)
    container.__dict__["queue"] = WorkedAtOnce(container)
    with serving(create_app(container)) as url:
        yield Shell(url, crew, f"long_term/{lesson}", execution_id)


async def _arranged(settings: Settings) -> tuple[str, str, str]:
    container = Container(settings)
    try:
        async with client_of(container) as client:
            crew = await make_crew(container, client)
            ids = [await crew.lesson(text) for text in LESSONS]
            await crew.entity("Acme\x1b[2J", "A shop")
            await crew.used(MemoryType.LONG_TERM, ids[:1])
            return crew.identity, ids[0], crew.execution_id
    finally:
        await container.close()


def test_records_are_listed_with_what_a_person_wants_to_know(shell: Shell) -> None:
    shown = shell.ok("list")
    assert LESSONS[0] in shown
    assert "Prices" in shown
    assert "used by 1 run" in shown
    assert shell.lesson in shown
    assert "\x1b" not in shown
    page = shell.json("list", "--type", "entity")
    assert [item["type"] for item in page["items"]] == ["entity"]
    assert "more than 1" in shell.ok("list", "--limit", "1")


def test_a_record_is_found_and_shown_with_its_runs(shell: Shell) -> None:
    found = shell.json("search", "When are invoices late?", "--crew", shell.crew)
    assert found["items"][0]["record"]["text"] == LESSONS[0]
    assert "score" in shell.ok("search", "invoices")
    assert shell.ok("search", "invoices", "--type", "short_term").startswith("Nothing")
    shown = shell.ok("show", shell.lesson)
    assert LESSONS[0] in shown
    assert shell.execution_id in shown
    assert shell.json("show", shell.lesson)["executions"][0]["times"] == 1


def test_a_record_is_taught_edited_pinned_and_deleted(shell: Shell) -> None:
    taught = shell.json("add", "Copper is sold by weight.", "--crew", shell.crew)
    record = f"long_term/{taught['id']}"
    assert "by the tonne" in shell.ok("edit", record, "--content", "Copper is sold by the tonne.")
    assert "pinned" in shell.ok("pin", record)
    assert "pinned" not in shell.ok("unpin", record)
    assert shell.json("edit", record, "--importance", "1")["fields"]["importance"] == 1
    refused = shell.run("edit", record, "--importance", "0", "--version", "1")
    assert refused.exit_code == 1
    assert "version 1" in refused.stderr
    assert shell.ok("delete", record) == "Deleted.\n"
    assert shell.run("show", record).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "x"),
        ("show", "lesson/x"),
        ("edit", "long_term/x"),
        ("forget",),
        ("forget", "--subject", "a", "--query", "b"),
        ("migrate",),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert shell.run(*arguments).exit_code == 2


def test_figures_and_findings_are_shown(shell: Shell) -> None:
    shown = shell.ok("stats")
    assert "wordllama" in shown
    assert "Prices" in shown
    assert shell.json("stats")["types"]["long_term"]["count"] == 3
    assert shell.ok("health") == "Nothing to mend.\n"
    shell.ok("add", LESSONS[0], "--crew", shell.crew)
    assert "near_duplicate" in shell.ok("health")
    assert shell.json("health", "--crew", shell.crew)["counts"]["near_duplicate"] == 1


def test_a_crew_is_cleared_only_when_it_is_meant(shell: Shell) -> None:
    assert shell.run("clear", shell.crew, input="n\n").exit_code == 1
    assert shell.json("stats")["types"]["long_term"]["count"] == 3
    assert shell.ok("clear", shell.crew, "--type", "long_term", "--yes") == "Removed 3 long term.\n"
    assert shell.json("clear", shell.crew)["removed"]["entity"] == 1
    assert shell.ok("list").startswith("Nothing is remembered yet")


def test_a_subject_is_forgotten_after_a_dry_run(shell: Shell) -> None:
    would = shell.ok("forget", "--subject", "acme", "--dry-run")
    assert "1 long term" in would
    assert shell.lesson in would
    done = shell.ok("forget", "--subject", "acme", "--yes")
    assert "done" in done
    assert shell.run("show", shell.lesson).exit_code == 1
    assert shell.json("forget", "--subject", "acme")["result"]["records"] == {}


def test_memory_is_copied_to_another_backend(shell: Shell, tmp_path: Any) -> None:
    config = tmp_path / "other.json"
    indexes = {f"{type}_index": f"b_{type}" for type in ("short_term", "long_term", "entity")}
    config.write_text(json.dumps(indexes))
    made = shell.json("backends", "create", "Other", "--config", str(config))
    assert shell.json("migrate", "--to", made["id"], "--dry-run")["result"]["source"]["entity"] == 1
    copied = shell.ok("migrate", "--to", made["id"], "--type", "long_term")
    assert "3 long term" in copied
