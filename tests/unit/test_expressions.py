"""Expressions within bounds: what they may read, what they answer, and what ends when it takes too much."""

from typing import Any

import pytest

from src.core.expressions import (
    MAX_DATA_CHARS,
    ExpressionFailed,
    ExpressionProcess,
    check_expression,
    fields_read,
)

DATA: dict[str, Any] = {
    "state": {"n": 3, "names": ["b", "a"], "nothing": None, "s": "x"},
    "outputs": {"moves": {"text": "Up 4 %", "json": {"score": 1, "price": 0.5}}},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("state.n + 1", 4),
        ("outputs.moves.json.score > 0.5", True),
        ("outputs.moves.text.contains('4 %')", True),
        ("state.names.exists(one, one == 'a') ? 'a' : 'none'", "a"),
        ("has(outputs.skipped)", False),
        ("outputs.?skipped.text.orValue('nothing')", "nothing"),
        (
            "{'all': state.names, 'half': state.n / 2, 'no': null}",
            {"all": ["b", "a"], "half": 1, "no": None},
        ),
        ("state.names.join(', ')", "b, a"),
    ],
)
async def test_an_expression_is_a_json_value_over_its_data(expression: str, value: Any) -> None:
    check_expression(expression, DATA)
    async with ExpressionProcess() as process:
        assert await process.evaluate(expression, DATA) == value


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("state.missing", "expression-failed"),
        ("state.names[5]", "expression-failed"),
        ("1 / (state.n - 3)", "expression-failed"),
        ("timestamp('2026-01-01T00:00:00Z')", "not-json"),
        ("1.0 / 0.0", "not-json"),
        (
            "[[state.s]]"
            + ".map(a, [a, a])" * 26
            + " == "
            + "[[state.s]]"
            + ".map(a, [a, a])" * 26,
            "too-expensive",
        ),
        ("[state.s]" + ".map(a, a + a)" * 29, "too-expensive"),
        (
            "[1]" + ".map(a, [a, a, a, a, a, a, a, a, a, a])" * 29,
            "too-expensive",
        ),
    ],
)
async def test_what_goes_wrong_is_said_and_the_next_one_works(expression: str, code: str) -> None:
    check_expression(expression, DATA)
    async with ExpressionProcess() as process:
        with pytest.raises(ExpressionFailed) as failed:
            await process.evaluate(expression, DATA)
        assert failed.value.code == code
        assert await process.evaluate("1 + 1", {}) == 2


async def test_data_beyond_the_bound_is_refused() -> None:
    async with ExpressionProcess() as process:
        with pytest.raises(ExpressionFailed) as failed:
            await process.evaluate("1", {"state": {"s": "x" * MAX_DATA_CHARS}})
    assert failed.value.code == "data-too-large"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("state.n +", "Syntax error"),
        ("stat.n", "undeclared reference to 'stat"),
        ("__import__('os').system('true')", "undeclared reference"),
        ("(" * 200 + "1" + ")" * 200, "recursion limit"),
        ("1" * 2_001, "at most 2000 characters"),
    ],
)
def test_what_is_no_expression_is_refused_before_it_runs(expression: str, said: str) -> None:
    with pytest.raises(ExpressionFailed, match=said):
        check_expression(expression, DATA)


def test_fields_are_found_where_they_are_named() -> None:
    expression = "outputs.moves.json.score > state . n && 'state.text' != \"outputs.no\" && x.outputs.y.size() > 0"
    assert fields_read(expression) == {("outputs", "moves"), ("state", "n"), ("x", "outputs")}
    assert fields_read("outputs.?a.text.orValue('') + inputs.size()") == {("outputs", "a")}
