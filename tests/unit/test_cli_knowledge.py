"""`kasal knowledge` and `kasal jobs` against a real server without a worker."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from src.bootstrap import Container
from src.cli.main import cli
from src.main import create_app
from tests.conftest import SettingsFor
from tests.support.server_thread import serving


@pytest.fixture
def url(settings_for: SettingsFor) -> Iterator[str]:
    with serving(create_app(Container(settings_for()))) as url:
        yield url


def kasal(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--url", url])


def added(url: str, *files: Path) -> list[dict[str, Any]]:
    result = kasal(url, "knowledge", "add", *map(str, files), "--no-wait", "--json")
    assert result.exit_code == 0, result.output
    items: list[dict[str, Any]] = json.loads(result.stdout)["items"]
    return items


def test_documents_are_added_listed_and_deleted(url: str, tmp_path: Path) -> None:
    for name in ("one.txt", "two.md"):
        (tmp_path / name).write_text(f"# This is {name}")
    first, second = added(url, tmp_path / "one.txt", tmp_path / "two.md")
    assert (first["title"], second["document_type"]) == ("one", "md")
    listed = kasal(url, "knowledge", "list").output
    assert first["id"] in listed and "queued" in listed
    assert kasal(url, "knowledge", "search", "one").output == "Nothing found.\n"
    assert kasal(url, "knowledge", "delete", first["id"]).output == "Deleted.\n"
    assert first["id"] not in kasal(url, "knowledge", "list").output


def test_jobs_are_shown_and_cancelled(url: str, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("This is one")
    (document,) = added(url, tmp_path / "one.txt")
    listed = kasal(url, "jobs", "list", "--subject", document["id"]).output
    assert document["job_id"] in listed
    assert kasal(url, "jobs", "cancel", document["job_id"]).output == "Cancelled.\n"
    followed = kasal(url, "jobs", "follow", document["job_id"])
    assert followed.exit_code == 1 and "local@localhost cancelled it" in followed.output
    shown = json.loads(kasal(url, "jobs", "show", document["job_id"], "--json").stdout)
    assert shown["status"] == "cancelled"


def test_file_of_another_kind_is_refused_with_the_reason(url: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("just text")
    result = kasal(url, "knowledge", "add", str(tmp_path / "a.pdf"))
    assert result.exit_code == 1 and "named .pdf but holds plain text" in result.output
