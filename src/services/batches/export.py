"""A batch as text, a piece at a time: one JSON object a line, or CSV for spreadsheets."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson

from src.schemas.batch import BatchItemExport

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet takes cells that begin so for formulas (owasp.org, "CSV Injection", 2026-11), and what follows
them may call programs and addresses."""
_FIXED_COLUMNS = (
    "status",
    "tries",
    "execution_id",
    "result",
    "result_json",
    "error_code",
    "error_message",
    "prompt_tokens",
    "completion_tokens",
    "llm_calls",
    "cost_usd",
)

Pages = AsyncIterator[Sequence[BatchItemExport]]


async def json_lines(pages: Pages) -> AsyncIterator[bytes]:
    async for page in pages:
        yield b"".join(
            orjson.dumps(item.model_dump(mode="json", by_alias=True)) + b"\n" for item in page
        )


async def csv_lines(pages: Pages, inputs: Sequence[str]) -> AsyncIterator[bytes]:
    """`inputs` are the columns of the dataset: `inputs.<name>` behind the index."""
    yield _csv([["index", *(f"inputs.{name}" for name in inputs), *_FIXED_COLUMNS]])
    async for page in pages:
        yield _csv([_cells(item, inputs) for item in page])


def _cells(item: BatchItemExport, inputs: Sequence[str]) -> list[Any]:
    given = [_text_of(item.inputs.get(name)) for name in inputs]
    result, error, usage = item.result, item.error, item.usage
    return [
        item.index,
        *given,
        item.status,
        item.tries,
        item.execution_id,
        result and result.raw,
        _text_of(result.json_) if result else None,
        error and error.code,
        error and error.message,
        *(
            (usage.prompt_tokens, usage.completion_tokens, usage.llm_calls, usage.cost_usd)
            if usage
            else (None,) * 4
        ),
    ]


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def _harmless(cell: Any) -> Any:
    """With an apostrophe, which spreadsheets read as "text follows", before what they would take for a
    formula. Numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _text_of(value: Any) -> Any:
    if value is None or isinstance(value, str) or type(value) in (int, float):
        return value
    return orjson.dumps(value).decode()
