"""schemathesis over the whole OpenAPI document: no answer is a 5xx, none breaks its own schema, and
nobody reads what belongs to somebody else. Its coverage phase makes the same calls at every run."""

import asyncio
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.api import events_stream
from src.bootstrap import Container
from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.main import create_app
from tests.conftest import Kind, SettingsFor
from tests.support.operations import PREFIX, SAMPLES, operations, seed
from tests.support.people import make_person
from tests.support.rows import SampleRows
from tests.support.server_thread import serving

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "object_level_authorization",
    "missing_required_header",
)


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.timeout(900)
def test_the_coverage_phase_finds_nothing(
    database_kind: Kind, settings_for: SettingsFor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        events_stream, "LIFETIME_S", 0.2
    )  # nothing runs, so streams would stay open
    settings = settings_for(database_kind, kasal_auth_mode="token", kasal_log_level="error")
    tokens = asyncio.run(_tokens(settings))
    with serving(create_app(Container(settings)), lifespan="on") as url:
        ids = asyncio.run(_seed(url, tokens["alice"], settings))
        _configure(tmp_path, tokens, ids)
        found = _run(tmp_path, url)
    assert found.returncode == 0, found.stdout[-15_000:]
    tested = re.search(r"Operations:\s+(\d+) selected / (\d+) total", found.stdout)
    assert tested is not None, found.stdout[-3_000:]
    assert tested.group(1) == tested.group(2)


async def _tokens(settings: Settings) -> dict[str, str]:
    container = Container(settings)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).tool()
        await uow.repo(SampleRows).lease(time.time() + 3600)
    people = {
        name: (await make_person(container, f"{name}@example.com")).token
        for name in ("alice", "bob")
    }
    await container.close()
    return people


async def _seed(url: str, token: str, settings: Settings) -> list[dict[str, str]]:
    """Three sets of resources: to read, to start again, and to delete."""
    headers = {"Authorization": f"Bearer {token}"}
    database = Database(settings)
    async with httpx.AsyncClient(base_url=url + PREFIX, headers=headers) as client:
        seeded = [await seed(client, "mark", database) for _ in range(3)]
    await database.close()
    return seeded


def _configure(folder: Path, tokens: dict[str, str], sets: list[dict[str, str]]) -> None:
    """Real ids, without which every call with an id in its path would stop at 404."""
    lines = ["[auth.wfc]", 'path = "wfc.json"', 'peers = ["alice", "bob"]']
    for operation in operations():
        method, _, path = operation.partition(" ")
        ids = sets[2 if method == "DELETE" else 1 if method == "POST" else 0]
        given = {
            f"path.{slot}": ids[value[1:]] if value.startswith("$") else value
            for slot, value in SAMPLES[operation].path.items()
        }
        if given:
            parameters = ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in given.items())
            lines += [
                "[[operations]]",
                f"include-path = {json.dumps(PREFIX + path)}",
                f"include-method = {json.dumps(method)}",
                f"parameters = {{ {parameters} }}",
            ]
            if path.endswith("/export"):
                # Formats that are announced and not there yet answer 501.
                lines.append(
                    'checks = { not_a_server_error = { expected-statuses = ["2xx", "4xx", "501"] } }'
                )
    (folder / "schemathesis.toml").write_text("\n".join(lines))
    entries: list[dict[str, Any]] = [
        {
            "name": name,
            "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}],
        }
        for name, token in tokens.items()
    ]
    (folder / "wfc.json").write_text(json.dumps({"auth": entries}))


# CPython 3.11 may raise SystemError "AST constructor recursion depth mismatch" when the collector runs while
# two threads are inside ast.parse (python/cpython#106905), and hypothesis parses lambdas.
_UNCOLLECTED = """
import gc, runpy, sys
gc.disable()
sys.argv[0] = "schemathesis"
runpy.run_module("schemathesis.cli", run_name="__main__")
"""


def _run(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    command = [
        *(sys.executable, "-c", _UNCOLLECTED, "run", f"{url}{PREFIX}/openapi.json"),
        *("--phases", "examples,coverage", "-w", "2", "--seed", "1", "--continue-on-failure"),
        *("--checks", ",".join(CHECKS), "--request-timeout", "30", "--no-color"),
        *("--generation-database", "none", "--warnings", "off"),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=800)
