"""Which vector store loads what: a process that does not use a store does not pay for its library."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("chromadb", "databricks", "mlflow", "numpy")


@pytest.mark.parametrize(
    ("module", "loaded"),
    [
        ("base", []),
        ("in_memory", []),
        ("pgvector", []),
        ("embedded", ["numpy"]),
        ("call_policy", []),
        ("databricks_filters", []),
    ],
)
def test_a_store_loads_only_its_own_library(module: str, loaded: list[str]) -> None:
    code = (
        f"import sys, src.repositories.vector.{module}, src.repositories.databricks.tokens;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == str(loaded)
