"""Evaluates expressions in a process of its own (src/core/expressions.py).

    python -m src.core.expression_child <seconds> <bytes>

Each line of standard input is {"expression", "data"}, each line of standard output {"value"} or {"problem":
[code, message]}. Whatever else happens to it, above all running out of time or memory, is seen by its silence.
"""

import json
import sys
from typing import Any

from cel_expr_python import cel

from src.core.child_limits import limit_this_process
from src.core.expressions import MAX_RESULT_CHARS, environment, readable


def _answer(expression: str, data: dict[str, Any]) -> str:
    try:
        value = environment(data).compile(expression).eval(data=data)
    except (RuntimeError, TypeError, OverflowError) as exc:
        return _problem("expression-failed", readable(exc))
    if value.type() == cel.Type.ERROR:
        return _problem("expression-failed", str(value.plain_value())[:300])
    return _written(value.plain_value())


def _written(value: Any) -> str:
    parts, length = ['{"value": '], 0
    try:
        for part in json.JSONEncoder(allow_nan=False).iterencode(value):
            parts.append(part)
            length += len(part)
            if length > MAX_RESULT_CHARS:
                message = f"its value has more than {MAX_RESULT_CHARS} characters"
                return _problem("too-expensive", message)
    except (TypeError, ValueError, RecursionError):
        message = "its value is no JSON: make times, durations and bytes texts with string()"
        return _problem("not-json", message)
    return "".join([*parts, "}"])


def _problem(code: str, message: str) -> str:
    return json.dumps({"problem": [code, message]})


def main() -> None:
    seconds, memory_bytes = sys.argv[1:3]
    limit_this_process(int(seconds), int(memory_bytes))
    for line in sys.stdin.buffer:
        order = json.loads(line)
        sys.stdout.write(_answer(order["expression"], order["data"]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
