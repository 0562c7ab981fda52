"""`kasal dev emulator`: a Databricks workspace for local work."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from databricks.ai_search.client import AISearchClient

from src.cli import dev
from src.cli.main import cli
from tests.emulator.arrange import ENDPOINT, INDEX, SCHEMA, found_in, make_row
from tests.support.processes import ROOT
from tests.support.server_thread import free_port

pytestmark = pytest.mark.integration


@contextmanager
def emulator(folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "src.cli.main", "dev", "emulator", *options]
    command += ["--port", str(free_port()), "--data-port", str(free_port())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_what_it_prints_is_enough_to_work_with_it(tmp_path: Path) -> None:
    with emulator(tmp_path) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        exported = dict(shlex.split(line)[1].split("=", 1) for line in lines)
        client = AISearchClient(
            exported["DATABRICKS_HOST"], exported["DATABRICKS_TOKEN"], disable_notice=True
        )
        client.create_endpoint(ENDPOINT)
        index = client.create_direct_access_index(ENDPOINT, INDEX, "id", 4, "emb", SCHEMA)
        index.upsert([make_row(0)])
        found = index.similarity_search(["id"], query_vector=[1.0, 0, 0, 0])
        assert found_in(found) == ["r00000"]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_programs_get_json(tmp_path: Path) -> None:
    with emulator(tmp_path, "--json") as process:
        assert process.stdout is not None
        known = json.loads(process.stdout.readline())
    assert known["DATABRICKS_HOST"].startswith("http://127.0.0.1:")
    assert {"DATABRICKS_TOKEN", "data_plane_url", "client_id", "client_secret"} < set(known)


def test_an_installation_without_a_checkout_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    result = CliRunner().invoke(cli, ["dev", "emulator"])
    assert result.exit_code == 2
    assert "checkout" in result.stderr


def test_a_taken_port_is_named() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        result = CliRunner().invoke(cli, ["dev", "emulator", "--data-port", port])
    assert result.exit_code == 1
    assert f"port {port}" in result.stderr
