"""Imports go downwards, and the API process stays free of the agent libraries."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("crewai", "litellm", "chromadb", "openai", "torch", "mlflow", "databricks", "tokenizers")


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_imports_go_downwards_only() -> None:
    done = _run("from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_api_process_imports_no_agent_library() -> None:
    done = _run(f"import sys, src.main; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_configurations_are_read_without_an_agent_library() -> None:
    done = _run(
        "import sys, src.engines.crewai.config_adapter, src.engines.crewai.crew_identity;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_client_loads_nothing_of_the_server() -> None:
    done = _run(
        "import sys, src.client.client;"
        "print([name for name in ('fastapi', 'sqlalchemy', 'dbos', 'yaml') if name in sys.modules])"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
