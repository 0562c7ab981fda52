"""Arithmetic for models: numbers, brackets and the usual functions, nothing that could run away."""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field
from simpleeval import FunctionNotDefined, InvalidExpression, NameNotDefined, SimpleEval

from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError

Number = int | float

_MAX_EXPRESSION_CHARS = 500
_MAX_RESULT_BITS = 4_096
_MAX_FACTORIAL = 300

_NODES = (ast.Expr, ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.Call)


class CalculatorArguments(BaseModel):
    expression: str = Field(
        description="For example (17.5 * 12) / 3 or sqrt(2) ** 3 or round(200 * 0.19, 2)",
        min_length=1,
        max_length=_MAX_EXPRESSION_CHARS,
    )


def calculator(context: ToolContext) -> ToolBody:
    return ToolBody(
        "calculator",
        "Computes an arithmetic expression exactly. Knows + - * / // % **, brackets, pi, e and "
        f"{', '.join(sorted(_FUNCTIONS))}.",
        CalculatorArguments,
        lambda arguments: calculate(arguments.expression),
    )


def calculate(expression: str) -> str:
    """Raises ToolError that says what to write instead."""
    # simpleeval walks a syntax tree of its own allowed nodes; it never calls Python's evaluator.
    evaluator = SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names=dict(_NAMES))
    evaluator.nodes = {kind: evaluator.nodes[kind] for kind in _NODES}
    try:
        value = evaluator.eval(expression.strip())
    except NameNotDefined as exc:
        raise _refused(f"the name {exc.name!r} is unknown; write its number instead") from exc
    except FunctionNotDefined as exc:
        known = ", ".join(sorted(_FUNCTIONS))
        raise _refused(f"the function {exc.func_name!r} is unknown; known are {known}") from exc
    except SyntaxError as exc:
        raise _refused(
            f"this is not one arithmetic expression ({exc.msg}); write for example 12.5 * (3 + 4), "
            "with * for times and without units or thousands separators"
        ) from exc
    except ZeroDivisionError as exc:
        raise ToolError("division-by-zero", f"{expression} divides by zero") from exc
    except OverflowError as exc:
        raise ToolError("number-too-large", f"the result of {expression} is too large") from exc
    except (InvalidExpression, ValueError, TypeError, RecursionError, MemoryError) as exc:
        raise _refused(f"{exc}; only + - * / // % ** and functions of numbers are known") from exc
    return _written(value)


def _refused(message: str) -> ToolError:
    return ToolError("invalid-expression", message)


def _written(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _refused("the expression does not give a number")
    if isinstance(value, int):
        return str(_small(value))
    if not math.isfinite(value):
        raise ToolError("number-too-large", "the result is not a finite number")
    # 15 digits are what a double holds for certain: 0.1 + 0.2 is 0.3 to a reader.
    short = f"{value:.15g}"
    return short if "e" in short or "." in short else f"{short}.0"


def _small(value: Number) -> Number:
    if isinstance(value, int) and value.bit_length() > _MAX_RESULT_BITS:
        raise OverflowError("more than 1,200 digits")
    return value


def _numbers_only(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*values: Any) -> Any:
        for value in values:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError(f"expected numbers, got {type(value).__name__}")
        return _small(function(*values))

    return checked


def _power(base: Number, exponent: Number) -> Number:
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and abs(base) > 1 and int(base).bit_length() * exponent > 2 * _MAX_RESULT_BITS:
        raise OverflowError("more than 1,200 digits")
    result = base**exponent
    if not isinstance(result, (int, float)):
        raise ValueError("the root of a negative number is not a real number")
    return result


def _factorial(value: Number) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MAX_FACTORIAL:
        raise ValueError(f"factorial needs a whole number from 0 to {_MAX_FACTORIAL}")
    return math.factorial(value)


def _round(value: Number, digits: Number = 0) -> Number:
    if not isinstance(digits, int) or abs(digits) > 30:
        raise ValueError("round needs a whole number of digits, at most 30")
    return round(value, digits) if digits else round(value)


_NAMES = {"pi": math.pi, "e": math.e}
_RAW_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_RAW_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "sum": lambda *values: sum(values),
    "mean": lambda *values: sum(values) / len(values),
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "degrees": math.degrees,
    "radians": math.radians,
    "factorial": _factorial,
    "gcd": math.gcd,
}
_OPERATORS = {kind: _numbers_only(function) for kind, function in _RAW_OPERATORS.items()}
_FUNCTIONS = {name: _numbers_only(function) for name, function in _RAW_FUNCTIONS.items()}
