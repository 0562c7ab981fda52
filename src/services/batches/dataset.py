"""Reads the rows of a dataset and checks every one before anything is stored. Blocking: for a thread.

A CSV file names the inputs in its first line; a file of JSON lines has one object in each.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from src.core.documents import check_document, pointer_step
from src.core.errors import FieldError, Invalid
from src.schemas.batch import MAX_ROWS, DatasetFormat
from src.schemas.execution import Inputs

SHOWN_PROBLEMS = 50
_MAX_COLUMNS = 200
"""As in schemas.execution.Inputs."""
_INPUTS: TypeAdapter[dict[str, Any]] = TypeAdapter(Inputs)


@dataclass(frozen=True)
class Listed:
    """Rows in a JSON body."""

    items: Sequence[Any]


@dataclass(frozen=True)
class Uploaded:
    """Rows in a file."""

    format: DatasetFormat
    content: bytes


Dataset = Listed | Uploaded


@dataclass(frozen=True)
class CheckedRows:
    rows: list[dict[str, Any]]
    sha256: str
    """The same for the same rows."""


@dataclass(frozen=True)
class _Row:
    at: str
    """JSON pointer."""
    name: str
    """For people: "line 17"."""
    inputs: Any = None
    problem: str = ""
    """Why it could not even be read."""


class _Problems:
    def __init__(self) -> None:
        self.rows = 0
        self.shown: list[FieldError] = []

    def add(self, errors: Sequence[FieldError]) -> None:
        self.rows += 1
        self.shown += errors[: SHOWN_PROBLEMS - len(self.shown)]


def checked_rows(dataset: Dataset, wanted: frozenset[str]) -> CheckedRows:
    """Raises Invalid with the rows that cannot be used, by line and pointer; `wanted` are inputs that each needs."""
    rows: list[dict[str, Any]] = []
    problems, digest, count = _Problems(), hashlib.sha256(), 0
    for row in _rows_of(dataset):
        count += 1
        if count > MAX_ROWS:
            message = f"a batch takes {MAX_ROWS} rows; cut the dataset into parts"
            raise Invalid(message, errors=(FieldError(_whole(dataset), "too-long", message),))
        inputs, errors = _checked(row, wanted)
        if errors:
            problems.add(errors)
            continue
        rows.append(inputs)
        digest.update(orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS))
        digest.update(b"\n")
    if problems.rows:
        raise Invalid(
            f"{problems.rows} of {count} rows cannot be used; the first problems are listed in errors",
            errors=tuple(problems.shown),
        )
    if not rows:
        message = "the dataset has no rows; give at least one"
        raise Invalid(message, errors=(FieldError(_whole(dataset), "too-short", message),))
    return CheckedRows(rows, digest.hexdigest())


def _checked(row: _Row, wanted: frozenset[str]) -> tuple[dict[str, Any], list[FieldError]]:
    if row.problem:
        return {}, [FieldError(row.at, "unreadable", f"{row.name}: {row.problem}")]
    try:
        check_document(row.inputs, row.at)
        inputs = _INPUTS.validate_python(row.inputs)
    except Invalid as exc:
        return {}, [
            FieldError(one.pointer, one.code, f"{row.name}: {one.message}") for one in exc.errors
        ]
    except ValidationError as exc:
        return {}, [
            FieldError(
                "/".join((row.at, *map(pointer_step, error["loc"]))),
                error["type"].replace("_", "-"),
                f"{row.name}: {error['msg'].removeprefix('Value error, ')[:300]}",
            )
            for error in exc.errors(include_input=False, include_url=False)
        ]
    return inputs, [
        FieldError(
            f"{row.at}/{pointer_step(name)}",
            "missing-input",
            f"{row.name} has no {name!r}, which texts of its crew or flow use",
        )
        for name in sorted(wanted - inputs.keys())
    ]


def _rows_of(dataset: Dataset) -> Iterator[_Row]:
    if isinstance(dataset, Listed):
        for index, item in enumerate(dataset.items):
            yield _Row(f"/items/{index}", f"row {index}", item)
    elif dataset.format is DatasetFormat.JSONL:
        yield from _json_lines(dataset.content)
    else:
        yield from _csv_rows(_text_of(dataset.content))


def _json_lines(content: bytes) -> Iterator[_Row]:
    for number, line in enumerate(io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")), start=1):
        if not line.strip():
            continue
        at, name = f"/file/{number}", f"line {number}"
        try:
            yield _Row(at, name, orjson.loads(line))
        except orjson.JSONDecodeError:
            yield _Row(
                at,
                name,
                problem="expected one JSON object in UTF-8, with finite numbers and no lone surrogates",
            )


def _csv_rows(text: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] | None = None
    while True:
        line = reader.line_num + 1
        at, name = f"/file/{line}", f"line {line}"
        try:
            cells = next(reader, None)
        except csv.Error as exc:
            # What follows a broken quote would be read as something else than it is.
            yield _Row(at, name, problem=f"this is no CSV: {exc}")
            return
        if cells is None:
            return
        if not cells:
            continue
        if names is None:
            names = _checked_header(cells, at)
        elif len(cells) != len(names):
            message = f"expected {len(names)} cells as in the first line, got {len(cells)}"
            yield _Row(at, name, problem=message)
        else:
            yield _Row(at, name, dict(zip(names, cells, strict=True)))


def _checked_header(cells: list[str], at: str) -> list[str]:
    """Names of the inputs. Nothing else can be read without them."""
    names = [cell.strip() for cell in cells]
    message = ""
    if len(names) > _MAX_COLUMNS:
        message = f"a run takes {_MAX_COLUMNS} inputs; the first line names {len(names)}"
    elif not all(names):
        message = "the first line names the inputs, and one of the names is empty"
    elif len(set(names)) < len(names):
        message = "the first line names the inputs, and one of the names comes twice"
    elif len(names) == 1 and {";", "\t"} & set(names[0]):
        message = "cells are separated by commas; this file seems to use something else"
    if message:
        raise Invalid(message, errors=(FieldError(at, "header", message),))
    return names


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        message = f"line {line}: the file must be UTF-8 text; save it as such"
        raise Invalid(
            message, errors=(FieldError(f"/file/{line}", "unreadable", message),)
        ) from exc


def _whole(dataset: Dataset) -> str:
    return "/items" if isinstance(dataset, Listed) else "/file"
