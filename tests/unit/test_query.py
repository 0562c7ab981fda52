"""JMESPath within bounds; tests/engines/test_single_tools.py tries it as agents use it."""

import pytest

from src.core.query import QueryFailed, QueryLimits, run_query

SMALL = QueryLimits(data_chars=1_000, work_chars=5_000, steps=1_000)


def test_what_fits_is_answered() -> None:
    assert run_query("[?n > `1`].n", [{"n": 1}, {"n": 2}], SMALL) == [2]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("a[", "invalid-query"),
        ("@", "data-too-large"),
        ("[[@, @], [@, @], [@, @]]", "query-too-large"),
        (
            "`[1,1,1,1,1,1]`[*].[`[1,1,1,1,1,1]`[*].[`[1,1,1,1,1,1]`[*].[`[1,1,1,1,1,1]`[*].[@]]]]",
            "query-too-large",
        ),
    ],
)
def test_what_would_take_too_much_is_refused(query: str, code: str) -> None:
    data = "x" * (2_000 if code == "data-too-large" else 900)
    with pytest.raises(QueryFailed) as refused:
        run_query(query, data, SMALL)
    assert refused.value.code == code
