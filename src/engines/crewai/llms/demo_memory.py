"""What the demo model makes of memory: a lesson after each task, and answers that show what was recalled."""

import json
import re
from collections.abc import Iterator
from typing import Any

from src.engines.crewai.llms.demo_tools import subject_of
from src.engines.crewai.memory.block import DOCUMENTS_TAG, MEMORY_TAG, cut
from src.engines.crewai.memory.lessons import FINISHED_TASK_TAG, QUESTION
from src.schemas.databricks_index_schemas import MemoryType

LESSON_LABEL = "[demo]"
"""Before every lesson, so that nobody takes it for a language model's when it is recalled."""

_MAX_SHOWN = 3
_MAX_ENTITIES = 5
_SHOWN_CHARS = 240
_BLOCKS = re.compile(rf"\n*<({MEMORY_TAG}|{DOCUMENTS_TAG})>\n(?P<lines>.*?)\n</\1>", re.DOTALL)
# The shapes of the demo model's own reports.
_INPUT_LINE = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)
_RESULT_LINE = re.compile(r"^- `(.+?)` returned: (.+)$", re.MULTILINE)
# In the middle of a sentence: at its beginning a capital says nothing.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+(?: [A-Z]\w+)*")
_KIND_ORDER = {MemoryType.LONG_TERM: 0, MemoryType.ENTITY: 1}
"""Whole answers of earlier tasks come last: their lessons say the same in fewer words."""


def without_memory(text: str) -> str:
    """A prompt without what was recalled for it."""
    return _BLOCKS.sub("", text)


def recalled_lines(prompt: str) -> list[str]:
    """The best of what a prompt brings from memory and documents, a line each."""
    entries = [entry for block in _BLOCKS.finditer(prompt) for entry in _entries(block["lines"])]
    entries.sort(key=lambda entry: _KIND_ORDER.get(entry.get("kind", ""), 2))
    lines = []
    for entry in entries[:_MAX_SHOWN]:
        title = f"{entry['document']}: " if "document" in entry else ""
        lines.append(cut(title + " ".join(entry["text"].split()), _SHOWN_CHARS))
    return lines


def lessons_answer(prompt: str) -> str | None:
    """The JSON that the question for lessons asks for; None when it is not that question."""
    if not prompt.startswith(QUESTION):
        return None
    _, _, rest = prompt.partition(f"<{FINISHED_TASK_TAG}>\n")
    about = json.loads(rest.partition("\n")[0])
    task, answer = str(about["task"]), str(about["answer"])
    results = _RESULT_LINE.findall(answer)
    said = {
        "lesson": f"{LESSON_LABEL} {_lesson(task, answer, results)}",
        "importance": 0.7 if results else 0.5,
        "entities": _entities(task, answer),
    }
    return json.dumps(said, ensure_ascii=False)


def _lesson(task: str, answer: str, results: list[tuple[str, str]]) -> str:
    subject = subject_of(task).rstrip(".")
    if results:
        call, output = results[0]
        return f"{subject}: {call} gave {cut(output, _SHOWN_CHARS)}"
    inputs = _INPUT_LINE.findall(answer)
    if inputs:
        listed = ", ".join(f"{name} {value}" for name, value in inputs)
        return cut(f"{subject}: done with {listed}", _SHOWN_CHARS)
    plain = (line.strip() for line in answer.splitlines())
    first = next((line for line in plain if line and line[0] not in "#>-[`{"), "")
    return cut(f"{subject}: {first}" if first else subject, _SHOWN_CHARS)


def _entities(task: str, answer: str) -> list[dict[str, Any]]:
    """Inputs that are words, then names in the task."""
    subject = subject_of(task)
    found: dict[str, str] = {}
    for name, value in _INPUT_LINE.findall(answer):
        if len(value) <= 80 and re.search(r"[^\W\d_]{3}", value) and "," not in value:
            found.setdefault(value.strip(), name)
    for name in _NAME.findall(task):
        found.setdefault(name, "name")
    return [
        {"name": name, "type": type, "description": f"Of the task: {subject}", "relationships": []}
        for name, type in list(found.items())[:_MAX_ENTITIES]
    ]


def _entries(lines: str) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # the sentence about the block, or somebody's own text in its shape
        if isinstance(entry, dict) and isinstance(entry.get("text"), str):
            yield entry
