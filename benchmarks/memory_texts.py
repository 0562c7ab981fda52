"""Questions with their answers, without downloads: docstrings of installed packages; and records made of them.

The first paragraph of a docstring asks, the rest answers. Deterministic for the locked requirements.
"""

import ast
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from src.schemas.databricks_index_schemas import Columns, MemoryType

SHARES = {MemoryType.SHORT_TERM: 4, MemoryType.LONG_TERM: 4, MemoryType.ENTITY: 2}
"""Tenths of a crew's records."""

_PACKAGES = (
    *(
        "numpy",
        "scipy",
        "pandas",
        "networkx",
        "crewai",
        "litellm",
        "sqlalchemy",
        "lancedb",
        "pydantic",
    ),
    *(
        "asyncio",
        "email",
        "http",
        "logging",
        "httpx",
        "openai",
        "mlflow",
        "databricks",
        "opentelemetry",
    ),
    *(
        "click",
        "rich",
        "fastapi",
        "starlette",
        "huggingface_hub",
        "docx",
        "pypdf",
        "aiohttp",
        "PIL",
    ),
)
_SPACE = re.compile(r"\s+")
_ANSWER_CHARS = 1200


def questions_and_answers(most: int) -> list[tuple[str, str]]:
    """At most so many, in an order that mixes the packages; no question or answer stands twice."""
    found: dict[str, str] = {}
    answers: set[str] = set()
    for docstring in _docstrings():
        head, _, rest = docstring.partition("\n\n")
        question, answer = (_SPACE.sub(" ", part).strip() for part in (head, rest))
        if 25 < len(question) < 200 and 120 < len(answer) < 3000:
            short = answer[:_ANSWER_CHARS]
            if question not in found and short not in answers:
                found[question] = short
                answers.add(short)
    pairs = sorted(found.items())
    random.Random(1).shuffle(pairs)
    return pairs[:most]


def record_fields(memory_type: MemoryType, at: int, text: str, now: datetime) -> dict[str, Any]:
    moment = (now - timedelta(days=at % 60)).isoformat()
    if memory_type is MemoryType.ENTITY:
        return {
            Columns.ENTITY_NAME: f"thing {at}",
            Columns.DESCRIPTION: text,
            Columns.TIMESTAMP: moment,
        }
    fields: dict[str, Any] = {Columns.CONTENT: text, Columns.TIMESTAMP: moment}
    if memory_type is MemoryType.SHORT_TERM:
        fields |= {
            Columns.SESSION: f"run{at // 10}",
            Columns.SEQUENCE: at % 10,
            Columns.TTL_HOURS: 0,
        }
    return fields


def _docstrings() -> Iterator[str]:
    for path in _sources():
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                docstring = ast.get_docstring(node)
                if docstring:
                    yield docstring


def _sources() -> Iterator[Path]:
    for name in _PACKAGES:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            paths = sorted(Path(folder).rglob("*.py"))
            yield from (path for path in paths if "test" not in str(path.relative_to(folder)))
