"""The question that the demo model asks of a table or document, as a JMESPath query."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MAX_GROUPS = 12
_SAMPLE_ROWS = 5
_FENCED = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """Data that a task brings along."""

    value: Any
    """Text of a CSV table, or a JSON value."""
    input_name: str | None = None

    @property
    def is_csv(self) -> bool:
        return isinstance(self.value, str)

    @property
    def text(self) -> str:
        return (
            self.value
            if isinstance(self.value, str)
            else json.dumps(self.value, ensure_ascii=False)
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Empty unless it is a table."""
        if self.is_csv:
            return list(csv.DictReader(io.StringIO(self.value.strip())))
        rows = self.value if isinstance(self.value, list) else []
        return [row for row in rows if isinstance(row, dict)]


def sources_of(task: str, inputs: Mapping[str, Any]) -> list[Source]:
    """Inputs that are tables or documents, then fenced blocks of the task."""
    found = [_source(value, name) for name, value in inputs.items()]
    found += [_source(block.strip(), None) for block in _FENCED.findall(task)]
    return [source for source in found if source is not None]


def query_for(source: Source, task: str) -> str:
    """A sum for each group if the task names a number column and a group, else the sum, else a sample."""
    rows = source.rows
    if not rows:
        return "@"
    lowered = task.lower()
    mentioned = [str(column) for column in rows[0] if column and str(column).lower() in lowered]
    numbers = [column for column in mentioned if _is_number_column(rows, column)]
    groups = [column for column in mentioned if column not in numbers]
    if not numbers:
        return f"[:{_SAMPLE_ROWS}]"
    amount = _name(numbers[0])
    each = [
        one for one in groups if re.search(rf"\b(?:each|per|by) {re.escape(one.lower())}", lowered)
    ]
    if not each:
        return f"sum([].{amount})"
    values = list(dict.fromkeys(str(row[each[0]]) for row in rows))[:_MAX_GROUPS]
    parts = [
        f"{_name(value)}: sum([?{_name(each[0])}=={_raw(value)}].{amount})" for value in values
    ]
    return "{" + ", ".join(parts) + "}"


def _source(value: Any, input_name: str | None) -> Source | None:
    if isinstance(value, dict | list) and value:
        return Source(value, input_name)
    if not isinstance(value, str):
        return None
    try:
        parsed = json.loads(value)
    except ValueError:
        lines = value.strip().splitlines()
        return Source(value, input_name) if len(lines) > 1 and "," in lines[0] else None
    return Source(parsed, input_name) if isinstance(parsed, dict | list) else None


def _is_number_column(rows: list[dict[str, Any]], column: str) -> bool:
    return all(re.fullmatch(r"\s*-?\d+(?:\.\d+)?\s*", str(row.get(column))) for row in rows)


def _name(text: str) -> str:
    return json.dumps(text)  # JMESPath quotes identifiers as JSON does


def _raw(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
