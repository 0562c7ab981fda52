"""Text, Markdown and tables of comma-separated values."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from src.memory.documents.sections import Section, UnreadableDocument

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ROWS_CHARACTERS = 900
_SAMPLE = 65_536
_MAX_FIELD = 200_000


def text_sections(text: str) -> Iterator[Section]:
    yield Section("", text)


def markdown_sections(text: str) -> Iterator[Section]:
    """One for each heading, which its text begins with. What looks like a heading in code is none."""
    title, fence = "", ""
    lines: list[str] = []
    for line in text.splitlines():
        opened = _FENCE.match(line)
        if opened and not fence:
            fence = opened[1]
        elif fence and line.strip().startswith(fence):
            fence = ""
        heading = None if fence else _HEADING.match(line)
        if heading:
            yield Section(title, "\n".join(lines))
            title, lines = heading[2], []
        lines.append(line)
    yield Section(title, "\n".join(lines))


def table_sections(text: str) -> Iterator[Section]:
    """Rows with the names of their columns, some at a time, so that each piece can be read by itself."""
    csv.field_size_limit(_MAX_FIELD)
    try:
        yield from _rows(text)
    except csv.Error as exc:
        raise UnreadableDocument(f"it is no table of values that belong together: {exc}") from exc


def _rows(text: str) -> Iterator[Section]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    header: list[str] = next((row for row in reader if any(row)), [])
    names = [name.strip() or f"column {number}" for number, name in enumerate(header, 1)]
    first, size = 0, 0
    lines: list[str] = []
    for number, row in enumerate((row for row in reader if any(row)), 2):
        line = "; ".join(f"{name}: {value.strip()}" for name, value in _named(names, row))
        if lines and size + len(line) > _ROWS_CHARACTERS:
            yield Section(_place(first, number - 1), "\n".join(lines))
            lines, size = [], 0
        if not lines:
            first = number
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield Section(_place(first, first + len(lines) - 1), "\n".join(lines))
    elif header:
        yield Section("row 1", "; ".join(names))


def _named(names: list[str], row: list[str]) -> Iterator[tuple[str, str]]:
    for number, value in enumerate(row):
        if value.strip():
            yield names[number] if number < len(names) else f"column {number + 1}", value


def _place(first: int, last: int) -> str:
    return f"row {first}" if first == last else f"rows {first}-{last}"


def _delimiter(text: str) -> str:
    """The one that the first lines have most of: sniffing by letters takes any text for a table."""
    head = text[:_SAMPLE].split("\n", 5)[:5]
    return max(",;\t|", key=lambda sign: sum(line.count(sign) for line in head))
