"""Expressions that people write into configurations: CEL (cel.dev) over the data of a run.

The one place that knows the library, with src/core/expression_child.py. Reading an expression is bounded by its
length and its nesting. What it may compute is not: `[s].map(a, a + a)` forty times over fills any memory, and
comparing what such doublings build takes for ever. So expressions are evaluated in a process of their own, which
ends when it takes too much.
"""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import Process
from collections.abc import Collection, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self
from weakref import WeakKeyDictionary

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings

from src.core.errors import CodedFailure

MAX_EXPRESSION_CHARS = 2_000
MAX_DATA_CHARS = 4_000_000
"""Of everything that one expression sees, as JSON text."""
MAX_RESULT_CHARS = 1_000_000
_CPU_S = 3
"""For all expressions of one process, its start included."""
_WALL_S = 30.0
_MEMORY_BYTES = 1_000_000_000
_LINE_BYTES = 8 * MAX_RESULT_CHARS
_AT_ONCE = 4
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

_TEXT = re.compile(
    r'[rRbB]*("""|\'\'\')(?:\\.|.)*?\1|[rRbB]*"(?:\\.|[^"\\])*"|[rRbB]*\'(?:\\.|[^\'\\])*\'', re.S
)
_FIELD = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*\.\s*\??\s*([A-Za-z_]\w*)\b(?!\s*\()")


class ExpressionFailed(CodedFailure):
    """In words for people; `code` is invalid-expression, expression-failed, too-expensive, data-too-large or
    not-json."""


class Evaluator(Protocol):
    async def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        """A JSON value. Raises ExpressionFailed."""
        ...


def check_expression(expression: str, names: Collection[str]) -> None:
    """Raises ExpressionFailed for what is no CEL, and for a variable that is none of `names`."""
    if len(expression) > MAX_EXPRESSION_CHARS:
        message = f"expected at most {MAX_EXPRESSION_CHARS} characters, got {len(expression)}"
        raise ExpressionFailed("invalid-expression", message)
    try:
        environment(names).compile(expression)
    except RuntimeError as exc:
        raise ExpressionFailed("invalid-expression", f"this is no CEL: {readable(exc)}") from exc


def fields_read(expression: str) -> set[tuple[str, str]]:
    """`outputs.moves.text` reads ("outputs", "moves"). What stands in texts or is computed is not found."""
    bare = _TEXT.sub('""', expression)
    return {(match[1], match[2]) for match in _FIELD.finditer(bare)}


def environment(names: Collection[str]) -> cel.Env:
    """Each name is an object with any fields; texts and optional values have their usual extensions."""
    fields = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    return cel.NewEnv(
        variables=dict.fromkeys(names, fields),
        extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional()],
    )


def readable(exc: Exception) -> str:
    """The first problem that the library names, without its drawing of where it is."""
    first = str(exc).splitlines()[0]
    for noise in ("INVALID_ARGUMENT: ", "ERROR: ", "<input>:"):
        first = first.replace(noise, "")
    return first.removesuffix(" [INVALID_ARGUMENT]")[:300]


class ExpressionProcess:
    """An Evaluator. `async with` it: the process starts with the first expression and ends with the block."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._turn: asyncio.Semaphore | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self._end()

    async def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        order = json.dumps({"expression": expression, "data": data}, ensure_ascii=False)
        if len(order) > MAX_DATA_CHARS:
            message = (
                f"the run has more data than an expression may see, {MAX_DATA_CHARS} characters"
            )
            raise ExpressionFailed("data-too-large", message)
        try:
            answer = await asyncio.wait_for(self._ask(order), _WALL_S)
        except (TimeoutError, ConnectionError, ValueError):
            answer = b""
        if not answer.endswith(b"\n"):
            await self._end()
            message = "evaluating it takes too long or too much memory; simplify it"
            raise ExpressionFailed("too-expensive", message)
        told = json.loads(answer)
        if "problem" in told:
            raise ExpressionFailed(*told["problem"])
        return told["value"]

    async def _ask(self, order: str) -> bytes:
        process = self._process or await self._start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(order.encode(errors="replace") + b"\n")
        await process.stdin.drain()
        return await process.stdout.readline()

    async def _start(self) -> Process:
        loop = asyncio.get_running_loop()
        turn = _turns.setdefault(loop, asyncio.Semaphore(_AT_ONCE))
        await turn.acquire()
        self._turn = turn
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "src.core.expression_child", str(_CPU_S), str(_MEMORY_BYTES)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE_BYTES,
            start_new_session=True,  # Ctrl-C is for the worker, which then decides
            # Nothing else: it needs none of our secrets.
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        return self._process

    async def _end(self) -> None:
        process, turn = self._process, self._turn
        self._process = self._turn = None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if turn is not None:
            turn.release()
